package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// limits say which way a filtered search goes.
type limits struct {
	// few is up to how many matching claims are read first and searched alone. Beyond, it is
	// cheaper to search all and to ask whether the best ones match.
	few int
	// best is how many of the nearest are asked about at least.
	best int
}

func defaultLimits() limits { return limits{few: 4096, best: 1000} }

// Nearest finds the nearest claims, always exactly; see [store.Vectors].
func (s *Store) Nearest(ctx context.Context, q store.Near) (out store.Neighbours, err error) {
	if err := rules.CheckNear(q); err != nil {
		return store.Neighbours{}, fmt.Errorf("sqlite: %w", err)
	}
	var hits []hit
	err = s.read(ctx, func(tx *sql.Tx) error {
		sp, err := spaceByName(ctx, tx, q.Space)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := sp.fits(q.Space, q.Vector); err != nil {
			return err
		}
		m := s.matrix(sp)
		if err := m.follow(ctx, tx); err != nil {
			return err
		}
		hits, err = s.search(ctx, tx, m, q)
		return err
	})
	if err != nil {
		return store.Neighbours{}, err
	}
	out.Exact = true
	for _, h := range hits {
		out.Hits = append(out.Hits, store.Neighbour{ID: h.id.String(), Score: h.score()})
	}
	return out, nil
}

// matrix gives the vectors of a space in memory, empty at first.
func (s *Store) matrix(sp space) *matrix {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.matrices[sp.id]
	if !ok {
		m = newMatrix(sp)
		s.matrices[sp.id] = m
	}
	return m
}

func (s *Store) search(ctx context.Context, tx *sql.Tx, m *matrix, q store.Near) ([]hit, error) {
	except, _ := rules.ParseID(q.Except)
	look := look{vector: q.Vector, k: q.K, except: except}
	c := filtered(q.Filter)
	if !c.narrows() {
		return m.search(look), nil
	}
	keep, err := matching(ctx, tx, c, "LIMIT ?", s.limits.few+1)
	if err != nil {
		return nil, err
	}
	if len(keep) <= s.limits.few {
		look.keep = setOf(keep)
		return m.search(look), nil
	}
	if hits, ok, err := searchBroad(ctx, tx, m, look, s.limits.best, c); ok || err != nil {
		return hits, err
	}
	if keep, err = matching(ctx, tx, filtered(q.Filter), ""); err != nil {
		return nil, err
	}
	look.keep = setOf(keep)
	return m.search(look), nil
}

// searchBroad searches all claims and asks which of the best ones match. ok is false when
// fewer than k do although more may: then nothing is known of the rest.
func searchBroad(ctx context.Context, tx *sql.Tx, m *matrix, l look, best int, c *clause) (hits []hit, ok bool, err error) {
	wide := l
	wide.k = max(best, 4*l.k)
	candidates := m.search(wide)
	seqs := make([]int64, len(candidates))
	for i, h := range candidates {
		seqs[i] = h.claim
	}
	list, err := json.Marshal(seqs)
	if err != nil {
		return nil, false, err
	}
	c.inOrder()
	query, args := c.query("claim.seq", "json_each(?) AS candidate CROSS JOIN claim ON claim.seq = candidate.value", "", []any{string(list)}, nil)
	keep, err := all(ctx, tx, value[int64], query, args...)
	if err != nil {
		return nil, false, err
	}
	set := setOf(keep)
	for _, h := range candidates {
		if set.has(h.claim) && len(hits) < l.k {
			hits = append(hits, h)
		}
	}
	return hits, len(hits) == l.k || len(candidates) < wide.k, nil
}

// matching gives the seqs of claims that a filter keeps.
func matching(ctx context.Context, tx *sql.Tx, c *clause, tail string, after ...any) ([]int64, error) {
	query, args := c.query("claim.seq", "claim", tail, nil, after)
	return all(ctx, tx, value[int64], query, args...)
}

// set is a set of seqs, one bit each.
type set []uint64

func setOf(seqs []int64) set {
	var largest int64
	for _, q := range seqs {
		largest = max(largest, q)
	}
	s := make(set, largest/64+1)
	for _, q := range seqs {
		s[q/64] |= 1 << (q % 64)
	}
	return s
}

func (s set) has(seq int64) bool {
	return seq/64 < int64(len(s)) && s[seq/64]&(1<<(seq%64)) != 0
}
