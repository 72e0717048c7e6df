package learning_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

func registry(t *testing.T, s store.Store) learning.Registry {
	return learning.Registry{Store: s, Shelf: learning.Shelf{Blobs: folder(t), Dir: filepath.Join(t.TempDir(), "models")}, Now: time.Now}
}

func TestModelsAreSharedAsArchives(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		r := registry(t, s)
		m, err := r.Register(t.Context(), learning.Candidate{Folder: builtin.FS(), Manifest: models.Manifest{Name: "built in", Taxonomy: "starter@1"}, Data: "sha256:d", By: "anna",
			Verdict: &learning.Verdict{Passed: true}})
		check(t, err)
		if !m.Passed || m.Name != "built in" || m.Digest != learning.DigestOf(builtin.FS()) {
			t.Errorf("registered %+v", m)
		}
		again, err := r.Register(t.Context(), learning.Candidate{Folder: builtin.FS(), Manifest: models.Manifest{Name: "other"}})
		check(t, err)
		if again.Name != "built in" || again.Archive != m.Archive || !again.Passed {
			t.Errorf("registered again as %+v", again)
		}
		dir, err := r.Shelf.Folder(t.Context(), m)
		check(t, err)
		sameFiles(t, builtin.FS(), os.DirFS(dir))
		second, err := r.Shelf.Folder(t.Context(), m)
		if err != nil || second != dir {
			t.Errorf("asked again: %s, %v", second, err)
		}
		check(t, os.WriteFile(filepath.Join(dir, models.ManifestFile), []byte("{}"), 0o600)) // damaged
		mended, err := r.Shelf.Folder(t.Context(), m)
		check(t, err)
		sameFiles(t, builtin.FS(), os.DirFS(mended))
		found, err := r.Find(t.Context(), m.Digest[7:15])
		if err != nil || found.Digest != m.Digest {
			t.Errorf("found %s, %v", found.Digest, err)
		}
		if _, err := r.Find(t.Context(), "ffff"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("found by another digest: %v", err)
		}
	})
}

func sameFiles(t *testing.T, want, got fs.FS) {
	t.Helper()
	n := 0
	check(t, fs.WalkDir(got, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		a, err := fs.ReadFile(want, path)
		if err != nil {
			return err
		}
		b, err := fs.ReadFile(got, path)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", path)
		}
		return err
	}))
	if n < 3 {
		t.Errorf("%d files", n)
	}
}

func TestPackingIsDeterministicAndTakesListedFilesOnly(t *testing.T) {
	model := fstest.MapFS{
		"model.json": {Data: []byte(`{"files":{"b":"x","a/c":"y"}}`), ModTime: time.Now()},
		"b":          {Data: []byte("bb")}, "a/c": {Data: []byte("cc")}, "stray": {Data: []byte("secret")},
	}
	one, err := learning.Pack(model)
	check(t, err)
	model["b"].ModTime = time.Now().Add(time.Hour)
	two, err := learning.Pack(model)
	check(t, err)
	if !bytes.Equal(one, two) || bytes.Contains(one, []byte("secret")) {
		t.Error("the archive depends on times or holds a stray file")
	}
	delete(model, "b")
	if _, err := learning.Pack(model); err == nil {
		t.Error("a model without one of its files is packed")
	}
}

// An archive is bytes from a shared place: nothing in it may lead out of the folder.
func TestArchivesThatLeadOutAreRefused(t *testing.T) {
	for _, h := range []tar.Header{
		{Name: "../evil", Size: 1, Mode: 0o644}, {Name: "/etc/evil", Size: 1, Mode: 0o644},
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
	} {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		check(t, w.WriteHeader(&h))
		if h.Size > 0 {
			_, err := w.Write([]byte("x"))
			check(t, err)
		}
		check(t, w.Close())
		b, dir := folder(t), t.TempDir()
		archive, err := b.Put(t.Context(), out.Bytes())
		check(t, err)
		_, err = learning.Shelf{Blobs: b, Dir: filepath.Join(dir, "models")}.Folder(t.Context(), store.Model{Digest: digest(1), Archive: archive})
		if !errors.Is(err, learning.ErrArchive) {
			t.Errorf("%s: %v", h.Name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "evil")); err == nil {
			t.Errorf("%s was written", h.Name)
		}
	}
}

func TestEveryModelCanBeGoneBackTo(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		r := learning.Registry{Store: s, Now: time.Now}
		started, one, two := digest(1), digest(2), digest(3)
		register(t, s, started, one, two)
		if _, err := r.Back(t.Context(), "", "anna", ""); !errors.Is(err, learning.ErrNoWayBack) {
			t.Errorf("before any promotion: %v", err)
		}
		check(t, r.Begin(t.Context(), store.Model{Digest: started}))
		check(t, r.Begin(t.Context(), store.Model{Digest: two})) // it has begun
		for _, m := range []string{one, two} {
			_, err := r.Promote(t.Context(), store.Promotion{Model: m, By: "anna"})
			check(t, err)
		}
		if _, err := r.Promote(t.Context(), store.Promotion{Model: two}); !errors.Is(err, learning.ErrSame) {
			t.Errorf("the live one again: %v", err)
		}
		for _, want := range []string{one, started} { // twice back is two back, not to and fro
			p, err := r.Back(t.Context(), "", "anna", "worse")
			check(t, err)
			if p.Model != want || !p.Back || p.Why != "worse" {
				t.Errorf("went back to %s, want %s", p.Model, want)
			}
		}
		if _, err := r.Back(t.Context(), "", "anna", ""); !errors.Is(err, learning.ErrNoWayBack) {
			t.Errorf("behind the first: %v", err)
		}
		p, err := r.Back(t.Context(), two, "anna", "it was right after all")
		if err != nil || p.Model != two {
			t.Errorf("back to a given one: %v, %v", p, err)
		}
		if _, err := r.Back(t.Context(), digest(9), "anna", ""); !errors.Is(err, learning.ErrNoWayBack) {
			t.Errorf("back to one that never was: %v", err)
		}
		all, err := s.Promotions(t.Context(), 100)
		check(t, err)
		if len(all) != 6 {
			t.Errorf("%d promotions in the history, want all 6", len(all))
		}
	})
}
