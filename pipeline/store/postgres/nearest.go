package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// Nearest finds the claims nearest to a vector; see [store.Vectors]. K outside of
// 1..[store.MaxNear] and a vector of another dimension than its space's are errors.
//
// A space without an index is searched exactly. With one, three ways are open, and each knows
// whether it worked, so that a wrong guess costs time and never an answer:
//
//  1. few: compare the vectors that the filter keeps, if they are at most Search.ExactRows;
//     exact, and the faster the rarer the filter's values are.
//  2. near: take the nearest few hundred from the index and keep those that pass the filter;
//     works when K of them do, wherever the filter's claims lie.
//  3. far: what passes lies far from the query. Compare all of it if that is at most
//     Search.FarRows, else let the index go on until it meets enough (iterative scan); when
//     that gives up too, compare all.
//
// Postgres' own estimate of how many vectors pass says whether to begin with 1 or 2.
func (s *Store) Nearest(ctx context.Context, n store.Near) (store.Neighbours, error) {
	if err := rules.CheckNear(n); err != nil {
		return store.Neighbours{}, fmt.Errorf("postgres: nearest: %w", err)
	}
	var found store.Neighbours
	err := s.try(ctx, "nearest", func(ctx context.Context) error {
		sp, err := s.findSpace(ctx, n.Space)
		if errors.Is(err, store.ErrNotFound) {
			found = store.Neighbours{Exact: true} // nothing was ever stored there
			return nil
		}
		if err != nil {
			return err
		}
		if sp.dim != len(n.Vector) {
			return fmt.Errorf("space %q has %d dimensions, the vector %d", n.Space, sp.dim, len(n.Vector))
		}
		found, err = s.nearest(ctx, sp, n)
		return err
	})
	return found, err
}

func (s *Store) nearest(ctx context.Context, sp space, n store.Near) (store.Neighbours, error) {
	if indexed, err := s.indexed(ctx, sp); err != nil {
		return store.Neighbours{}, err
	} else if !indexed {
		return s.compareAll(ctx, sp, n)
	}
	if !narrows(n) {
		if found, ok, err := s.near(ctx, sp, n); ok || err != nil {
			return found, err
		}
		return s.compareAll(ctx, sp, n) // claims with very many vectors each
	}
	return s.nearestFiltered(ctx, sp, n)
}

func (s *Store) nearestFiltered(ctx context.Context, sp space, n store.Near) (store.Neighbours, error) {
	matching, err := s.estimate(ctx, sp, n)
	if err != nil {
		return store.Neighbours{}, err
	}
	var ways []way
	switch {
	case matching <= s.cfg.Search.ExactRows:
		ways = []way{s.few, s.near}
	case matching <= s.cfg.Search.FarRows:
		ways = []way{s.near} // when that fails, far compares all at once
	default:
		ways = []way{s.near, s.few}
	}
	for _, w := range ways {
		if found, ok, err := w(ctx, sp, n); ok || err != nil {
			return found, err
		}
	}
	return s.far(ctx, sp, n, matching)
}

// way is one way to search; ok says that its answer counts.
type way func(ctx context.Context, sp space, n store.Near) (found store.Neighbours, ok bool, err error)

// far is for a filter that keeps many vectors, none of them near.
func (s *Store) far(ctx context.Context, sp space, n store.Near, matching int) (store.Neighbours, error) {
	if matching <= s.cfg.Search.FarRows {
		return s.compareAll(ctx, sp, n)
	}
	hits, err := s.iterate(ctx, sp, n)
	if err != nil || len(hits) == n.K {
		return store.Neighbours{Hits: hits}, err
	}
	found, err := s.compareAll(ctx, sp, n)
	if timedOut(err) {
		// More may match than were found, and looking at all of them takes too long.
		return store.Neighbours{Hits: hits, Truncated: true}, nil
	}
	return found, err
}

// timedOut reports whether Postgres ended a statement at its time limit.
func timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || hasCode(err, codeCancelled)
}
