package onnx

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// These tests are of file names and folders that only Linux has; the file's name keeps them
// to it.

func TestFindPrefersTheCacheAndTheHigherVersion(t *testing.T) {
	cache, system := t.TempDir(), t.TempDir()
	var want []candidate
	for _, c := range []candidate{
		{filepath.Join(cache, "libonnxruntime.so.1.27.0"), "cache"},
		{filepath.Join(system, "libonnxruntime.so.1.100.0"), "system"},
		{filepath.Join(system, "libonnxruntime.so.1.21.0"), "system"},
		{filepath.Join(system, "libonnxruntime.so"), "system"},
	} {
		want = append(want, c)
		if err := os.WriteFile(c.path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := Search{CacheDir: cache, Dirs: []string{system}}
	if diff := cmp.Diff(want, s.candidates(), cmp.AllowUnexported(candidate{})); diff != "" {
		t.Error(diff)
	}
}

func TestDefaultSearchReadsOnlyTheEnvironmentItIsGiven(t *testing.T) {
	platform := filepath.Join("defekt", "onnxruntime", Version, runtime.GOOS+"-"+runtime.GOARCH)
	for _, tc := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"XDG_CACHE_HOME": "/c", "HOME": "/h"}, filepath.Join("/c", platform)},
		{map[string]string{"XDG_CACHE_HOME": "relative", "HOME": "/h"}, filepath.Join("/h/.cache", platform)},
		{nil, ""},
	} {
		if got := DefaultSearch(env(tc.env)).CacheDir; got != tc.want {
			t.Errorf("%v: %q, want %q", tc.env, got, tc.want)
		}
	}
}
