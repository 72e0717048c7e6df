package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// PutReadings keeps what codes say; see [store.Readings].
func (s *Store) PutReadings(ctx context.Context, r store.PhotoReadings) (adopted bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		c, err := rowByID(ctx, tx, r.Claim)
		if err != nil {
			return err
		}
		before, err := readingsOf(ctx, tx, r.Claim)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if adopted, err = adoptSerial(ctx, tx, c, r); err != nil {
			return err
		}
		r.Adopted = adopted || before.Adopted
		doc, err := rules.WriteReadings(r)
		if err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO reading (claim, document) VALUES (?, ?) ON CONFLICT (claim) DO UPDATE SET document = excluded.document", c.seq, doc); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		if !rules.TellsReadings(adopted, before, r) {
			return nil
		}
		jobs, err := announce(ctx, tx, store.ClaimRead, c, s.now())
		if err != nil {
			return err
		}
		return s.enqueue(ctx, tx, jobs)
	})
	return adopted && err == nil, err
}

// adoptSerial gives a claim without serial the one that its photos show.
func adoptSerial(ctx context.Context, tx *sql.Tx, c row, r store.PhotoReadings) (bool, error) {
	now, err := claimByID(ctx, tx, c.id)
	if err != nil || !rules.AdoptsSerial(now.Claim.Serial, r) {
		return false, err
	}
	if err := change(ctx, tx, "UPDATE claim SET serial = ? WHERE seq = ?", given(r.Serial), c.seq); err != nil {
		return false, err
	}
	if err := change(ctx, tx, "UPDATE content SET document = json_set(document, '$.serial', ?) WHERE claim = ?", rules.Text(r.Serial), c.seq); err != nil {
		return false, err
	}
	return true, note(ctx, tx, rules.SerialEntry(r))
}

// ReadingsOf gives what codes say; see [store.Readings].
func (s *Store) ReadingsOf(ctx context.Context, claim string) (store.PhotoReadings, error) {
	return readingsOf(ctx, s.db, claim)
}

func readingsOf(ctx context.Context, q querier, claim string) (store.PhotoReadings, error) {
	doc, err := one(ctx, q, value[string], "SELECT r.document FROM reading r JOIN claim c ON c.seq = r.claim WHERE c.id = ?", claim)
	if err != nil {
		return store.PhotoReadings{}, err
	}
	return rules.ReadReadings(doc)
}
