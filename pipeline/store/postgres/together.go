package postgres

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
)

// incoming is a claim on its way into a shared transaction, ending an outcome.
type (
	incoming struct {
		new     store.New
		arrival arrival
	}
	ending struct {
		id  string
		out *outcome
	}
)

// ownTry says that each call of a group whose transaction failed should have one of its own,
// so that nobody pays for another's fault. Where the commit's answer was lost, or the database
// is busy, all are told so.
func ownTry(calls int, err error) bool {
	return err != nil && calls > 1 && !errors.Is(err, errUncertain) && !errors.Is(err, store.ErrBusy)
}

// acceptTogether stores claims in one transaction, or see [ownTry].
func (s *Store) acceptTogether(ctx context.Context, in []incoming) []result[store.Claim] {
	out := make([]result[store.Claim], len(in))
	seen := make([]bool, len(in))
	err := s.inTx(ctx, "accept", func(ctx context.Context, tx pgx.Tx) error {
		clear(seen)
		return s.putAll(ctx, tx, in, seen)
	})
	for i, c := range in {
		switch {
		case ownTry(len(in), err):
			out[i] = s.acceptTogether(ctx, in[i:i+1])[0]
		case err != nil:
			out[i].err = err
		case seen[i]:
			out[i].err = errSeen
		default:
			out[i].out = c.arrival.claim
		}
	}
	return out
}

// putAll stores the claims whose idempotency key is new, with the outcomes that are there, and
// marks the others as seen.
func (s *Store) putAll(ctx context.Context, tx pgx.Tx, in []incoming, seen []bool) error {
	if err := insertClaims(ctx, tx, in, seen); err != nil {
		return err
	}
	b := &pgx.Batch{}
	jobs := make([]store.Job, 0, len(in))
	var finished []done
	for i, c := range in {
		id := c.arrival.claim.ID
		if seen[i] {
			b.Queue("DELETE FROM claims WHERE id = $1", id)
			continue
		}
		if out := c.arrival.outcome; out != nil {
			finished = append(finished, done{c.arrival.claim, out})
		} else {
			jobs = append(jobs, store.Job{Kind: store.Classify, ID: id})
		}
		if photos := c.arrival.claim.Claim.Photos; len(photos) > 0 {
			b.Queue(insertBlobs, id, photos)
		}
	}
	if b.Len() > 0 {
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
	}
	announced, err := putOutcomes(ctx, tx, finished)
	if err != nil {
		return err
	}
	return s.enqueue(ctx, tx, append(jobs, announced...))
}

// insertClaims inserts the claims with their keys.
func insertClaims(ctx context.Context, tx pgx.Tx, in []incoming, seen []bool) error {
	b := &pgx.Batch{}
	for _, c := range in {
		c.arrival.queueClaim(b)
		if c.new.IdempotencyKey != "" {
			c.arrival.queueKey(b, c.new)
		}
	}
	results := tx.SendBatch(ctx, b)
	defer results.Close() //nolint:errcheck // closed below; here for the ways out
	for i, c := range in {
		if _, err := results.Exec(); err != nil {
			return err
		}
		if c.new.IdempotencyKey == "" {
			continue
		}
		tag, err := results.Exec()
		if err != nil {
			return err
		}
		seen[i] = tag.RowsAffected() == 0
	}
	return results.Close()
}

// finishTogether stores outcomes in one transaction, or see [ownTry]. An outcome whose commit's
// answer was lost is an error: its job looks again.
func (s *Store) finishTogether(ctx context.Context, in []ending) []result[struct{}] {
	order := make([]int, len(in))
	for i := range order {
		order[i] = i
	}
	// One order of locks for all processes.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(in[a].id, in[b].id) })
	fates := make([]error, len(in))
	err := s.inTx(ctx, "finish", func(ctx context.Context, tx pgx.Tx) error {
		clear(fates)
		return s.endAll(ctx, tx, in, order, fates)
	})
	out := make([]result[struct{}], len(in))
	for i := range in {
		switch {
		case ownTry(len(in), err):
			out[i] = s.finishTogether(ctx, in[i:i+1])[0]
		case err != nil:
			out[i].err = err
		default:
			out[i].err = fates[i]
		}
	}
	return out
}

// endAll stores the outcomes of those claims that are Queued; the others' fates say why not.
func (s *Store) endAll(ctx context.Context, tx pgx.Tx, in []ending, order []int, fates []error) error {
	changed, err := s.markDone(ctx, tx, in, order, fates)
	if err != nil {
		return err
	}
	finished := make([]done, 0, len(in))
	for _, i := range order {
		if fates[i] == nil {
			finished = append(finished, done{changed[i], in[i].out})
			continue
		}
		switch why := missing(ctx, tx, in[i].id, store.ErrFinished); {
		case errors.Is(why, store.ErrFinished), errors.Is(why, store.ErrNotFound):
			fates[i] = why
		default:
			return why
		}
	}
	jobs, err := putOutcomes(ctx, tx, finished)
	if err != nil {
		return err
	}
	return s.enqueue(ctx, tx, jobs)
}

// markDone changes the claims themselves. The fate of one that was not Queued is
// [pgx.ErrNoRows].
func (s *Store) markDone(ctx context.Context, tx pgx.Tx, in []ending, order []int, fates []error) ([]store.Claim, error) {
	b := &pgx.Batch{}
	now := s.now()
	for _, i := range order {
		b.Queue(updateClaim(setDone), in[i].id, store.Queued, now, in[i].out.prediction, cleanAll(in[i].out.tags))
	}
	changed := make([]store.Claim, len(in))
	results := tx.SendBatch(ctx, b)
	defer results.Close() //nolint:errcheck // closed below; here for the ways out
	for _, i := range order {
		c, err := scanChange(in[i].id, results.QueryRow())
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return nil, err
		}
		changed[i], fates[i] = c, err
	}
	return changed, results.Close()
}
