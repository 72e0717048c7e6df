package main

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/bench"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

// subject is what bench pipeline measures: the engine, and its stages opened again to be
// run alone.
type subject struct {
	engine   *pipeline.Engine
	decoder  *photo.Decoder
	encoders models.Encoders
	model    *models.Model // nil with --vision
	lookers  []looker
	claims   []claim.Claim
	photos   []string
}

// looker is a photo encoder with the views that it gets.
type looker struct {
	encoder *vision.Encoder
	views   []vision.View
	sample  [][]float32 // the tensors of one photo
}

func (c *benchPipelineCmd) subject(a *app, p *parts, claims []claim.Claim) (*subject, error) {
	s := &subject{claims: claims}
	var err error
	if s.engine, err = p.engine(); err != nil {
		return nil, err
	}
	if s.decoder, err = a.decoder(); err != nil {
		return nil, err
	}
	p.closeLater(func() error { s.decoder.Close(); return nil })
	if err := c.open(p, s); err != nil {
		return nil, err
	}
	s.choose(a.ctx)
	if len(s.photos) == 0 {
		return nil, errors.New("none of the photos can be read; defekt datasets check says why")
	}
	for _, e := range s.encoders {
		if photos, ok := e.(*models.Photos); ok {
			if err := s.look(a, p, photos); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// choose takes the photos that can be decoded: the others cost the pipeline next to nothing.
func (s *subject) choose(ctx context.Context) {
	for _, c := range s.claims {
		for _, file := range c.Photos {
			if _, err := s.decode(ctx, file); err == nil {
				s.photos = append(s.photos, file)
			}
		}
	}
}

// open fills in the encoders, of the model or of the bundle.
func (c *benchPipelineCmd) open(p *parts, s *subject) error {
	if c.Vision == "" {
		m, err := p.model(c.Model)
		if err != nil {
			return err
		}
		s.model, s.encoders = m, m.Encoders
		return nil
	}
	dir, err := p.bundle(c.Vision)
	if err != nil {
		return err
	}
	photos, err := p.photos(dir, c.Views)
	s.encoders = models.Encoders{photos}
	return err
}

// look opens a photo encoder a second time and prepares one photo for it.
func (s *subject) look(a *app, p *parts, photos *models.Photos) error {
	b, err := bundle.Load(photos.Bundle)
	if err != nil {
		return err
	}
	rt, err := p.onnx()
	if err != nil {
		return err
	}
	l := looker{}
	if l.encoder, err = vision.Open(a.ctx, rt, b, vision.Config{}); err != nil {
		return err
	}
	p.closeLater(l.encoder.Close)
	for _, g := range photos.Recipe.Groups {
		l.views = append(l.views, g.Views...)
	}
	img, err := s.decode(a.ctx, s.photos[0])
	if err != nil {
		return err
	}
	l.sample = l.encoder.Prepare(img.Image, l.views)
	s.lookers = append(s.lookers, l)
	return nil
}

// views is the number of tensors of one photo.
func (s *subject) views() int {
	n := 0
	for _, l := range s.lookers {
		n += len(l.views)
	}
	return n
}

func (s *subject) decode(ctx context.Context, file string) (*photo.Photo, error) {
	data, err := pipeline.Files{}.Read(ctx, file, photo.MaxBytes)
	if err != nil {
		return nil, err
	}
	return s.decoder.Decode(ctx, data, s.encoders.ShortSide())
}

// round measures each stage alone and then the whole; done is called after each.
func (s *subject) round(ctx context.Context, done func()) (t roundTimes, err error) {
	alone := func(do func(context.Context, int) error) func() error {
		return func() error {
			_, err := bench.Lanes(ctx, runtime.GOMAXPROCS(0), len(s.photos), do)
			return err
		}
	}
	if t.Decode, err = measured(alone(s.prepareOne), done); err != nil {
		return t, err
	}
	if t.Infer, err = measured(alone(s.inferOne), done); err != nil {
		return t, err
	}
	t.Whole, err = measured(func() error { return s.whole(ctx) }, done)
	return t, err
}

// measured times work by the clock and in processor time.
func measured(work func() error, done func()) (cost, error) {
	runtime.GC() // what the stage before left behind is not this one's
	start, cpu := time.Now(), bench.CPU()
	err := work()
	done()
	return cost{time.Since(start).Seconds(), (bench.CPU() - cpu).Seconds()}, err
}

func (s *subject) prepareOne(ctx context.Context, i int) error {
	img, err := s.decode(ctx, s.photos[i])
	if err != nil {
		return err
	}
	for _, l := range s.lookers {
		l.encoder.Prepare(img.Image, l.views)
	}
	return nil
}

func (s *subject) inferOne(ctx context.Context, _ int) error {
	for _, l := range s.lookers {
		if _, err := l.encoder.Infer(ctx, l.sample); err != nil {
			return err
		}
	}
	return nil
}

// whole is the pipeline as the commands run it.
func (s *subject) whole(ctx context.Context) error {
	claims := func(yield func(claim.Claim, error) bool) {
		for c := range slices.Values(s.claims) {
			if !yield(c, nil) {
				return
			}
		}
	}
	if s.model != nil {
		return s.engine.Classify(ctx, s.model, pipeline.ClassifyOptions{}, claims, func(pipeline.Classified) error { return nil })
	}
	return s.engine.Encode(ctx, s.encoders, claims, func(pipeline.Encoded) error { return nil })
}
