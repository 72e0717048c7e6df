// Package onnxtest gives tests the ONNX Runtime and the tiny graphs of models/onnx/testdata.
// It is for tests only: no command imports it.
package onnxtest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/models/onnx"
)

// Search is where tests look for the library: where the program does. It is only read.
func Search() onnx.Search { return onnx.DefaultSearch(os.Getenv) }

// Runtime opens the runtime and closes it with the test. Without the library the test is
// skipped, or fails where the environment says CI=true.
func Runtime(t testing.TB) *onnx.Runtime {
	t.Helper()
	rt, err := onnx.Open(Search())
	if errors.Is(err, onnx.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skipf("needs the ONNX Runtime: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(); err != nil {
			t.Error(err)
		}
	})
	return rt
}

// Root is the folder with go.mod, found from the test's folder upwards.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
}

// Graph is the path of one of the tiny graphs, such as "photo.onnx".
func Graph(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(Root(t), "models", "onnx", "testdata", name)
}

// SharedModel is the path of a folder in ../shared/models. Without it the test is skipped,
// or fails where the environment says CI=true.
func SharedModel(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(filepath.Dir(Root(t)), "shared", "models", name)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("needs ../shared/models/%s: %v", name, err)
		}
		t.Skipf("needs ../shared/models/%s: %v", name, err)
	}
	return dir
}
