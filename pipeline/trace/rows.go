package trace

import (
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// placed is a row with the line that it stands on.
type placed[T any] struct {
	line int
	row  T
}

// chunk is rows that wait to be kept, by the put that takes them.
type chunk struct {
	records     []placed[store.Record]
	batches     []placed[store.Batch]
	lots        []placed[store.Lot]
	units       []placed[store.Unit]
	events      []placed[store.UnitEvent]
	inspections []placed[store.Inspection]
	costs       []placed[store.Cost]
	// gtins are the numbers by which units and batches are known so far.
	gtins map[string]bool
	rows  int
	last  int // line
}

// add makes rows of a record that needs some columns. The error is a claim.Problem.
func (c *chunk) add(kind Kind, needs []string, rec record) error {
	r := &reader{record: rec}
	for _, n := range needs {
		r.need(n)
	}
	if err := c.put(kind, r); err != nil {
		return err
	}
	c.rows++
	c.last = rec.line
	return nil
}

func (c *chunk) put(kind Kind, r *reader) error {
	switch kind {
	case Units, Sales:
		return addUnit(c, r)
	case Batches:
		return addBatch(c, r)
	case Lots:
		return addLot(c, r)
	case Products:
		return addProduct(c, r)
	case Suppliers:
		return addSupplier(c, r)
	case Warehouses:
		return addWarehouse(c, r)
	case Shipments:
		return addShipment(c, r)
	case Inspections:
		return addInspection(c, r)
	case Terms:
		return addTerms(c, r)
	case Costs:
		return addCost(c, r)
	}
	return problem(CodeKind, "", "rows of the kind %q are not read from tables", kind)
}

// sku is the SKU of a record: as given, or the sign of a GTIN that stands for one until the
// chunk is kept.
func (c *chunk) sku(r *reader) string {
	gtin := r.gtin()
	if sku := r.get("sku"); sku != "" || gtin == "" {
		return sku
	}
	return c.byGTIN(gtin)
}

// gtinSign begins what stands for the SKU of a GTIN; no SKU may hold it.
const gtinSign = store.PartSign

func (c *chunk) byGTIN(gtin string) string {
	if c.gtins == nil {
		c.gtins = map[string]bool{}
	}
	c.gtins[gtin] = true
	return gtinSign + gtin
}

func addUnit(c *chunk, r *reader) error {
	u := store.Unit{
		Serial: r.get("serial"), SKU: c.sku(r), Batch: r.get("batch"), Plant: r.get("plant"), MadeAt: r.time("made_at"), Lots: r.lots,
		Warehouse: r.get("warehouse"), Shipment: r.get("shipment"), Carrier: r.get("carrier"), ShippedAt: r.time("shipped_at"),
		Channel: r.get("channel"), SoldAt: r.time("sold_at"), Region: r.get("region"), Country: strings.ToUpper(r.get("country")),
		RegisteredAt: r.time("registered_at"), Customer: r.get("customer"), Contact: r.get("contact"), Terms: r.get("terms"),
		ExtendedUntil: r.time("extended_until"), Firmware: r.get("firmware"), ReplacedBy: r.get("replaced_by"), GoneAt: r.time("gone_at"), Gone: r.get("gone"),
	}
	if lot := r.get("lot"); lot != "" {
		u.Lots = append(u.Lots, store.LotRef{Component: r.get("component"), Code: lot, Supplier: r.get("supplier")})
	}
	if r.err == nil {
		c.units = append(c.units, placed[store.Unit]{r.line, u})
	}
	return r.err
}

func addBatch(c *chunk, r *reader) error {
	b := store.Batch{Code: r.get("batch"), SKU: c.sku(r), Plant: r.get("plant"), Line: r.get("line"), MadeAt: r.time("made_at"), Size: r.number("size"), Note: r.get("note")}
	if r.err == nil {
		c.batches = append(c.batches, placed[store.Batch]{r.line, b})
	}
	return r.err
}

func addLot(c *chunk, r *reader) error {
	ref := store.LotRef{Component: r.get("component"), Code: r.get("lot"), Supplier: r.get("supplier")}
	if len(r.lots) > 0 {
		return problem(CodeRefused, "lot", "a line of lots names one lot in the column lot")
	}
	l := store.Lot{LotRef: ref, MadeAt: r.time("made_at"), ReceivedAt: r.time("received_at"), ExpiresAt: r.time("expires_at"), Size: r.number("size"),
		Price: r.money("price"), Note: r.get("note")}
	if r.err == nil {
		c.lots = append(c.lots, placed[store.Lot]{r.line, l})
	}
	return r.err
}

// record keeps a record's body, unless a value was bad.
func (c *chunk) record(r *reader, kind store.RecordKind, id string, v any) error {
	if r.err != nil {
		return r.err
	}
	rec, err := store.RecordOf(kind, id, v)
	if err != nil {
		return claim.AsProblem(err, CodeRefused)
	}
	c.records = append(c.records, placed[store.Record]{r.line, rec})
	return nil
}

func addProduct(c *chunk, r *reader) error {
	p := store.Product{GTIN: r.gtin(), Name: r.get("name"), Family: r.get("family"), Terms: r.get("terms"), Price: r.money("price"), Recall: r.money("recall")}
	if err := c.record(r, store.RecordProduct, r.get("sku"), p); err != nil || p.GTIN == "" {
		return err
	}
	return c.record(r, store.RecordGTIN, p.GTIN, store.GTIN{SKU: r.get("sku")})
}

func addSupplier(c *chunk, r *reader) error {
	return c.record(r, store.RecordSupplier, r.get("supplier"), store.Supplier{Name: r.get("name"), Country: strings.ToUpper(r.get("country")), Contact: r.get("contact")})
}

func addWarehouse(c *chunk, r *reader) error {
	return c.record(r, store.RecordWarehouse, r.get("warehouse"), store.Warehouse{Name: r.get("name"), Country: strings.ToUpper(r.get("country"))})
}

func addShipment(c *chunk, r *reader) error {
	return c.record(r, store.RecordShipment, r.get("shipment"), store.Shipment{Carrier: r.get("carrier"), From: r.get("from"), To: r.get("to"),
		ShippedAt: r.time("shipped_at"), ArrivedAt: r.time("arrived_at")})
}

func addTerms(c *chunk, r *reader) error {
	t := store.Terms{
		Name: r.get("name"), Months: r.number("months"), Days: r.number("days"), From: r.get("from"), AssumeDays: r.number("assume_days"),
		RegisteredMonths: r.number("registered_months"), RegisterWithinDays: r.number("register_within_days"),
		Countries: r.list("countries"), Regions: r.list("regions"), Excluded: r.list("excluded"),
	}
	for n := range t.Countries {
		t.Countries[n] = strings.ToUpper(t.Countries[n])
	}
	if err := CheckTerms(t); err != nil {
		r.fail(claim.AsProblem(err, CodeRefused))
	}
	return c.record(r, store.RecordTerms, r.get("terms"), t)
}

func addInspection(c *chunk, r *reader) error {
	i := store.Inspection{ID: r.get("id"), At: r.time("at"), Checked: r.number("checked"), Failed: r.number("failed"), Result: r.get("result"),
		Defect: r.get("defect"), By: r.get("by"), Note: r.get("note")}
	switch {
	case r.get("serial") != "":
		i.On = store.Group{Kind: store.GroupUnit, Name: r.get("serial")}
	case r.get("lot") != "":
		i.On = store.Group{Kind: store.GroupLot, Name: store.LotRef{Code: r.get("lot"), Component: r.get("component"), Supplier: r.get("supplier")}.Name()}
	case r.get("batch") != "":
		i.On = store.Group{Kind: store.GroupBatch, Name: store.BatchName(r.get("batch"), r.get("sku"))}
	case r.get("shipment") != "":
		i.On = store.Group{Kind: store.GroupShipment, Name: r.get("shipment")}
	default:
		i.On = store.Group{Kind: store.GroupSupplier, Name: r.get("supplier")}
	}
	if r.err == nil {
		c.inspections = append(c.inspections, placed[store.Inspection]{r.line, i})
	}
	return r.err
}

func addCost(c *chunk, r *reader) error {
	cost := store.Cost{ID: r.get("id"), Serial: r.get("serial"), SKU: r.get("sku"), Claim: r.get("claim"), At: r.time("at"), Kind: r.get("kind"), Note: r.get("note")}
	if r.get("amount") != "" {
		cost.Amount = r.money("amount")
	} else if r.err == nil {
		cost.Amount, r.err = minorMoney(r.get("amount_minor"), r.get("currency"))
	}
	if r.err == nil {
		c.costs = append(c.costs, placed[store.Cost]{r.line, cost})
	}
	return r.err
}
