package onnx

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func env(pairs map[string]string) func(string) string {
	return func(k string) string { return pairs[k] }
}

func TestFindSaysHowToGetTheLibrary(t *testing.T) {
	empty := t.TempDir()
	for name, s := range map[string]Search{
		"nothing anywhere":   {CacheDir: empty, Dirs: []string{empty, ""}},
		"explicit file":      {Explicit: filepath.Join(empty, "none.so")},
		"explicit folder":    {Explicit: empty},
		"nothing configured": {},
	} {
		_, err := Find(s)
		if !errors.Is(err, ErrMissing) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range []string{"make runtime", "defekt models runtime --install onnxruntime-node-1.27.0.tgz", EnvLibrary} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the message lacks %q:\n%v", name, want, err)
			}
		}
	}
}

func TestFindRefusesFilesThatAreNoRuntime(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, libraryName()), []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Find(Search{CacheDir: dir})
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "refused: "+dir) {
		t.Errorf("%v", err)
	}
}

func TestFits(t *testing.T) {
	for version, want := range map[string]bool{
		"1.27.0": true, "1.24.1": true, "1.100.0": true, "1.21.0": false, "2.0.0": false, "": false, "1": false, "1.x": false,
	} {
		if got := fits(version) == nil; got != want {
			t.Errorf("fits(%q) = %v", version, got)
		}
	}
}

func TestDefaultSearchTakesTheNamedFile(t *testing.T) {
	if got := DefaultSearch(env(map[string]string{EnvLibrary: "/x"})).Explicit; got != "/x" {
		t.Errorf("explicit %q", got)
	}
}
