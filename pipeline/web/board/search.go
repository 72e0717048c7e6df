package board

import (
	"context"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/serial/suggest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// searchView is what a word was found as.
type searchView struct {
	page
	Found table
}

// maxHits is how many lots or batches of a code are shown.
const maxHits = 50

// search finds units by serial, lots and batches by code, and suppliers and products by name;
// where there is one thing only, it leads there.
func (s *Server) search(r *http.Request) (site.View, error) {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	v := searchView{page: s.page(r, "", "Search")}
	v.Q = look.Clean(q)
	v.Found = table{ID: "found", Caption: "Found", Columns: heads("What", "Kind"), Empty: "Nothing has this serial, code or name. It must be written as a whole; capitals and separators of serials do not matter."}
	if len(q) > store.MaxUnitText {
		return site.View{}, site.BadRequest("Serials, codes and names are shorter than that.")
	}
	if q == "" {
		v.Found.Empty = "Write a serial, or the code or name of a lot, batch, supplier or product."
		return site.View{Name: "search", Data: v}, nil
	}
	for _, find := range []func(context.Context, *table, string) error{s.findUnits, s.findLots, s.findBatches, s.findRecords} {
		if err := find(r.Context(), &v.Found, q); err != nil {
			return site.View{}, err
		}
	}
	if len(v.Found.Rows) == 1 {
		return site.View{Goto: v.Found.Rows[0][0].Href}, nil
	}
	return site.View{Name: "search", Data: v}, nil
}

func (s *Server) findUnits(ctx context.Context, t *table, q string) error {
	units, err := s.cfg.Store.UnitsBySerial(ctx, q)
	if err != nil {
		return err
	}
	if key := suggest.Key(q); len(units) == 0 && key != "" {
		known, err := s.cfg.Store.Existing(ctx, []string{key})
		if err != nil {
			return err
		}
		if known[key] != "" {
			if units, err = s.cfg.Store.UnitsBySerial(ctx, known[key]); err != nil {
				return err
			}
		}
	}
	if len(units) > 0 {
		t.Rows = append(t.Rows, row{{Text: look.Clean(units[0].Serial), Href: s.unitHref(units[0].Serial), Note: look.Clean(units[0].SKU)}, {Text: "Unit"}})
	}
	return nil
}

func (s *Server) findLots(ctx context.Context, t *table, q string) error {
	if strings.Contains(q, store.PartSign) {
		return nil
	}
	list, err := s.cfg.Store.LotsBy(ctx, q)
	for _, l := range list[:min(len(list), maxHits)] {
		s.found(t, store.Group{Kind: store.GroupLot, Name: l.Name()})
	}
	return err
}

func (s *Server) findBatches(ctx context.Context, t *table, q string) error {
	if strings.Contains(q, store.PartSign) {
		return nil
	}
	list, err := s.cfg.Store.BatchesBy(ctx, q)
	for _, b := range list[:min(len(list), maxHits)] {
		s.found(t, store.Group{Kind: store.GroupBatch, Name: store.BatchName(b.Code, b.SKU)})
	}
	return err
}

func (s *Server) findRecords(ctx context.Context, t *table, q string) error {
	for _, k := range []struct {
		record store.RecordKind
		group  store.GroupKind
	}{{store.RecordSupplier, store.GroupSupplier}, {store.RecordProduct, store.GroupSKU}, {store.RecordWarehouse, store.GroupWarehouse}, {store.RecordShipment, store.GroupShipment}} {
		list, err := s.cfg.Store.RecordsOf(ctx, k.record, q)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			s.found(t, store.Group{Kind: k.group, Name: q})
			continue
		}
		// A name that units use may have no record of its own.
		if k.group != store.GroupSupplier && k.group != store.GroupSKU {
			continue
		}
		n, err := s.cfg.Store.CountUnits(ctx, store.UnitFilter{Groups: []store.Group{{Kind: k.group, Name: q}}})
		if err != nil {
			return err
		}
		if len(n) > 0 {
			s.found(t, store.Group{Kind: k.group, Name: q})
		}
	}
	return nil
}

func (s *Server) found(t *table, g store.Group) {
	l := s.group(g)
	t.Rows = append(t.Rows, row{{Text: l.Text, Href: l.Href}, {Text: kindWord(g.Kind)}})
}
