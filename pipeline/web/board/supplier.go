package board

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// suppliersView is the list of suppliers with their scorecards.
type suppliersView struct {
	page
	Cards part[scorecard.Sheet]
	From  string
	Until string
	List  table
	site.Pager
}

func (s *Server) suppliers(r *http.Request) (site.View, error) {
	v := suppliersView{page: s.page(r, "/suppliers", "Suppliers")}
	var err error
	if v.Cards, err = s.cards.get(r.Context(), struct{}{}); err != nil {
		return site.View{}, err
	}
	at, err := offset(r)
	if err != nil {
		return site.View{}, err
	}
	if !v.Cards.OK {
		return s.plainSuppliers(r, v, at)
	}
	sheet := v.Cards.Value
	v.From, v.Until = onDay(sheet.From), onDay(sheet.Until.Add(-1))
	shown, pager := slicePage(sheet.Cards, at, s.cfg.PageSize, s.site.Href("/suppliers"))
	v.List, v.Pager = s.cardTable(shown), pager
	if sheet.Unknown > 0 {
		v.List.Note = fmt.Sprintf("%s of the period are about units whose parts nobody knows.", site.Counted(sheet.Unknown, "claim"))
	}
	return site.View{Name: "suppliers", Data: v}, nil
}

// plainSuppliers lists names while the scorecards are being made.
func (s *Server) plainSuppliers(r *http.Request, v suppliersView, at int) (site.View, error) {
	list, err := s.cfg.Store.RecordsOf(r.Context(), store.RecordSupplier)
	if err != nil {
		return site.View{}, err
	}
	shown, pager := slicePage(list, at, s.cfg.PageSize, s.site.Href("/suppliers"))
	v.List, v.Pager = table{ID: "list", Caption: "Suppliers by name", Columns: heads("Supplier"), Empty: "No supplier is known."}, pager
	for _, one := range shown {
		v.List.Rows = append(v.List.Rows, row{s.supplierCell(one.ID)})
	}
	return site.View{Name: "suppliers", Data: v}, nil
}

func (s *Server) cardTable(list []scorecard.Card) table {
	t := table{ID: "list", Caption: "Suppliers, the worst first", Columns: heads("Supplier", "#Rank", "#Claims", "#PPM", "#Ratio", "#At least", "Trend", "#Cost", "#Recovered"), Empty: "No supplier has units in service."}
	for _, c := range list {
		ratio, least := cell{Text: number(c.Ratio, 2), Note: interval(c.Low, c.High, 2)}, cell{Text: number(c.EB05, 2)}
		if c.Expected == 0 { // nobody's part of this kind had a claim
			ratio, least = cell{Text: none}, cell{Text: none}
		}
		name := s.supplierCell(c.Supplier)
		name.Note = look.Clean(c.Name)
		t.Rows = append(t.Rows, row{name, {Text: fmt.Sprint(c.Rank)}, {Text: site.Thousands(c.Claims), Note: "of " + site.Counted(c.Units, "unit")}, {Text: number(c.PPM, 0), Note: interval(c.PPMLow, c.PPMHigh, 0)},
			ratio, least, {Text: c.TrendWords()}, {Text: amounts(c.Cost)}, {Text: recoveryWords(c)}})
	}
	return t
}

func recoveryWords(c scorecard.Card) string {
	out := ""
	for i, one := range c.Recovery {
		if i > 0 {
			out += ", "
		}
		out += number(100*one.Share, 0) + " %"
		if len(c.Recovery) > 1 {
			out += " of " + one.Currency
		}
	}
	return cmp.Or(out, none)
}

// cardView is a supplier's scorecard on its page.
type cardView struct {
	Cards   part[scorecard.Sheet]
	Known   bool
	Facts   []fact
	Months  table
	Period  string
	NoUnits string
}

// supplierRecord shows who a supplier is and how it does.
func (s *Server) supplierRecord(ctx context.Context, v *groupView, name string) error {
	p, ok, err := record[store.Supplier](ctx, s, store.RecordSupplier, name)
	if err != nil {
		return err
	}
	if ok {
		v.Facts = facts(fact{Name: "Name", Value: look.Clean(p.Name)}, fact{Name: "Country", Value: look.Clean(p.Country)}, fact{Name: "Contact", Value: look.Clean(p.Contact)})
	}
	cards, err := s.cards.get(ctx, struct{}{})
	if err != nil {
		return err
	}
	card := &cardView{Cards: cards}
	v.Card = card
	i := slices.IndexFunc(cards.Value.Cards, func(c scorecard.Card) bool { return c.Supplier == name })
	if !cards.OK || i < 0 {
		return nil
	}
	sheet, c := cards.Value, cards.Value.Cards[i]
	card.Known, card.Period = true, onDay(sheet.From)+" to "+onDay(sheet.Until.Add(-1))
	card.Facts = cardFacts(c, len(sheet.Cards))
	card.Months = monthsTable(c)
	return nil
}

func cardFacts(c scorecard.Card, of int) []fact {
	shared := ""
	if c.Shared > 0 {
		shared = fmt.Sprintf("%d of them count for other suppliers too, since no component is named", c.Shared)
	}
	return []fact{
		{Name: "Rank", Value: fmt.Sprintf("%d of %d", c.Rank, of), Note: "1 is the worst, by the ratio that is sure"},
		{Name: "Claims", Value: site.Thousands(c.Claims), Note: shared},
		{Name: "Units in service", Value: site.Thousands(c.Units)},
		{Name: "PPM", Value: number(c.PPM, 0), Note: "claims per million units; " + interval(c.PPMLow, c.PPMHigh, 0)},
		{Name: "Against others", Value: number(c.Ratio, 2) + " ×", Note: fmt.Sprintf("%s claims expected at the rates of all suppliers of the same components; %s; surely at least %s", number(c.Expected, 1), interval(c.Low, c.High, 2), number(c.EB05, 2))},
		{Name: "Trend", Value: c.TrendWords()},
		{Name: "Cost", Value: amounts(c.Cost), Note: "for each unit " + amounts(c.CostPerUnit)},
		{Name: "Charged", Value: amounts(c.Claimed), Note: "accepted " + amounts(c.Accepted) + ", recovered " + amounts(c.Recovered)},
		{Name: "Recovery rate", Value: recoveryWords(c), Note: "what came back, of the cost"},
	}
}

func monthsTable(c scorecard.Card) table {
	t := table{ID: "months", Caption: "Claims per 1,000 units, up to so many months in service", Columns: heads("Months in service", "#Claims per 1,000"), Empty: "No unit is old enough."}
	for _, m := range c.Months {
		t.Rows = append(t.Rows, row{{Text: fmt.Sprint(m.Months)}, {Text: number(m.Per1000, 1)}})
	}
	return t
}
