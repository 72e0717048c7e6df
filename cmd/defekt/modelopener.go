package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/pipeline/classifier"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

// modelOpener opens registered models, each with parts of its own, so that one can be closed
// while another one answers.
type modelOpener struct {
	a     *app
	store store.Models
	shelf learning.Shelf
	// started is the folder of the model that the program was started with, empty for the
	// built-in one.
	started string
	// prepare, if set, sees the parts before anything is opened.
	prepare func(p *parts)
}

// newModelOpener makes an opener that unpacks models into this user's cache folder.
func newModelOpener(a *app, s store.Models, blobs learning.Blobs, started string) *modelOpener {
	cache := onnx.UserCacheDir(a.getenv)
	if cache == "" {
		cache = os.TempDir()
	}
	return &modelOpener{a: a, store: s, shelf: learning.Shelf{Blobs: blobs, Dir: filepath.Join(cache, "defekt", "models")}, started: started}
}

// folder gives the folder of a registered model, or of the one that the program was started
// with for an empty digest; empty for the built-in one.
func (o *modelOpener) folder(ctx context.Context, digest string) (string, error) {
	if digest == "" {
		return o.started, nil
	}
	m, err := o.store.Model(ctx, digest)
	if err != nil {
		return "", err
	}
	return o.shelf.Folder(ctx, m)
}

// model opens a model with p. What is damaged on this machine is unpacked anew, once.
func (o *modelOpener) model(ctx context.Context, p *parts, digest string) (*models.Model, error) {
	dir, err := o.folder(ctx, digest)
	if err != nil {
		return nil, err
	}
	m, err := p.model(dir)
	if digest == "" || !errors.Is(err, models.ErrModel) {
		return m, err
	}
	if err := o.shelf.Drop(store.Model{Digest: digest}); err != nil {
		return nil, err
	}
	if dir, err = o.folder(ctx, digest); err != nil {
		return nil, err
	}
	return p.model(dir)
}

// open opens a classifier; it is a learning.Opener.
func (o *modelOpener) open(ctx context.Context, digest string) (learning.Opened, error) {
	p := newParts(o.a)
	if o.prepare != nil {
		o.prepare(p)
	}
	c, err := o.classifier(ctx, p, digest)
	if err != nil {
		return learning.Opened{}, errors.Join(err, p.Close())
	}
	return learning.Opened{Classifier: c, Close: p.Close}, nil
}

func (o *modelOpener) classifier(ctx context.Context, p *parts, digest string) (*classifier.Classifier, error) {
	m, err := o.model(ctx, p, digest)
	if err != nil {
		return nil, err
	}
	engine, err := p.engine()
	if err != nil {
		return nil, err
	}
	c, err := classifier.New(engine, m, builtin.Text)
	if err == nil {
		c.Observe = p.observeStage
	}
	return c, err
}

// registry registers and promotes.
func (o *modelOpener) registry() learning.Registry {
	return learning.Registry{Store: o.store, Shelf: o.shelf, Now: time.Now}
}

// register registers a model's folder, empty for the built-in one.
func (o *modelOpener) register(ctx context.Context, dir, data string, v *learning.Verdict, by string) (store.Model, error) {
	p := newParts(o.a)
	defer p.Close() //nolint:errcheck // only read from
	m, err := p.model(dir)
	if err != nil {
		return store.Model{}, err
	}
	folder := builtin.FS()
	if dir != "" {
		folder = os.DirFS(dir)
	}
	return o.registry().Register(ctx, learning.Candidate{Folder: folder, Manifest: m.Manifest, Data: data, Verdict: v, By: by})
}

// begin registers the model that the program is started with and makes the history begin with
// it, if no model was promoted yet.
func (o *modelOpener) begin(ctx context.Context) error {
	current, err := o.registry().Current(ctx)
	if err != nil || current != "" {
		return err
	}
	started, err := o.register(ctx, o.started, "", nil, "system")
	if err != nil {
		return err
	}
	return o.registry().Begin(ctx, started)
}
