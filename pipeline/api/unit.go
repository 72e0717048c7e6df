package api

import (
	"context"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/store"
)

// Intake ties claims to their units; [intake.Intake] is one.
type Intake interface {
	// Prepare must give a claim that is good for use also with an error.
	Prepare(ctx context.Context, owner string, c claim.Claim) (claim.Claim, intake.Unit, error)
	Suggest(ctx context.Context, u intake.Unit) (intake.Unit, error)
	Unit(ctx context.Context, owner string, c store.Claim) (intake.Unit, error)
}

// unitTime bounds what is asked about a unit: a claim must not wait for it.
const unitTime = 2 * time.Second

// prepare ties a claim that comes in to its unit. What fails there is ours: it is logged, and
// the claim is taken as it came. found is nil when nothing was looked up.
func (s *Server) prepare(ctx context.Context, c claim.Claim) (_ claim.Claim, found *intake.Unit) {
	if s.cfg.Intake == nil || c.Serial == "" {
		return c, nil
	}
	within, cancel := context.WithTimeout(ctx, unitTime)
	defer cancel()
	c, u, err := s.cfg.Intake.Prepare(within, callOf(ctx).who.id, c)
	if err != nil {
		s.unitFailed(ctx, err)
		return c, nil
	}
	return c, &u
}

func (s *Server) unitFailed(ctx context.Context, err error) {
	s.log.LogAttrs(ctx, slog.LevelError, "a claim's unit could not be looked up", slog.String("request", callOf(ctx).id), slog.Any("error", err))
}

// unit tells what is known of a claim's unit, nil if nothing. found is what is known already.
func (s *Server) unit(ctx context.Context, c store.Claim, found *intake.Unit, suggest bool) *wire.Unit {
	if s.cfg.Intake == nil {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, unitTime)
	defer cancel()
	var u intake.Unit
	var err error
	switch {
	case found == nil:
		u, err = s.cfg.Intake.Unit(within, callOf(ctx).who.owner(), c)
	case suggest:
		u, err = s.cfg.Intake.Suggest(within, *found)
	default:
		u = *found
	}
	if err != nil {
		s.unitFailed(ctx, err)
		return nil
	}
	return unitOut(u)
}

// unitOut is a unit as it is shown; nil when there is nothing to show.
func unitOut(u intake.Unit) *wire.Unit {
	if u.Status == "" && u.Readings == nil {
		return nil
	}
	out := &wire.Unit{Serial: u.Serial, Typed: u.Typed, Status: string(u.Status)}
	if u.Fault != nil {
		out.Fault = &wire.UnitFault{Code: string(u.Fault.Code), Detail: u.Fault.Message}
	}
	for _, n := range u.Suggestions {
		out.Suggestions = append(out.Suggestions, wire.Suggestion{Serial: n.Serial, Price: n.Price})
	}
	if k := u.Check.Unit; k != nil {
		out.SKU, out.Batch, out.Plant, out.MadeAt, out.SoldAt, out.ReplacedBy = k.SKU, k.Batch, k.Plant, k.MadeAt, k.SoldAt, k.ReplacedBy
	}
	for _, k := range u.Check.Chain {
		out.Replaces = append(out.Replaces, k.Serial)
	}
	if w := u.Check.Warranty; w != nil {
		out.Warranty = &wire.Warranty{Standing: string(w.Standing), Reason: string(w.Reason), Why: w.Why, Notes: w.Notes, Start: w.Start, End: w.End, DaysLeft: w.DaysLeft}
	}
	for _, r := range u.Check.Repeats {
		out.Repeats = append(out.Repeats, wire.Repeat{Claim: r.Claim, Serial: r.Serial, At: r.At, Labels: r.Labels})
	}
	for _, i := range u.Check.Issues {
		out.Issues = append(out.Issues, wire.KnownIssue{ID: i.ID, Group: i.Group.String(), Label: i.Label, Text: i.Text, Resolution: i.Resolution})
	}
	if r := u.Readings; r != nil {
		out.Conflict, out.FromPhoto = r.Conflict, r.Adopted
		for _, c := range r.Codes {
			out.Codes = append(out.Codes, wire.PhotoCode{
				Photo: c.Photo, Symbology: c.Symbology, Text: c.Text, Serial: c.Serial, GTIN: c.GTIN, Lot: c.Lot, MadeAt: c.Made, Doubt: c.Doubt,
			})
		}
	}
	return out
}
