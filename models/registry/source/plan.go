package source

import (
	"context"
	"errors"
	"fmt"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/pipeline/claim"
)

// goldenSeed makes the golden input of every photo bundle.
const goldenSeed = 1

// Plan is a bundle that was not written yet.
type Plan struct {
	Manifest bundle.Manifest
	// Files are the bundle's files: slash path in the bundle to path on this machine.
	Files map[string]string
	// Notes are the guesses and defaults that a person should know about, each a sentence.
	Notes []string

	dir string
}

// note records a guess.
func (p *Plan) note(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

// Files lists what a bundle made from path would hold, without running anything: slash path
// in the bundle to path on this machine.
func Files(path string, o Options) (map[string]string, error) {
	f, err := open(path, o.Model)
	if err != nil {
		return nil, err
	}
	return f.files, nil
}

// Inspect reads the model at path (an .onnx file or a folder), runs it once and plans the
// bundle. A photo model's golden output is part of the plan; that of a text model needs its
// tokenizer and is left to models/text. Faults are [claim.Problem] or [bundle.Problems].
func Inspect(ctx context.Context, rt *onnx.Runtime, path string, o Options) (*Plan, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	f, err := open(path, o.Model)
	if err != nil {
		return nil, err
	}
	p := &Plan{Files: f.files, dir: f.dir}
	p.Manifest = bundle.Manifest{Format: bundle.Format, Name: firstNonEmpty(o.Name, f.name), Model: f.model}
	if p.Manifest.Licence, p.Manifest.Source, err = f.origin(o); err != nil {
		return nil, err
	}
	if p.Manifest.Licence == "unknown" {
		p.note("no licence was found; say it with --licence before you pass the model on")
	}
	if p.Manifest.Kind, err = f.kind(o); err != nil {
		return nil, err
	}
	session, err := rt.Load(f.files[f.model], onnx.Options{})
	if err != nil {
		return nil, err
	}
	err = p.fill(ctx, f, session, o)
	if err := errors.Join(err, session.Close()); err != nil {
		return nil, err
	}
	return p, p.golden(ctx, rt)
}

// fill describes the graph according to the kind.
func (p *Plan) fill(ctx context.Context, f *folder, s *onnx.Session, o Options) error {
	for _, in := range s.Inputs() {
		p.Manifest.Inputs = append(p.Manifest.Inputs, bundle.Input{Name: in.Name, Shape: in.Shape})
	}
	if p.Manifest.Kind == bundle.Text {
		return p.text(ctx, f, s, o)
	}
	return p.vision(ctx, f, s, o)
}

// golden runs a photo bundle as it will be run later and records the result.
func (p *Plan) golden(ctx context.Context, rt *onnx.Runtime) error {
	if p.Manifest.Kind != bundle.Vision {
		return nil
	}
	g, err := vision.Golden(ctx, rt, &bundle.Bundle{Manifest: p.Manifest, Dir: p.dir}, goldenSeed)
	if err != nil {
		return err
	}
	p.Manifest.Golden = g
	return nil
}

// Save writes the planned bundle to dir, which must not exist.
func (p *Plan) Save(dir string) (*bundle.Bundle, error) {
	return bundle.Save(dir, p.Manifest, p.Files)
}

// problem is a fault of the graph.
func problem(where, format string, args ...any) error {
	return claim.Problem{Code: CodeSource, Where: where, Message: fmt.Sprintf(format, args...)}
}
