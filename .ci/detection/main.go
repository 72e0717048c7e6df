// Command detection fits the weights of pipeline/pattern/watch on the training split of a folder
// of complaint streams, prints what cross-validation says of them, and writes model.json.
//
// No case of another split teaches it: pairs of car model and component that another split has
// are left out of the component table and of the further recalls too. Their recalls count only as
// what was public before a day, in the features of a maker's record and of its other models.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern/detection"
	"github.com/defekt/defekt/pipeline/pattern/watch"
)

const about = "Fitted by .ci/detection on the training split of the recall-detection benchmark (NHTSA complaints and recalls, public domain): 14 recalled streams, 88 without, and further recalls of the same pairs at a small weight."

func main() {
	data := flag.String("data", "../shared/data/text/detection", "folder of streams")
	split := flag.String("split", "train", "split to fit on")
	out := flag.String("out", "", "file to write the model to")
	flag.Parse()
	if err := run(*data, *split, *out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "detection:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

func run(dir, split, out string, w io.Writer) error {
	d, err := detection.Open(dir)
	if err != nil {
		return err
	}
	t := newTrainer(d, split)
	marks := map[string]float64{}
	for _, f := range t.foldings() {
		points, err := t.validate(f.folds)
		if err != nil {
			return err
		}
		f.print(w, points)
		if f.marks {
			for _, share := range []float64{0.1, 0.3} {
				if p, ok := detection.AtMost(points, share); ok {
					marks[fmt.Sprintf("%.2f", share)] = p.Threshold
				}
			}
		}
	}
	m, err := t.fit(func(detection.Pair) bool { return false })
	if err != nil {
		return err
	}
	m.About, m.Marks = about, marks
	for i, name := range watch.FeatureNames() {
		fmt.Fprintf(w, "%+.3f  %s\n", m.Weights[i], name)
	}
	return write(out, m)
}

func write(file string, m *watch.Model) error {
	if file == "" {
		return nil
	}
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

// trainer knows which pairs may be used.
type trainer struct {
	data  *detection.Data
	cases []detection.Case
	other map[detection.Pair]bool // pairs of other splits
	past  *watch.History
}

func newTrainer(d *detection.Data, split string) *trainer {
	t := &trainer{data: d, cases: d.Of(split), other: map[detection.Pair]bool{}, past: d.History()}
	for _, c := range d.Cases {
		if c.Split != split {
			t.other[c.Pair()] = true
		}
	}
	return t
}

// fit makes a model without the pairs that held answers true for.
func (t *trainer) fit(held func(detection.Pair) bool) (*watch.Model, error) {
	use := func(p detection.Pair) bool { return !t.other[p] && !held(p) }
	table := t.data.Table(func(p detection.Pair) bool { return !use(p) })
	return watch.Train(t.data.Examples(t.cases, use), t.past, table, watch.Fitting{})
}

// validate scores each fold with a model that saw nothing of it.
func (t *trainer) validate(folds []map[detection.Pair]bool) ([]detection.Point, error) {
	var sum []detection.Point
	for _, fold := range folds {
		m, err := t.fit(func(p detection.Pair) bool { return fold[p] })
		if err != nil {
			return nil, err
		}
		var held []detection.Case
		for _, c := range t.cases {
			if fold[c.Pair()] {
				held = append(held, c)
			}
		}
		points := detection.Replay(m, t.past, held, detection.Thresholds())
		if sum == nil {
			sum = points
			continue
		}
		for i, p := range points {
			sum[i].Negatives += p.Negatives
			sum[i].NegativesFlagged += p.NegativesFlagged
			sum[i].Recalls += p.Recalls
			sum[i].FlaggedBefore += p.FlaggedBefore
		}
	}
	return sum, nil
}

// folding is one way of cross-validation.
type folding struct {
	name  string
	folds []map[detection.Pair]bool
	marks bool // thresholds to ship are taken from it
}

func (f folding) print(w io.Writer, points []detection.Point) {
	fmt.Fprintf(w, "%-28s", f.name)
	for _, share := range []float64{0.1, 0.2, 0.3} {
		p, _ := detection.AtMost(points, share)
		fmt.Fprintf(w, "  %2d/%d at %2d/%d", p.FlaggedBefore, p.Recalls, p.NegativesFlagged, p.Negatives)
	}
	fmt.Fprintln(w)
}

const (
	repeats = 3
	parts   = 8
	seed    = 11
)

// foldings are: each car model left out once, and pairs left out at random.
func (t *trainer) foldings() []folding {
	pairs := map[detection.Pair]bool{}
	models := map[string]map[detection.Pair]bool{}
	for _, c := range t.cases {
		p := c.Pair()
		pairs[p] = true
		if models[p.Model] == nil {
			models[p.Model] = map[detection.Pair]bool{}
		}
		models[p.Model][p] = true
	}
	byModel := folding{name: "one car model left out"}
	for _, m := range models {
		byModel.folds = append(byModel.folds, m)
	}
	sorted := slices.SortedFunc(maps.Keys(pairs), detection.Pair.Compare)
	random := folding{name: "pairs left out, 3 times", marks: true}
	rng := rand.New(rand.NewPCG(seed, seed))
	for range repeats {
		folds := make([]map[detection.Pair]bool, parts)
		for i, j := range rng.Perm(len(sorted)) {
			if folds[i%parts] == nil {
				folds[i%parts] = map[detection.Pair]bool{}
			}
			folds[i%parts][sorted[j]] = true
		}
		random.folds = append(random.folds, folds...)
	}
	return []folding{byModel, random}
}
