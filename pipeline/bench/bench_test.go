package bench

import (
	"context"
	"errors"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/photo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLanesDoEachItemOnce(t *testing.T) {
	var mu sync.Mutex
	var got []int
	if _, err := Lanes(t.Context(), 3, 20, func(_ context.Context, i int) error {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, i)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	var want []int
	for i := range 20 {
		want = append(want, i)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLanesEndWithTheFirstError(t *testing.T) {
	bad := errors.New("bad")
	calls := 0
	_, err := Lanes(t.Context(), 1, 20, func(_ context.Context, i int) error {
		calls++
		if i == 2 {
			return bad
		}
		return nil
	})
	if !errors.Is(err, bad) || calls != 3 {
		t.Errorf("%v after %d calls", err, calls)
	}
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if _, err := Lanes(ctx, 2, 5, func(context.Context, int) error { t.Error("called"); return nil }); !errors.Is(err, stop) {
		t.Errorf("%v, want the context's cause", err)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		in   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := Median(c.in); got != c.want {
			t.Errorf("Median(%v) = %v, want %v", c.in, got, c.want)
		}
	}
}

// TestCompare: ratios are taken round by round, so a round in which the whole machine was
// slow does not count for one side only.
func TestCompare(t *testing.T) {
	run := func(rate, cpu float64, peak int64) Run { return Run{Result{4, 1, rate}, cpu, peak} }
	ours := NewSide("ours", []Run{run(200, 1, 70), run(20, 2, 80), run(300, 1, 75)})
	peer := NewSide("peer", []Run{run(100, 2, 150), run(10, 4, 160), run(100, 4, 140)})
	if ours.PhotosPerSecond != 200 || peer.PeakBytes != 160 {
		t.Errorf("%+v\n%+v", ours, peer)
	}
	if diff := cmp.Diff(Ratios{Speed: 2, CPU: 2, Memory: 0.5}, Compare(ours, peer)); diff != "" {
		t.Error(diff)
	}
}

// TestDraw: the files are what they are said to be, the same each time, half of them lying.
func TestDraw(t *testing.T) {
	size := Size{"tiny", 96, 4, 2}
	a, b := t.TempDir(), t.TempDir()
	drawn := 0
	var mu sync.Mutex
	for _, dir := range []string{a, b} {
		if err := Draw(t.Context(), dir, size, func() { mu.Lock(); drawn++; mu.Unlock() }); err != nil {
			t.Fatal(err)
		}
	}
	if drawn != 4 {
		t.Errorf("told of %d drawings, want 4", drawn)
	}
	files, err := Files(a)
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	var orientations []int
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		again, err := os.ReadFile(filepath.Join(b, filepath.Base(f)))
		if err != nil || !slices.Equal(data, again) {
			t.Errorf("%s is another one the second time: %v", f, err)
		}
		h, err := photo.ReadHeader(data)
		if err != nil {
			t.Fatal(err)
		}
		if h.Format != photo.JPEG || max(h.Width, h.Height) != size.Side {
			t.Errorf("%s: %+v", f, h)
		}
		orientations = append(orientations, h.Orientation)
		r, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.Decode(r); err != nil {
			t.Errorf("%s: %v", f, err)
		}
		_ = r.Close()
	}
	if diff := cmp.Diff([]int{1, 6, 1, 6}, orientations); diff != "" {
		t.Error(diff)
	}
}

func TestFilesTakesPhotosOnly(t *testing.T) {
	dir := t.TempDir()
	if _, err := Files(dir); err == nil {
		t.Error("no error for an empty folder")
	}
	for _, name := range []string{"a.JPG", "b.txt", "c.webp", "claims.jsonl"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte{1}, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "d.png"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{filepath.Join(dir, "a.JPG"), filepath.Join(dir, "c.webp")}, got); diff != "" {
		t.Error(diff)
	}
}

func TestChildEndsWithTheContext(t *testing.T) {
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if _, err := Child(ctx, "", "sh", "-c", "sleep 100"); !errors.Is(err, stop) {
		t.Errorf("%v, want the context's cause", err)
	}
}
