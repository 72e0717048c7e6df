package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// encoders are what a test has its claims encoded by.
type encoders struct {
	side     int
	features func(ctx context.Context, c claim.Claim, photos []*raster.Image) (feature.Example, error)
}

func (e encoders) ShortSide() int { return e.side }

func (e encoders) Features(ctx context.Context, c claim.Claim, photos []*raster.Image) (feature.Example, error) {
	return e.features(ctx, c, photos)
}

// words encodes a claim as the length of its text.
func words(_ context.Context, c claim.Claim, _ []*raster.Image) (feature.Example, error) {
	return feature.Example{feature.DenseBlock([]float32{float32(len(c.Text))})}, nil
}

func engine(t *testing.T, cfg pipeline.Config) *pipeline.Engine {
	t.Helper()
	d, err := photo.New(photo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return pipeline.New(cfg, pipeline.Files{}, d)
}

func claims(n int) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for i := range n {
			if !yield(claim.Claim{ID: fmt.Sprint(i), Text: strings.Repeat("x", i+1)}, nil) {
				return
			}
		}
	}
}

func TestOrderIsKept(t *testing.T) {
	var under, most atomic.Int64
	slow := encoders{features: func(ctx context.Context, c claim.Claim, p []*raster.Image) (feature.Example, error) {
		most.Store(max(most.Load(), under.Add(1)))
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
		under.Add(-1)
		return words(ctx, c, p)
	}}
	const inFlight = 5
	next := 0
	err := engine(t, pipeline.Config{InFlight: inFlight}).Encode(context.Background(), slow, claims(200), func(e pipeline.Encoded) error {
		if e.Claim.ID != fmt.Sprint(next) || int(e.Features[0].Dense[0]) != next+1 {
			t.Errorf("place %d holds claim %s of %g letters", next, e.Claim.ID, e.Features[0].Dense[0])
		}
		next++
		return nil
	})
	if err != nil || next != 200 {
		t.Fatalf("%d claims, error %v", next, err)
	}
	if m := most.Load(); m < 2 || m > inFlight {
		t.Errorf("%d claims at once, want 2 to %d", m, inFlight)
	}
}

func TestEndings(t *testing.T) {
	boom := errors.New("boom")
	broken := func(yield func(claim.Claim, error) bool) {
		for c := range claims(10) {
			if !yield(c, nil) {
				return
			}
		}
		yield(claim.Claim{}, boom)
	}
	ok := encoders{features: words}
	cases := map[string]struct {
		enc    encoders
		claims iter.Seq2[claim.Claim, error]
		emit   func(n int) error
		want   int // claims that must come out; -1 for fewer than all
	}{
		"reader fails": {ok, broken, func(int) error { return nil }, 10},
		"emit fails": {ok, claims(1000), func(n int) error {
			if n == 7 {
				return boom
			}
			return nil
		}, 7},
		"encoder fails": {encoders{features: func(_ context.Context, c claim.Claim, _ []*raster.Image) (feature.Example, error) {
			if c.ID == "4" {
				return nil, boom
			}
			return words(context.Background(), c, nil)
		}}, claims(1000), func(int) error { return nil }, 4},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n := 0
			err := engine(t, pipeline.Config{}).Encode(context.Background(), c.enc, c.claims, func(pipeline.Encoded) error {
				n++
				return c.emit(n)
			})
			if !errors.Is(err, boom) || n != c.want {
				t.Errorf("%d claims and error %v, want %d and boom", n, err, c.want)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	waiting := encoders{features: func(ctx context.Context, c claim.Claim, p []*raster.Image) (feature.Example, error) {
		if c.ID == "20" {
			cancel(enough)
		}
		if c.ID > "20" {
			<-ctx.Done()
		}
		return words(ctx, c, p)
	}}
	endless := func(yield func(claim.Claim, error) bool) {
		for i := 0; yield(claim.Claim{ID: fmt.Sprintf("%02d", i), Text: "x"}, nil); i++ {
		}
	}
	done := make(chan error, 1)
	go func() {
		done <- engine(t, pipeline.Config{}).Encode(ctx, waiting, endless, func(pipeline.Encoded) error { return nil })
	}()
	select {
	case err := <-done:
		if !errors.Is(err, enough) {
			t.Errorf("error %v, want the cause", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the run did not end")
	}
}

func TestPanicsAndProblemsStayWithTheirClaim(t *testing.T) {
	var told atomic.Int64
	cfg := pipeline.Config{Panicked: func(id string, v any, stack []byte) {
		if id != "3" || len(stack) == 0 {
			t.Errorf("panic of claim %s: %v", id, v)
		}
		told.Add(1)
	}}
	faulty := encoders{features: func(ctx context.Context, c claim.Claim, p []*raster.Image) (feature.Example, error) {
		switch c.ID {
		case "3":
			panic("a bad claim")
		case "5":
			return nil, fmt.Errorf("wrapped: %w", claim.Problem{Code: claim.CodeTextTooLong, Message: "too long"})
		}
		return words(ctx, c, p)
	}}
	want := map[string]claim.Code{"3": claim.CodeInternal, "5": claim.CodeTextTooLong}
	err := engine(t, cfg).Encode(context.Background(), faulty, claims(10), func(e pipeline.Encoded) error {
		code, bad := want[e.Claim.ID]
		if bad != (e.Features == nil) || bad != slices.ContainsFunc(e.Problems, func(p claim.Problem) bool { return p.Code == code }) {
			t.Errorf("claim %s: features %v, problems %v", e.Claim.ID, e.Features, e.Problems)
		}
		return nil
	})
	if err != nil || told.Load() != 1 {
		t.Errorf("error %v, %d panics told", err, told.Load())
	}
}
