package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

// photos reads and decodes a claim's photos and reports on each.
func (e *Engine) photos(ctx context.Context, c claim.Claim, shortSide int, out *Encoded) []*raster.Image {
	var images []*raster.Image
	for i, ref := range c.Photos {
		report := claim.PhotoReport{Ref: ref}
		img, err := e.photo(ctx, c.ID, ref, shortSide, &report)
		if err != nil {
			p := claim.AsProblem(err, claim.CodePhotoUnread).At(fmt.Sprintf("photos[%d]", i))
			report.Problem = &p
			out.Problems = append(out.Problems, p)
		} else {
			report.Used = true
			images = append(images, img)
		}
		out.Photos = append(out.Photos, report)
	}
	return images
}

// photo reads, decodes and judges one photo. A verdict does not keep the photo out: a
// dark picture may still show the crack; the report tells the customer what to do better.
func (e *Engine) photo(ctx context.Context, id, ref string, shortSide int, report *claim.PhotoReport) (img *raster.Image, err error) {
	defer func() {
		if v := recover(); v != nil {
			e.cfg.Panicked(id, v, debug.Stack())
			img, err = nil, claim.Problem{Code: claim.CodePhotoPanic, Message: fmt.Sprintf("decoding failed: %v", v)}
		}
	}()
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, claim.Problem{Code: claim.CodeCancelled, Message: "the run was stopped"}
	}
	var data []byte
	e.cfg.Observe.Time(StageRead, func() { data, err = e.source.Read(ctx, ref, photo.MaxBytes) })
	if err != nil {
		return nil, err
	}
	var p *photo.Photo
	e.cfg.Observe.Time(StageDecode, func() { p, err = e.decoder.Decode(ctx, data, shortSide) })
	if err != nil {
		return nil, err
	}
	report.Format, report.Width, report.Height = string(p.Format), p.Width, p.Height
	var v photo.Verdict
	e.cfg.Observe.Time(StageJudge, func() { v = photo.Judge(p) })
	if !v.OK() {
		problem := v.Problem()
		report.Problem = &problem
	}
	return p.Image, nil
}
