package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// outcome is a [store.Outcome] made ready for the database.
type outcome struct {
	prediction []byte
	tags       []string
	spaces     []int // of vectors, index by index
	vectors    []store.Vector
	photos     []store.PhotoHash
	reviews    []store.NewReview
	readCodes  bool
}

// prepare checks an outcome and gives its vectors' spaces a number. It runs outside the
// transaction, so that two claims that meet a new space at once do not wait for each other.
func (s *Store) prepare(ctx context.Context, o store.Outcome) (*outcome, error) {
	prediction, err := rules.Document(o.Prediction)
	if err != nil {
		return nil, fmt.Errorf("postgres: prediction: %w", err)
	}
	if err := checkReviews(o); err != nil {
		return nil, err
	}
	out := &outcome{prediction: prediction, tags: predictionTags(o.Prediction), vectors: o.Vectors, photos: o.Photos, reviews: o.Reviews, readCodes: o.ReadCodes}
	for _, v := range o.Vectors {
		if err := rules.CheckVector(v.Values); err != nil {
			return nil, fmt.Errorf("postgres: vector of space %q: %w", v.Space, err)
		}
		sp, err := s.ensureSpace(ctx, v.Space, len(v.Values))
		if err != nil {
			return nil, err
		}
		out.spaces = append(out.spaces, sp.id)
	}
	return out, nil
}

// done is a claim that is Done, with what its outcome adds.
type done struct {
	claim store.Claim
	out   *outcome
}

// putOutcomes stores vectors, hashes, reviews and deliveries within tx, and gives the jobs
// that announce the claims and those that their outcomes ask for.
func putOutcomes(ctx context.Context, tx pgx.Tx, list []done) ([]store.Job, error) {
	if len(list) == 0 {
		return nil, nil
	}
	b := &pgx.Batch{}
	claims := make([]store.Claim, len(list))
	for i, d := range list {
		claims[i] = d.claim
		d.out.queue(b, d.claim)
	}
	if b.Len() > 0 {
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return nil, err
		}
	}
	for _, d := range list {
		if err := d.out.putReviews(ctx, tx, d.claim); err != nil {
			return nil, err
		}
	}
	jobs, err := announce(ctx, tx, store.ClaimDone, claims)
	for _, d := range list {
		if d.out.readCodes {
			jobs = append(jobs, store.Job{Kind: store.ReadCodes, ID: d.claim.ID})
		}
	}
	return jobs, err
}

// putReviews stores the looks that the claim should get.
func (o *outcome) putReviews(ctx context.Context, tx pgx.Tx, c store.Claim) error {
	if len(o.reviews) == 0 {
		return nil
	}
	_, err := addReviews(ctx, tx, rules.ReviewsOf(c.ID, o.reviews), c.FinishedAt)
	return err
}

func (o *outcome) queue(b *pgx.Batch, c store.Claim) {
	for i, v := range o.vectors {
		b.Queue(`INSERT INTO vectors (claim, ord, space, created_at, tags, v)
			SELECT id, $2, $3, created_at, tags, $4 FROM claims WHERE id = $1`, c.ID, i, o.spaces[i], pgvector.NewHalfVector(v.Values))
	}
	for i, p := range o.photos {
		b.Queue("INSERT INTO hashes (claim, ord, blob, hash, customer) VALUES ($1, $2, $3, $4, $5)",
			c.ID, i, rules.Text(p.Blob), int64(p.Hash), customer(c))
	}
}

// customer tells customers apart; NULL when the claim names none.
func customer(c store.Claim) []byte {
	if c.Customer == "" {
		return nil
	}
	return digest(c.Owner, c.Customer)
}

// announce writes a delivery for each claim and webhook that hears of its owner's claims.
func announce(ctx context.Context, tx pgx.Tx, what string, claims []store.Claim) ([]store.Job, error) {
	hooks, err := all(ctx, tx, pgx.RowToStructByPos[hook], "SELECT id, owner FROM webhooks WHERE owner = '' OR owner = ANY($1) ORDER BY id FOR KEY SHARE", owners(claims))
	if err != nil || len(hooks) == 0 {
		return nil, err
	}
	b := &pgx.Batch{}
	var jobs []store.Job
	for _, c := range claims {
		for _, h := range hooks {
			if h.Owner != "" && h.Owner != rules.Text(c.Owner) {
				continue
			}
			d, err := rules.NewID()
			if err != nil {
				return nil, err
			}
			b.Queue("INSERT INTO deliveries (id, webhook, claim, type, created_at) VALUES ($1, $2, $3, $4, $5)", d, h.ID, c.ID, what, c.FinishedAt)
			jobs = append(jobs, store.Job{Kind: store.Deliver, ID: d})
		}
	}
	if b.Len() == 0 {
		return nil, nil
	}
	return jobs, tx.SendBatch(ctx, b).Close()
}

type hook struct{ ID, Owner string }

// owners lists the claims' owners, each once.
func owners(claims []store.Claim) []string {
	out := make([]string, 0, len(claims))
	for _, c := range claims {
		out = append(out, rules.Text(c.Owner))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
