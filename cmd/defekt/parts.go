package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/photo"
)

// parts opens the implementations that commands put together, each when it is first
// needed, and closes them at the end.
type parts struct {
	a *app
	// observeBatch, if set, is told of each batch of photos that an encoder runs.
	observeBatch func(size int, reason onnx.Reason)
	// observeStage, if set, is told how long the stages of a claim's way take.
	observeStage pipeline.Observe

	mu      sync.Mutex
	runtime *onnx.Runtime
	closers []func() error
}

func newParts(a *app) *parts { return &parts{a: a} }

// Close closes everything that was opened, last first.
func (p *parts) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i]())
	}
	p.closers = nil
	return errors.Join(errs...)
}

func (p *parts) closeLater(c func() error) {
	p.mu.Lock()
	p.closers = append(p.closers, c)
	p.mu.Unlock()
}

// onnx opens the runtime library once.
func (p *parts) onnx() (*onnx.Runtime, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.runtime != nil {
		return p.runtime, nil
	}
	rt, err := p.a.openRuntime()
	if err != nil {
		return nil, err
	}
	p.runtime = rt
	p.closers = append(p.closers, rt.Close)
	return rt, nil
}

// engine puts the stages together.
func (p *parts) engine() (*pipeline.Engine, error) {
	decoder, err := p.a.decoder()
	if err != nil {
		return nil, err
	}
	p.closeLater(func() error { decoder.Close(); return nil })
	return pipeline.New(pipeline.Config{Observe: p.observeStage}, pipeline.Files{}, decoder), nil
}

// envTurboJPEG names the environment variable with the file of libturbojpeg.
const envTurboJPEG = "DEFEKT_TURBOJPEG"

// decoder makes a photo decoder with the libraries that the environment names.
func (a *app) decoder() (*photo.Decoder, error) {
	var cfg photo.Config
	if file := a.getenv(envTurboJPEG); file != "" {
		cfg.Libraries = []string{file}
	}
	return photo.New(cfg)
}

// photos makes the encoder of a bundle's folder with a recipe of views.
func (p *parts) photos(dir string, views string) (*models.Photos, error) {
	b, err := bundle.Load(dir)
	if err != nil {
		return nil, err
	}
	if err := b.Want(bundle.Vision); err != nil {
		return nil, err
	}
	recipe, err := models.RecipeByName(views)
	if err != nil {
		return nil, usageError(err)
	}
	return &models.Photos{Of: &lazyPixels{parts: p, bundle: b}, Recipe: recipe, Bundle: dir}, nil
}

// loader opens models; dir is the model's folder, or empty for the one in the binary.
func (p *parts) loader(dir string) models.Loader {
	place := func(fsys fs.FS, path string) (string, error) {
		if dir != "" {
			return filepath.Join(dir, filepath.FromSlash(path)), nil
		}
		return p.unpack(fsys, path)
	}
	return models.Loader{Code: codeVersion(), Openers: map[string]models.Opener{
		models.KindPhotos: func(_ context.Context, fsys fs.FS, ref models.EncoderRef) (models.Encoder, error) {
			at, err := place(fsys, ref.Path)
			if err != nil {
				return nil, err
			}
			return p.photos(at, ref.Settings["views"])
		},
		models.KindSentences: func(ctx context.Context, fsys fs.FS, ref models.EncoderRef) (models.Encoder, error) {
			if ref.Path == "" {
				return p.remote(ctx, ref.Settings["url"], ref.Settings["model"])
			}
			at, err := place(fsys, ref.Path)
			if err != nil {
				return nil, err
			}
			return p.sentences(ctx, at)
		},
	}}
}

// unpack writes a folder of the binary's model to a temporary one, which goes at the end:
// the runtime library reads graphs from files.
func (p *parts) unpack(fsys fs.FS, path string) (string, error) {
	sub, err := fs.Sub(fsys, path)
	if err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp("", "defekt-builtin-*")
	if err != nil {
		return "", err
	}
	p.closeLater(func() error { return os.RemoveAll(tmp) })
	return tmp, os.CopyFS(tmp, sub)
}

// isURL tells an endpoint from a bundle.
func isURL(s string) bool { return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") }

// envAPIKey names the environment variable with the key of an embeddings endpoint.
const envAPIKey = "DEFEKT_TEXT_API_KEY"

// lazyPixels opens its encoder at the first photo, so that text-only claims need no
// runtime library and no time for it.
type lazyPixels struct {
	parts  *parts
	bundle *bundle.Bundle

	once    sync.Once
	encoder *vision.Encoder
	err     error
}

func (l *lazyPixels) Name() string { return l.bundle.Name }

func (l *lazyPixels) Outputs() []vision.OutputSpec {
	out := make([]vision.OutputSpec, len(l.bundle.Outputs))
	for i, o := range l.bundle.Outputs {
		out[i] = vision.OutputSpec{Name: o.Name, Dim: o.Dim}
	}
	return out
}

func (l *lazyPixels) ShortSide(views []vision.View) int {
	return vision.ShortSide(*l.bundle.VisionSpec, views)
}

func (l *lazyPixels) Encode(ctx context.Context, img *raster.Image, views []vision.View) ([][][]float32, error) {
	l.once.Do(func() {
		rt, err := l.parts.onnx()
		if err != nil {
			l.err = err
			return
		}
		if l.encoder, l.err = vision.Open(context.WithoutCancel(ctx), rt, l.bundle, vision.Config{Observe: l.parts.observeBatch}); l.err == nil {
			l.parts.closeLater(l.encoder.Close)
		}
	})
	if l.err != nil {
		return nil, l.err
	}
	return l.encoder.Encode(ctx, img, views)
}

// bundle finds a bundle's folder by what the user calls it.
func (p *parts) bundle(name string) (string, error) {
	b, err := p.a.models().Find(p.a.ctx, name)
	if err != nil {
		return "", modelsError(err)
	}
	return b.Dir, nil
}

// model opens a model's folder, or the built-in one for an empty dir.
func (p *parts) model(dir string) (*models.Model, error) {
	if dir == "" {
		return p.loader("").Load(p.a.ctx, builtin.FS())
	}
	m, err := p.loader(dir).Load(p.a.ctx, os.DirFS(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("%s: %w", dir, err), "defekt train --data CLAIMS --out %s makes a model there", dir)
	}
	return m, err
}
