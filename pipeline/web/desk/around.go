package desk

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxEarlier is how many earlier claims of a unit an item shows.
const maxEarlier = 5

// unit is what is known of the product unit.
type unit struct {
	Serial  string
	Facts   []unitFact
	Earlier []earlier
	// More says that there are further earlier claims; Failed that not all could be read.
	More, Failed bool
}

type unitFact struct{ Name, Value string }

// earlier is another claim of the unit.
type earlier struct {
	Row    show.Row
	Labels []settled
}

// settled is an axis's label that counts: a person's, or the model's.
type settled struct {
	Axis, Label string
	Person      bool
}

// near searches the nearest claims and gives them the labels that count. While the model's
// answer is hidden only people's labels are shown.
func (s *Server) near(ctx context.Context, id string, hidden bool) *show.Near {
	out := s.finder().Find(ctx, id, s.cfg.Near)
	for i := range out.Spaces {
		for j := range out.Spaces[i].Hits {
			hit := &out.Spaces[i].Hits[j]
			hit.Row.Chips = chips(s.labelsOf(ctx, hit.Claim, hidden))
		}
	}
	return out
}

func chips(list []settled) []show.Chip {
	var out []show.Chip
	for _, l := range list {
		c := show.Chip{Axis: l.Axis, Label: l.Label, Abstained: !l.Person}
		out = append(out, c)
	}
	return out
}

// labelsOf are a claim's labels by axis: a person's where there are any, else the model's that
// it did not abstain on, unless hidden.
func (s *Server) labelsOf(ctx context.Context, c store.Claim, hidden bool) []settled {
	people, err := review.Labels(ctx, s.versions(ctx).Translated(s.cfg.Reviews), c.ID)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "labels not read", slog.String("claim", c.ID), slog.Any("error", err))
	}
	all := map[string]settled{}
	if p := s.suggested(ctx, c.Prediction); p != nil && !hidden {
		for axis, a := range p.Axes {
			if !a.Abstained {
				all[axis] = settled{s.words().Axis(axis), s.words().Label(axis, a.Label), false}
			}
		}
	}
	for axis, l := range people {
		all[axis] = settled{s.words().Axis(axis), s.words().Label(axis, l.Label), true}
	}
	var out []settled
	for _, axis := range look.AxisOrder(all) {
		out = append(out, all[axis])
	}
	return out
}

// unit reads what is known of the unit of a claim.
func (s *Server) unit(ctx context.Context, c store.Claim, hidden bool) unit {
	out := unit{Serial: look.Clean(c.Claim.Serial)}
	if c.Claim.Serial == "" {
		return out
	}
	if err := s.unitFacts(ctx, &out, c.Claim); err != nil {
		s.cfg.Log.WarnContext(ctx, "unit not read", slog.String("claim", c.ID), slog.Any("error", err))
		out.Failed = true
	}
	list, next, err := s.cfg.Claims.List(ctx, store.Filter{Serial: c.Claim.Serial}, store.Page{Limit: maxEarlier + 1})
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "earlier claims not read", slog.String("claim", c.ID), slog.Any("error", err))
		out.Failed = true
		return out
	}
	for _, e := range list {
		if e.ID == c.ID {
			continue
		}
		if len(out.Earlier) == maxEarlier {
			next = "more"
			break
		}
		out.Earlier = append(out.Earlier, earlier{s.words().Row(e), s.labelsOf(ctx, e, hidden)})
	}
	out.More = next != ""
	return out
}

// unitFacts fills what the registry of units says, if there is one and it knows which unit is
// meant.
func (s *Server) unitFacts(ctx context.Context, out *unit, c claim.Claim) error {
	if s.cfg.Units == nil {
		return nil
	}
	list, err := s.cfg.Units.UnitsBySerial(ctx, c.Serial)
	if err != nil {
		return err
	}
	for _, u := range list {
		if len(list) > 1 && u.SKU != c.SKU {
			continue
		}
		add := func(name, value string) {
			if value = look.Clean(strings.TrimSpace(value)); value != "" {
				out.Facts = append(out.Facts, unitFact{name, value})
			}
		}
		at := func(name string, t time.Time) { add(name, day(t)) }
		add("SKU", u.SKU)
		add("Batch", u.Batch)
		at("Made", u.MadeAt)
		add("Plant", u.Plant)
		for _, l := range u.Lots {
			add("Lot "+l.Code, strings.TrimSpace(l.Component+" "+l.Supplier))
		}
		add("Warehouse", u.Warehouse)
		add("Carrier", u.Carrier)
		at("Shipped", u.ShippedAt)
		at("Sold", u.SoldAt)
		add("Firmware", u.Firmware)
		add("Replaced by", u.ReplacedBy)
		return nil
	}
	return nil
}

// day writes a date; the zero time is empty.
func day(t time.Time) string {
	text, _, _ := strings.Cut(site.NewMoment(t).Text, ",")
	return text
}
