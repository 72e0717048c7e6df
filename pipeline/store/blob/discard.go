package blob

import (
	"context"
	"errors"
)

// Keeper is the part of a Store that Discard needs.
type Keeper interface {
	Reader
	Put(ctx context.Context, data []byte) (digest string, err error)
	Delete(ctx context.Context, digest string) error
}

// Discard deletes a blob that nobody refers to. Somebody may begin to while it does: used is
// asked after the deletion, and the blob is put back when it says yes. Who refers to a blob
// must therefore put it once more afterwards, as one who refers to it later than that is not
// seen here. A blob of more than limit bytes, or a damaged one, is deleted without a way back.
func Discard(ctx context.Context, k Keeper, digest string, limit int64, used func(ctx context.Context, digest string) (bool, error)) error {
	ctx = context.WithoutCancel(ctx) // half of it would be worse than none
	data, err := k.Read(ctx, digest, limit)
	if errors.Is(err, ErrMissing) {
		return nil
	}
	if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrTooLarge) {
		return err
	}
	if err := k.Delete(ctx, digest); err != nil {
		return err
	}
	is, failed := used(ctx, digest)
	if len(data) == 0 || failed == nil && !is {
		return failed
	}
	_, err = k.Put(ctx, data)
	return errors.Join(failed, err)
}
