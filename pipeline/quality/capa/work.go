package capa

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Done is what was done for a step.
type Done struct {
	Step, Text string
	Evidence   []string
	// FixedAt is for D6: from when on units are made, or sold, with the fix.
	FixedAt time.Time
	// At is when it was done; the present when zero.
	At time.Time
}

// Step notes what was done for a step. It may be done again, to correct it: the log keeps what
// stood there before. version is the one that the person saw.
func (d *Desk) Step(ctx context.Context, id string, version int64, who string, s Done) (store.CAPA, error) {
	c, err := d.current(ctx, id, version)
	if err != nil {
		return store.CAPA{}, err
	}
	i, err := place(c, s.Step)
	if err != nil {
		return store.CAPA{}, err
	}
	if err := s.check(d.at()); err != nil {
		return store.CAPA{}, err
	}
	at := s.At
	if at.IsZero() {
		at = d.at()
	}
	before := c.Steps[i]
	c.Steps[i].Text, c.Steps[i].Who, c.Steps[i].At, c.Steps[i].Evidence = s.Text, who, at, s.Evidence
	detail := s.Step + " " + Title(s.Step) + ": " + s.Text
	if !before.At.IsZero() {
		detail += "\nbefore (" + before.Who + "): " + before.Text
	}
	if s.Step == stepFix {
		c.FixedAt = s.FixedAt
		detail += "\nfixed from " + s.FixedAt.UTC().Format(time.DateOnly)
	}
	return d.saved(d.change(ctx, c, who, store.CAPAStepDone, detail))
}

func (s Done) check(now time.Time) error {
	switch {
	case strings.TrimSpace(s.Text) == "":
		return claim.Problem{Code: CodeText, Where: "text", Message: "say what was done"}
	case len(s.Text) > MaxText:
		return tooLong("text")
	case len(s.Evidence) > MaxEvidence:
		return claim.Problem{Code: CodeEvidence, Where: "evidence", Message: fmt.Sprintf("a step has at most %d links", MaxEvidence)}
	case s.Step == stepFix && s.FixedAt.IsZero():
		return claim.Problem{Code: CodeFixDate, Where: "fixed_at", Message: "D6 needs the day from which units are made or sold with the fix"}
	case s.Step != stepFix && !s.FixedAt.IsZero():
		return claim.Problem{Code: CodeFixDate, Where: "fixed_at", Message: "the day of the fix belongs to D6"}
	case s.FixedAt.After(now):
		return claim.Problem{Code: CodeFixDate, Where: "fixed_at", Message: "the day of the fix lies ahead; note D6 once it holds"}
	case s.At.After(now):
		return claim.Problem{Code: CodeText, Where: "at", Message: "a step cannot have been done in the future"}
	}
	for _, e := range s.Evidence {
		if len(e) > MaxLink || strings.TrimSpace(e) == "" {
			return claim.Problem{Code: CodeEvidence, Where: "evidence", Message: fmt.Sprintf("a link has 1 to %d bytes", MaxLink)}
		}
	}
	return nil
}

// Edit is a change of an action's own fields; nil leaves one as it is.
type Edit struct {
	Title, Owner, Severity, Supplier, SKU *string
	// Due are new due dates by step.
	Due map[string]time.Time
}

// Edit changes fields and due dates.
func (d *Desk) Edit(ctx context.Context, id string, version int64, who string, e Edit) (store.CAPA, error) {
	c, err := d.current(ctx, id, version)
	if err != nil {
		return store.CAPA{}, err
	}
	var said []string
	for _, f := range []struct {
		name string
		to   *string
		of   *string
	}{{"title", e.Title, &c.Title}, {"owner", e.Owner, &c.Owner}, {"severity", e.Severity, &c.Severity}, {"supplier", e.Supplier, &c.Supplier}, {"sku", e.SKU, &c.SKU}} {
		if f.to == nil || *f.to == *f.of {
			continue
		}
		if len(*f.to) > MaxName {
			return store.CAPA{}, claim.Problem{Code: CodeText, Where: f.name, Message: fmt.Sprintf("at most %d bytes", MaxName)}
		}
		said = append(said, fmt.Sprintf("%s: %q -> %q", f.name, *f.of, *f.to))
		*f.of = *f.to
	}
	for _, s := range Steps() {
		due, ok := e.Due[s.ID]
		if !ok {
			continue
		}
		i, err := place(c, s.ID)
		if err != nil {
			return store.CAPA{}, err
		}
		said = append(said, fmt.Sprintf("%s due: %s -> %s", s.ID, c.Steps[i].Due.Format(time.DateOnly), due.UTC().Format(time.DateOnly)))
		c.Steps[i].Due = due
	}
	if len(said) == 0 {
		return c, nil
	}
	return d.saved(d.change(ctx, c, who, store.CAPAEdited, strings.Join(said, "; ")))
}

// Close closes an action; text is what D8 says, and may be empty when D8 is done already. The
// steps before must be done, and the last check must have found this fix effective.
func (d *Desk) Close(ctx context.Context, id string, version int64, who, text string) (store.CAPA, error) {
	c, err := d.current(ctx, id, version)
	if err != nil {
		return store.CAPA{}, err
	}
	if len(text) > MaxText {
		return store.CAPA{}, tooLong("text")
	}
	i, err := place(c, stepClose)
	if err != nil {
		return store.CAPA{}, err
	}
	if text != "" {
		c.Steps[i].Text, c.Steps[i].Who, c.Steps[i].At = text, who, d.at()
	}
	if undone := Undone(c); len(undone) > 0 {
		return store.CAPA{}, claim.Problem{Code: CodeUndone, Where: "steps", Message: "not done yet: " + strings.Join(undone, ", ")}
	}
	if why := Unproven(c); why != "" {
		return store.CAPA{}, claim.Problem{Code: CodeUnproven, Where: "checks", Message: why}
	}
	c.State, c.ClosedAt = store.CAPAClosed, d.at()
	return d.saved(d.change(ctx, c, who, store.CAPAEnded, c.Steps[i].Text))
}

// Undone lists the steps that are not done.
func Undone(c store.CAPA) []string {
	var out []string
	for _, s := range c.Steps {
		if s.At.IsZero() {
			out = append(out, s.Step)
		}
	}
	return out
}

// Unproven says why an action's fix counts as not proven; empty when it is.
func Unproven(c store.CAPA) string {
	if len(c.Checks) == 0 {
		return "the effect of the fix was never checked"
	}
	last := c.Checks[len(c.Checks)-1]
	switch {
	case !last.FixedAt.Equal(c.FixedAt):
		return "the day of the fix was changed after the last check"
	case last.Verdict != Effective:
		return "the last check did not find the fix effective: " + last.Reason
	}
	return ""
}

// Drop ends an action without one, for example after a false alarm.
func (d *Desk) Drop(ctx context.Context, id string, version int64, who, why string) (store.CAPA, error) {
	c, err := d.current(ctx, id, version)
	if err != nil {
		return store.CAPA{}, err
	}
	if strings.TrimSpace(why) == "" || len(why) > MaxText {
		return store.CAPA{}, claim.Problem{Code: CodeText, Where: "why", Message: "say why no action is needed"}
	}
	c.State, c.ClosedAt, c.Why = store.CAPADropped, d.at(), why
	return d.saved(d.change(ctx, c, who, store.CAPALeft, why))
}

// current reads an action that is open, at a version; 0 takes the current one.
func (d *Desk) current(ctx context.Context, id string, version int64) (store.CAPA, error) {
	c, err := d.store.CAPA(ctx, id)
	if err != nil {
		return store.CAPA{}, err
	}
	if c.State != store.CAPAOpen {
		return store.CAPA{}, claim.Problem{Code: CodeNotOpen, Where: "state", Message: "it is " + string(c.State) + " already"}
	}
	if version != 0 && version != c.Version {
		return store.CAPA{}, errStale()
	}
	return c, nil
}

func (d *Desk) saved(c store.CAPA, err error) (store.CAPA, error) {
	if errors.Is(err, store.ErrConflict) {
		return store.CAPA{}, fmt.Errorf("%w: %w", errStale(), err)
	}
	return c, err
}

func errStale() error {
	return claim.Problem{Code: CodeStale, Where: "version", Message: "somebody changed it meanwhile; look at it again"}
}
