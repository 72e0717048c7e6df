package trace

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// chain gives the units that a unit replaced, nearest first. Of several that one unit stands in
// for, all are followed; a unit is met once, so that a circle ends.
func (t *Tracer) chain(ctx context.Context, u store.Unit) ([]store.Unit, error) {
	type key struct{ serial, sku string }
	seen := map[key]bool{{u.Serial, u.SKU}: true}
	var out []store.Unit
	for next := []store.Unit{u}; len(next) > 0 && len(out) < MaxChain; {
		var further []store.Unit
		for _, n := range next {
			list, err := t.cfg.Units.ReplacedBy(ctx, n.Serial)
			if err != nil {
				return nil, fmt.Errorf("trace: %w", err)
			}
			for _, r := range list {
				if k := (key{r.Serial, r.SKU}); !seen[k] && len(out) < MaxChain {
					seen[k] = true
					out, further = append(out, r), append(further, r)
				}
			}
		}
		next = further
	}
	return out, nil
}

// warranty puts the question together.
func (t *Tracer) warranty(ctx context.Context, q Question, u store.Unit, chain []store.Unit, at time.Time) (Warranty, error) {
	ask := WarrantyQuestion{Unit: u, At: at, Labels: q.Labels, Decided: q.Decided}
	if len(chain) > 0 {
		ask.First = &chain[len(chain)-1]
	}
	var err error
	if ask.Terms, err = t.terms(ctx, u); err != nil {
		return Warranty{}, err
	}
	if u.ShippedAt.IsZero() && u.Shipment != "" {
		s, err := recordOf[store.Shipment](ctx, t.cfg.Units, store.RecordShipment, u.Shipment)
		if err != nil {
			return Warranty{}, err
		}
		if s != nil {
			ask.Shipped = s.ShippedAt
		}
	}
	return CheckWarranty(ask), nil
}

// terms finds the unit's, else its product's, else the default ones.
func (t *Tracer) terms(ctx context.Context, u store.Unit) (*store.Terms, error) {
	id := u.Terms
	if id == "" && u.SKU != "" {
		p, err := recordOf[store.Product](ctx, t.cfg.Units, store.RecordProduct, u.SKU)
		if err != nil {
			return nil, err
		}
		if p != nil {
			id = p.Terms
		}
	}
	return recordOf[store.Terms](ctx, t.cfg.Units, store.RecordTerms, cmp.Or(id, t.cfg.DefaultTerms))
}

// recordOf reads one record; nil when there is none.
func recordOf[T any](ctx context.Context, from UnitSource, kind store.RecordKind, id string) (*T, error) {
	list, err := from.RecordsOf(ctx, kind, id)
	if err != nil || len(list) == 0 {
		return nil, wrap(err)
	}
	v, err := store.ReadRecord[T](list[0])
	return &v, wrap(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("trace: %w", err)
}

// repeats lists earlier claims of the serial and of those that it replaced.
func (t *Tracer) repeats(ctx context.Context, q Question, chain []store.Unit, at time.Time) ([]Repeat, error) {
	if t.cfg.Claims == nil {
		return nil, nil
	}
	serials := []string{q.Claim.Serial}
	for _, u := range chain {
		if !slices.Contains(serials, u.Serial) {
			serials = append(serials, u.Serial)
		}
	}
	var out []Repeat
	for _, serial := range serials {
		f := store.Filter{Serial: serial, Owner: q.Owner}
		if serial == q.Claim.Serial {
			f.SKU = q.Claim.SKU
		}
		claims, _, err := t.cfg.Claims.List(ctx, f, store.Page{Limit: MaxRepeats})
		if err != nil {
			return nil, wrap(err)
		}
		for _, c := range claims {
			r := Repeat{Claim: c.ID, Serial: serial, At: c.Received(), Labels: c.Prediction.Labels()}
			if c.ID != q.ID && !r.At.After(at) {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Repeat) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Claim, a.Claim)) })
	return out[:min(len(out), MaxRepeats)], nil
}
