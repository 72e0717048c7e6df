package world

import (
	"encoding/json"
	"strings"
)

// Format is how units are written.
type Format string

// The formats of units.
const (
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// unitColumns are the columns before those of the lots, one for each component.
var unitColumns = []string{"serial", "sku", "batch", "plant", "made_at", "warehouse", "shipment", "carrier", "shipped_at", "channel", "sold_at", "region", "country", "firmware"}

// header is the first line of a CSV file of units, nothing in JSONL.
func (f Format) header() []byte {
	if f == JSONL {
		return nil
	}
	columns := unitColumns
	for _, c := range components {
		columns = append(columns[:len(columns):len(columns)], "lot:"+c.name)
	}
	return []byte(strings.Join(columns, ",") + "\n")
}

// rows are the units of a batch, as known at the world's end.
func (f Format) rows(w *World, b *Batch) ([]byte, error) {
	tail := appendCSV
	if f == JSONL {
		tail = appendJSON
	}
	out := make([]byte, 0, 400*w.batches[b.place].units)
	for i := range b.Cohorts {
		c := &b.Cohorts[i]
		rest, err := tail(nil, w, b, c)
		if err != nil {
			return nil, err
		}
		for n := c.First; n < c.First+c.Units; n++ {
			if f == JSONL {
				out = append(out, `{"serial":"`...)
			}
			out = append(appendSerial(out, b.Code, n), rest...)
		}
	}
	return out, nil
}

// sold is the day that a cohort was sold, empty for one that is still in stock.
func (w *World) sold(c *Cohort) string {
	if c.Sold >= w.end() {
		return ""
	}
	return c.Sold.String()
}

// shippedOut says whether a cohort has left the plant by the world's end.
func (w *World) shippedOut(c *Cohort) bool { return c.Shipped < w.end() }

// running is the firmware at the world's end.
func (c *Cohort) running() string {
	if len(c.Firmware) == 0 {
		return ""
	}
	return c.Firmware[len(c.Firmware)-1].Version
}

// appendCSV is what follows the serial. No name here needs quotes.
func appendCSV(to []byte, w *World, b *Batch, c *Cohort) ([]byte, error) {
	cells := []string{"", b.SKU, b.Code, b.Plant, b.Made.String(), "", "", "", "", "", w.sold(c), "", "", c.running()}
	if w.shippedOut(c) {
		copy(cells[5:], []string{c.Warehouse, c.Shipment, c.Carrier, c.Shipped.String(), c.Channel})
		copy(cells[11:], []string{c.Region, c.Country})
	}
	for _, part := range components {
		cell := ""
		for _, l := range c.Lots {
			if l.Component == part.name {
				cell = l.Code + "@" + l.Supplier
			}
		}
		cells = append(cells, cell)
	}
	return append(append(to, strings.Join(cells, ",")...), '\n'), nil
}

type unitRow struct {
	SKU       string   `json:"sku"`
	Batch     string   `json:"batch"`
	Plant     string   `json:"plant"`
	MadeAt    string   `json:"made_at"`
	Warehouse string   `json:"warehouse,omitempty"`
	Shipment  string   `json:"shipment,omitempty"`
	Carrier   string   `json:"carrier,omitempty"`
	ShippedAt string   `json:"shipped_at,omitempty"`
	Channel   string   `json:"channel,omitempty"`
	SoldAt    string   `json:"sold_at,omitempty"`
	Region    string   `json:"region,omitempty"`
	Country   string   `json:"country,omitempty"`
	Firmware  string   `json:"firmware,omitempty"`
	Lots      []lotRow `json:"lots"`
}

type lotRow struct {
	Component string `json:"component"`
	Lot       string `json:"lot"`
	Supplier  string `json:"supplier"`
}

func appendJSON(to []byte, w *World, b *Batch, c *Cohort) ([]byte, error) {
	r := unitRow{SKU: b.SKU, Batch: b.Code, Plant: b.Plant, MadeAt: b.Made.String(), SoldAt: w.sold(c), Firmware: c.running()}
	if w.shippedOut(c) {
		r.Warehouse, r.Shipment, r.Carrier, r.ShippedAt = c.Warehouse, c.Shipment, c.Carrier, c.Shipped.String()
		r.Channel, r.Region, r.Country = c.Channel, c.Region, c.Country
	}
	for _, l := range c.Lots {
		r.Lots = append(r.Lots, lotRow{l.Component, l.Code, l.Supplier})
	}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return append(append(append(to, `",`...), data[1:]...), '\n'), nil
}
