package board

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
	"github.com/defekt/defekt/pipeline/web/site"
)

// unitView is everything about a serial; several products may use it.
type unitView struct {
	page
	Serial   string
	Dossiers []dossierView
}

// dossierView is one unit.
type dossierView struct {
	ID, Title string
	Figures   []figure
	Warranty  *warrantyView
	Facts     []fact
	Chain     []link
	Lots      table
	Costs     table
	Patterns  table
	Issues    []trace.Issue
	Line      []momentView
	Problems  []string
	Cut       string
}

// warrantyView says whether it is covered, and why.
type warrantyView struct {
	Standing, Class, Why, Period string
	Notes                        []string
}

// momentView is one line of the time line.
type momentView struct {
	At                site.Moment
	Text, Href, Class string
	at                time.Time
}

func (s *Server) unit(r *http.Request) (site.View, error) {
	ctx, serial := r.Context(), r.PathValue("serial")
	if len(serial) > store.MaxUnitText {
		return site.View{}, trace.ErrNoUnit
	}
	list, err := s.cfg.Units.Dossiers(ctx, s.cfg.Store, serial, "")
	if err != nil {
		return site.View{}, err
	}
	alarms, _, err := s.ranked(ctx, store.AlarmFilter{States: atWork})
	if err != nil {
		return site.View{}, err
	}
	v := unitView{page: s.page(r, "", "Unit "+look.Clean(list[0].Unit.Serial)), Serial: look.Clean(list[0].Unit.Serial)}
	for i, d := range list {
		one, err := s.dossier(ctx, d, alarms)
		if err != nil {
			return site.View{}, err
		}
		one.ID = fmt.Sprintf("u%d", i)
		v.Dossiers = append(v.Dossiers, one)
	}
	return site.View{Name: "unit", Data: v}, nil
}

func (s *Server) dossier(ctx context.Context, d trace.Dossier, alarms []store.Alarm) (dossierView, error) {
	u := d.Unit
	out := dossierView{Title: cmp.Or(look.Clean(u.SKU), "Product not known"), Facts: s.unitFacts(u), Warranty: warrantyOf(d.Check.Warranty), Issues: d.Check.Issues}
	stage, since := u.Stage()
	out.Figures = []figure{{Value: stageWord(stage), Name: "where it is", Note: "since " + onDay(since)}}
	for _, p := range d.Check.Problems {
		out.Problems = append(out.Problems, sentence(p.Message))
	}
	s.chain(&out, d)
	out.Lots = s.unitLots(d)
	out.Costs = costTable(d.Costs)
	groups := u.Groups()
	mine := slices.DeleteFunc(slices.Clone(alarms), func(a store.Alarm) bool { return !slices.Contains(groups, groupOf(a.Cause)) })
	out.Patterns = s.alarmTable("patterns", "Open patterns of what it is made of and where it has been", mine[:min(len(mine), s.cfg.PageSize)], nil)
	err := s.timeLine(ctx, &out, d)
	return out, err
}

func warrantyOf(w *trace.Warranty) *warrantyView {
	if w == nil {
		return nil
	}
	out := &warrantyView{Standing: look.Sentence(string(w.Standing)), Why: sentence(w.Why), Notes: w.Notes,
		Class: map[trace.Standing]string{trace.Covered: "good", trace.NotCovered: "bad", trace.Unclear: "open"}[w.Standing]}
	if !w.Start.IsZero() && !w.End.IsZero() {
		out.Period = onDay(w.Start) + " to " + onDay(w.End.AddDate(0, 0, -1))
		if w.Assumed {
			out.Period += ", the start is assumed"
		}
	}
	return out
}

func (s *Server) unitFacts(u store.Unit) []fact {
	in := func(name string, kind store.GroupKind, value string) fact {
		return fact{Name: name, Value: look.Clean(value), Href: s.groupHref(store.Group{Kind: kind, Name: value})}
	}
	batch := in("Batch", store.GroupBatch, u.Batch)
	batch.Href = s.groupHref(store.Group{Kind: store.GroupBatch, Name: store.BatchName(u.Batch, u.SKU)})
	return facts(
		in("Product", store.GroupSKU, u.SKU), batch, in("Plant", store.GroupPlant, u.Plant), fact{Name: "Made", Value: onDay(u.MadeAt)},
		in("Warehouse", store.GroupWarehouse, u.Warehouse), in("Shipment", store.GroupShipment, u.Shipment), in("Carrier", store.GroupCarrier, u.Carrier), fact{Name: "Shipped", Value: onDay(u.ShippedAt)},
		in("Sold through", store.GroupChannel, u.Channel), fact{Name: "Sold", Value: onDay(u.SoldAt)}, in("Country", store.GroupCountry, u.Country), in("Region", store.GroupRegion, u.Region),
		fact{Name: "Registered", Value: onDay(u.RegisteredAt)}, fact{Name: "Owner, as the seller knows him", Value: look.Clean(u.Customer), Note: look.Clean(u.Contact)},
		in("Firmware", store.GroupFirmware, u.Firmware), in("Warranty terms", store.GroupTerms, u.Terms), fact{Name: "Extended until", Value: onDay(u.ExtendedUntil)},
		fact{Name: "Gone", Value: onDay(u.GoneAt), Note: look.Clean(u.Gone)},
	)
}

// chain leads to the units that it replaced, oldest first, and to the one that replaced it.
func (s *Server) chain(out *dossierView, d trace.Dossier) {
	for _, u := range slices.Backward(d.Check.Chain) {
		out.Chain = append(out.Chain, link{look.Clean(u.Serial), s.unitHref(u.Serial)})
	}
	out.Chain = append(out.Chain, link{Text: look.Clean(d.Unit.Serial)})
	if by := d.Unit.ReplacedBy; by != "" {
		out.Chain = append(out.Chain, link{look.Clean(by), s.unitHref(by)})
	}
	if len(out.Chain) == 1 {
		out.Chain = nil
	}
}

func (s *Server) unitLots(d trace.Dossier) table {
	list := slices.Clone(d.Lots)
	for _, ref := range d.Unit.Lots {
		if !slices.ContainsFunc(list, func(l store.Lot) bool { return l.LotRef == ref }) {
			list = append(list, store.Lot{LotRef: ref})
		}
	}
	return s.lotTable("parts", "What it is made of", list)
}

func costTable(list []store.Cost) table {
	t := table{ID: "costs", Caption: "Costs", Columns: heads("Kind", "Day", "#Amount", "Note"), Empty: "Nothing was booked."}
	sums := money.Sums{}
	for _, c := range list {
		t.Rows = append(t.Rows, row{{Text: cmp.Or(look.Sentence(c.Kind), "Cost")}, {Text: onDay(c.At)}, {Text: money.String(c.Amount)}, {Text: look.Clean(c.Note)}})
		if err := sums.Add(c.Amount); err != nil {
			t.Note = "The sum is too large to be kept."
			return t
		}
	}
	if len(list) > 1 {
		t.Note = "In all " + sums.String() + "."
	}
	return t
}
