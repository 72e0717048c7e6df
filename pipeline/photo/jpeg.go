package photo

import (
	"bytes"
	"context"
	"image/jpeg"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo/fastjpeg"
)

// decodeJPEG decodes at 1/denom with the fastest decoder that takes the file: ours at an
// eighth, then libturbojpeg, then image/jpeg. A decoder that finds fault with the file
// hands it on, so that image/jpeg has the last word on what is wrong with it, and a
// verdict does not depend on the machine.
func (d *Decoder) decodeJPEG(ctx context.Context, data []byte, h Header, denom int) (*raster.Image, string, error) {
	if h.jpeg.Progressive() && fastjpeg.CountScans(data, h.jpeg, MaxScans) > MaxScans {
		return nil, "", problem(claim.CodePhotoCorrupt, "the JPEG file has more than %d passes; save it anew", MaxScans)
	}
	if denom == fastjpeg.Denom && d.useFast && fastjpeg.Supports(h.jpeg) {
		fast := d.fast.Get().(*fastjpeg.Decoder)
		img, err := fast.Decode(data, h.jpeg)
		d.fast.Put(fast)
		if err == nil {
			return img, BackendFast, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, "", context.Cause(ctx)
	}
	if d.turbo != nil && len(h.jpeg.Components) != 4 {
		if img, err := d.turbo.Decode(data, h.Width, h.Height, denom); err == nil {
			return img, BackendTurbo, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, "", context.Cause(ctx)
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, "", err
	}
	return raster.FromImageReduced(img, denom), BackendGo, nil
}
