package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// PutReadings keeps what codes say; see [store.Readings].
func (s *Store) PutReadings(ctx context.Context, r store.PhotoReadings) (adopted bool, err error) {
	if !isID(r.Claim) {
		return false, store.ErrNotFound
	}
	err = s.inTx(ctx, "put readings", func(ctx context.Context, tx pgx.Tx) error {
		adopted = false
		c, err := only(ctx, tx, scanClaim, "SELECT "+columns+" FROM claims c WHERE c.id = $1 FOR NO KEY UPDATE", r.Claim)
		if err != nil {
			return err
		}
		before, err := readingsOf(ctx, tx, r.Claim)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if rules.AdoptsSerial(c.Claim.Serial, r) {
			if err := adoptSerial(ctx, tx, c, r); err != nil {
				return err
			}
			adopted = true
		}
		r.Adopted = adopted || before.Adopted
		doc, err := rules.WriteReadings(r)
		if err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
		if _, err := tx.Exec(ctx, "INSERT INTO readings (claim, document) VALUES ($1, $2) ON CONFLICT (claim) DO UPDATE SET document = excluded.document", r.Claim, doc); err != nil {
			return err
		}
		if !rules.TellsReadings(adopted, before, r) {
			return nil
		}
		c.FinishedAt = s.now() // when the deliveries are made
		jobs, err := announce(ctx, tx, store.ClaimRead, []store.Claim{c})
		if err != nil {
			return err
		}
		return s.enqueue(ctx, tx, jobs)
	})
	return adopted && err == nil, err
}

// adoptSerial gives a claim the serial that its photos show. Vectors have the claim's tags, so
// that filtered searches find them.
func adoptSerial(ctx context.Context, tx pgx.Tx, c store.Claim, r store.PhotoReadings) error {
	serial := rules.Text(r.Serial)
	c.Claim.Serial = serial
	doc, err := rules.Document(record{Claim: c.Claim, Owner: c.Owner, Customer: c.Customer})
	if err != nil {
		return err
	}
	added := []string{tag(tagSerial, serial)}
	if err := mustChange(ctx, tx, "UPDATE claims SET record = $2, tags = tags || $3::text[] WHERE id = $1", c.ID, doc, added); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE vectors SET tags = tags || $2::text[] WHERE claim = $1", c.ID, added); err != nil {
		return err
	}
	return note(ctx, tx, rules.SerialEntry(r))
}

// ReadingsOf gives what codes say; see [store.Readings].
func (s *Store) ReadingsOf(ctx context.Context, claim string) (r store.PhotoReadings, err error) {
	if !isID(claim) {
		return r, store.ErrNotFound
	}
	err = s.try(ctx, "readings", func(ctx context.Context) error {
		r, err = readingsOf(ctx, s.pool, claim)
		return err
	})
	return r, err
}

func readingsOf(ctx context.Context, db querier, claim string) (store.PhotoReadings, error) {
	doc, err := only(ctx, db, pgx.RowTo[string], "SELECT document FROM readings WHERE claim = $1", claim)
	if err != nil {
		return store.PhotoReadings{}, err
	}
	return rules.ReadReadings(doc)
}
