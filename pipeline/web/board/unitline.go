package board

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
	"github.com/defekt/defekt/pipeline/web/site"
)

// timeLine is the unit's own, with what people decided about its claims.
func (s *Server) timeLine(ctx context.Context, out *dossierView, d trace.Dossier) error {
	claims := 0
	for _, m := range d.Line {
		one := momentView{At: moment(m.At), Text: sentence(m.Text), Class: m.What, at: m.At}
		if m.What == "claim" && m.Ref != "" {
			one.Href = s.words().Href(m.Ref)
			if claims++; claims <= maxDecided {
				if err := s.claimMoments(ctx, out, m.Ref, &one); err != nil {
					return err
				}
				continue
			}
		}
		out.Line = append(out.Line, one)
	}
	slices.SortStableFunc(out.Line, func(a, b momentView) int { return a.at.Compare(b.at) })
	if claims > maxDecided {
		out.Cut = fmt.Sprintf("Decisions are shown for the first %d claims.", maxDecided)
	}
	return nil
}

// moment writes a time, or the day alone where nothing else is known.
func moment(t time.Time) site.Moment {
	m := site.NewMoment(t)
	if u := t.UTC(); u.Truncate(day).Equal(u) {
		m.Text = onDay(t)
	}
	return m
}

// claimMoments adds a claim with its labels' names, and what people decided about it.
func (s *Server) claimMoments(ctx context.Context, out *dossierView, id string, one *momentView) error {
	c, err := s.cfg.Store.Claim(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil {
		one.Text = "Claim " + look.Clean(c.Claim.ID)
		if c.Prediction != nil {
			labels := map[string]string{}
			for axis, a := range c.Prediction.Axes {
				if !a.Abstained {
					labels[axis] = a.Label
				}
			}
			one.Text += ": " + s.labelsWords(labels)
		}
		one.Text = sentence(one.Text)
	}
	out.Line = append(out.Line, *one)
	return s.decided(ctx, out, id)
}

// maxDecided is how many claims of a unit are asked for their decisions, maxDecisions how many
// of each are shown.
const (
	maxDecided   = 50
	maxDecisions = 50
)

func (s *Server) decided(ctx context.Context, out *dossierView, claim string) error {
	list, err := s.cfg.Store.Decisions(ctx, store.DecisionFilter{Claim: claim, Limit: maxDecisions})
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.Role == store.RoleKnown {
			continue // measures the reviewer
		}
		who, err := s.cfg.Store.Reviewer(ctx, d.Reviewer)
		if errors.Is(err, store.ErrNotFound) {
			who.Name, err = d.Reviewer, nil
		}
		if err != nil {
			return err
		}
		text := "decided by " + who.Name + ": " + s.labelsWords(d.Labels)
		if d.Withdraws != "" {
			text = "taken back by " + who.Name
		}
		out.Line = append(out.Line, momentView{At: moment(d.At), Text: sentence(text), Href: s.words().Href(claim), Class: "decision", at: d.At})
	}
	return nil
}

func (s *Server) labelsWords(labels map[string]string) string {
	var out []string
	for _, axis := range look.AxisOrder(labels) {
		text := "cannot be told"
		if l := labels[axis]; l != "" {
			text = s.words().Label(axis, l)
		}
		out = append(out, strings.ToLower(s.words().Axis(axis))+" "+text)
	}
	return strings.Join(out, ", ")
}
