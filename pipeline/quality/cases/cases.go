// Package cases reads claims together with what quality work needs of them: the unit, the groups
// that the unit is in, and the labels that count.
//
// Its place in the flow: between the store and the rooms of quality work (rules, effectiveness
// checks, scorecards, chargebacks, reports), so that a claim of a lot is the same claim in all of
// them. It computes nothing.
//
// A claim happened when it was received, or, where the sender did not say, when it was stored. The
// label of an axis is the one that a person decided; else the model's, if it did not abstain. A
// claim's unit is the one of its serial, and of its SKU where several products use the serial; a
// claim without a unit still has the groups that its context names (sku, batch, supplier).
//
// Trade-off: a group's claims are found either by its units (one look for each unit) or through
// all claims of the time (one look for each claim), whichever are fewer; no store joins the two.
package cases

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// Claims is what is asked of the store of claims.
type Claims interface {
	List(ctx context.Context, f store.Filter, p store.Page) ([]store.Claim, string, error)
	Count(ctx context.Context, f store.Filter) (int, error)
}

// Units is what is asked of the store of units.
type Units interface {
	UnitsBySerial(ctx context.Context, serial string) ([]store.Unit, error)
	UnitsOf(ctx context.Context, f store.UnitFilter, after string, limit int) ([]store.Unit, string, error)
	CountUnits(ctx context.Context, f store.UnitFilter) (map[store.Stage]int, error)
}

// Reader reads cases. It is safe for concurrent use.
type Reader struct {
	Claims Claims
	Units  Units
	// Reviews tells what people decided; without it the model's labels count.
	Reviews store.Reviews
}

// Case is a claim with its unit and labels.
type Case struct {
	Claim store.Claim
	// At is when it happened.
	At time.Time
	// Unit is nil when the serial is missing, unknown, or that of several products.
	Unit   *store.Unit
	Groups []store.Group
	// Labels are those that count, by axis.
	Labels map[string]Label
}

// Label is an answer on an axis.
type Label struct {
	Label string
	// Probability is the model's, 0 where a person decided against it or without it.
	Probability float64
	// Reviewer and At are set when a person decided.
	Reviewer string
	At       time.Time
}

// Between gives the cases from (inclusive) until (exclusive; zero is open), in the order of the
// store's list. An error ends it.
func (r Reader) Between(ctx context.Context, from, until time.Time) iter.Seq2[Case, error] {
	return r.listed(ctx, store.Filter{}, from, until)
}

// listed gives the cases that a filter keeps. Nothing is stored before it was received, so that
// only the lower bound narrows the list.
func (r Reader) listed(ctx context.Context, f store.Filter, from, until time.Time) iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		f.From = from
		for after := ""; ; {
			page, next, err := r.Claims.List(ctx, f, store.Page{Limit: store.MaxPage, After: after})
			if err != nil {
				yield(Case{}, err)
				return
			}
			for _, c := range page {
				if at := c.Received(); at.Before(from) || !until.IsZero() && !at.Before(until) {
					continue
				}
				one, err := r.Of(ctx, c)
				if !yield(one, err) || err != nil {
					return
				}
			}
			if next == "" {
				return
			}
			after = next
		}
	}
}

// Of completes a claim.
func (r Reader) Of(ctx context.Context, c store.Claim) (Case, error) {
	out := Case{Claim: c, At: c.Received()}
	unit, err := r.unit(ctx, c.Claim)
	if err != nil {
		return Case{}, err
	}
	out.Unit, out.Groups = unit, groupsOf(c.Claim, unit)
	out.Labels, err = r.labels(ctx, c)
	return out, err
}

func (r Reader) unit(ctx context.Context, c claim.Claim) (*store.Unit, error) {
	if c.Serial == "" {
		return nil, nil
	}
	units, err := r.Units.UnitsBySerial(ctx, c.Serial)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i, u := range units {
		if len(units) == 1 || c.SKU != "" && u.SKU == c.SKU {
			return &units[i], nil
		}
	}
	return nil, nil
}

// groupsOf are the unit's, or what the sender says where there is no unit.
func groupsOf(c claim.Claim, u *store.Unit) []store.Group {
	if u != nil {
		return u.Groups()
	}
	said := store.Unit{SKU: c.SKU}
	said.Batch, _ = c.Context["batch"].(string)
	supplier, _ := c.Context["supplier"].(string)
	lot, _ := c.Context["lot"].(string)
	if supplier != "" || lot != "" {
		said.Lots = []store.LotRef{{Code: lot, Supplier: supplier}}
	}
	return said.Groups()
}

func (r Reader) labels(ctx context.Context, c store.Claim) (map[string]Label, error) {
	out := map[string]Label{}
	if c.Prediction != nil {
		for axis, p := range c.Prediction.Axes {
			if !p.Abstained {
				out[axis] = Label{Label: p.Label, Probability: p.Probability}
			}
		}
	}
	if r.Reviews == nil {
		return out, nil
	}
	decided, err := review.Labels(ctx, r.Reviews, c.ID)
	if err != nil {
		return nil, err
	}
	for axis, d := range decided {
		l := Label{Label: d.Label, Reviewer: d.Reviewer, At: d.At}
		if was, ok := out[axis]; ok && was.Label == d.Label {
			l.Probability = was.Probability
		}
		out[axis] = l
	}
	return out, nil
}
