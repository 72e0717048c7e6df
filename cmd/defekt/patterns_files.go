package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

// fileClaims are claims of a file in the place of a store's: nothing else of them is kept, so
// that a look at a file is quick. Units and alarms are in a store of their own.
type fileClaims struct {
	store.Store
	claims []store.Claim // newest first
	places map[string]int
}

// Claim finds a claim by its place in the file.
func (f *fileClaims) Claim(_ context.Context, id string) (store.Claim, error) {
	if i, ok := f.places[id]; ok {
		return f.claims[i], nil
	}
	return store.Claim{}, store.ErrNotFound
}

// List gives the claims of a state since a time: what a scan asks for.
func (f *fileClaims) List(_ context.Context, q store.Filter, p store.Page) ([]store.Claim, string, error) {
	from := 0
	if p.After != "" {
		var err error
		if from, err = strconv.Atoi(p.After); err != nil {
			return nil, "", store.ErrCursor
		}
	}
	var out []store.Claim
	for i := from; i < len(f.claims); i++ {
		if f.claims[i].CreatedAt.Before(q.From) {
			break
		}
		if len(out) == p.Limit {
			return out, strconv.Itoa(i), nil
		}
		out = append(out, f.claims[i])
	}
	return out, "", nil
}

// Waiting says that all claims are finished.
func (f *fileClaims) Waiting(context.Context) (int, time.Time, error) { return 0, time.Time{}, nil }

// files opens a store for one run and reads claims and units into it.
func (c *patternsScanCmd) files(a *app) (s *patternSource, err error) {
	dir, err := os.MkdirTemp("", "defekt-patterns-*")
	if err != nil {
		return nil, err
	}
	db, err := openSQLite(a.ctx, filepath.Join(dir, "units.db"), true)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s = &patternSource{close: func() error { return errors.Join(db.close(), os.RemoveAll(dir)) }}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	claims, err := c.readClaims(a)
	if err != nil {
		return s, err
	}
	f := &fileClaims{Store: db.store, claims: claims, places: map[string]int{}}
	for i, cl := range claims {
		f.places[cl.ID] = i
	}
	s.Store = f
	if s.last, err = lastDay(claims); err != nil {
		return s, err
	}
	return s, c.readUnits(a, db)
}

// lastDay is the end of the newest claim's day.
func lastDay(claims []store.Claim) (time.Time, error) {
	if len(claims) == 0 || claims[0].CreatedAt.IsZero() {
		return time.Time{}, withHint(usageError(errors.New("no claim says when it was received")), `each needs "received_at", such as 2026-03-01 or 2026-03-01T10:00:00Z`)
	}
	return claims[0].CreatedAt.Truncate(24 * time.Hour).Add(24*time.Hour - time.Second), nil
}

// readClaims reads claims with their labels, or with those of --predictions, newest first.
// Claims of no date cannot be counted and are left out.
func (c *patternsScanCmd) readClaims(a *app) ([]store.Claim, error) {
	set, err := datasets.Open(c.Claims, datasets.Options{Taxonomy: "infer"})
	if err != nil {
		return nil, err
	}
	var said *exchange.Predictions
	if c.Predictions != "" {
		if said, err = exchange.ReadFile(c.Predictions, exchange.Options{}); err != nil {
			return nil, err
		}
	}
	var out []store.Claim
	undated, labelled := 0, 0
	for cl, err := range set.Claims(a.ctx) {
		if err != nil {
			return nil, err
		}
		if cl.ReceivedAt.IsZero() {
			undated++
			continue
		}
		p := labelsOf(cl, said)
		if len(p.Axes) > 0 {
			labelled++
		}
		out = append(out, store.Claim{ID: cl.ID, Claim: cl, State: store.Done, CreatedAt: cl.ReceivedAt, FinishedAt: cl.ReceivedAt, Prediction: &p})
	}
	if undated > 0 {
		fmt.Fprintf(a.stderr, "%s without received_at left out\n", number(undated, "claim"))
	}
	if labelled == 0 && len(out) > 0 {
		fmt.Fprintln(a.stderr, "no claim has a label: only the number of claims is watched. 'defekt classify --data CLAIMS --out FILE' gives labels for --predictions.")
	}
	slices.SortStableFunc(out, func(x, y store.Claim) int { return y.CreatedAt.Compare(x.CreatedAt) })
	return out, nil
}

// labelsOf gives a claim's own labels as answers, and those of the predictions on other axes.
func labelsOf(cl claim.Claim, said *exchange.Predictions) claim.Prediction {
	p := claim.Prediction{ID: cl.ID, Axes: map[string]claim.AxisPrediction{}}
	if said != nil {
		p = said.For(cl.ID)
		if p.Axes == nil {
			p.Axes = map[string]claim.AxisPrediction{}
		}
	}
	for axis, label := range cl.Labels {
		p.Axes[axis] = claim.AxisPrediction{Label: label, Probability: 1}
	}
	return p
}

// readUnits imports what is known of units, as 'defekt units import' does.
func (c *patternsScanCmd) readUnits(a *app, db *database) error {
	quiet := *a
	quiet.stdout = a.stderr
	for _, file := range c.Units {
		in := unitsImportCmd{Kind: string(trace.Auto), Format: string(trace.FormatAuto)}
		if _, err := in.file(&quiet, db.store, file); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}
