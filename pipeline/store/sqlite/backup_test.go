package sqlite_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

func TestBackupWhileOthersWrite(t *testing.T) {
	s, db, path := newStore(t)
	first := accept(t, s, "first")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				accept(t, s, "more")
			}
		}
	})
	folder := filepath.Dir(path)
	file := filepath.Join(folder, "backup?.db")
	for range 3 { // also over an earlier one
		if err := sqlite.Backup(t.Context(), db, file); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()

	restored := filepath.Join(folder, "restored.db")
	if err := sqlite.Restore(t.Context(), file, restored); err != nil {
		t.Fatal(err)
	}
	again := sqlite.New(openDB(t, restored), sqlite.Config{})
	got, err := again.Claim(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, got); d != "" {
		t.Error(d)
	}
	left, err := filepath.Glob(filepath.Join(folder, ".*.part*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if mode := stat(t, restored).Mode(); mode.Perm() != 0o600 {
		t.Errorf("the restored database has mode %v", mode)
	}
}

func TestRestoreRefuses(t *testing.T) {
	s, db, path := newStore(t)
	accept(t, s, "first")
	folder := t.TempDir()
	good := filepath.Join(folder, "good.db")
	if err := sqlite.Backup(t.Context(), db, good); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(folder, "other.db")
	if _, err := openDB(t, other).Exec("CREATE TABLE x (y)"); err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	for i := 4096; i < len(damaged)-4096; i += 2 * 4096 {
		copy(damaged[i:], bytes.Repeat([]byte{0xff}, 512))
	}
	for name, tc := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":     {nil, "not one of defekt's"},
		"text":      {[]byte(strings.Repeat("no database ", 1000)), "no backup"},
		"cut short": {whole[:len(whole)/2], ""},
		"damaged":   {damaged, ""},
	} {
		file, to := filepath.Join(folder, name), filepath.Join(folder, name+" restored")
		if err := os.WriteFile(file, tc.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := sqlite.Restore(t.Context(), file, to); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
		if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a database was made: %v", name, err)
		}
	}
	if err := sqlite.Restore(t.Context(), filepath.Join(folder, "missing"), filepath.Join(folder, "x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if err := sqlite.Restore(t.Context(), good, path); !errors.Is(err, store.ErrConflict) {
		t.Errorf("over a database: %v", err)
	}
	gone := filepath.Join(folder, "gone.db")
	if err := os.WriteFile(gone+"-wal", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(t.Context(), good, gone); !errors.Is(err, store.ErrConflict) {
		t.Errorf("beside a stray log: %v", err)
	}
}

func TestBackupFails(t *testing.T) {
	_, db, path := newStore(t)
	if err := sqlite.Backup(t.Context(), db, filepath.Join(filepath.Dir(path), "no", "such", "folder.db")); err == nil {
		t.Error("no error")
	}
	folder := filepath.Join(filepath.Dir(path), "folder")
	if err := os.MkdirAll(filepath.Join(folder, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Backup(t.Context(), db, folder); err == nil {
		t.Error("over a folder: no error")
	}
}

// TestEraseOverwrites: not only the rows go, but their bytes in the file and its log.
func TestEraseOverwrites(t *testing.T) {
	s, _, path := newStore(t)
	const secret = "Xylophonist-4711"
	n := store.New{Claim: claim.Claim{ID: "a", Text: strings.Repeat("x", 9000) + secret, Product: secret, Context: map[string]any{"customer": secret}},
		IdempotencyKey: secret, Outcome: &store.Outcome{
			Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": {Label: "major", Evidence: []claim.Evidence{{What: secret}}}}},
			Vectors:    []store.Vector{{Space: "s", Values: []float32{0.123456, 0.9}}}}}
	c, _, err := s.Accept(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		accept(t, s, "other")
	}
	vector := []byte{0x80, 0xd6, 0xfc, 0x3d} // 0.123456
	if !onDisk(t, path, []byte(secret)) || !onDisk(t, path, vector) {
		t.Fatal("the test does not see the content while it is there")
	}
	if _, err := s.Erase(t.Context(), c.ID, "me"); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, path, []byte(secret)) {
		t.Error("text stayed on disk")
	}
	if onDisk(t, path, vector) {
		t.Error("the vector stayed on disk")
	}
}

// TestEraseWithReader: the log cannot be cut while a reader needs it, but is by a later write.
func TestEraseWithReader(t *testing.T) {
	s, db, path := newStore(t)
	const secret = "Xylophonist-4711"
	c := accept(t, s, secret)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	reader := openDB(t, path)
	rows, err := reader.QueryContext(t.Context(), "SELECT seq FROM claim")
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), c.ID, "me"); err != nil {
		t.Fatal(err)
	}
	if !onDisk(t, path, []byte(secret)) {
		t.Error("the reader did not hold the log; this tests nothing")
	}
	rows.Close()
	accept(t, s, "next")
	if onDisk(t, path, []byte(secret)) {
		t.Error("text stayed on disk after the reader ended")
	}
}

func onDisk(t *testing.T, path string, what []byte) bool {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, what) {
			return true
		}
	}
	return false
}

func stat(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}
