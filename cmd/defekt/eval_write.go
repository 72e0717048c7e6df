package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/report"
	"github.com/defekt/defekt/eval/runs"
	"github.com/defekt/defekt/pipeline/claim"
)

// write puts the result where the flags say.
func (c *evalScoreCmd) write(a *app, p *parts, s *scored) error {
	if err := c.print(a, s); err != nil {
		return err
	}
	if s.gates != nil && c.JUnit != "" {
		if err := toFile(c.JUnit, s.gates.WriteJUnit); err != nil {
			return err
		}
	}
	page, err := c.reports(a, p, s)
	if err != nil {
		return err
	}
	if c.Keep == "" {
		return nil
	}
	return c.keep(a, s, page)
}

// print writes for the terminal, or JSON for the next program.
func (c *evalScoreCmd) print(a *app, s *scored) error {
	if c.JSON == "-" {
		return s.result.WriteJSON(a.stdout)
	}
	if c.JSON != "" {
		if err := toFile(c.JSON, s.result.WriteJSON); err != nil {
			return err
		}
	}
	if err := s.result.WriteTable(a.stdout); err != nil {
		return err
	}
	if err := writeWorse(a.stdout, s); err != nil {
		return err
	}
	if s.compared != nil {
		fmt.Fprintln(a.stdout)
		writeVerdicts(a.stdout, s.compared)
	}
	if s.gates == nil {
		return nil
	}
	fmt.Fprintln(a.stdout)
	return s.gates.WriteTable(a.stdout)
}

// writeWorse names the slices that are shown to be worse than the rest.
func writeWorse(w io.Writer, s *scored) error {
	if s.slices.Worse == 0 {
		return nil
	}
	fmt.Fprintf(w, "\nslices that are worse than the rest (%d looked at, false discovery held at %.0f %%):\n", s.slices.Looks, 100*s.slices.Alpha)
	for _, axis := range s.slices.Axes {
		for _, f := range axis.Slices {
			if f.Worse {
				if _, err := fmt.Fprintf(w, "  %s, %s = %s: accuracy %.3f on %d claims, %.3f on the rest\n", axis.ID, f.Field, f.Value, f.Accuracy, f.N, f.Rest); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeVerdicts says what a comparison showed, a sentence an axis.
func writeVerdicts(w io.Writer, r *compare.Result) {
	fmt.Fprintf(w, "%s\n", r.Verdict)
	for _, axis := range r.Axes {
		fmt.Fprintf(w, "  %s: %s\n", axis.ID, axis.Verdict)
	}
	for _, d := range r.Slices.List {
		if d.Outcome != compare.None {
			fmt.Fprintf(w, "  %s, %s = %s (%d claims): %s, %+.3f\n", d.Axis, d.Field, d.Value, d.N, d.Outcome, d.Difference)
		}
	}
}

// paged says whether a page is made: for --html, and for a run that is kept.
func (c *evalScoreCmd) paged() bool { return c.HTML != "" || c.Keep != "" }

// reports writes HTML and Markdown; it gives the page that a kept run has.
func (c *evalScoreCmd) reports(a *app, p *parts, s *scored) ([]byte, error) {
	if c.Markdown == "" && !c.paged() {
		return nil, nil
	}
	r := &report.Report{
		Model: s.model, Made: time.Now(), Command: a.commandLine(), Result: s.result, Gates: s.gates, Comparison: s.compared,
		Slices: s.slices, Warnings: s.warnings(),
	}
	if s.compared != nil {
		r.Facts = append(r.Facts, report.Fact{Name: "Baseline", Value: s.baseline.name})
	}
	var err error
	if r.Mistakes, err = c.mistakes(a, p, s); err != nil {
		return nil, err
	}
	if c.Markdown != "" {
		if err := toFile(c.Markdown, r.WriteMarkdown); err != nil {
			return nil, err
		}
	}
	if !c.paged() {
		return nil, nil
	}
	var page bytes.Buffer
	if err := r.WriteHTML(&page); err != nil {
		return nil, err
	}
	if c.HTML == "" {
		return page.Bytes(), nil
	}
	return page.Bytes(), os.WriteFile(c.HTML, page.Bytes(), 0o644)
}

// warnings says what the care for the data found.
func (s *scored) warnings() []report.Warning {
	if s.unknown {
		return []report.Warning{{Title: "Leakage was not checked", Text: "What answered these claims does not say what it was trained on, so nobody knows whether it has seen some of them."}}
	}
	if s.leaks == nil {
		return nil
	}
	var out []report.Warning
	if text := s.leaks.Refusal(); text != "" {
		out = append(out, report.Warning{Serious: true, Title: "Claims of this split were in the training", Text: text, Claims: firstOf(s.leaks.LeakedIDs, 5)})
	}
	for _, l := range s.leaks.Leaks {
		if l.Level != datasets.LevelWarning {
			continue
		}
		w := report.Warning{Title: strings.ReplaceAll(string(l.Code), "_", " "), Text: fmt.Sprintf("%d claims are nearly the same as some in the training.", l.Claims)}
		for _, e := range l.Examples {
			w.Claims = append(w.Claims, e.ID)
		}
		out = append(out, w)
	}
	return out
}

func firstOf(list []string, n int) []string { return list[:min(n, len(list))] }

// keep saves the run.
func (c *evalScoreCmd) keep(a *app, s *scored, page []byte) error {
	var result bytes.Buffer
	if err := s.result.WriteJSON(&result); err != nil {
		return err
	}
	run, err := c.store(a).Save(a.ctx, runs.New{
		Run: runs.Run{
			Name: c.Keep, Time: time.Now(), Data: runs.Data{Name: s.set.Name, Split: c.Split, Digest: s.digest},
			Model: runs.Model{Name: s.model, Digest: s.result.Model}, Taxonomy: s.result.Taxonomy, Seed: c.Seed, Code: codeVersion(),
			Command: a.args, Figures: headlines(s.result),
		},
		Result: result.Bytes(), Rows: s.sample, Report: page,
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "kept as %s (%s)\n", c.Keep, run.ID)
	return nil
}

// headlines are the figures that a list of runs shows.
func headlines(r *eval.Result) map[string]map[string]float64 {
	out := map[string]map[string]float64{}
	for id, axis := range r.Axes {
		out[id] = map[string]float64{"accuracy": axis.Accuracy, "macro_f1": axis.MacroF1, "ece": axis.ECE, "coverage": axis.Coverage}
	}
	return out
}

// toFile writes a file as a whole.
func toFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// writeJSON writes a value where --json says; only says that it took the table's place.
func (a *app) writeJSON(path string, v any) (only bool, err error) {
	switch path {
	case "":
		return false, nil
	case "-":
		return true, writeIndented(a.stdout, v)
	}
	return false, toFile(path, func(w io.Writer) error { return writeIndented(w, v) })
}

// only lets the claims of some ids through.
func only(claims iter.Seq2[claim.Claim, error], ids map[string]bool) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for c, err := range claims {
			if (err != nil || ids[c.ID]) && !yield(c, err) {
				return
			}
		}
	}
}

// decode reads a result that was kept.
func decode(data []byte) (*eval.Result, error) {
	r := &eval.Result{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("the result is no JSON of 'defekt eval --json': %w", err)
	}
	if len(r.Axes) == 0 {
		return nil, errors.New("the result has no axes")
	}
	return r, nil
}
