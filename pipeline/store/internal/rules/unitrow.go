package rules

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/serial/suggest"
	"github.com/defekt/defekt/pipeline/store"
)

// UnitColumns are those that [ReadUnit] reads, of units u, origins o and ways w.
const UnitColumns = `u.id, u.serial, u.sku, o.batch, o.plant, o.makeup, u.origin, u.way, u.made, w.warehouse, w.shipment, w.carrier,
	u.shipped, w.channel, u.sold, w.region, w.country, u.registered, u.customer, u.contact, w.terms, u.extended, w.firmware,
	u.replaced_by, u.gone_at, u.gone`

// UnitTables are the tables of [UnitColumns].
const UnitTables = "units u JOIN origins o ON o.id = u.origin JOIN ways w ON w.id = u.way"

// UnitValueColumns are those of [UnitValues].
func UnitValueColumns() []string {
	return []string{"id", "serial", "sku", "key", "origin", "way", "stage", "started", "day", "made", "shipped", "sold", "registered",
		"customer", "contact", "extended", "replaced_by", "gone_at", "gone"}
}

// ReadUnit reads a unit but for its lots.
func ReadUnit[T any](row Row, since func(T) time.Time) (UnitRow, error) {
	var (
		r                                                 UnitRow
		made, shipped, sold, registered, extended, goneAt T
	)
	u := &r.Unit
	err := row.Scan(&r.ID, &u.Serial, &u.SKU, &u.Batch, &u.Plant, &r.Makeup, &r.Origin, &r.Way, &made, &u.Warehouse, &u.Shipment, &u.Carrier,
		&shipped, &u.Channel, &sold, &u.Region, &u.Country, &registered, &u.Customer, &u.Contact, &u.Terms, &extended, &u.Firmware,
		&u.ReplacedBy, &goneAt, &u.Gone)
	u.MadeAt, u.ShippedAt, u.SoldAt, u.RegisteredAt = since(made), since(shipped), since(sold), since(registered)
	u.ExtendedUntil, u.GoneAt = since(extended), since(goneAt)
	return r, err
}

// UnitValues are those of [UnitValueColumns].
func UnitValues[T any](r *UnitRow, when func(time.Time) T) []any {
	u := r.Unit
	stage, started, day := placeOf(u)
	return []any{r.ID, u.Serial, u.SKU, otherKey(u.Serial), r.Origin, r.Way, stage, started, day, when(u.MadeAt), when(u.ShippedAt), when(u.SoldAt),
		when(u.RegisteredAt), u.Customer, u.Contact, when(u.ExtendedUntil), u.ReplacedBy, when(u.GoneAt), u.Gone}
}

// otherKey is the serial's key where it is another text, else nil: most serials need none.
func otherKey(serial string) *string {
	if key := suggest.Key(serial); key != serial && key != "" {
		return &key
	}
	return nil
}

// stages are in the order of the numbers that are kept.
func stages() [4]store.Stage {
	return [...]store.Stage{store.StageStock, store.StageTrade, store.StageField, store.StageGone}
}

// StageOf reads a stage.
func StageOf(n int64) store.Stage { return stages()[n] }

func stageNumber(s store.Stage) int64 {
	for i, known := range stages() {
		if s == known {
			return int64(i)
		}
	}
	return -1
}

// placeOf is what exposure counts by: stage, whether the day is the start of service (1), and
// the day; nil when it is not known.
func placeOf(u store.Unit) (stage, started int64, day *int64) {
	s, at := u.Stage()
	if since := u.Since(); !since.IsZero() {
		started, at = 1, since
	} else if s == store.StageGone {
		at = u.ShippedAt
		if at.IsZero() {
			at = u.MadeAt
		}
	}
	if !at.IsZero() {
		d := dayOf(at)
		day = &d
	}
	return stageNumber(s), started, day
}

// dayOf is the number of days since 1970-01-01 (UTC), rounded down.
func dayOf(t time.Time) int64 {
	const second = 86400
	s := t.Unix()
	if s < 0 {
		return -((-s + second - 1) / second)
	}
	return s / second
}

// UnitCursor writes the place behind a unit.
func UnitCursor(u store.Unit) string {
	return base64.RawURLEncoding.EncodeToString([]byte(u.Serial + "\x00" + u.SKU))
}

// parseUnitCursor reads a place; [store.ErrCursor] if it is none.
func parseUnitCursor(cursor string) (serial, sku string, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return "", "", store.ErrCursor
	}
	serial, sku, ok := strings.Cut(string(b), "\x00")
	if !ok || serial == "" || Text(serial+sku) != serial+sku {
		return "", "", store.ErrCursor
	}
	return serial, sku, nil
}

// WithLots gives the units of rows, with the lots of their makeups.
func WithLots(rows []UnitRow, in map[int64][]LotRow) []store.Unit {
	out := make([]store.Unit, len(rows))
	sets := map[int64][]store.LotRef{}
	for i, r := range rows {
		out[i] = r.Unit
		if r.Makeup == 0 {
			continue
		}
		refs, ok := sets[r.Makeup]
		if !ok {
			for _, l := range in[r.Makeup] {
				refs = append(refs, l.LotRef)
			}
			sortLots(refs)
			sets[r.Makeup] = refs
		}
		out[i].Lots = append([]store.LotRef(nil), refs...)
	}
	return out
}

// MakeupsOf gives the makeups of rows, each once.
func MakeupsOf(rows []UnitRow) []int64 {
	list := make([]int64, len(rows))
	for i, r := range rows {
		list[i] = r.Makeup
	}
	return distinct(list)
}
