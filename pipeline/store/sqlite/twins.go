package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// Twins finds photos that look alike; see [store.Claims]. No index knows Hamming distances, so
// it looks at every hash, in index order, and reads only those that are near.
func (s *Store) Twins(ctx context.Context, id string, distance int) (twins []store.Twin, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		me, err := rowByID(ctx, tx, id)
		if err != nil {
			return err
		}
		mine, err := all(ctx, tx, scanHash, "SELECT seq, bits, blob FROM hash WHERE claim = ? ORDER BY seq", me.seq)
		if err != nil || len(mine) == 0 {
			return err
		}
		near, err := nearHashes(ctx, tx, mine, distance)
		if err != nil {
			return err
		}
		twins, err = twinsOf(ctx, tx, me.seq, near)
		return err
	})
	slices.SortFunc(twins, func(a, b store.Twin) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Photo, b.Photo), cmp.Compare(a.Other, b.Other))
	})
	return slices.Compact(twins), err
}

type hash struct {
	seq  int64
	bits int64
	blob string
}

func scanHash(r scanner) (h hash, err error) {
	err = r.Scan(&h.seq, &h.bits, &h.blob)
	return h, err
}

// pair is a photo of the claim asked about and the row of another photo's hash.
type pair struct {
	photo    string
	other    int64
	distance int
}

func nearHashes(ctx context.Context, tx *sql.Tx, mine []hash, distance int) (near []pair, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT bits, seq FROM hash")
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var other hash
		if err := rows.Scan(&other.bits, &other.seq); err != nil {
			return nil, fmt.Errorf("sqlite: %w", err)
		}
		for _, h := range mine {
			if d := bits.OnesCount64(uint64(h.bits ^ other.bits)); d <= distance {
				near = append(near, pair{h.blob, other.seq, d})
			}
		}
	}
	return near, rows.Err()
}

// twinsOf reads whose the near photos are, and leaves out those of the same customer.
func twinsOf(ctx context.Context, tx *sql.Tx, me int64, near []pair) (out []store.Twin, err error) {
	statement, err := tx.PrepareContext(ctx, `SELECT h.blob, c.id FROM hash h JOIN claim c ON c.seq = h.claim, claim me
		WHERE h.seq = ? AND me.seq = ? AND c.seq <> me.seq
		AND (me.customer IS NULL OR c.customer IS NOT me.customer OR c.owner IS NOT me.owner)`)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	for _, p := range near {
		t := store.Twin{Photo: p.photo, Distance: p.distance}
		err := statement.QueryRowContext(ctx, p.other, me).Scan(&t.Other, &t.Claim)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("sqlite: %w", err)
		}
		out = append(out, t)
	}
	return out, nil
}
