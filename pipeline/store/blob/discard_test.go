package blob_test

import (
	"context"
	"errors"
	"testing"

	"github.com/defekt/defekt/pipeline/store/blob"
)

func TestDiscard(t *testing.T) {
	said := errors.New("no database")
	for name, tc := range map[string]struct {
		used   bool
		err    error
		remain bool
	}{
		"of nobody":                      {},
		"taken by a claim meanwhile":     {used: true, remain: true},
		"kept when nobody knows who has": {err: said, remain: true},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := blob.NewFolder(t.TempDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			digest, err := f.Put(t.Context(), []byte("photo"))
			if err != nil {
				t.Fatal(err)
			}
			asked := 0
			err = blob.Discard(t.Context(), f, digest, 100, func(ctx context.Context, d string) (bool, error) {
				asked++
				if _, err := f.Read(ctx, d, 100); !errors.Is(err, blob.ErrMissing) {
					t.Errorf("asked before the deletion: %v", err)
				}
				return tc.used, tc.err
			})
			if !errors.Is(err, tc.err) || asked != 1 {
				t.Errorf("error %v after %d questions", err, asked)
			}
			if _, err := f.Read(t.Context(), digest, 100); (err == nil) != tc.remain {
				t.Errorf("reading it: %v", err)
			}
		})
	}
}

// A blob too large to be held in memory goes without a way back; one that is gone is no error.
func TestDiscardOfWhatCannotBeRead(t *testing.T) {
	f, err := blob.NewFolder(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := f.Put(t.Context(), []byte("large photo"))
	if err != nil {
		t.Fatal(err)
	}
	nobody := func(context.Context, string) (bool, error) { return false, nil }
	for range 2 {
		if err := blob.Discard(t.Context(), f, digest, 3, nobody); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Read(t.Context(), digest, 100); !errors.Is(err, blob.ErrMissing) {
		t.Errorf("reading it: %v", err)
	}
}
