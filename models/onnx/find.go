package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Version is the release of the ONNX Runtime that [Install] takes and that the figures in
// this repository were measured with.
const Version = "1.27.0"

// minMinor is the oldest 1.x release that the binding can talk to: its header asks for API
// version 24, which appeared with 1.24.
const minMinor = 24

// EnvLibrary names the environment variable with the library's file or folder.
const EnvLibrary = "DEFEKT_ONNXRUNTIME"

// ErrMissing is in the chain of [Find]'s error when no fitting library was found.
var ErrMissing = errors.New("the ONNX Runtime library was not found")

// Search says where to look for the library, in this order.
type Search struct {
	// Explicit is a file or folder; when set, nothing else is tried.
	Explicit string
	// CacheDir is the folder that [Install] extracts into; see [DefaultCacheDir].
	CacheDir string
	// Dirs are further folders.
	Dirs []string
}

// Library is a library that was found.
type Library struct {
	Path    string // absolute
	Version string // as the library itself says, "1.27.0"
	Origin  string // "DEFEKT_ONNXRUNTIME", "cache" or "system"
}

// DefaultSearch looks at DEFEKT_ONNXRUNTIME, the cache folder, the folder of the running
// program and the places where systems install libraries.
func DefaultSearch(getenv func(string) string) Search {
	s := Search{Explicit: getenv(EnvLibrary), CacheDir: DefaultCacheDir(getenv)}
	if exe, err := os.Executable(); err == nil {
		s.Dirs = append(s.Dirs, filepath.Dir(exe))
	}
	s.Dirs = append(s.Dirs, systemDirs(getenv)...)
	return s
}

// DefaultCacheDir is <user cache>/defekt/onnxruntime/<Version>/<os>-<arch>, or empty when
// the user has no cache folder. XDG_CACHE_HOME and HOME are read through getenv.
func DefaultCacheDir(getenv func(string) string) string {
	base := UserCacheDir(getenv)
	if base == "" {
		return ""
	}
	return filepath.Join(base, "defekt", "onnxruntime", Version, runtime.GOOS+"-"+runtime.GOARCH)
}

// UserCacheDir is [os.UserCacheDir] with the environment passed in.
func UserCacheDir(getenv func(string) string) string {
	switch runtime.GOOS {
	case "windows":
		return getenv("LocalAppData")
	case "darwin":
		if home := getenv("HOME"); home != "" {
			return filepath.Join(home, "Library", "Caches")
		}
		return ""
	}
	if dir := getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".cache")
	}
	return ""
}

// systemDirs is what the dynamic linker looks at, near enough.
func systemDirs(getenv func(string) string) []string {
	switch runtime.GOOS {
	case "windows":
		return filepath.SplitList(getenv("PATH"))
	case "darwin":
		return append(filepath.SplitList(getenv("DYLD_LIBRARY_PATH")), "/opt/homebrew/lib", "/usr/local/lib")
	}
	triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	dirs := append(filepath.SplitList(getenv("LD_LIBRARY_PATH")), "/usr/local/lib", "/usr/lib64")
	if triplet != "" {
		dirs = append(dirs, "/usr/local/lib/"+triplet, "/usr/lib/"+triplet)
	}
	return append(dirs, "/usr/lib")
}

// Find gives the first library of s whose version fits. When there is none, the error has
// [ErrMissing] in its chain, lists what was refused and says how to get the library.
func Find(s Search) (Library, error) {
	var refused []error
	for _, c := range s.candidates() {
		lib, err := inspect(c.path)
		if err == nil {
			lib.Origin = c.origin
			return lib, nil
		}
		refused = append(refused, err)
	}
	return Library{}, &missingError{search: s, refused: errors.Join(refused...)}
}

type candidate struct{ path, origin string }

// candidates lists the existing files to try.
func (s Search) candidates() []candidate {
	if s.Explicit != "" {
		if info, err := os.Stat(s.Explicit); err == nil && info.IsDir() {
			return libraries(s.Explicit, EnvLibrary)
		}
		return []candidate{{s.Explicit, EnvLibrary}}
	}
	var out []candidate
	if s.CacheDir != "" {
		out = libraries(s.CacheDir, "cache")
	}
	for _, dir := range s.Dirs {
		out = append(out, libraries(dir, "system")...)
	}
	return out
}

// libraries lists the files of dir that have one of the library's names. Numbered names
// come first, the highest version before the others.
func libraries(dir, origin string) []candidate {
	if dir == "" {
		return nil
	}
	pattern := map[string]string{"windows": "onnxruntime.dll", "darwin": "libonnxruntime*.dylib"}[runtime.GOOS]
	paths, err := filepath.Glob(filepath.Join(dir, cmp.Or(pattern, "libonnxruntime.so*")))
	if err != nil {
		return nil
	}
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(slices.Compare(numbers(b), numbers(a)), cmp.Compare(a, b))
	})
	out := make([]candidate, len(paths))
	for i, p := range paths {
		out[i] = candidate{p, origin}
	}
	return out
}

// numbers gives the version in a library's file name.
func numbers(path string) []int {
	var out []int
	for part := range strings.SplitSeq(filepath.Base(path), ".") {
		if n, err := strconv.Atoi(part); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// inspect asks the library at path for its version.
func inspect(path string) (Library, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Library{}, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return Library{}, err
	}
	if !info.Mode().IsRegular() {
		return Library{}, fmt.Errorf("%s is not a file", abs)
	}
	version, err := libraryVersion(abs)
	if err != nil {
		return Library{}, fmt.Errorf("%s: %w", abs, err)
	}
	if err := fits(version); err != nil {
		return Library{}, fmt.Errorf("%s: %w", abs, err)
	}
	return Library{Path: abs, Version: version}, nil
}

// fits says whether the binding can talk to a library of this version.
func fits(version string) error {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	if major != "1" || err != nil || n < minMinor {
		return fmt.Errorf("has version %s; needed is 1.%d or a later 1.x", version, minMinor)
	}
	return nil
}

// missingError is what Find returns; its text is meant for the person at the terminal.
type missingError struct {
	search  Search
	refused error
}

func (e *missingError) Error() string {
	var b strings.Builder
	b.WriteString(ErrMissing.Error())
	if e.search.Explicit != "" {
		fmt.Fprintf(&b, " at %s (%s)", e.search.Explicit, EnvLibrary)
	}
	if e.refused != nil {
		fmt.Fprintf(&b, "; refused: %s", strings.ReplaceAll(e.refused.Error(), "\n", "; "))
	}
	fmt.Fprintf(&b, "\n%s", HowToGet())
	return b.String()
}

func (e *missingError) Unwrap() error { return ErrMissing }

// HowToGet says in a few lines how to install the library.
func HowToGet() string {
	return "To get it, one of:\n" +
		"  make runtime                                     in a checkout of defekt\n" +
		"  npm pack " + npmPackage + "@" + Version + " && defekt models runtime --install " + npmPackage + "-" + Version + ".tgz\n" +
		"  " + EnvLibrary + "=/path/to/" + libraryName() + "       a library of version 1." + strconv.Itoa(minMinor) + " or later"
}

// libraryName is the library's usual file name on this system.
func libraryName() string {
	switch runtime.GOOS {
	case "windows":
		return "onnxruntime.dll"
	case "darwin":
		return "libonnxruntime." + Version + ".dylib"
	}
	return "libonnxruntime.so." + Version
}
