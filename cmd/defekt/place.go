package main

import (
	"context"
	"errors"
	"sync"

	"github.com/defekt/defekt/pipeline/store/blob"
)

// placeFlags say where claims and photos are kept, and who acts.
type placeFlags struct {
	databaseFlags `embed:""`
	whoFlag       `embed:""`
	Blobs         string `default:"blobs" env:"DEFEKT_BLOBS" placeholder:"DIR|s3://BUCKET/PREFIX" help:"Where photos and models are kept, as for 'defekt serve'."`
	Model         string `env:"DEFEKT_MODEL" placeholder:"DIR" help:"Model that 'defekt serve' is started with. It answers until another one is promoted. Default: the built-in one."`
}

// place is an opened database with the place for photos.
type place struct {
	db     *database
	blobs  *lazyBlobs
	opener *modelOpener
	by     string
}

// place opens both.
func (f *placeFlags) place(a *app) (*place, error) {
	db, err := f.open(a.ctx, true)
	if err != nil {
		return nil, err
	}
	blobs := &lazyBlobs{open: func() (blob.Store, error) { return (&serviceFlags{Blobs: f.Blobs}).openBlobs(a) }}
	return &place{db, blobs, newModelOpener(a, db.store, blobs, f.Model), f.who()}, nil
}

// close closes both; what was to be written is written by then.
func (p *place) close() error { return errors.Join(p.blobs.close(), p.db.close()) }

// lazyBlobs opens the place for photos when it is first needed: a list of models needs none, and
// must not make a folder.
type lazyBlobs struct {
	open func() (blob.Store, error)

	once  sync.Once
	store blob.Store
	err   error
}

func (l *lazyBlobs) opened() (blob.Store, error) {
	l.once.Do(func() { l.store, l.err = l.open() })
	return l.store, l.err
}

// Put keeps data; see blob.Store.
func (l *lazyBlobs) Put(ctx context.Context, data []byte) (string, error) {
	s, err := l.opened()
	if err != nil {
		return "", err
	}
	return s.Put(ctx, data)
}

// Read gives a blob; see blob.Store.
func (l *lazyBlobs) Read(ctx context.Context, digest string, limit int64) ([]byte, error) {
	s, err := l.opened()
	if err != nil {
		return nil, err
	}
	return s.Read(ctx, digest, limit)
}

func (l *lazyBlobs) close() error {
	if l.store == nil {
		return nil
	}
	return l.store.Close()
}
