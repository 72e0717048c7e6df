package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/registry"
	"github.com/defekt/defekt/models/registry/source"
	"github.com/defekt/defekt/pipeline/claim"
)

// modelsCmd groups what can be done with encoders on disk.
type modelsCmd struct {
	List    modelsListCmd    `cmd:"" help:"List the registered models."`
	Show    modelsShowCmd    `cmd:"" help:"Show one model: outputs, preprocessing, licence, files."`
	Add     modelsAddCmd     `cmd:"" help:"Register an ONNX file, a Hugging Face or Optimum folder, or a bundle."`
	Verify  modelsVerifyCmd  `cmd:"" help:"Check files against their sha256 and run the golden input."`
	Runtime modelsRuntimeCmd `cmd:"" help:"Show which ONNX Runtime library is used, or install one."`

	Candidates modelsCandidatesCmd `cmd:"" help:"List the models that were learnt and registered, with what judging them gave."`
	Promote    modelsPromoteCmd    `cmd:"" help:"Make a registered model answer."`
	Rollback   modelsRollbackCmd   `cmd:"" help:"Go back to a model that was live before."`
	History    modelsHistoryCmd    `cmd:"" help:"Tell which model answered when, by whom and why."`
	Shadow     modelsShadowCmd     `cmd:"" help:"Run a candidate beside the live model, and show where they differ."`
	Rescore    modelsRescoreCmd    `cmd:"" help:"Show or hasten the re-scoring of history after a promotion."`
}

// models gives the registry of this user.
func (a *app) models() registry.Registry {
	r := registry.Registry{
		Dir:     registry.DefaultDir(a.getenv),
		Runtime: a.openRuntime,
		Note:    func(s string) { _, _ = fmt.Fprintln(a.stderr, "note:", s) },
	}
	if cache := onnx.UserCacheDir(a.getenv); cache != "" {
		r.CacheDir = filepath.Join(cache, "defekt", "bundles")
	}
	return r
}

// openRuntime opens the library that the environment leads to.
func (a *app) openRuntime() (*onnx.Runtime, error) { return onnx.Open(onnx.DefaultSearch(a.getenv)) }

type modelsListCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints one line for each model. A broken one is listed with its fault.
func (c modelsListCmd) Run(a *app) error {
	r := a.models()
	list, err := r.List()
	if err != nil {
		return err
	}
	if c.JSON {
		return printModelsJSON(a.stdout, list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintf(a.stdout, "No models in %s.\nTry: defekt models add PATH\n", r.Dir)
		return err
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "NAME\tKIND\tOUTPUTS\tMB\tLICENCE\tDIGEST")
	for _, e := range list {
		if e.Err != nil {
			_, _ = fmt.Fprintf(w, "%s\tbroken: %s\n", e.Name, strings.ReplaceAll(e.Err.Error(), "\n", "; "))
			continue
		}
		b := e.Bundle
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%.1f\t%s\t%s\n", b.Name, b.Kind, outputs(b), float64(b.Bytes())/1e6, cut(b.Licence, 30), b.Digest()[:12])
	}
	return w.Flush()
}

// outputs is "features 1280, features_mid 576".
func outputs(b *bundle.Bundle) string {
	parts := make([]string, len(b.Outputs))
	for i, o := range b.Outputs {
		parts[i] = fmt.Sprintf("%s %d", o.Name, o.Dim)
	}
	return strings.Join(parts, ", ")
}

// cut shortens s to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-3]) + "..."
	}
	return s
}

// listed is one model in the JSON output.
type listed struct {
	Name     string           `json:"name"`
	Digest   string           `json:"digest,omitempty"`
	Dir      string           `json:"dir,omitempty"`
	Manifest *bundle.Manifest `json:"manifest,omitempty"`
	Error    string           `json:"error,omitempty"`
}

func describeBundle(b *bundle.Bundle) listed {
	return listed{Name: b.Name, Digest: b.Digest(), Dir: b.Dir, Manifest: &b.Manifest}
}

func printModelsJSON(w io.Writer, list []registry.Entry) error {
	out := []listed{}
	for _, e := range list {
		if e.Err != nil {
			out = append(out, listed{Name: e.Name, Error: e.Err.Error()})
			continue
		}
		out = append(out, describeBundle(e.Bundle))
	}
	return writeIndented(w, out)
}

func writeIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

type modelsShowCmd struct {
	Model string `arg:"" help:"Name of a registered model, or the path of a bundle or model."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Run prints the manifest for people.
func (c modelsShowCmd) Run(a *app) error {
	b, err := a.models().Find(a.ctx, c.Model)
	if err != nil {
		return modelsError(err)
	}
	if c.JSON {
		return writeIndented(a.stdout, describeBundle(b))
	}
	return showBundle(a.stdout, b)
}

// showBundle prints one fact a line.
func showBundle(out io.Writer, b *bundle.Bundle) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("name", "%s", b.Name)
	row("kind", "%s", b.Kind)
	row("digest", "%s", b.Digest())
	row("folder", "%s", b.Dir)
	for _, in := range b.Inputs {
		row("input", "%s %v", in.Name, in.Shape)
	}
	for _, o := range b.Outputs {
		row("output", "%s: %d values, pooling %s", o.Name, o.Dim, o.Pool)
	}
	if v := b.VisionSpec; v != nil {
		row("photo", "%s", fitText(v))
		row("tensor", "%s %s, (level*%.6g - mean)/std, mean %v, std %v", v.Layout, v.Colour, v.Scale, v.Mean, v.Std)
	}
	if t := b.TextSpec; t != nil {
		row("text", "at most %d tokens, length 1: %v, prefix %q", t.MaxTokens, t.Normalise, t.Prefix)
	}
	row("licence", "%s", b.Licence)
	row("source", "%s", b.Source)
	row("golden", "%v", b.Golden != nil)
	for _, f := range b.Files {
		row("file", "%s  %d bytes  sha256 %s", f.Path, f.Bytes, f.SHA256)
	}
	return w.Flush()
}

func fitText(v *bundle.VisionSpec) string {
	if v.Fit == bundle.FitSquash {
		return fmt.Sprintf("whole photo squashed to %dx%d (%s)", v.Size, v.Size, v.Interpolation)
	}
	return fmt.Sprintf("short side to %d, middle %dx%d (%s)", v.ShortSide, v.Size, v.Size, v.Interpolation)
}

// modelsError adds what to do next to the errors that have an answer.
func modelsError(err error) error {
	p, ok := errors.AsType[claim.Problem](err)
	switch {
	case !ok: // a missing library says itself how to get it
		return err
	case p.Code == registry.CodeUnknown:
		return withHint(err, "defekt models list, or defekt models add PATH")
	case p.Code == source.CodeSource, p.Code == onnx.CodeModel:
		return withHint(err, "defekt models add --help")
	case strings.HasPrefix(string(p.Code), "bundle_"):
		return withHint(err, "remove the model's folder and add it again from its source")
	}
	return err
}
