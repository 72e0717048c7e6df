package main

import (
	"context"
	"encoding/json"
	"os"
	"runtime"
	"runtime/pprof"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/bench"
	"github.com/defekt/defekt/pipeline/photo"
)

// benchWorkerCmd is our side of bench photos: what it prints and what it does to a photo is
// what peer_photos.mjs does.
type benchWorkerCmd struct {
	Bundle  string `required:"" help:"Folder of the encoder's bundle."`
	Photos  string `required:"" help:"Folder of photos."`
	Repeat  int    `default:"1" help:"Measured passes, after one that is not."`
	Lanes   int    `help:"Photos under way at once. Default: two a core."`
	Profile string `help:"Write a CPU profile of the measured passes to this file."`
}

// Run passes over the folder and prints one line of JSON.
func (c *benchWorkerCmd) Run(a *app) (err error) {
	files, err := bench.Files(c.Photos)
	if err != nil {
		return err
	}
	b, err := bundle.Load(c.Bundle)
	if err != nil {
		return err
	}
	p := newParts(a)
	defer p.Close() //nolint:errcheck // the result is printed by then
	one, err := p.onePhoto(a.ctx, b)
	if err != nil {
		return err
	}
	if c.Lanes == 0 { // one decodes while another is in the graph; the engine has more yet
		c.Lanes = 2 * runtime.GOMAXPROCS(0)
	}
	do := func(ctx context.Context, i int) error { return one(ctx, files[i]) }
	if _, err := bench.Lanes(a.ctx, c.Lanes, len(files), do); err != nil {
		return err
	}
	stop, err := c.profile()
	if err != nil {
		return err
	}
	defer stop()
	var seconds []float64
	for range c.Repeat {
		took, err := bench.Lanes(a.ctx, c.Lanes, len(files), do)
		if err != nil {
			return err
		}
		seconds = append(seconds, took.Seconds())
	}
	median := bench.Median(seconds)
	return json.NewEncoder(a.stdout).Encode(bench.Result{
		Photos: len(files), Seconds: median, PhotosPerSecond: float64(len(files)) / median,
	})
}

func (c *benchWorkerCmd) profile() (stop func(), err error) {
	if c.Profile == "" {
		return func() {}, nil
	}
	f, err := os.Create(c.Profile)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }, nil
}

// onePhoto makes the function that takes one file from disk to its vectors: one view, the
// short side brought to the input's size and the middle taken, whatever the bundle says,
// since that is what the peer does.
func (p *parts) onePhoto(ctx context.Context, b *bundle.Bundle) (func(context.Context, string) error, error) {
	decoder, err := p.a.decoder()
	if err != nil {
		return nil, err
	}
	p.closeLater(func() error { decoder.Close(); return nil })
	rt, err := p.onnx()
	if err != nil {
		return nil, err
	}
	b.VisionSpec.ShortSide = b.VisionSpec.Size
	encoder, err := vision.Open(ctx, rt, b, vision.Config{})
	if err != nil {
		return nil, err
	}
	p.closeLater(encoder.Close)
	views := []vision.View{vision.Whole(bundle.FitCrop)}
	side := encoder.ShortSide(views)
	return func(ctx context.Context, file string) error {
		data, err := pipeline.Files{}.Read(ctx, file, photo.MaxBytes)
		if err != nil {
			return err
		}
		img, err := decoder.Decode(ctx, data, side)
		if err != nil {
			return err
		}
		_, err = encoder.Encode(ctx, img.Image, views)
		return err
	}, nil
}
