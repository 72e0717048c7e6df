package world

import (
	"math/rand/v2"
)

// calendar is when promotions are: in the last week of November and at a few other times.
type calendar struct {
	start Day
	promo []bool // by day
}

const (
	promoDays    = 6
	promosAYear  = 3 // besides November
	promoPull    = 0.5
	promoHorizon = 45 // days before a promotion that a sale may be put off for it
)

func drawCalendar(rng *rand.Rand, start, end Day) calendar {
	c := calendar{start, make([]bool, end-start)}
	mark := func(at int) {
		for d := at; d < min(at+promoDays, len(c.promo)); d++ {
			c.promo[d] = true
		}
	}
	for d := range c.promo {
		if t := (start + Day(d)).Time(); t.Month() == 11 && t.Day() == 23 {
			mark(d)
		}
	}
	for range promosAYear * len(c.promo) / 365 {
		mark(rng.IntN(len(c.promo)))
	}
	return c
}

// sale gives the day that goods shipped on a day are sold: weeks later, with promotions pulling
// sales to them.
func (c calendar) sale(rng *rand.Rand, shipped Day) Day {
	day := shipped + 3 + Day(min(rng.ExpFloat64()*35, 300))
	if rng.Float64() >= promoPull {
		return day
	}
	for d := max(0, int(day-c.start)); d < min(int(day-c.start)+promoHorizon, len(c.promo)); d++ {
		if c.promo[d] {
			return c.start + Day(d+rng.IntN(promoDays)) // the promotion's start is the first day found
		}
	}
	return day
}

// region is where units are sold; a warehouse serves mostly one.
type region struct {
	code, country string
	share         float64
}

var regions = []region{
	{"north", "SE", 0.12}, {"centre", "DE", 0.30}, {"west", "FR", 0.20},
	{"islands", "GB", 0.14}, {"south", "IT", 0.16}, {"east", "PL", 0.08},
}

// channels are how units are sold, by share.
var channels = []struct {
	name  string
	share float64
}{{"webshop", 0.35}, {"marketplace", 0.25}, {"retail", 0.30}, {"dealer", 0.10}}

// route is the way of one shipment.
type route struct {
	warehouse, carrier, channel, region int
}

// ways a plant ships to its three warehouses mostly, and a warehouse hands to two carriers mostly.
func drawRoute(rng *rand.Rand, plant int) route {
	var r route
	r.warehouse = rng.IntN(warehouses)
	if rng.Float64() < 0.7 {
		r.warehouse = (2*plant + rng.IntN(3)) % warehouses
	}
	r.carrier = rng.IntN(carriers)
	if rng.Float64() < 0.7 {
		r.carrier = (r.warehouse + rng.IntN(2)) % carriers
	}
	shares := make([]float64, len(channels))
	for i, c := range channels {
		shares[i] = c.share
	}
	r.channel = pick(rng, shares)
	r.region = r.warehouse % len(regions)
	if rng.Float64() < 0.4 {
		shares = make([]float64, len(regions))
		for i, x := range regions {
			shares[i] = x.share
		}
		r.region = pick(rng, shares)
	}
	return r
}
