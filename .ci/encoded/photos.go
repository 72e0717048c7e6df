package encoded

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/registry"
	"github.com/defekt/defekt/models/vision"
)

// Builtin names the photo encoder that ships with the program.
const Builtin = "builtin"

// photos opens the set's backbone.
func (r Reader) photos(ctx context.Context, s Set) (models.Encoders, func(), error) {
	dir, remove, err := r.backbone(s.Vision)
	if err != nil {
		return nil, nil, err
	}
	e, closer, err := open(ctx, dir, s.Views)
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return e, func() { closer(); _ = remove() }, nil
}

// backbone gives the folder of a bundle; the built-in one is unpacked into a folder that remove
// takes away.
func (r Reader) backbone(name string) (dir string, remove func() error, err error) {
	if name != Builtin {
		return filepath.Join(r.Shared, "models", name), func() error { return nil }, nil
	}
	sub, err := fs.Sub(builtin.FS(), builtin.VisionPath)
	if err != nil {
		return "", nil, err
	}
	if dir, err = os.MkdirTemp("", "defekt-builtin-*"); err != nil {
		return "", nil, err
	}
	return dir, func() error { return os.RemoveAll(dir) }, os.CopyFS(dir, sub)
}

func open(ctx context.Context, backbone, views string) (models.Encoders, func(), error) {
	start := func() (*onnx.Runtime, error) { return onnx.Open(onnx.DefaultSearch(os.Getenv)) }
	cache := filepath.Join(onnx.UserCacheDir(os.Getenv), "defekt", "bundles")
	b, err := registry.Registry{Dir: registry.DefaultDir(os.Getenv), CacheDir: cache, Runtime: start}.Find(ctx, backbone)
	if err != nil {
		return nil, nil, err
	}
	recipe, err := models.RecipeByName(views)
	if err != nil {
		return nil, nil, err
	}
	rt, err := start()
	if err != nil {
		return nil, nil, err
	}
	encoder, err := vision.Open(ctx, rt, b, vision.Config{})
	if err != nil {
		return nil, nil, errors.Join(err, rt.Close())
	}
	closer := func() { _ = encoder.Close(); _ = rt.Close() }
	return models.Encoders{&models.Photos{Of: encoder, Recipe: recipe, Bundle: b.Dir}}, closer, nil
}
