package blob

import (
	"context"
	"errors"
	"testing"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
)

var _ pipeline.Source = Source{}

// conformSource: what the engine gets to see of each fault.
func conformSource(t *testing.T, p place) {
	good, bad := mustPut(t, p.store, photo(t, 500)), mustPut(t, p.store, photo(t, 500))
	p.replace(t, bad, photo(t, 500))
	for _, c := range []struct {
		name, ref string
		limit     int64
		want      claim.Code
	}{
		{"good", good, 500, ""},
		{"missing", Digest([]byte("x")), 500, claim.CodePhotoMissing},
		{"a path", "../../etc/passwd", 500, claim.CodePhotoMissing},
		{"damaged", bad, 500, claim.CodePhotoUnread},
		{"too large", good, 499, claim.CodePhotoTooLarge},
	} {
		data, err := Source{p.store}.Read(t.Context(), c.ref, c.limit)
		if got := code(err); got != c.want || (err == nil) != (len(data) == 500) {
			t.Errorf("%s: code %q, want %q; %d bytes, %v", c.name, got, c.want, len(data), err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Source{p.store}.Read(ctx, good, 500)
	if code(err) != claim.CodeCancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// answering is a Reader with one answer.
type answering struct{ err error }

func (a answering) Read(context.Context, string, int64) ([]byte, error) { return nil, a.err }

func TestSourceTellsAFaultOfTheStoreFromOneOfThePhoto(t *testing.T) {
	_, err := Source{answering{errors.New("disk on fire at 10.0.0.7")}}.Read(t.Context(), Digest(nil), 1)
	p := claim.AsProblem(err, "none")
	if p.Code != claim.CodePhotoStore || p.Message != "the store of photos does not answer; try again later" {
		t.Errorf("got %+v", p)
	}
}

func TestSourceCallsNoBytesEmpty(t *testing.T) {
	if _, err := (Source{answering{}}).Read(t.Context(), Digest(nil), 1); code(err) != claim.CodePhotoEmpty {
		t.Error(err)
	}
}

func code(err error) claim.Code {
	if err == nil {
		return ""
	}
	return claim.AsProblem(err, "none").Code
}
