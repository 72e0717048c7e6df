// Package registry keeps bundles by name in one folder, and finds them: by name, by the
// path of a bundle, or by the path of a model as it came, which is then bundled into the
// cache folder.
//
// Its place in the flow: cmd asks it for the bundle that --vision or --text names and opens
// the encoder on it. It is the only package that decides where bundles lie.
//
// The trade-off: the registry is a folder of folders and nothing more. Copying a bundle
// into it by hand is as good as adding it, and there is no index that could be wrong.
package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/registry/source"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/pipeline/claim"
)

// EnvDir names the environment variable with the models folder.
const EnvDir = "DEFEKT_MODELS"

// Codes of the registry.
const (
	CodeUnknown claim.Code = "model_unknown" // no bundle of that name, nothing at that path
	CodeExists  claim.Code = "model_exists"  // the name is taken
)

// Registry is a folder of bundles. It holds no state of its own; several processes may use
// one folder.
type Registry struct {
	// Dir is the models folder; it need not exist yet.
	Dir string
	// CacheDir is where models named by path are bundled.
	CacheDir string
	// Runtime gives the ONNX Runtime when a graph has to be run. The caller owns what it
	// returns and closes it after use.
	Runtime func() (*onnx.Runtime, error)
	// Note is called with what a person should know: guesses, and bundling on the fly.
	// nil drops the notes.
	Note func(string)
	// Finish completes the plan of a text bundle, such as with its golden output; nil
	// leaves it as it is.
	Finish func(context.Context, *source.Plan) error
}

// DefaultDir is DEFEKT_MODELS, or defekt/models in the user's folder of configurations;
// empty when there is none.
func DefaultDir(getenv func(string) string) string {
	if dir := getenv(EnvDir); dir != "" {
		return dir
	}
	if dir := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "defekt", "models")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".config", "defekt", "models")
	}
	if dir := getenv("AppData"); dir != "" {
		return filepath.Join(dir, "defekt", "models")
	}
	return ""
}

// Entry is one bundle of the folder, or what is wrong with it.
type Entry struct {
	Name   string
	Bundle *bundle.Bundle // nil when Err is set
	Err    error
}

// List gives every bundle by name. Manifests are read, files are not hashed (see [Verify]);
// a folder that does not exist is an empty registry.
func (r Registry) List() ([]Entry, error) {
	items, err := os.ReadDir(r.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list models: %w", err)
	}
	var out []Entry
	for _, item := range items {
		dir := filepath.Join(r.Dir, item.Name())
		if !bundle.ValidName(item.Name()) || !isDir(dir) {
			continue // hidden folders are bundles being written
		}
		b, err := bundle.Read(dir)
		if err == nil && b.Name != item.Name() {
			err = claim.Problem{Code: bundle.CodeManifest, Where: dir, Message: fmt.Sprintf("the folder and the name in its manifest, %q, differ", b.Name)}
			b = nil
		}
		out = append(out, Entry{item.Name(), b, err})
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Find loads the bundle that name means: a registered name, the folder of a bundle, or an
// .onnx file or model folder, which is bundled into the cache once. All files are checked.
// Errors: a [claim.Problem] with [CodeUnknown], or [bundle.Problems].
func (r Registry) Find(ctx context.Context, name string) (*bundle.Bundle, error) {
	if bundle.ValidName(name) {
		if dir := filepath.Join(r.Dir, name); r.Dir != "" && bundle.IsBundle(dir) {
			return bundle.Load(dir)
		}
	}
	if bundle.IsBundle(name) {
		return bundle.Load(name)
	}
	if _, err := os.Stat(name); err != nil {
		return nil, r.unknown(name)
	}
	return r.onTheFly(ctx, name)
}

// unknown says what there is instead.
func (r Registry) unknown(name string) error {
	known := "none"
	if list, err := r.List(); err == nil && len(list) > 0 {
		names := make([]string, len(list))
		for i, e := range list {
			names[i] = e.Name
		}
		known = strings.Join(names, ", ")
	}
	return claim.Problem{Code: CodeUnknown, Where: name, Message: fmt.Sprintf(
		"is neither a registered model (there are: %s) nor a path", known)}
}

// Add makes a bundle from the model at path (or copies the bundle there) and registers it.
// Errors: [CodeExists], and those of [source.Inspect].
func (r Registry) Add(ctx context.Context, path string, o source.Options) (*bundle.Bundle, error) {
	if r.Dir == "" {
		return nil, fmt.Errorf("add a model: no models folder; set %s", EnvDir)
	}
	plan, err := r.plan(ctx, path, o)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(r.Dir, plan.Manifest.Name)
	if _, err := os.Lstat(dir); err == nil {
		return nil, claim.Problem{Code: CodeExists, Where: plan.Manifest.Name, Message: "a model of that name is registered already; choose another with --name, or remove " + dir}
	}
	return plan.Save(dir)
}

// plan reads a model, or a finished bundle as it is.
func (r Registry) plan(ctx context.Context, path string, o source.Options) (*source.Plan, error) {
	if bundle.IsBundle(path) {
		b, err := bundle.Load(path)
		if err != nil {
			return nil, err
		}
		plan := &source.Plan{Manifest: b.Manifest, Files: map[string]string{}}
		if o.Name != "" {
			plan.Manifest.Name = o.Name
		}
		for _, f := range b.Files {
			plan.Files[f.Path] = b.Path(f.Path)
		}
		return plan, nil
	}
	rt, err := r.Runtime()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rt.Close() }()
	plan, err := source.Inspect(ctx, rt, path, o)
	if err != nil {
		return nil, err
	}
	for _, n := range plan.Notes {
		r.note(n)
	}
	if plan.Manifest.Kind == bundle.Text && r.Finish != nil {
		return plan, r.Finish(ctx, plan)
	}
	return plan, nil
}

func (r Registry) note(s string) {
	if r.Note != nil {
		r.Note(s)
	}
}

// Verify checks the bundle's files and, for a photo bundle, runs it and compares its golden
// output. A text bundle's golden is compared when models/text opens it.
func (r Registry) Verify(ctx context.Context, name string) (*bundle.Bundle, error) {
	b, err := r.Find(ctx, name)
	if err != nil || b.Kind != bundle.Vision {
		return b, err
	}
	rt, err := r.Runtime()
	if err != nil {
		return b, err
	}
	defer func() { _ = rt.Close() }()
	e, err := vision.Open(ctx, rt, b, vision.Config{Runners: 1})
	if err != nil {
		return b, err
	}
	return b, e.Close()
}
