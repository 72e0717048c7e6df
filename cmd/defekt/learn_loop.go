package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
)

// learnLoop is one way around.
type learnLoop struct {
	cmd   *learnCmd
	a     *app
	place *place
	gates []gate.Gate
	bars  *stages

	current string // digest of the promoted model, empty without one
	version *learning.Version
	live    *models.Model
	verdict *learning.Verdict
}

func (l *learnLoop) data() string   { return filepath.Join(l.cmd.Work, "dataset") }
func (l *learnLoop) folder() string { return filepath.Join(l.cmd.Work, "candidate") }

// reviewed opens a split of the exported version.
func (l *learnLoop) reviewed(split string) (*datasets.Set, error) {
	return datasets.Open(l.data(), datasets.Options{Split: split, Taxonomy: absolute(filepath.Join(l.data(), learning.TaxonomyFile))})
}

// absolute is a path that does not depend on another one.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// candidate exports and fits; done tells that there is nothing new to learn from.
func (l *learnLoop) candidate() (done bool, err error) {
	a, c := l.a, l.cmd
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	if l.current, err = l.place.opener.registry().Current(a.ctx); err != nil {
		return false, err
	}
	if l.live, err = l.place.opener.model(a.ctx, p, l.current); err != nil {
		return false, err
	}
	if l.version, err = l.place.export(a, l.live.Taxonomy, l.data(), c.Before, false, l.bars); err != nil {
		return false, err
	}
	if known, err := l.known(); err != nil || known {
		return known, err
	}
	if c.Name == "" {
		c.Name = "learned-" + l.version.Digest[7:15]
	}
	sets := make([]*datasets.Set, 1, 1+len(c.With))
	if sets[0], err = l.reviewed(learning.SplitTrain); err != nil {
		return false, err
	}
	for _, path := range c.With {
		set, err := datasets.Open(path, datasets.Options{Split: "train"})
		if err != nil {
			return false, fmt.Errorf("--with %s: %w", path, err)
		}
		sets = append(sets, set)
	}
	fitted, err := c.fit(a, p, l.bars, sets[0].Taxonomy(), learning.SplitTrain, true, sets...)
	if err != nil {
		return false, withHint(err, "review more claims outside the random slice, or give a labelled set --with")
	}
	return false, fitted.Model.Save(l.folder())
}

// known says whether there is a model of the same labels.
func (l *learnLoop) known() (bool, error) {
	all, err := l.place.db.store.Models(l.a.ctx)
	if err != nil || l.cmd.Again {
		return false, err
	}
	for _, m := range all {
		if m.Data == l.version.Digest {
			l.bars.done()
			fmt.Fprintf(l.a.stdout, "no new labels since %s was fitted; --again fits another one\n", m.Digest[:19])
			return true, nil
		}
	}
	return false, nil
}

// judge holds the candidate against the live model and registers it.
func (l *learnLoop) judge() (store.Model, error) {
	a := l.a
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	var err error
	if l.live, err = l.place.opener.model(a.ctx, p, l.current); err != nil {
		return store.Model{}, err
	}
	candidate, err := p.model(l.folder())
	if err != nil {
		return store.Model{}, err
	}
	sets, err := l.tests()
	if err != nil {
		return store.Model{}, err
	}
	engine, err := p.engine()
	if err != nil {
		return store.Model{}, err
	}
	versions, err := revision.Load(a.ctx, l.place.db.store)
	if err != nil {
		return store.Model{}, err
	}
	l.verdict, err = learning.Judge(a.ctx, learning.JudgeConfig{
		Engine: engine, Live: l.live, Candidate: candidate, Sets: sets, Gates: l.gates, MayLose: l.cmd.MayLose, Translate: versions.Prediction, Row: row, Seed: l.cmd.Seed, Progress: l.bars.at,
	})
	if errors.Is(err, learning.ErrNoTest) {
		return store.Model{}, withHint(err, "review some claims of the random slice, or give an old test set with --test")
	}
	if err != nil {
		return store.Model{}, err
	}
	return l.place.opener.registry().Register(a.ctx, learning.Candidate{
		Folder: os.DirFS(l.folder()), Manifest: candidate.Manifest, Data: l.version.Digest, Verdict: l.verdict, By: l.place.by,
	})
}

// tests gives the sets to judge on, each without the claims that one of the models has seen.
func (l *learnLoop) tests() ([]learning.TestSet, error) {
	var out []learning.TestSet
	if l.version.Splits[learning.SplitAudit] > 0 {
		audit, err := l.reviewed(learning.SplitAudit)
		if err != nil {
			return nil, err
		}
		set, err := l.test(audit, learning.SplitAudit)
		if err != nil {
			return nil, err
		}
		set.Name, set.Audit, set.Digest = "random slice", true, l.version.Digest
		out = append(out, set)
	}
	for _, path := range l.cmd.Test {
		opened, err := datasets.Open(path, datasets.Options{Split: "test"})
		if err != nil {
			return nil, fmt.Errorf("--test %s: %w", path, err)
		}
		set, err := l.test(opened, "test")
		if err != nil {
			return nil, fmt.Errorf("--test %s: %w", path, err)
		}
		out = append(out, set)
	}
	return out, nil
}

func (l *learnLoop) test(set *datasets.Set, split string) (out learning.TestSet, err error) {
	out = learning.TestSet{Name: set.Name, Split: split, Taxonomy: set.Taxonomy(), Claims: set.Claims, Seen: map[string]bool{}}
	if out.Digest, err = set.Digest(l.a.ctx); err != nil {
		return out, err
	}
	live, err := l.place.opener.folder(l.a.ctx, l.current)
	if err != nil {
		return out, err
	}
	for _, folder := range []string{live, l.folder()} {
		report, err := seen(l.a, folder, set)
		if err != nil {
			return out, err
		}
		if report == nil {
			continue
		}
		for _, id := range report.LeakedIDs {
			out.Seen[id] = true
		}
	}
	return out, nil
}

// conclude promotes the candidate where it may, and says what happens next.
func (l *learnLoop) conclude(m store.Model, limits learning.Limits) error {
	w := l.a.stdout
	if !l.verdict.Passed {
		return exitError{exitGate, fmt.Errorf("the candidate is registered as %s and was not promoted: %d gates missed", m.Digest[:19], len(l.verdict.Reasons))}
	}
	if !l.cmd.Auto {
		_, err := fmt.Fprintf(w, "registered; 'defekt models promote %s' makes it answer\n", m.Digest[7:19])
		return err
	}
	history, err := l.place.db.store.Promotions(l.a.ctx, 1000)
	if err != nil {
		return err
	}
	if reasons := limits.Refuse(l.verdict, history, time.Now()); len(reasons) > 0 {
		fmt.Fprintln(w, "registered, and left to a person:")
		for _, r := range reasons {
			fmt.Fprintln(w, " ", r)
		}
		return nil
	}
	return l.place.promote(l.a, store.Promotion{Model: m.Digest, Auto: true, By: l.place.by, Why: "within the limits of defekt learn --auto"})
}
