package blob

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// killedEnv makes the test binary a process that puts blobs until it is killed.
const killedEnv = "DEFEKT_TEST_BLOB_PUT_INTO"

func TestMain(m *testing.M) {
	if root := os.Getenv(killedEnv); root != "" {
		putForever(root)
	}
	goleak.VerifyTestMain(m)
}

func openFolder(t *testing.T) place {
	t.Helper()
	c := newClock()
	root := t.TempDir()
	f, err := NewFolder(root, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	return place{
		store: f, clock: c,
		replace: func(t *testing.T, digest string, data []byte) {
			if err := os.WriteFile(f.path(digest[7:]), data, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		names: func(t *testing.T) []string { return files(t, root) },
	}
}

func files(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFolderConforms(t *testing.T) { conform(t, openFolder) }

func TestFolderLaysBlobsOutInLeaves(t *testing.T) {
	p := openFolder(t)
	digits := mustPut(t, p.store, []byte("x"))[7:]
	want := filepath.Join(digits[:2], digits)
	if got := p.names(t); len(got) != 1 || !strings.HasSuffix(got[0], want) {
		t.Errorf("files %q, want one at %s", got, want)
	}
	info, err := os.Stat(p.names(t)[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; photos are for their owner only", info.Mode(), err)
	}
}

func TestFolderDoesNotWriteAgainWhatIsThere(t *testing.T) {
	p := openFolder(t)
	digest := mustPut(t, p.store, photo(t, 100))
	path := p.names(t)[0]
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	data, err := p.store.Read(t.Context(), digest, 100)
	if err != nil {
		t.Fatal(err)
	}
	mustPut(t, p.store, data)
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was replaced (%v)", err)
	}
}

func TestFolderClearsInterruptedPuts(t *testing.T) {
	p := openFolder(t)
	root := p.store.(*Folder).root
	left := filepath.Join(root, temporary, "put-123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.clock.t = time.Now() // the file's time is the machine's
	for _, step := range []struct {
		after time.Duration
		files int
	}{{0, 1}, {2 * time.Hour, 0}} {
		p.clock.advance(step.after)
		if _, err := p.store.Sweep(t.Context(), nobody, time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := len(p.names(t)); got != step.files {
			t.Errorf("after %v: %d files, want %d", step.after, got, step.files)
		}
	}
}

func TestFolderSweepPassesOverStrangers(t *testing.T) {
	p := openFolder(t)
	root := p.store.(*Folder).root
	digits := Digest([]byte("x"))[7:]
	for _, name := range []string{"readme.txt", digits, "aa/bb/" + digits, "aa/bb/x/" + digits} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.clock.t = time.Now().Add(48 * time.Hour)
	if got, err := p.store.Sweep(t.Context(), nobody, time.Hour); err != nil || len(got) > 0 {
		t.Errorf("swept %q, %v", got, err)
	}
}

func TestFolderFaults(t *testing.T) {
	if _, err := NewFolder("", nil); err == nil {
		t.Error("a folder without a name was opened")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewFolder(file, nil); err == nil {
		t.Error("a file was opened as a folder")
	}
	p := openFolder(t)
	digest := mustPut(t, p.store, []byte("kept"))
	root := p.store.(*Folder).root
	if err := os.RemoveAll(filepath.Join(root, temporary)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.Put(t.Context(), []byte("new")); err == nil {
		t.Error("Put succeeded without a place to write")
	}
	if err := p.store.Check(t.Context()); err == nil {
		t.Error("Check saw nothing")
	}
	if _, err := p.store.Read(t.Context(), digest, 10); err != nil {
		t.Errorf("reading needs no place to write: %v", err)
	}
}

// TestFolderSurvivesKills kills a process that puts blobs: whatever it had announced must be
// there, and whatever is there must be whole.
func TestFolderSurvivesKills(t *testing.T) {
	root := t.TempDir()
	var announced []string
	for round := range 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killedEnv+"="+root)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			announced = append(announced, lines.Text())
			if n == 3+2*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the process ended by itself")
		}
	}
	f, err := NewFolder(root, func() time.Time { return time.Now().Add(48 * time.Hour) })
	if err != nil {
		t.Fatal(err)
	}
	there, err := f.Sweep(t.Context(), nobody, time.Hour)
	if err != nil || len(there) < len(announced) || len(announced) < 20 {
		t.Fatalf("%d blobs are there, %d were announced: %v", len(there), len(announced), err)
	}
	for _, digest := range append(announced, there...) {
		if _, err := f.Read(t.Context(), digest, 1<<20); err != nil {
			t.Error(err)
		}
	}
}

func putForever(root string) {
	f, err := NewFolder(root, nil)
	for i := 0; err == nil; i++ {
		data := make([]byte, 200_000+i)
		copy(data, fmt.Sprint(os.Getpid(), i))
		var digest string
		if digest, err = f.Put(context.Background(), data); err == nil {
			fmt.Fprintln(os.Stdout, digest)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(0) //nolint:forbidigo // this is the child's main
}
