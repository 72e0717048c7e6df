package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
)

// learnlab is a command of the scripts: what shops, reviewers and servers do.
//   - learnlab fill FROM N: claims come in and a reviewer labels them, every third at random;
//   - learnlab claims TEXT...: claims come in;
//   - learnlab work: a server that starts now answers what waits, and prints the answers;
//   - learnlab rescore: a server re-scores twenty claims a second;
//   - learnlab await N: waits until N claims have an answer of the promoted model.
func learnlab() int {
	a := &app{ctx: context.Background(), args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	if err := runLab(a, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "learnlab:", err)
		return exitFailed
	}
	return exitOK
}

func runLab(a *app, args []string) error {
	f := &placeFlags{databaseFlags: databaseFlags{DB: "sqlite://defekt.db"}, whoFlag: whoFlag{By: "lab"}, Blobs: "blobs"}
	pl, err := f.place(a)
	if err != nil {
		return err
	}
	defer pl.close()
	switch args[0] {
	case "fill":
		from, _ := strconv.Atoi(args[1])
		n, _ := strconv.Atoi(args[2])
		return fill(a.ctx, pl.db.store, from, n)
	case "claims":
		for _, text := range args[1:] {
			if _, _, err := pl.db.store.Accept(a.ctx, store.New{Claim: claim.Claim{ID: text, Text: text}}); err != nil {
				return err
			}
		}
		return nil
	case "work":
		return work(a, pl, 0, func(l *learner) error { return answerAll(a.ctx, pl.db.store, l, a.stdout) })
	case "rescore":
		return work(a, pl, 20, func(l *learner) error {
			_, err := l.rescorer.All(a.ctx, func(string) {})
			return err
		})
	case "await":
		n, _ := strconv.Atoi(args[1])
		return await(a.ctx, pl, n)
	}
	return fmt.Errorf("no such work: %v", args)
}

// kinds are claims in words that no model of ours has ever seen.
var kinds = []struct{ text, symptom, severity string }{
	{"frobble zorched quite badly", "leak", "major"}, {"gribbit has quonked", "no_power", "minor"},
	{"sprangle went flibbery", "tear_seam", "cosmetic"}, {"wuggle all snerkled up", "crack_break", "critical"},
}

// fill brings in claims and has a reviewer decide them an hour ago.
func fill(ctx context.Context, s store.Store, from, n int) error {
	now := time.Now().Add(-time.Hour)
	q := review.New(review.Config{Reviews: s, Claims: s, Now: func() time.Time { return now }})
	anna := store.Reviewer{ID: "0199f0e0-0000-7000-8000-00000000000a", Name: "anna", Roles: []store.ReviewRole{store.ReviewerRole}}
	for i := from; i < from+n; i++ {
		k := kinds[i%len(kinds)]
		c, _, err := s.Accept(ctx, store.New{Claim: claim.Claim{ID: fmt.Sprint("r", i), Text: fmt.Sprintf("%s, ticket %d", k.text, i)}})
		if err != nil {
			return err
		}
		item := store.NewReview{Claim: c.ID, Reasons: []store.ReviewReason{store.ReasonAbstained}}
		if i%3 == 0 {
			item.Reasons = []store.ReviewReason{store.ReasonRandom}
		}
		ids, err := s.AddReviews(ctx, []store.NewReview{item})
		if err != nil {
			return err
		}
		r, err := s.LeaseReview(ctx, store.Lease{IDs: ids, Holder: anna.ID, At: now, Until: now.Add(time.Minute)})
		if err != nil {
			return err
		}
		if _, err := q.Submit(ctx, anna, review.Answer{Item: r.ID, Version: r.Version, Labels: map[string]string{"symptom": k.symptom, "severity": k.severity}}); err != nil {
			return err
		}
	}
	return nil
}

// work does what a server that starts now would.
func work(a *app, pl *place, perSecond float64, do func(l *learner) error) error {
	l, err := newLearner(a.ctx, learnerConfig{Store: pl.db.store, Opener: pl.opener, Photos: blob.Source{Blobs: pl.blobs}, PerSecond: perSecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer l.close()
	return do(l)
}

func await(ctx context.Context, pl *place, n int) error {
	current, err := pl.opener.registry().Current(ctx)
	if err != nil {
		return err
	}
	for range 600 {
		stale, done, err := pl.db.store.CountStale(ctx, current)
		if err != nil || done-stale >= n {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("%d claims are never re-scored", n)
}

func answerAll(ctx context.Context, s store.Store, l *learner, w io.Writer) error {
	for {
		page, _, err := s.List(ctx, store.Filter{State: store.Queued}, store.Page{Limit: 100})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			out, err := l.live.Classify(ctx, c.Claim, blob.Source{})
			if err != nil {
				return err
			}
			out.Prediction.ID = c.ID
			if err := s.Finish(ctx, c.ID, out); err != nil {
				return err
			}
			l.finished(c.ID, out.Prediction)
			fmt.Fprintf(w, "%s: symptom %s by %s\n", c.Claim.Text, out.Prediction.Axes["symptom"].Label, out.Prediction.Model[:19])
		}
	}
}

// The whole loop with two servers that run throughout: they change over to a promoted model and
// back without a restart, run it as a shadow before, and re-score what they had answered.
func TestServersLearnWithoutARestart(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs strings.Builder
	env := func(name string) string {
		if name == "XDG_CACHE_HOME" {
			return "cache"
		}
		return ""
	}
	a := &app{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &out, stderr: &errs, getenv: env}
	defekt := func(want int, args ...string) string {
		t.Helper()
		out.Reset()
		errs.Reset()
		if got := run(t.Context(), args, strings.NewReader(""), &out, &errs, env); got != want {
			t.Fatalf("defekt %v: exit code %d, want %d\n%s%s", args, got, want, out.String(), errs.String())
		}
		return out.String()
	}
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pl, err := (&placeFlags{databaseFlags: databaseFlags{DB: "sqlite://defekt.db"}, Blobs: "blobs"}).place(a)
	ok(err)
	defer pl.close()
	ok(fill(t.Context(), pl.db.store, 0, 120))
	var servers []*learner
	for range 2 {
		l, err := newLearner(t.Context(), learnerConfig{Store: pl.db.store, Opener: pl.opener, Photos: blob.Source{Blobs: pl.blobs}, Log: slog.New(slog.DiscardHandler)})
		ok(err)
		defer l.close()
		l.start(t.Context(), true)
		servers = append(servers, l)
	}
	started := servers[0].live.Model().Digest
	ok(answerAll(t.Context(), pl.db.store, servers[0], io.Discard))

	defekt(exitOK, "learn", "--may-lose", "component,defect_type,root_cause", "--strengths", "10", "--balances", "0", "--folds", "3")
	all, err := pl.db.store.Models(t.Context())
	ok(err)
	candidate := all[0].Digest
	if len(all) != 1 || !all[0].Passed {
		t.Fatalf("registered %+v", all)
	}

	// As a shadow it answers beside the live one, and nobody hears it.
	defekt(exitOK, "models", "shadow", candidate[7:20], "--share", "1")
	until(t, "the shadow differs", func() bool {
		runLabClaims(t, pl, "frobble zorched again")
		ok(answerAll(t.Context(), pl.db.store, servers[0], io.Discard))
		counts, err := pl.db.store.ShadowCounts(t.Context(), candidate)
		ok(err)
		return len(counts) == 1 && counts[0].Live == started && counts[0].Differ > 0
	})
	if report := defekt(exitOK, "models", "shadow"); !strings.Contains(report, "symptom") || !strings.Contains(report, "leak") {
		t.Errorf("the shadow's report:\n%s", report)
	}
	defekt(exitOK, "models", "shadow", "--off")

	follows := func(model string) {
		t.Helper()
		until(t, "both servers follow", func() bool {
			return servers[0].live.Model().Digest == model && servers[1].live.Model().Digest == model
		})
	}
	defekt(exitOK, "models", "promote", candidate[7:20], "--why", "knows our words")
	follows(candidate)
	runLabClaims(t, pl, "gribbit quonked once more")
	var answers strings.Builder
	ok(answerAll(t.Context(), pl.db.store, servers[1], &answers))
	if want := "gribbit quonked once more: symptom no_power by " + candidate[:19]; !strings.Contains(answers.String(), want) {
		t.Errorf("answers %q, want %q", answers.String(), want)
	}
	done := 0
	until(t, "history is re-scored", func() bool {
		stale, n, err := pl.db.store.CountStale(t.Context(), candidate)
		ok(err)
		done = n
		return stale == 0
	})
	trend, err := pl.db.store.Trend(t.Context(), "symptom", time.Time{}, time.Time{})
	ok(err)
	models := map[string]int{}
	for _, d := range learning.Days(trend) {
		models[d.Model] += d.N
	}
	if models[started] != done-1 || models[candidate] != done {
		t.Errorf("the trend has %v, want every claim under both models", models)
	}

	defekt(exitOK, "models", "rollback", "--why", "on second thoughts")
	follows(started)
	history := defekt(exitOK, "models", "history")
	for _, want := range []string{"rolled back", "on second thoughts", "knows our words", "what the program was started with"} {
		if !strings.Contains(history, want) {
			t.Errorf("the history lacks %q:\n%s", want, history)
		}
	}
}

func runLabClaims(t *testing.T, pl *place, text string) {
	t.Helper()
	if _, _, err := pl.db.store.Accept(t.Context(), store.New{Claim: claim.Claim{ID: "late", Text: text}}); err != nil {
		t.Fatal(err)
	}
}

func until(t *testing.T, what string, yes func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !yes(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after a minute it does not hold: %s", what)
		}
	}
}
