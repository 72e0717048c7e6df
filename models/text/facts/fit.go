package facts

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"slices"
)

// ErrNoColumns says that no fact stands in enough claims; the block should be left out.
var ErrNoColumns = errors.New("no fact of the context stands in enough training claims")

// seen is what training claims have under one key.
type seen struct {
	numbers    []float64
	categories map[string]int
	words      map[string]int // of values of several words
}

// Fit learns the columns from the contexts of training claims; their order does not
// matter. Errors: a claim.Problem for settings that cannot be used, [ErrNoColumns].
func Fit(contexts iter.Seq[map[string]any], cfg Config) (*Encoder, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	table := collect(contexts, cfg.Omit)
	e := &Encoder{cfg: cfg}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		k := key{Name: name}
		s := table[name]
		if len(s.numbers) >= cfg.MinDocs {
			k.Cuts = quantiles(s.numbers, cfg.Thresholds)
		}
		k.Values = common(s.categories, cfg.MinDocs, cfg.MaxValues)
		k.Words = common(s.words, cfg.MinDocs, cfg.MaxWords)
		if k.columns() > 0 && len(e.keys) < maxKeys {
			e.keys = append(e.keys, k)
		}
	}
	if len(e.keys) == 0 {
		return nil, ErrNoColumns
	}
	e.ready()
	return e, nil
}

func collect(contexts iter.Seq[map[string]any], omit []string) map[string]*seen {
	table := make(map[string]*seen)
	for c := range contexts {
		for name, v := range c {
			if slices.Contains(omit, name) {
				continue
			}
			s := table[name]
			if s == nil {
				s = &seen{categories: make(map[string]int), words: make(map[string]int)}
				table[name] = s
			}
			number, category, isNumber := read(v)
			switch {
			case isNumber:
				s.numbers = append(s.numbers, number)
			case category != "":
				s.categories[category]++
				if list := words(category); len(list) > 1 {
					for _, w := range list {
						s.words[w]++
					}
				}
			}
		}
	}
	return table
}

// quantiles gives up to n distinct ascending values that split numbers evenly, the
// smallest number first.
func quantiles(numbers []float64, n int) []float64 {
	slices.Sort(numbers)
	cuts := make([]float64, 0, n)
	for i := range n {
		cuts = append(cuts, numbers[i*len(numbers)/n]+0) // +0 makes -0 a plain zero
	}
	return slices.Compact(cuts)
}

// common gives the keys of at least least counts, at most limit of them, those counted
// most first, in their own order.
func common(counts map[string]int, least, limit int) []string {
	var out []string
	for v, n := range counts {
		if n >= least {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	out = out[:min(len(out), limit)]
	slices.Sort(out)
	return out
}
