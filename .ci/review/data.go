package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// prepare makes a database with reviewers and items. o.db names it afterwards; drop takes it
// away again.
func prepare(ctx context.Context, o *options) (drop func(), err error) {
	drop = func() {}
	if strings.HasPrefix(o.db, "postgres") {
		if drop, err = makeDatabase(ctx, o); err != nil {
			return nil, err
		}
		err = postgres.Migrate(ctx, o.db)
	} else {
		err = migrateFile(ctx, o.db)
	}
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, o.db)
	if err != nil {
		return nil, err
	}
	return drop, errors.Join(fill(ctx, s, *o), s.Close())
}

func migrateFile(ctx context.Context, path string) error {
	db, err := sqlite.OpenDB(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(sqlite.Migrate(ctx, db), db.Close())
}

// makeDatabase makes one of its own on the server.
func makeDatabase(ctx context.Context, o *options) (drop func(), err error) {
	u, err := url.Parse(o.db)
	if err != nil {
		return nil, err
	}
	server, name := o.db, "defekt_review_"+strings.ToLower(rand.Text())
	do := func(ctx context.Context, sql string) error {
		conn, err := pgx.Connect(ctx, server)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, sql)
		return errors.Join(err, conn.Close(ctx))
	}
	u.Path = "/" + name
	o.db = u.String()
	drop = func() {
		if err := do(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			fmt.Fprintln(os.Stderr, "review: drop:", err)
		}
	}
	return drop, do(ctx, "CREATE DATABASE "+name)
}

func open(ctx context.Context, address string) (store.Store, error) {
	if strings.HasPrefix(address, "postgres") {
		pool, err := postgres.OpenPool(ctx, address)
		if err != nil {
			return nil, err
		}
		return postgres.New(pool, postgres.Config{}), nil
	}
	db, err := sqlite.OpenDB(ctx, address)
	if err != nil {
		return nil, err
	}
	return sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }}), nil
}

// fill adds reviewers, every other one an adjudicator, and items, a fifth with two looks.
func fill(ctx context.Context, s store.Store, o options) error {
	for i := range o.reviewers {
		r := store.Reviewer{ID: fmt.Sprintf("r%02d", i), Name: fmt.Sprintf("r%02d", i), Roles: []store.ReviewRole{store.ReviewerRole}, CreatedAt: time.Now()}
		if i%2 == 0 {
			r.Roles = append(r.Roles, store.AdjudicatorRole)
		}
		if err := s.AddReviewer(ctx, r); err != nil {
			return err
		}
	}
	planner, err := review.NewPlanner(review.PlanConfig{DoubleShare: 0.2, SliceShare: 0.05})
	if err != nil {
		return err
	}
	for i := range o.items {
		c := claim.Claim{ID: fmt.Sprint(i), Text: "x"}
		p := claim.Prediction{Model: "m", Axes: map[string]claim.AxisPrediction{"severity": {Label: "minor", Probability: float64(i%97) / 100, Abstained: true}}}
		if _, _, err := s.Accept(ctx, store.New{Claim: c, Outcome: &store.Outcome{Prediction: p, Reviews: planner.Plan(c.ID, c, p)}}); err != nil {
			return err
		}
	}
	return nil
}

// verdict compares the store with what the reviewers were told.
func verdict(ctx context.Context, o options, told *ledger, took time.Duration) error {
	s, err := open(ctx, o.db)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	settled, err := s.Settled(ctx, time.Now().Add(time.Hour), "", o.items+1)
	if err != nil {
		return err
	}
	var faults []string
	decisions := 0
	for _, item := range settled {
		found, err := review.Faults(ctx, s, item.Review.ID)
		if err != nil {
			return err
		}
		for _, f := range found {
			faults = append(faults, item.Review.ID+": "+f)
		}
		decisions += item.Review.Decided
	}
	lost := 0
	for _, id := range told.decisions {
		if _, err := s.Decision(ctx, id); errors.Is(err, store.ErrNotFound) {
			lost++
		} else if err != nil {
			return err
		}
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "kills\t%d\nitems\t%d\nsettled\t%d\ndecisions that stand\t%d\n", o.kills, o.items, len(settled), decisions)
	fmt.Fprintf(t, "decisions told to reviewers\t%d\ntold and lost\t%d\ncontradictions\t%d\ntook\t%s\n", len(told.decisions), lost, len(faults), took.Round(time.Second))
	if err := t.Flush(); err != nil {
		return err
	}
	if lost > 0 || len(settled) != o.items || len(faults) > 0 {
		return fmt.Errorf("decisions were lost, doubled or not logged: %s", strings.Join(faults[:min(len(faults), 10)], "; "))
	}
	fmt.Println("no item decided twice unless planned, none lost, the log complete")
	return nil
}
