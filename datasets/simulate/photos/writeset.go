package photos

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"

	"github.com/sourcegraph/conc/pool"

	"github.com/defekt/defekt/pipeline/claim"
)

const (
	claimsFile  = "claims.jsonl"
	imagesDir   = "images"
	jpegQuality = 85
)

// names are the products in words, as a claims system would have them.
var names = map[Product]string{
	Parcel: "parcel", Panel: "sheet metal panel", Board: "wooden drawer front", Fabric: "cushion",
	Plastic: "control unit", Phone: "smartphone", Bag: "leather bag", Chair: "chair", Bottle: "bottle",
}

// WriteSet draws n damaged products and writes them as a dataset into dir, which it makes
// when missing: images/drawn-000001.jpg and so on (JPEG, quality 85, 480 pixels) and
// claims.jsonl, one claim a line with empty text, labels and the context drawn = true.
// Products and their plausible symptoms take turns, so that labels are near balance; the
// same n and seed write the same files. It stops at the context's end and then leaves
// photos but no claims.jsonl behind.
func WriteSet(ctx context.Context, dir string, n int, seed uint64) error {
	if n < 1 {
		return fmt.Errorf("photos: a set of %d photos: at least 1 is needed", n)
	}
	if err := os.MkdirAll(filepath.Join(dir, imagesDir), 0o755); err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	workers := pool.New().WithContext(ctx).WithCancelOnError().WithMaxGoroutines(runtime.GOMAXPROCS(0))
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		workers.Go(func(ctx context.Context) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return writePhoto(filepath.Join(dir, photoName(i)), setSpec(seed, i))
		})
	}
	if err := errors.Join(workers.Wait(), ctx.Err()); err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	return writeClaims(filepath.Join(dir, claimsFile), n, seed)
}

func photoName(i int) string { return fmt.Sprintf("%s/drawn-%06d.jpg", imagesDir, i+1) }

// setSpec gives the set's i-th spec. Symptoms are dealt first, since they are the rarer
// labels, then one of the products that show it.
func setSpec(seed uint64, i int) Spec {
	d := newDice(seed, uint64(i)+1<<32)
	all := Symptoms()
	symptom := all[i%len(all)]
	var fitting []Product
	for _, p := range Products() {
		for _, s := range Plausible(p) {
			if s == symptom {
				fitting = append(fitting, p)
			}
		}
	}
	return Spec{
		Seed: d.Uint64(), Product: fitting[d.IntN(len(fitting))], Symptom: symptom,
		Severity: float64(d.between(.1, 1)),
	}
}

func writePhoto(path string, spec Spec) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	if err := jpeg.Encode(w, Draw(spec), &jpeg.Options{Quality: jpegQuality}); err != nil {
		return err
	}
	return w.Flush()
}

func writeClaims(path string, n int, seed uint64) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for i := range n {
		if err := enc.Encode(setClaim(i, setSpec(seed, i))); err != nil {
			return fmt.Errorf("photos: %w", err)
		}
	}
	return w.Flush()
}

func setClaim(i int, spec Spec) claim.Claim {
	return claim.Claim{
		ID:      fmt.Sprintf("drawn-%06d", i+1),
		Photos:  []string{photoName(i)},
		Product: names[spec.Product],
		Context: map[string]any{"drawn": true},
		Labels:  Labels(spec),
	}
}
