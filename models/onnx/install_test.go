package onnx

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
)

// archive writes a .tgz with one member and gives an installer that is pinned to it.
func archive(t *testing.T, member string, content []byte) (string, installer) {
	t.Helper()
	var buf bytes.Buffer
	gz := gzip.NewWriter(&buf)
	tw := tar.NewWriter(gz)
	head := &tar.Header{Name: member, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}
	_, werr := func() (int, error) { _ = tw.WriteHeader(head); return tw.Write(content) }()
	if err := errors.Join(werr, tw.Close(), gz.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "package.tgz")
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, installer{archiveSHA256: sum(buf.Bytes()), member: packed{member, sum(content)}}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func TestInstallExtractsTheLibraryAndNothingElse(t *testing.T) {
	path, in := archive(t, "package/lib.so", []byte("the library"))
	cache := filepath.Join(t.TempDir(), "a", "b")
	for range 2 { // twice is the same as once
		got, err := in.install(context.Background(), path, cache)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(got); err != nil || string(data) != "the library" {
			t.Errorf("%q, %v", data, err)
		}
	}
	if files, err := os.ReadDir(cache); err != nil || len(files) != 1 {
		t.Errorf("%v %v: want the library alone", files, err)
	}
}

func TestInstallRefuses(t *testing.T) {
	path, in := archive(t, "package/lib.so", []byte("the library"))
	for name, change := range map[string]func(*installer){
		"another archive":    func(i *installer) { i.archiveSHA256 = sum([]byte("x")) },
		"another library":    func(i *installer) { i.member.sha256 = sum([]byte("x")) },
		"a member not in it": func(i *installer) { i.member.member = "package/other.so" },
	} {
		bad, cache := in, t.TempDir()
		change(&bad)
		_, err := bad.install(context.Background(), path, cache)
		if claim.AsProblem(err, "").Code != CodeArchive {
			t.Errorf("%s: %v", name, err)
		}
		if files, _ := os.ReadDir(cache); len(files) != 0 {
			t.Errorf("%s: left %v behind", name, files)
		}
	}
	if _, err := Install(context.Background(), path, t.TempDir()); err == nil {
		t.Error("the pinned sum took an archive of the test's own")
	}
}

func TestInstallEndsWithItsContext(t *testing.T) {
	path, in := archive(t, "package/lib.so", []byte("the library"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := in.install(ctx, path, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestEveryPlatformOfTheArchiveIsPinned(t *testing.T) {
	for _, p := range []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64", "windows/arm64"} {
		goos, goarch, _ := bytes.Cut([]byte(p), []byte("/"))
		got, ok := packedFor(string(goos), string(goarch))
		if raw, err := hex.DecodeString(got.sha256); !ok || err != nil || len(raw) != sha256.Size {
			t.Errorf("%s: %+v", p, got)
		}
	}
	if _, ok := packedFor("plan9", "mips"); ok {
		t.Error("plan9 has no library")
	}
}
