package blob

import (
	"context"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/claim"
)

// Reader is the part of a Store that a Source needs.
type Reader interface {
	Read(ctx context.Context, digest string, limit int64) ([]byte, error)
}

// Source reads photos whose references are digests; it keeps the contract of pipeline.Source.
type Source struct{ Blobs Reader }

// Read gives a photo's bytes. Each error is or wraps a claim.Problem. The code photo_store is
// no fault of the photo: the store failed, and a claim judged without this photo should be
// judged again.
func (s Source) Read(ctx context.Context, ref string, limit int64) ([]byte, error) {
	data, err := s.Blobs.Read(ctx, ref, limit)
	if err == nil && len(data) == 0 {
		return nil, claim.Problem{Code: claim.CodePhotoEmpty, Message: "the photo has no bytes; send it again"}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", problem(ctx, err, limit), err)
	}
	return data, nil
}

func problem(ctx context.Context, err error, limit int64) claim.Problem {
	switch {
	case ctx.Err() != nil:
		return claim.Problem{Code: claim.CodeCancelled, Message: "reading the photo was stopped"}
	case errors.Is(err, ErrMissing):
		return claim.Problem{Code: claim.CodePhotoMissing, Message: "there is no such photo; send it again"}
	case errors.Is(err, ErrDamaged):
		return claim.Problem{Code: claim.CodePhotoUnread, Message: "the stored photo is damaged; send it again"}
	case errors.Is(err, ErrTooLarge):
		return claim.Problem{
			Code:    claim.CodePhotoTooLarge,
			Message: fmt.Sprintf("the photo has more than %d bytes; send a smaller one", limit),
		}
	}
	return claim.Problem{Code: claim.CodePhotoStore, Message: "the store of photos does not answer; try again later"}
}
