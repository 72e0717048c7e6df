package ngram

import (
	"cmp"
	"errors"
	"iter"
	"math"
	"slices"
)

// ErrNoColumns says that no gram stood in enough texts; the block should be left out.
var ErrNoColumns = errors.New("no n-gram stands in enough training texts")

// counts are how many texts have a gram, and how often they have it.
type counts struct{ docs, all uint32 }

// candidate is a gram that may become a column.
type candidate struct {
	hash uint64
	counts
}

// Fit learns the columns from training texts in one pass. Same texts in any order and
// same settings give the same encoder. It holds 16 bytes or so for each distinct gram of
// all texts while it runs. Errors: a claim.Problem for settings that cannot be used,
// [ErrNoColumns].
func Fit(texts iter.Seq[string], cfg Config) (*Encoder, error) {
	cfg = cfg.withDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	table, n := count(texts, cfg)
	kept := choose(table, cfg)
	if len(kept) == 0 {
		return nil, ErrNoColumns
	}
	e := &Encoder{cfg: cfg, docs: uint32(min(n, math.MaxUint32))}
	total := 0.0
	for _, k := range kept {
		e.hashes = append(e.hashes, k.hash)
		e.idf = append(e.idf, float32(rarity(cfg.IDF, float64(n), float64(k.docs))))
		total += float64(k.all)
	}
	e.meanLen = float32(total / float64(n))
	e.ready()
	return e, nil
}

func count(texts iter.Seq[string], cfg Config) (map[uint64]counts, int) {
	r := &reader{cfg: cfg}
	table := make(map[uint64]counts)
	var hashes []uint64
	n := 0
	for t := range texts {
		n++
		hashes = hashes[:0]
		for _, g := range r.read(t) {
			hashes = append(hashes, g.hash)
		}
		slices.Sort(hashes)
		for i := 0; i < len(hashes); {
			end := i + 1
			for end < len(hashes) && hashes[end] == hashes[i] {
				end++
			}
			c := table[hashes[i]]
			table[hashes[i]] = counts{c.docs + 1, c.all + uint32(end-i)}
			i = end
		}
	}
	return table, n
}

// choose keeps the grams of at least MinDocs texts, at most MaxColumns of them, those of
// most texts first (ties by hash), and orders them by hash.
func choose(table map[uint64]counts, cfg Config) []candidate {
	var kept []candidate
	for h, c := range table {
		if int64(c.docs) >= int64(cfg.MinDocs) {
			kept = append(kept, candidate{h, c})
		}
	}
	byHash := func(a, b candidate) int { return cmp.Compare(a.hash, b.hash) }
	if len(kept) > cfg.MaxColumns {
		slices.SortFunc(kept, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.docs, a.docs), byHash(a, b))
		})
		kept = kept[:cfg.MaxColumns]
	}
	slices.SortFunc(kept, byHash)
	return kept
}

// rarity is the weight of a gram that d of n texts have.
func rarity(scheme IDF, n, d float64) float64 {
	smooth := math.Log((1+n)/(1+d)) + 1
	switch scheme {
	case IDFSqrt:
		return math.Sqrt(smooth)
	case IDFBM25:
		return math.Log(1 + (n-d+0.5)/(d+0.5))
	case IDFNone:
		return 1
	}
	return smooth
}
