//go:build unix

package blob

import (
	"errors"
	"os"
	"syscall"
)

// syncFolder makes the names in a folder durable. File systems that cannot (some network
// shares) say EINVAL or ENOTSUP; there the server keeps names its own way.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
