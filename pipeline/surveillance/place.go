package surveillance

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// placed counts what became of claims.
type placed struct {
	// counted are about units at risk, byContext by what their context says; unstarted are
	// about units whose start of service is not known, unknown about no unit or group at all.
	counted, byContext, unstarted, unknown int
}

// lookUp finds the units of claims by their serials.
func lookUp(ctx context.Context, s Units, claims []store.Claim) ([][]store.Unit, error) {
	serials := make([]string, 0, len(claims))
	for _, c := range claims {
		if c.Claim.Serial != "" {
			serials = append(serials, c.Claim.Serial)
		}
	}
	out := make([][]store.Unit, len(claims))
	if len(serials) == 0 {
		return out, nil
	}
	units, err := s.UnitsBySerials(ctx, serials)
	if err != nil {
		return nil, err
	}
	for i, c := range claims {
		out[i] = units[c.Claim.Serial]
	}
	return out, nil
}

// theUnit is the one that a claim is about, if there is only one that it can be.
func theUnit(c store.Claim, units []store.Unit) (store.Unit, bool) {
	if len(units) > 1 {
		units = slices.DeleteFunc(slices.Clone(units), func(u store.Unit) bool { return u.SKU != c.Claim.SKU })
	}
	if len(units) != 1 {
		return store.Unit{}, false
	}
	return units[0], true
}

// placer ties reports to the fleet.
type placer struct {
	fleet  *fleet
	kinds  []store.GroupKind
	counts placed

	once   sync.Once
	byCode map[store.Group][]int32 // by kind and first part of the name
}

// place says what a claim counts for; false when it does not.
func (p *placer) place(r *report, c store.Claim, units []store.Unit) bool {
	if p.fleet.basis == store.BasisClaims {
		return p.byClaim(r, c)
	}
	if u, ok := theUnit(c, units); ok {
		since := p.fleet.startOf(u)
		if since.IsZero() {
			p.counts.unstarted++
			return false
		}
		r.set = p.fleet.set(u.Groups(p.kinds...))
		r.groups, r.stratum = p.fleet.sets[r.set], p.fleet.strata[r.set]
		r.since = week(pattern.DayOf(since))
		r.day = max(r.day, r.since)
		p.counts.counted++
		return true
	}
	return p.byContext(r, c)
}

// byContext counts a claim about an unknown unit for the groups that its context names, as far
// as units of them are known.
func (p *placer) byContext(r *report, c store.Claim) bool {
	p.once.Do(p.index)
	var known []int32
	for _, g := range contextGroups(c.Claim, p.kinds) {
		if id, ok := p.find(g); ok && p.fleet.inService(id) > 0 {
			known = append(known, id)
		}
	}
	if len(known) == 0 {
		p.counts.unknown++
		return false
	}
	r.set, r.groups, r.stratum = -1, p.fleet.common(known), -1
	for _, g := range r.groups {
		if p.fleet.names[g].Kind == store.GroupSKU {
			r.stratum = g
		}
	}
	r.since = week(r.day)
	if days, ok := c.Claim.Context["days_since_delivery"].(float64); ok && days >= 0 {
		r.since = week(r.day - pattern.Day(days))
	} else {
		r.since = min(r.since, p.fleet.meanSince[known[0]])
	}
	p.counts.byContext++
	return true
}

// index prepares what byContext needs.
func (p *placer) index() {
	p.byCode = map[store.Group][]int32{}
	for id, g := range p.fleet.names {
		if len(p.fleet.members[id]) > 0 {
			code := store.Group{Kind: g.Kind, Name: g.Parts()[0]}
			p.byCode[code] = append(p.byCode[code], int32(id))
		}
	}
}

// find gives the known group of a name that may lack parts, if there is only one.
func (p *placer) find(g store.Group) (int32, bool) {
	if id, ok := p.fleet.ids[g]; ok && len(p.fleet.members[id]) > 0 {
		return id, true
	}
	want := g.Parts()
	var found []int32
	for _, id := range p.byCode[store.Group{Kind: g.Kind, Name: want[0]}] {
		have := p.fleet.names[id].Parts()
		if agree(want, have) {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		return 0, false
	}
	return found[0], true
}

// agree says that no part contradicts another.
func agree(want, have []string) bool {
	for i := range min(len(want), len(have)) {
		if want[i] != "" && have[i] != "" && want[i] != have[i] {
			return false
		}
	}
	return true
}

// contextGroups are the groups that a claim's own fields name.
func contextGroups(c claim.Claim, kinds []store.GroupKind) []store.Group {
	u := store.Unit{SKU: c.SKU, Batch: fact(c, "batch"), Plant: fact(c, "plant"), Warehouse: fact(c, "warehouse"), Carrier: fact(c, "carrier"),
		Channel: fact(c, "channel"), Firmware: fact(c, "firmware"), Country: fact(c, "country"), Region: fact(c, "region")}
	if u.SKU == "" {
		u.SKU = c.Product
	}
	if lot, supplier := fact(c, "lot"), fact(c, "supplier"); lot != "" || supplier != "" {
		u.Lots = []store.LotRef{{Code: lot, Supplier: supplier, Component: fact(c, "lot_component")}}
	}
	return slices.DeleteFunc(u.Groups(kinds...), func(g store.Group) bool { return g.Kind == store.GroupLot && g.Parts()[0] == "" })
}

// fact is a fact of a claim's context as a name: a text, or a number as it is usually written.
func fact(c claim.Claim, name string) string {
	switch v := c.Context[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
