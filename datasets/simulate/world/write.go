package world

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/sourcegraph/conc/iter"

	"github.com/defekt/defekt/pipeline/claim"
)

// The files of a world.
const (
	ProductsFile    = "products.csv"
	ClaimsFile      = "claims.jsonl"    // the format of data sets, with the true labels
	PredictionsFile = "predictions.csv" // what the classifier says: id,axis,label,probability
	TruthFile       = "truth.json"      // see [Truth]
)

// UnitsFile is the name of the units' file.
func (f Format) UnitsFile() string { return "units." + string(f) }

// atOnce is how many batches are under way together, so that memory does not grow with the world.
const atOnce = 256

// Write makes the folder and writes products, units, claims, predictions and truth. The same world gives
// the same bytes. It stops at the context's end and leaves then what it has written.
func (w *World) Write(ctx context.Context, dir string, f Format) (Truth, error) {
	if f != CSV && f != JSONL {
		return Truth{}, fmt.Errorf("%w: the format %q is neither csv nor jsonl", ErrConfig, f)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Truth{}, fmt.Errorf("world: %w", err)
	}
	tally := w.NewTally()
	var claims []filed
	err := writeFile(filepath.Join(dir, f.UnitsFile()), func(out *bufio.Writer) (err error) {
		claims, err = w.units(ctx, f, tally, out)
		return err
	})
	if err != nil {
		return Truth{}, err
	}
	slices.SortStableFunc(claims, func(a, b filed) int { return cmp.Compare(a.reported, b.reported) })
	truth := tally.Truth()
	return truth, errors.Join(
		writeFile(filepath.Join(dir, ProductsFile), w.writeProducts),
		writeFile(filepath.Join(dir, ClaimsFile), func(out *bufio.Writer) error { return w.writeClaims(claims, out) }),
		writeFile(filepath.Join(dir, PredictionsFile), func(out *bufio.Writer) error { return writePredictions(claims, out) }),
		writeFile(filepath.Join(dir, TruthFile), func(out *bufio.Writer) error {
			enc := json.NewEncoder(out)
			enc.SetIndent("", "  ")
			return enc.Encode(truth)
		}))
}

// writeProducts writes the SKUs with their kind of product. No name here needs quotes.
func (w *World) writeProducts(out *bufio.Writer) error {
	if _, err := out.WriteString("sku,name,family\n"); err != nil {
		return err
	}
	for _, s := range w.skus {
		kind := categories[s.category].name
		if _, err := fmt.Fprintf(out, "%s,%s %s,%s\n", s.code, kind, s.code, kind); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, fill func(*bufio.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("world: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriterSize(f, 1<<20)
	if err := fill(out); err != nil {
		return fmt.Errorf("world: %s: %w", filepath.Base(path), err)
	}
	return out.Flush()
}

// filed is what is kept of a claim until all are known and can be put in order.
type filed struct {
	reported, sold       Day
	batch                int
	unit                 int
	label, called        string
	sku, product, region string
}

// units writes all units in order and gives the claims.
func (w *World) units(ctx context.Context, f Format, tally *Tally, out *bufio.Writer) ([]filed, error) {
	if _, err := out.Write(f.header()); err != nil {
		return nil, err
	}
	type drawn struct {
		batch *Batch
		rows  []byte
		err   error
	}
	mapper := iter.Mapper[int, drawn]{MaxGoroutines: runtime.GOMAXPROCS(0)}
	numbers := make([]int, len(w.batches))
	for i := range numbers {
		numbers[i] = i
	}
	var claims []filed
	for some := range slices.Chunk(numbers, atOnce) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, d := range mapper.Map(some, func(i *int) drawn {
			b := w.Batch(*i)
			rows, err := f.rows(w, b)
			return drawn{b, rows, err}
		}) {
			if d.err != nil {
				return nil, d.err
			}
			if _, err := out.Write(d.rows); err != nil {
				return nil, err
			}
			tally.Add(d.batch)
			claims = append(claims, d.batch.filed()...)
		}
	}
	return claims, nil
}

func (b *Batch) filed() []filed {
	out := make([]filed, len(b.Claims))
	for i, c := range b.Claims {
		of := &b.Cohorts[c.Cohort]
		out[i] = filed{c.Reported, of.Sold, b.place, c.Unit, c.Label, c.Called, b.SKU, b.Product, of.Region}
	}
	return out
}

func claimID(i int) string { return fmt.Sprintf("sim-%07d", i+1) }

const (
	streamTexts  = 4 << 20
	dayBegins    = 6 * 3600 // nobody writes at night
	secondsAwake = 16 * 3600
)

// writeClaims gives them no split: the texts are of few kinds, so that parts would share them.
func (w *World) writeClaims(claims []filed, out *bufio.Writer) error {
	rng := dice(w.cfg.Seed, streamTexts)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for i, c := range claims {
		at := c.reported.Time().Add(time.Duration(dayBegins+i*7919%secondsAwake) * time.Second)
		err := enc.Encode(claim.Claim{
			ID: claimID(i), Text: text(rng, c.label, c.product), Product: c.product, SKU: c.sku,
			Serial: string(appendSerial(nil, w.batches[c.batch].code, c.unit)), ReceivedAt: at, Lang: "en",
			Context: map[string]any{"days_since_delivery": int(c.reported - c.sold), "region": c.region, "simulated": true},
			Labels:  map[string]string{Axis: c.label},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writePredictions writes the classifier's labels, each with the probability that such a call is
// right among equally common symptoms.
func writePredictions(claims []filed, out *bufio.Writer) error {
	sure := map[string]string{}
	rates := Confusion()
	for j, s := range symptoms {
		sum := 0.0
		for i := range symptoms {
			sum += rates[i][j]
		}
		sure[s.label] = strconv.FormatFloat(rates[j][j]/sum, 'f', 3, 64)
	}
	if _, err := out.WriteString("id,axis,label,probability\n"); err != nil {
		return err
	}
	for i, c := range claims {
		if _, err := out.WriteString(claimID(i) + "," + Axis + "," + c.called + "," + sure[c.called] + "\n"); err != nil {
			return err
		}
	}
	return nil
}
