package board

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// sampled is how many units of a group are looked at for what else they have in common.
const sampled = 2000

// groupParts shows what a group leads to: a supplier's lots, a product's batches, and for batches
// and lots what their units have.
func (s *Server) groupParts(r *http.Request, v *groupView, g store.Group) error {
	ctx := r.Context()
	switch g.Kind {
	case store.GroupSupplier:
		lots, err := s.cfg.Store.LotsBy(ctx, "||"+g.Name)
		if err != nil {
			return err
		}
		t := s.lotTable("lots", "Its lots", lots[:min(len(lots), s.cfg.PageSize)])
		t.Note = cutNote(len(lots), s.cfg.PageSize)
		v.Parts = append(v.Parts, t)
		return nil
	case store.GroupSKU:
		batches, err := s.cfg.Store.BatchesBy(ctx, "|"+g.Name)
		if err != nil {
			return err
		}
		newestBatches(batches)
		t := s.batchTable("batches", "Its batches, newest first", batches[:min(len(batches), s.cfg.PageSize)])
		t.Note = cutNote(len(batches), s.cfg.PageSize)
		v.Parts = append(v.Parts, t)
		return nil
	case store.GroupBatch:
		return s.sharedBy(r, v, g, store.GroupLot, "Lots in its units")
	case store.GroupLot, store.GroupShipment, store.GroupWarehouse:
		return s.sharedBy(r, v, g, store.GroupBatch, "Batches that hold it")
	}
	return nil
}

// sharedBy counts groups of another kind among a group's units, of a bounded number of them.
func (s *Server) sharedBy(r *http.Request, v *groupView, g store.Group, kind store.GroupKind, caption string) error {
	units, next, err := s.cfg.Store.UnitsOf(r.Context(), store.UnitFilter{Groups: []store.Group{g}}, "", sampled)
	if err != nil {
		return err
	}
	count := map[store.Group]int{}
	for _, u := range units {
		for _, other := range u.Groups(kind) {
			count[other]++
		}
	}
	order := make([]store.Group, 0, len(count))
	for other := range count {
		order = append(order, other)
	}
	slices.SortFunc(order, func(a, b store.Group) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a.Name, b.Name))
	})
	t := table{ID: "shared", Caption: caption, Columns: heads(kindWord(kind), "#Units"), Empty: "Not known."}
	for _, other := range order[:min(len(order), s.cfg.PageSize)] {
		l := s.group(other)
		t.Rows = append(t.Rows, row{{Text: l.Text, Href: l.Href}, {Text: site.Thousands(count[other])}})
	}
	if next != "" {
		t.Note = fmt.Sprintf("Counted over the first %s units by serial; there are more.", site.Thousands(sampled))
	}
	v.Parts = append(v.Parts, t)
	return nil
}

func cutNote(n, shown int) string {
	if n <= shown {
		return ""
	}
	if n == store.MaxUnitPage {
		return fmt.Sprintf("The first %d; there are %s or more.", shown, site.Thousands(n))
	}
	return fmt.Sprintf("%d of %s.", shown, site.Thousands(n))
}

func (s *Server) lotTable(id, caption string, list []store.Lot) table {
	t := table{ID: id, Caption: caption, Columns: heads("Lot", "Component", "Supplier", "Received", "#Pieces"), Empty: "No lot is known."}
	for _, l := range list {
		t.Rows = append(t.Rows, row{{Text: look.Clean(l.Code), Href: s.groupHref(store.Group{Kind: store.GroupLot, Name: l.Name()})}, {Text: cmp.Or(look.Clean(l.Component), none)},
			s.supplierCell(l.Supplier), {Text: onDay(l.ReceivedAt)}, {Text: cmp.Or(known0(l.Size), none)}})
	}
	return t
}

func (s *Server) supplierCell(name string) cell {
	if name == "" {
		return cell{Text: none}
	}
	return cell{Text: look.Clean(name), Href: s.groupHref(store.Group{Kind: store.GroupSupplier, Name: name})}
}

func newestBatches(list []store.Batch) {
	slices.SortStableFunc(list, func(a, b store.Batch) int { return b.MadeAt.Compare(a.MadeAt) })
}

func (s *Server) batchTable(id, caption string, list []store.Batch) table {
	t := table{ID: id, Caption: caption, Columns: heads("Batch", "Product", "Plant", "Made", "#Size"), Empty: "No batch is known."}
	for _, b := range list {
		product := cell{Text: none}
		if b.SKU != "" {
			product = cell{Text: look.Clean(b.SKU), Href: s.groupHref(store.Group{Kind: store.GroupSKU, Name: b.SKU})}
		}
		t.Rows = append(t.Rows, row{{Text: look.Clean(b.Code), Href: s.groupHref(store.Group{Kind: store.GroupBatch, Name: store.BatchName(b.Code, b.SKU)})}, product,
			{Text: cmp.Or(look.Clean(b.Plant), none)}, {Text: onDay(b.MadeAt)}, {Text: cmp.Or(known0(b.Size), none)}})
	}
	return t
}

// listView is a plain list with a field to narrow it.
type listView struct {
	page
	Lead   string
	Filter string // address
	Field  string
	Value  string
	List   table
	site.Pager
}

// narrowed is a page of a list that is held whole, narrowed by what its key begins with.
func narrowed[T any](s *Server, r *http.Request, under, title, lead, field string, list []T, key func(T) string, show func(id, caption string, list []T) table) (site.View, error) {
	at, err := offset(r)
	if err != nil {
		return site.View{}, err
	}
	value := strings.TrimSpace(r.URL.Query().Get("begins"))
	v := listView{page: s.page(r, under, title), Lead: lead, Filter: s.site.Href(under), Field: field, Value: value}
	whole := len(list) == store.MaxUnitPage
	href := s.site.Href(under)
	if value != "" {
		list = slices.DeleteFunc(list, func(t T) bool { return !strings.HasPrefix(strings.ToLower(key(t)), strings.ToLower(value)) })
		href += "?begins=" + url.QueryEscape(value)
	}
	shown, pager := slicePage(list, at, s.cfg.PageSize, href)
	v.List, v.Pager = show("list", fmt.Sprintf("%s of %s", title, site.Thousands(len(list))), shown), pager
	if whole {
		v.List.Note = fmt.Sprintf("The first %s are listed; find others by the search.", site.Thousands(store.MaxUnitPage))
	}
	return site.View{Name: "list-page", Data: v}, nil
}

func (s *Server) lots(r *http.Request) (site.View, error) {
	list, err := s.cfg.Store.LotsBy(r.Context(), "")
	if err != nil {
		return site.View{}, err
	}
	return narrowed(s, r, "/lots", "Lots", "Deliveries of components of one make.", "Code begins with", list, func(l store.Lot) string { return l.Code }, s.lotTable)
}

func (s *Server) batches(r *http.Request) (site.View, error) {
	list, err := s.cfg.Store.BatchesBy(r.Context(), "")
	if err != nil {
		return site.View{}, err
	}
	newestBatches(list)
	return narrowed(s, r, "/batches", "Batches", "Production batches, newest first.", "Code begins with", list, func(b store.Batch) string { return b.Code }, s.batchTable)
}

func (s *Server) products(r *http.Request) (site.View, error) {
	list, err := s.cfg.Store.RecordsOf(r.Context(), store.RecordProduct)
	if err != nil {
		return site.View{}, err
	}
	return narrowed(s, r, "/products", "Products", "By article number.", "SKU begins with", list, func(p store.Record) string { return p.ID }, s.productTable)
}

func (s *Server) productTable(id, caption string, list []store.Record) table {
	t := table{ID: id, Caption: caption, Columns: heads("SKU", "Name", "#Price", "#Recall of one unit"), Empty: "No product is known; 'defekt units import' reads them."}
	for _, one := range list {
		p, err := store.ReadRecord[store.Product](one)
		name := cell{Text: cmp.Or(look.Clean(p.Name), none)}
		if err != nil {
			name = cell{Text: "cannot be read", Class: "bad"}
		}
		t.Rows = append(t.Rows, row{{Text: look.Clean(one.ID), Href: s.groupHref(store.Group{Kind: store.GroupSKU, Name: one.ID})}, name, {Text: cmp.Or(amountOf(p.Price), none)}, {Text: cmp.Or(amountOf(p.Recall), none)}})
	}
	return t
}
