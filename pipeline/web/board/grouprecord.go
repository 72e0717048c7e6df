package board

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// groupRecord shows what is known of the group itself.
func (s *Server) groupRecord(r *http.Request, v *groupView, g store.Group) error {
	ctx := r.Context()
	switch g.Kind {
	case store.GroupBatch:
		list, err := s.cfg.Store.BatchesBy(ctx, g.Name)
		for _, b := range list[:min(len(list), 1)] {
			v.Facts = facts(fact{Name: "Made", Value: onDay(b.MadeAt)}, fact{Name: "Plant", Value: look.Clean(b.Plant), Href: s.groupHref(store.Group{Kind: store.GroupPlant, Name: b.Plant})}, fact{Name: "Line", Value: look.Clean(b.Line)},
				fact{Name: "Size", Value: known0(b.Size)}, fact{Name: "Product", Value: look.Clean(b.SKU), Href: s.groupHref(store.Group{Kind: store.GroupSKU, Name: b.SKU})}, fact{Name: "Note", Value: look.Clean(b.Note)})
		}
		v.several(len(list), "batches")
		v.Claims = &link{"Claims that name this batch", "/?batch=" + url.QueryEscape(g.Parts()[0])}
		return err
	case store.GroupLot:
		list, err := s.cfg.Store.LotsBy(ctx, g.Name)
		for _, l := range list[:min(len(list), 1)] {
			v.Facts = facts(fact{Name: "Component", Value: look.Clean(l.Component), Href: s.groupHref(store.Group{Kind: store.GroupComponent, Name: l.Component})},
				fact{Name: "Supplier", Value: look.Clean(l.Supplier), Href: s.groupHref(store.Group{Kind: store.GroupSupplier, Name: l.Supplier})},
				fact{Name: "Made", Value: onDay(l.MadeAt)}, fact{Name: "Received", Value: onDay(l.ReceivedAt)}, fact{Name: "Expires", Value: onDay(l.ExpiresAt)}, fact{Name: "Size", Value: known0(l.Size)}, fact{Name: "Note", Value: look.Clean(l.Note)})
		}
		v.several(len(list), "lots")
		return err
	case store.GroupSKU:
		p, ok, err := record[store.Product](ctx, s, store.RecordProduct, g.Name)
		if ok {
			v.Facts = facts(fact{Name: "Name", Value: look.Clean(p.Name)}, fact{Name: "Family", Value: look.Clean(p.Family)}, fact{Name: "GTIN", Value: p.GTIN}, fact{Name: "Price", Value: amountOf(p.Price)}, fact{Name: "Recall of one unit", Value: amountOf(p.Recall)}, fact{Name: "Warranty terms", Value: look.Clean(p.Terms)})
		}
		v.Claims = &link{"Claims of this product", "/?sku=" + url.QueryEscape(g.Name)}
		return err
	case store.GroupSupplier:
		return s.supplierRecord(ctx, v, g.Name)
	case store.GroupWarehouse:
		p, ok, err := record[store.Warehouse](ctx, s, store.RecordWarehouse, g.Name)
		if ok {
			v.Facts = facts(fact{Name: "Name", Value: look.Clean(p.Name)}, fact{Name: "Country", Value: look.Clean(p.Country)})
		}
		return err
	case store.GroupShipment:
		p, ok, err := record[store.Shipment](ctx, s, store.RecordShipment, g.Name)
		if ok {
			v.Facts = facts(fact{Name: "Carrier", Value: look.Clean(p.Carrier)}, fact{Name: "From", Value: look.Clean(p.From)}, fact{Name: "To", Value: look.Clean(p.To)}, fact{Name: "Shipped", Value: onDay(p.ShippedAt)}, fact{Name: "Arrived", Value: onDay(p.ArrivedAt)})
		}
		return err
	}
	return nil
}

// several says that a name with parts left open keeps several things.
func (v *groupView) several(n int, what string) {
	if n > 1 {
		v.Facts = []fact{{Name: "Several", Value: fmt.Sprintf("%d %s have this code", n, what), Note: "the numbers below are of all of them"}}
	}
}

func known0(n int) string {
	if n == 0 {
		return ""
	}
	return site.Thousands(n)
}

func amountOf(m store.Money) string {
	if m == (store.Money{}) {
		return ""
	}
	return money.String(m)
}

// record reads one entry of master data; false when there is none.
func record[T any](ctx context.Context, s *Server, kind store.RecordKind, id string) (v T, ok bool, err error) {
	list, err := s.cfg.Store.RecordsOf(ctx, kind, id)
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	v, err = store.ReadRecord[T](list[0])
	return v, err == nil, err
}
