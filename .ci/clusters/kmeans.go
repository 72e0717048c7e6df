package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/text/ngram"
)

// restarts and rounds of k-means; the run of the least inertia is kept.
const (
	restarts = 10
	rounds   = 100
)

// forms are the ways to make TF-IDF that the baseline has: the best of them, by the labels, is
// what clusters must beat, so the baseline is given more than it could know.
func forms() []struct {
	name string
	cfg  ngram.Config
} {
	plain := ngram.Config{Unit: ngram.Words, Min: 1, Max: 1, RunMin: 1, RunMax: 2, TF: ngram.TFCount, Numbers: ngram.NumbersKeep}
	sublinear, pairs := plain, ngram.WordConfig()
	sublinear.TF, sublinear.Stem, sublinear.MinDocs = ngram.TFSublinear, true, 2
	pairs.Stem, pairs.IDF = true, ngram.IDFBM25
	return []struct {
		name string
		cfg  ngram.Config
	}{{"words", plain}, {"stems, sublinear", sublinear}, {"stems and pairs, bm25 rarity", pairs}, {"letters 3-5", ngram.CharConfig()}}
}

// baseline prints k-means with the true k and gives the best AMI with its form.
func baseline(w io.Writer, d *data) (best float64, form string) {
	for _, f := range forms() {
		texts := make([]string, len(d.items))
		for i, it := range d.items {
			texts[i] = it.Text
		}
		e, err := ngram.Fit(slices.Values(texts), f.cfg)
		if err != nil {
			panic(err) // the settings stand above
		}
		rows := make([]feature.Block, len(texts))
		for i, text := range texts {
			rows[i] = e.Encode(text)
		}
		groups := kmeans(rows, e.Dim(), d.labels)
		names := make([]string, len(groups))
		for i, g := range groups {
			names[i] = fmt.Sprint(g)
		}
		ami := d.amiOf(names)
		fmt.Fprintf(w, "  k-means, k = %d, TF-IDF of %s\t\t%.3f\t\t\n", d.labels, f.name, ami)
		if ami > best {
			best, form = ami, f.name
		}
	}
	return best, form
}

// kmeans is Lloyd's, begun by k-means++ (Arthur and Vassilvitskii 2007), on sparse rows.
func kmeans(rows []feature.Block, dim, k int) []int {
	var best []int
	least := 0.0
	for s := range uint64(restarts) {
		r := &lloyd{rows: rows, k: k, rng: rand.New(rand.NewPCG(11, s)),
			centres: make([]float32, dim*k), squares: make([]float64, k), dots: make([]float64, k)}
		groups, inertia := r.run()
		if best == nil || inertia < least {
			best, least = groups, inertia
		}
	}
	return best
}

// lloyd holds k centres side by side, column by column, since a row has few columns.
type lloyd struct {
	rows    []feature.Block
	k       int
	rng     *rand.Rand
	centres []float32 // value of centre g in column j at j*k+g
	squares []float64 // of the centres' lengths
	dots    []float64
}

func (l *lloyd) run() ([]int, float64) {
	l.start()
	groups, last := make([]int, len(l.rows)), -1.0
	for range rounds {
		inertia := 0.0
		for i, row := range l.rows {
			g, d := l.closest(row)
			groups[i] = g
			inertia += d
		}
		if inertia == last {
			break
		}
		last = inertia
		l.average(groups)
	}
	return groups, last
}

// start draws rows with probabilities by the square of their distance to the centres so far.
func (l *lloyd) start() {
	far := make([]float64, len(l.rows))
	at := l.rng.IntN(len(l.rows))
	for g := range l.k {
		for i, j := range l.rows[at].Index {
			l.centres[int(j)*l.k+g] = l.rows[at].Value[i]
		}
		l.squares[g] = square(l.rows[at].Value)
		sum := 0.0
		for i, row := range l.rows {
			if d := l.distances(row)[g]; g == 0 || d < far[i] {
				far[i] = d
			}
			sum += far[i]
		}
		pick := l.rng.Float64() * sum
		for at = 0; at < len(far)-1 && pick >= far[at]; at++ {
			pick -= far[at]
		}
	}
}

// distances gives the squares of the distances to all centres; valid until the next call.
func (l *lloyd) distances(row feature.Block) []float64 {
	clear(l.dots)
	for i, j := range row.Index {
		v := float64(row.Value[i])
		for g, c := range l.centres[int(j)*l.k : (int(j)+1)*l.k] {
			l.dots[g] += v * float64(c)
		}
	}
	own := square(row.Value)
	for g, dot := range l.dots {
		l.dots[g] = max(own-2*dot+l.squares[g], 0)
	}
	return l.dots
}

func (l *lloyd) closest(row feature.Block) (best int, least float64) {
	for g, d := range l.distances(row) {
		if g == 0 || d < least {
			best, least = g, d
		}
	}
	return best, least
}

// average moves each centre to the mean of its rows; one without rows goes to the origin, near
// nothing but rows that share no word with any other.
func (l *lloyd) average(groups []int) {
	sizes := make([]float32, l.k)
	for _, g := range groups {
		sizes[g]++
	}
	clear(l.centres)
	for i, row := range l.rows {
		g := groups[i]
		for at, j := range row.Index {
			l.centres[int(j)*l.k+g] += row.Value[at] / sizes[g]
		}
	}
	clear(l.squares)
	for i, c := range l.centres {
		l.squares[i%l.k] += float64(c) * float64(c)
	}
}

func square(v []float32) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return sum
}
