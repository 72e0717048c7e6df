package board

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// openForm opens an action: about a pattern or group that is known, or one that is named.
type openForm struct {
	Action string
	// Choose says that the cause is named in the form, else Kind, Name and Label are hidden.
	Choose            bool
	Kind, Name, Label string
	Owner, Why        string
	Alarm             string
	Version           int64
	Fault             *fault
}

func readOpenForm(form url.Values) openForm {
	return openForm{Kind: form.Get("kind"), Name: strings.TrimSpace(form.Get("name")), Label: strings.TrimSpace(form.Get("label")), Owner: strings.TrimSpace(form.Get("owner")), Why: form.Get("why"), Alarm: form.Get("alarm")}
}

// openCAPA opens an action by hand.
func (s *Server) openCAPA(r *http.Request) (site.View, error) {
	form := readOpenForm(r.PostForm)
	c, created, err := s.openAction(r.Context(), form)
	if f, ok := faultOf(err); ok {
		return s.capasView(r, form, f)
	}
	if err != nil {
		return site.View{}, err
	}
	return s.opened(c, created), nil
}

func (s *Server) opened(c store.CAPA, created bool) site.View {
	text := "The action is open."
	if !created {
		text = "An action about this cause is open already; this reason was added to it."
	}
	return site.View{Goto: s.capaHref(c.ID), Notice: site.Notice{Text: text}}
}

// openAction opens an action about a cause, with supplier and product where the units name them.
func (s *Server) openAction(ctx context.Context, form openForm) (store.CAPA, bool, error) {
	g := store.Group{Kind: store.GroupKind(form.Kind), Name: form.Name}
	if strings.TrimSpace(form.Why) == "" {
		return store.CAPA{}, false, site.BadRequest("Say why the action is needed.")
	}
	if form.Name != "" {
		n, err := s.cfg.Store.CountUnits(ctx, store.UnitFilter{Groups: []store.Group{g}})
		if err != nil {
			return store.CAPA{}, false, err
		}
		if len(n) == 0 && form.Alarm == "" {
			return store.CAPA{}, false, site.BadRequest("No unit is in this group. Names of lots are written as code|component|supplier, of batches as code|product.")
		}
	}
	who := s.cfg.Actor(ctx)
	cause := store.Cause{Kind: form.Kind, Name: form.Name, Label: form.Label}
	o := capa.Opening{Cause: cause, Title: s.label(cause.Label) + ": " + s.group(g).Text, Owner: form.Owner, Due: s.cfg.Rules.Due, Who: who,
		Firing: store.Firing{Rule: "manual", Key: form.Alarm, What: form.Why}}
	if o.Owner == "" {
		o.Owner = s.cfg.Rules.Owner
	}
	if o.Firing.Key == "" {
		o.Firing.Key = "manual " + s.now().Format("2006-01-02T15:04:05.000000Z")
	}
	var err error
	if o.Supplier, o.SKU, err = s.leadsTo(ctx, g); err != nil {
		return store.CAPA{}, false, err
	}
	return s.capas.Open(ctx, o)
}

// leadsTo finds the supplier and the product that a group leads to: those that its name has, and
// of its first unit.
func (s *Server) leadsTo(ctx context.Context, g store.Group) (supplier, sku string, err error) {
	parts := g.Parts()
	switch g.Kind {
	case store.GroupSKU:
		sku = parts[0]
	case store.GroupBatch:
		sku = parts[1]
	case store.GroupSupplier:
		supplier = parts[0]
	case store.GroupLot:
		supplier = parts[2]
	}
	if sku != "" || g.Kind == store.GroupSupplier || g.Name == "" {
		return supplier, sku, nil
	}
	units, _, err := s.cfg.Store.UnitsOf(ctx, store.UnitFilter{Groups: []store.Group{g}}, "", 1)
	if err != nil || len(units) == 0 {
		return supplier, "", err
	}
	return supplier, units[0].SKU, nil
}
