package registry_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/onnx/onnxtest"
	"github.com/defekt/defekt/models/registry"
	"github.com/defekt/defekt/models/registry/source"
	"github.com/defekt/defekt/pipeline/claim"
)

// newRegistry gives an empty registry whose notes are collected in the returned slice.
func newRegistry(t *testing.T) (registry.Registry, *[]string) {
	t.Helper()
	onnxtest.Runtime(t) // skips without the library
	notes := new([]string)
	return registry.Registry{
		Dir: filepath.Join(t.TempDir(), "models"), CacheDir: filepath.Join(t.TempDir(), "cache"),
		Runtime: func() (*onnx.Runtime, error) { return onnx.Open(onnxtest.Search()) },
		Note:    func(s string) { *notes = append(*notes, s) },
	}, notes
}

func names(t *testing.T, r registry.Registry) []string {
	t.Helper()
	list, err := r.List()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range list {
		name := e.Name
		if e.Err != nil {
			name += " (broken)"
		}
		out = append(out, name)
	}
	return out
}

func TestAddListFindVerify(t *testing.T) {
	ctx := context.Background()
	r, notes := newRegistry(t)
	if diff := cmp.Diff([]string{}, names(t, r)); diff != "" {
		t.Error("a registry without a folder:", diff)
	}
	added, err := r.Add(ctx, onnxtest.Graph(t, "photo.onnx"), source.Options{Name: "zebra"})
	if err != nil {
		t.Fatal(err)
	}
	if len(*notes) == 0 {
		t.Error("guesses were not noted")
	}
	if _, err := r.Add(ctx, added.Dir, source.Options{Name: "ant"}); err != nil { // a bundle, under another name
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(r.Dir, "broken"), 0o750); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ant", "broken (broken)", "zebra"}, names(t, r)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"ant", "zebra", added.Dir} {
		b, err := r.Verify(ctx, name)
		if err != nil || b.Digest() != added.Digest() {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = r.Add(ctx, onnxtest.Graph(t, "photo.onnx"), source.Options{Name: "zebra"})
	if claim.AsProblem(err, "").Code != registry.CodeExists {
		t.Errorf("a taken name: %v", err)
	}
}

func TestFindUnknownSaysWhatThereIs(t *testing.T) {
	r, _ := newRegistry(t)
	if _, err := r.Add(context.Background(), onnxtest.Graph(t, "photo.onnx"), source.Options{}); err != nil {
		t.Fatal(err)
	}
	_, err := r.Find(context.Background(), "foto")
	if claim.AsProblem(err, "").Code != registry.CodeUnknown || !strings.Contains(err.Error(), "there are: photo") {
		t.Errorf("%v", err)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	r, _ := newRegistry(t)
	b, err := r.Add(context.Background(), onnxtest.Graph(t, "photo.onnx"), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(b.ModelPath(), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Verify(context.Background(), "photo"); claim.AsProblem(err, "").Code != bundle.CodeChanged {
		t.Errorf("a cut file: %v", err)
	}
}

func TestVerifyRunsTheGoldenInput(t *testing.T) {
	r, _ := newRegistry(t)
	b, err := r.Add(context.Background(), onnxtest.Graph(t, "photo.onnx"), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.Golden.Outputs[0].Values[1] += 100
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.Dir, bundle.ManifestName), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Verify(context.Background(), "photo"); claim.AsProblem(err, "").Code != bundle.CodeGolden {
		t.Errorf("another golden: %v", err)
	}
}

func TestModelsNamedByPathAreBundledOnce(t *testing.T) {
	ctx := context.Background()
	r, notes := newRegistry(t)
	graph := filepath.Join(t.TempDir(), "fly.onnx")
	data, err := os.ReadFile(onnxtest.Graph(t, "photo.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(data []byte) {
		if err := os.WriteFile(graph, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(data)
	first, err := r.Find(ctx, graph)
	if err != nil || !strings.Contains((*notes)[0], "bundled with defaults") {
		t.Fatalf("%v %q", err, *notes)
	}
	*notes = nil
	second, err := r.Find(ctx, graph)
	if err != nil || second.Dir != first.Dir || len(*notes) != 0 {
		t.Errorf("second time: %v, notes %q", err, *notes)
	}
	if err := os.Truncate(second.ModelPath(), 3); err != nil { // the cache is damaged
		t.Fatal(err)
	}
	if third, err := r.Find(ctx, graph); err != nil || third.Digest() != first.Digest() {
		t.Errorf("a damaged cache must be made anew: %v", err)
	}
	other, err := os.ReadFile(onnxtest.Graph(t, "photo-free.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	write(other)
	if changed, err := r.Find(ctx, graph); err != nil || changed.Dir == first.Dir {
		t.Errorf("another content must be another bundle: %v", err)
	}
	if diff := cmp.Diff([]string{}, names(t, r)); diff != "" {
		t.Error("registered on the fly:", diff)
	}
}

func TestDefaultDir(t *testing.T) {
	for _, tc := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{registry.EnvDir: "/m", "HOME": "/h"}, "/m"},
		{map[string]string{"XDG_CONFIG_HOME": "/c", "HOME": "/h"}, "/c/defekt/models"},
		{map[string]string{"HOME": "/h"}, "/h/.config/defekt/models"},
		{nil, ""},
	} {
		if got := registry.DefaultDir(func(k string) string { return tc.env[k] }); filepath.ToSlash(got) != tc.want {
			t.Errorf("%v: %q, want %q", tc.env, got, tc.want)
		}
	}
}
