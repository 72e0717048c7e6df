package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// DossierSource is what the time line of a unit is made of.
type DossierSource interface {
	UnitSource
	ClaimSource
	EventsOf(ctx context.Context, serial, sku string) ([]store.UnitEvent, error)
	InspectionsOn(ctx context.Context, on store.Group, from, until time.Time) ([]store.Inspection, error)
	CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) ([]store.Cost, error)
	LotsBy(ctx context.Context, name string) ([]store.Lot, error)
	BatchesBy(ctx context.Context, name string) ([]store.Batch, error)
}

// Dossier is everything about one unit.
type Dossier struct {
	Unit store.Unit `json:"unit"`
	// Check is the state as of now: warranty, chain, repeats, issues.
	Check Check `json:"check"`
	// Batch is nil when nothing is known of it; Lots are those in the unit.
	Batch *store.Batch `json:"batch,omitempty"`
	Lots  []store.Lot  `json:"lots,omitempty"`
	Costs []store.Cost `json:"costs,omitempty"`
	// Line is the time line, oldest first.
	Line []Moment `json:"line"`
}

// Moment is one line of a time line.
type Moment struct {
	At time.Time `json:"at"`
	// What is made, shipped, sold, registered, event, inspection, claim, cost, gone, extended.
	What string `json:"what"`
	// Text is a sentence; Ref the id of the claim, inspection or cost.
	Text string `json:"text"`
	Ref  string `json:"ref,omitempty"`
}

// MaxDossier is the most claims, events and costs of a dossier, each.
const MaxDossier = 500

// ErrNoUnit says that no unit has the serial.
var ErrNoUnit = errors.New("no unit with this serial is known")

// Dossiers gives everything about the units of a serial (and SKU, unless empty), by SKU;
// [ErrNoUnit] without any.
func (t *Tracer) Dossiers(ctx context.Context, from DossierSource, serial, sku string) ([]Dossier, error) {
	units, err := t.bySerial(ctx, serial)
	if err != nil {
		return nil, wrap(err)
	}
	var out []Dossier
	for _, u := range units {
		if sku != "" && u.SKU != sku {
			continue
		}
		d, err := t.dossier(ctx, from, u)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoUnit, serial)
	}
	return out, nil
}

func (t *Tracer) dossier(ctx context.Context, from DossierSource, u store.Unit) (Dossier, error) {
	d := Dossier{Unit: u}
	var err error
	ask := Question{Claim: claim.Claim{Serial: u.Serial, SKU: u.SKU}}
	if d.Check, err = t.Check(ctx, ask); err != nil {
		return d, err
	}
	d.ownDates()
	for _, add := range []func(context.Context, DossierSource) error{d.origin, d.events, d.inspections, d.claims, d.costs} {
		if err := add(ctx, from); err != nil {
			return d, wrap(err)
		}
	}
	slices.SortStableFunc(d.Line, func(a, b Moment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Ref, b.Ref)) })
	return d, nil
}

func (d *Dossier) add(at time.Time, what, ref, format string, args ...any) {
	if !at.IsZero() {
		d.Line = append(d.Line, Moment{at, what, fmt.Sprintf(format, args...), ref})
	}
}

// ownDates are those that the unit itself has.
func (d *Dossier) ownDates() {
	u := d.Unit
	d.add(u.MadeAt, "made", "", "made%s%s", behind(" at ", u.Plant), behind(", batch ", u.Batch))
	d.add(u.ShippedAt, "shipped", "", "shipped%s%s%s", behind(" from ", u.Warehouse), behind(" with ", u.Carrier), behind(", shipment ", u.Shipment))
	d.add(u.SoldAt, "sold", "", "sold%s%s", behind(" through ", u.Channel), behind(", ", strings.TrimSpace(u.Region+" "+u.Country)))
	d.add(u.RegisteredAt, "registered", "", "registered by its owner")
	d.add(u.GoneAt, "gone", "", "gone%s%s", behind(": ", u.Gone), behind(", replaced by ", u.ReplacedBy))
	d.add(u.ExtendedUntil, "extended", "", "the extended warranty ends")
}

func behind(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

func (d *Dossier) origin(ctx context.Context, from DossierSource) error {
	if d.Unit.Batch != "" {
		list, err := from.BatchesBy(ctx, store.BatchName(d.Unit.Batch, d.Unit.SKU))
		if err != nil {
			return err
		}
		if len(list) == 1 {
			d.Batch = &list[0]
		}
	}
	for _, ref := range d.Unit.Lots {
		list, err := from.LotsBy(ctx, ref.Name())
		if err != nil {
			return err
		}
		for _, l := range list {
			if l.LotRef == ref {
				d.Lots = append(d.Lots, l)
			}
		}
	}
	return nil
}

func (d *Dossier) events(ctx context.Context, from DossierSource) error {
	list, err := from.EventsOf(ctx, d.Unit.Serial, d.Unit.SKU)
	if err != nil {
		return err
	}
	for _, e := range list[:min(len(list), MaxDossier)] {
		d.add(e.At, "event", "", "%s%s%s", e.What, behind(" at ", e.Where), behind(" with ", e.With))
	}
	return nil
}

// inspections are those of the unit, its batch and its lots.
func (d *Dossier) inspections(ctx context.Context, from DossierSource) error {
	on := append([]store.Group{{Kind: store.GroupUnit, Name: d.Unit.Serial}}, d.Unit.Groups(store.GroupBatch, store.GroupLot)...)
	for _, g := range on {
		list, err := from.InspectionsOn(ctx, g, time.Time{}, time.Time{})
		if err != nil {
			return err
		}
		for _, i := range list[:min(len(list), MaxDossier)] {
			counts := ""
			if i.Checked > 0 {
				counts = fmt.Sprintf(", %d of %d failed", i.Failed, i.Checked)
			}
			d.add(i.At, "inspection", i.ID, "inspection of %s%s%s%s", g, behind(": ", i.Result), counts, behind(", ", i.Defect))
		}
	}
	return nil
}

func (d *Dossier) claims(ctx context.Context, from DossierSource) error {
	list, _, err := from.List(ctx, store.Filter{Serial: d.Unit.Serial}, store.Page{Limit: MaxDossier})
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.Claim.SKU != "" && d.Unit.SKU != "" && c.Claim.SKU != d.Unit.SKU {
			continue
		}
		labels := c.Prediction.Labels()
		d.add(c.Received(), "claim", c.ID, "claim %s%s%s", c.Claim.ID, behind(": ", labels["symptom"]), behind(", ", labels["severity"]))
	}
	return nil
}

func (d *Dossier) costs(ctx context.Context, from DossierSource) error {
	list, err := from.CostsOf(ctx, store.CostFilter{Serial: d.Unit.Serial}, "", MaxDossier)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.SKU != "" && c.SKU != d.Unit.SKU {
			continue
		}
		d.Costs = append(d.Costs, c)
		d.add(c.At, "cost", c.ID, "%s", strings.TrimSpace(cmp.Or(c.Kind, "cost")+" "+amount(c.Amount)))
	}
	return nil
}
