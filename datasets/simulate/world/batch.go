package world

import (
	"math/rand/v2"
	"slices"
	"strconv"
)

// Batch is the units of one batch in cohorts, and the claims about them.
type Batch struct {
	Code, SKU, Product, Plant string
	Made                      Day
	Cohorts                   []Cohort
	// Claims by cohort, not by day.
	Claims []Claim
	sku    int
	plant  int
	place  int
	factor float64
}

// Cohort is units that are alike in all: same lots, same way, sold on the same day.
type Cohort struct {
	// First is the number within the batch of the first of the Units; see [Batch.Serial].
	First, Units int
	Lots         []Lot
	// Shipment is the code of the delivery that they came with.
	Shipment                                     string
	Warehouse, Carrier, Channel, Region, Country string
	Shipped                                      Day
	// Sold is past the world's end for units that are in stock.
	Sold Day
	// Firmware is empty for products without, else its versions in order of time.
	Firmware []Install

	route route
	lots  []int
}

// Lot is a component lot in a unit.
type Lot struct{ Component, Code, Supplier string }

// Serial gives the serial of the n-th unit of the batch, from 0.
func (b *Batch) Serial(n int) string { return string(appendSerial(nil, b.Code, n)) }

// appendSerial is Serial without waste.
func appendSerial(to []byte, code string, n int) []byte {
	to = append(append(to, code...), '-')
	var digits [5]byte
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	return append(to, digits[:]...)
}

// Batch draws the i-th batch. The same world and number give the same batch.
func (w *World) Batch(i int) *Batch {
	p := w.batches[i]
	s := w.skus[p.sku]
	b := &Batch{Code: p.code, SKU: s.code, Product: categories[s.category].name, Plant: plantName(p.plant), Made: p.made,
		sku: p.sku, plant: p.plant, place: i, factor: p.factor}
	rng := dice(w.cfg.Seed, streamBatches+uint64(i))
	for done, n := 0, 0; done < p.units; n++ {
		done += w.ship(rng, b, p, done, n)
	}
	w.claims(b)
	return b
}

const (
	shipmentLeast, shipmentMore = 50, 120 // units
	saleDays                    = 5       // that a shipment sells on
)

// ship draws one shipment of a batch from a unit on, and gives its number of units.
func (w *World) ship(rng *rand.Rand, b *Batch, p plannedBatch, first, number int) int {
	units := min(p.units-first, shipmentLeast+rng.IntN(shipmentMore))
	r := drawRoute(rng, p.plant)
	shipped := p.made + 3 + Day(rng.ExpFloat64()*12)
	cuts := []int{first + units}
	for range saleDays - 1 {
		cuts = append(cuts, first+rng.IntN(units))
	}
	slices.Sort(cuts)
	category := w.skus[p.sku].category
	shipment := b.Code + "-" + strconv.Itoa(number+1)
	from := first
	for _, to := range cuts {
		if to == from {
			continue
		}
		sold := w.sales.sale(rng, shipped)
		firmware := w.installs(rng, category, p.made, sold)
		for from < to {
			lots, end := p.lotsAt(from)
			end = min(end, to)
			b.Cohorts = append(b.Cohorts, Cohort{First: from, Units: end - from, Lots: w.lotNames(b, lots), Shipment: shipment,
				Warehouse: name3("WH", r.warehouse+1), Carrier: name3("CAR", r.carrier+1), Channel: channels[r.channel].name,
				Region: regions[r.region].code, Country: regions[r.region].country,
				Shipped: shipped, Sold: sold, Firmware: firmware, route: r, lots: lots})
			from = end
		}
	}
	return units
}

// lotsAt gives the lots of a unit and the first unit that has others.
func (p plannedBatch) lotsAt(unit int) (lots []int, end int) {
	end = p.units
	for _, parts := range p.parts {
		for _, s := range parts {
			if unit < s.end {
				lots = append(lots, s.lot)
				end = min(end, s.end)
				break
			}
		}
	}
	return lots, end
}

func (w *World) lotNames(b *Batch, lots []int) []Lot {
	if n := len(b.Cohorts); n > 0 && slices.Equal(b.Cohorts[n-1].lots, lots) {
		return b.Cohorts[n-1].Lots
	}
	var out []Lot
	for _, l := range lots {
		s := w.suppliers[w.lots[l].supplier]
		out = append(out, Lot{components[s.component].name, w.lots[l].code, s.code})
	}
	return out
}

func plantName(i int) string { return name3("PL", i+1) }
