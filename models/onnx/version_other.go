//go:build !darwin && !linux

package onnx

import (
	"path/filepath"
	"strings"
)

// libraryVersion cannot load a library just to ask it on this system. It trusts a version
// in the path, as the cache folder has one, and else takes the library as fitting; opening
// the runtime fails with the binding's own message when it does not.
func libraryVersion(path string) (string, error) {
	for part := range strings.SplitSeq(filepath.ToSlash(path), "/") {
		if strings.HasPrefix(part, "1.") && fits(part) == nil {
			return part, nil
		}
	}
	return Version, nil
}
