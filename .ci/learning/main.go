// Command learning measures what choosing claims for people is worth to the next model. It
// replays the training split of real sets under shared/data as a queue: 50 labels, a head, 50
// more, a head, and so on, once in the order of package acquire and once in a random one, and
// asks each head about the test split. It prints both learning curves, draws them, and says at
// which share of the labels the accuracy first comes within 0.02 of that of all labels and stays
// there. Run it with `make learning`.
//
// Rounds are of 50 labels up to 60 % of them and of 200 beyond, where the curve is only watched.
// What is measured was fixed before the test splits were looked at: the curve is the mean over
// seeds, of which both orders have as many, and all of the curve counts, not its best
// point. How to choose was itself chosen on folds of the training splits, by --compare, which
// does not open the test splits.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/defekt/defekt/.ci/encoded"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/onnx"
)

// What is asked: an accuracy within slack of that of all labels, with at most this share of them.
const (
	slack      = 0.02
	askedShare = 0.5
)

// job is what the flags say.
type job struct {
	reader  encoded.Reader
	only    string
	out     string
	seeds   int
	compare bool
}

func sets() []encoded.Set {
	text, cars := "data/text/laptop-acos", "data/vision/car-damage"
	return []encoded.Set{
		{Data: "laptop-component", Root: text, Axis: "component"},
		{Data: "laptop-complaint", Root: text, Axis: "complaint"},
		{Data: "car-damage", Root: cars, Axis: "component", Vision: "mobilenetv2", Views: "crops"},
		{Data: "car-damage", Root: cars, Axis: "severity", Vision: "mobilenetv2", Views: "crops"},
		{Data: "car-damage", Root: cars, Axis: "component", Vision: encoded.Builtin, Views: "flip"},
		{Data: "car-damage", Root: cars, Axis: "severity", Vision: encoded.Builtin, Views: "flip"},
	}
}

// others are sets that only --compare looks at, so that the choice does not suit two sets alone.
func others() []encoded.Set {
	return []encoded.Set{
		{Data: "nhtsa-severity", Root: "data/text/nhtsa-hk-complaints", Axis: "severity"},
		{Data: "cn-component", Root: "data/text/cn-auto-complaints", Axis: "component"},
	}
}

func main() {
	var j job
	flag.StringVar(&j.reader.Shared, "shared", "../shared", "folder with data and models")
	flag.StringVar(&j.reader.Cache, "cache", filepath.Join(onnx.UserCacheDir(os.Getenv), "defekt", "encoded"), "folder in which photos' features are kept")
	flag.StringVar(&j.only, "only", "", "run what has this in its name, such as car-damage/severity")
	flag.StringVar(&j.out, "out", "learning", "folder for curves.html")
	flag.IntVar(&j.seeds, "seeds", 5, "replays of each order, which are averaged")
	flag.BoolVar(&j.compare, "compare", false, "compare ways to choose on folds of the training splits")
	flag.Parse()
	if err := j.run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "learning:", err)
		os.Exit(1)
	}
}

// name is how a set is called here.
func name(s encoded.Set) string {
	parts := []string{s.Data, s.Axis}
	if s.Vision != "" {
		parts = append(parts, s.Vision)
	}
	return strings.Join(parts, "/")
}

func (j job) run(ctx context.Context, w io.Writer) error {
	if _, err := os.Stat(filepath.Join(j.reader.Shared, "data")); err != nil {
		return fmt.Errorf("the real data sets are not here: %w", err)
	}
	if j.compare {
		return j.each(append(sets(), others()...), func(s encoded.Set) error { return j.compareRules(ctx, w, s) })
	}
	var results []result
	err := j.each(sets(), func(s encoded.Set) error {
		r, err := j.measure(ctx, w, s)
		results = append(results, r)
		return err
	})
	if err != nil {
		return err
	}
	return errors.Join(j.draw(results), verdict(w, results))
}

func (j job) each(list []encoded.Set, do func(encoded.Set) error) error {
	for _, s := range list {
		if !strings.Contains(name(s), j.only) {
			continue
		}
		if err := do(s); err != nil {
			return fmt.Errorf("%s: %w", name(s), err)
		}
	}
	return nil
}

// headConfig is that of `defekt train` with fewer candidates, since hundreds of heads are
// fitted. It is the same for both orders and for all labels.
func headConfig() head.Config {
	cfg := head.DefaultConfig()
	cfg.Folds, cfg.Workers = 3, 1
	cfg.Strengths, cfg.Balances, cfg.Smoothings = []float64{1, 3, 10, 30}, []float64{0.5}, []float64{0}
	return cfg
}
