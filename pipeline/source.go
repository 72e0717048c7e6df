package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/defekt/defekt/pipeline/claim"
)

// Source gives the bytes of a photo by its reference. Read must return a claim.Problem
// for a photo that is missing, empty, unreadable or larger than limit bytes, must not
// take more than limit+1 bytes of memory for it, and must be safe for concurrent use.
type Source interface {
	Read(ctx context.Context, ref string, limit int64) ([]byte, error)
}

// Files is the Source of photos whose references are file paths.
type Files struct{}

// Read reads the file ref.
func (Files) Read(ctx context.Context, ref string, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.Open(ref)
	if err != nil {
		return nil, unread(err)
	}
	defer f.Close() //nolint:errcheck // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, unread(err)
	}
	switch size := info.Size(); {
	case !info.Mode().IsRegular():
		return nil, claim.Problem{Code: claim.CodePhotoUnread, Message: "this is not a regular file"}
	case size == 0:
		return nil, claim.Problem{Code: claim.CodePhotoEmpty, Message: "the file has no bytes; send the photo again"}
	case size > limit:
		return nil, claim.Problem{
			Code:    claim.CodePhotoTooLarge,
			Message: fmt.Sprintf("the file has %d bytes, at most %d are read; send a smaller photo", size, limit),
		}
	default:
		data := make([]byte, size)
		if _, err := io.ReadFull(f, data); err != nil {
			return nil, unread(err)
		}
		return data, nil
	}
}

// unread tells a missing file from one that cannot be read; the path stays out of the
// message since it stands on the report already.
func unread(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return claim.Problem{Code: claim.CodePhotoMissing, Message: "there is no such file; check the reference"}
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return claim.Problem{Code: claim.CodePhotoUnread, Message: "reading failed: " + err.Error()}
}
