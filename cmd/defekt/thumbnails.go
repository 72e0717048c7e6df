package main

import (
	"bytes"
	"context"
	"image/jpeg"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/photo"
)

// thumbnailSide is the short side of a photo on a page, in pixels.
const thumbnailSide = 200

// thumbnails makes small JPEGs for pages.
type thumbnails struct{ decoder *photo.Decoder }

func newThumbnails(a *app) (thumbnails, error) {
	d, err := a.decoder()
	return thumbnails{d}, err
}

// make gives a small JPEG, or nil for a photo that cannot be shown.
func (t thumbnails) make(ctx context.Context, ref string) []byte {
	data, err := pipeline.Files{}.Read(ctx, ref, photo.MaxBytes)
	if err != nil {
		return nil
	}
	p, err := t.decoder.Decode(ctx, data, thumbnailSide)
	if err != nil {
		return nil
	}
	w, h := p.Image.W*thumbnailSide/p.Image.H, thumbnailSide
	if p.Image.W < p.Image.H {
		w, h = thumbnailSide, p.Image.H*thumbnailSide/p.Image.W
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, raster.Resize(p.Image, p.Image.Bounds(), w, h, raster.Triangle()), &jpeg.Options{Quality: 80}); err != nil {
		return nil
	}
	return buf.Bytes()
}

// Close ends the decoder.
func (t thumbnails) Close() { t.decoder.Close() }
