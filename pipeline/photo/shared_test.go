package photo

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedDir finds a folder below ../shared of the repository. Where it is missing the test
// is skipped, except in CI, where it must be there.
func sharedDir(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
	path := filepath.Join(dir, "..", "shared", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI needs %s: %v", name, err)
		}
		t.Skipf("../shared/%s is not here; the test needs its photos", name)
	}
	return path
}

// sharedPhotos gives up to limit photos of a data set, evenly spread over it.
func sharedPhotos(t testing.TB, set string, limit int) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(sharedDir(t, "data/vision/"+set), "images", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no photos in %s: %v", set, err)
	}
	if len(files) <= limit {
		return files
	}
	var some []string
	for i := range limit {
		some = append(some, files[i*len(files)/limit])
	}
	return some
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
