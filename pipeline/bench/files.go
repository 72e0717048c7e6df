package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// photoName is what the peer takes for a photo.
var photoName = regexp.MustCompile(`(?i)\.(jpe?g|png|webp)$`)

// Files lists the photos in a folder, not those in folders within it, by name. It is an
// error when there are none.
func Files(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() && photoName.MatchString(e.Name()) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no JPEG, PNG or WebP files in %s", dir)
	}
	return out, nil
}
