package store

import (
	"slices"
	"strings"
)

// GroupKind is a way to group units.
type GroupKind string

// The kinds of groups.
const (
	GroupSKU       GroupKind = "sku"
	GroupBatch     GroupKind = "batch" // named code|sku
	GroupLot       GroupKind = "lot"   // named code|component|supplier
	GroupComponent GroupKind = "component"
	GroupSupplier  GroupKind = "supplier"
	GroupPlant     GroupKind = "plant"
	GroupWarehouse GroupKind = "warehouse"
	GroupShipment  GroupKind = "shipment"
	GroupCarrier   GroupKind = "carrier"
	GroupChannel   GroupKind = "channel"
	GroupRegion    GroupKind = "region"
	GroupCountry   GroupKind = "country"
	GroupFirmware  GroupKind = "firmware"
	GroupTerms     GroupKind = "terms"
)

// GroupKinds lists all kinds, in the order in which groups of a unit come.
func GroupKinds() []GroupKind {
	return []GroupKind{GroupSKU, GroupBatch, GroupLot, GroupComponent, GroupSupplier, GroupPlant, GroupWarehouse, GroupShipment,
		GroupCarrier, GroupChannel, GroupRegion, GroupCountry, GroupFirmware, GroupTerms}
}

// Group is the units that share a batch, a lot, a warehouse and so on.
//
// Names of batches and lots have parts, since a code alone does not tell one supplier's lot
// from another's: "L-17|hinge|ACME", "B-12|SKU-9". Parts that are not known are empty, and
// empty ones at the end are left out, so that "L-17" is the name of a lot of which nothing
// else is known. In a [UnitFilter] an empty or missing part leaves it open: "L-17" keeps every
// lot of this code.
type Group struct {
	Kind GroupKind `json:"kind"`
	Name string    `json:"name"`
}

// PartSign parts the parts of a name; no code, component, SKU or supplier may hold it.
const PartSign = "|"

// Name is the lot's name as a group.
func (l LotRef) Name() string { return joinParts(l.Code, l.Component, l.Supplier) }

// BatchName is the name of a batch as a group.
func BatchName(code, sku string) string { return joinParts(code, sku) }

func joinParts(parts ...string) string {
	return strings.TrimRight(strings.Join(parts, PartSign), PartSign)
}

// Parts are those of the name, as many as the kind has; missing ones are empty.
func (g Group) Parts() []string {
	n := 1
	switch g.Kind {
	case GroupBatch:
		n = 2
	case GroupLot:
		n = 3
	}
	parts := strings.SplitN(g.Name, PartSign, n)
	return append(parts, make([]string, n-len(parts))...)
}

// String is for people: "lot L-17 (hinge, ACME)", "SKU CB-2".
func (g Group) String() string {
	kind, parts := string(g.Kind), g.Parts()
	if g.Kind == GroupSKU {
		kind = "SKU"
	}
	more := slices.DeleteFunc(parts[1:], func(s string) bool { return s == "" })
	if len(more) == 0 {
		return kind + " " + parts[0]
	}
	return kind + " " + parts[0] + " (" + strings.Join(more, ", ") + ")"
}

// Groups are those of the given kinds (all without any) that the unit is in, by kind, then in
// the order of its lots; each comes once.
func (u Unit) Groups(kinds ...GroupKind) []Group {
	if len(kinds) == 0 {
		kinds = GroupKinds()
	}
	out := make([]Group, 0, len(kinds)+2*len(u.Lots))
	add := func(kind GroupKind, name string) {
		if g := (Group{kind, name}); name != "" && !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	for _, kind := range kinds {
		switch kind {
		case GroupBatch:
			if u.Batch != "" {
				add(kind, BatchName(u.Batch, u.SKU))
			}
		case GroupLot, GroupComponent, GroupSupplier:
			for _, l := range u.Lots {
				add(kind, l.plain(kind))
			}
		default:
			add(kind, u.plain(kind))
		}
	}
	return out
}

// plain is the name of the lot's group of a kind.
func (l LotRef) plain(kind GroupKind) string {
	switch kind {
	case GroupLot:
		return l.Name()
	case GroupComponent:
		return l.Component
	}
	return l.Supplier
}

// plain is the name of the group of a kind that is named by one field. Units are grouped by the
// million: no map.
func (u Unit) plain(kind GroupKind) string {
	switch kind {
	case GroupSKU:
		return u.SKU
	case GroupPlant:
		return u.Plant
	case GroupWarehouse:
		return u.Warehouse
	case GroupShipment:
		return u.Shipment
	case GroupCarrier:
		return u.Carrier
	case GroupChannel:
		return u.Channel
	case GroupRegion:
		return u.Region
	case GroupCountry:
		return u.Country
	case GroupFirmware:
		return u.Firmware
	case GroupTerms:
		return u.Terms
	}
	return ""
}

// ExposureQuery says how units are counted.
type ExposureQuery struct {
	// Kinds are the groups that matter; units that differ in others only are counted together.
	// The fewer, the shorter the answer. None means all.
	Kinds []GroupKind
	// Made asks for [Exposure.Made] too.
	Made bool
	// Step rounds days down to a multiple of it, such as 7 for weeks; 0 means 1.
	Step int
}

// Exposure is the number of units by groups, stage and day.
type Exposure struct {
	// Groups are the sets of groups that units have, each once; empty sets too. Within a set,
	// what a unit is made with comes before what became of it, each in the order of the kinds.
	Groups [][]Group
	// Rows are by Groups, Day, Stage.
	Rows []ExposureRow
	// Made is, by [BatchName], the day on which a unit of the batch was made, where that is known.
	Made map[string]int
}

// ExposureRow is units that are alike.
type ExposureRow struct {
	// Groups is the place in [Exposure.Groups].
	Groups int
	Stage  Stage
	// Day is that of [Unit.Since], for units that are gone as well, else of the unit's stage:
	// shipped, or made. Days are since 1970-01-01 (UTC), as in package pattern.
	Day int
	// Dated is false when the day is not known; Day is 0 then. Started says that Day is
	// the start of service, which a unit that is gone may lack.
	Dated, Started bool
	Units          int
}
