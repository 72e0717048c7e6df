package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// The world: batches of 400 units of one of 200 SKUs; four components, each from one of ten
// suppliers, whose lots last 5,000 units of the maker's, so that a batch meets one or two of
// them; warehouses, carriers, channels and countries drawn for each unit.
const (
	batchSize = 400
	lotSize   = 5_000
	skus      = 200
	suppliers = 10
)

// rows gives a CSV row by row.
type rows struct {
	n, next int
	header  string
	row     func(b []byte, i int) []byte
	rest    []byte
}

func (r *rows) Read(p []byte) (int, error) {
	for len(r.rest) < len(p) && r.next <= r.n {
		if r.next == 0 {
			r.rest = append(r.rest, r.header...)
		} else {
			r.rest = r.row(r.rest, r.next-1)
		}
		r.next++
	}
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = append(r.rest[:0], r.rest[n:]...)
	return n, nil
}

func serial(i int) string { return fmt.Sprintf("U%08d", i) }

func began() time.Time { return time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC) }

func newWorld(units int, seed uint64) io.Reader {
	rng := rand.New(rand.NewPCG(seed, 1))
	const header = "serial,sku,batch,made_at,lot:hinge,lot:seal,lot:motor,lot:board,warehouse,carrier,shipped_at,channel,sold_at,country,customer,contact\n"
	return &rows{n: units, header: header, row: func(b []byte, i int) []byte {
		batch := i / batchSize
		made := began().AddDate(0, 0, batch/5)
		shipped := made.AddDate(0, 0, 5+rng.IntN(20))
		b = fmt.Appendf(b, "%s,SKU-%03d,B-%05d,%s", serial(i), batch%skus, batch, made.Format(time.DateOnly))
		for c, name := range []string{"H", "S", "M", "E"} {
			b = fmt.Appendf(b, ",%s-%d@SUP-%d", name, (i+c*1300)/lotSize, (batch/50+c)%suppliers)
		}
		b = fmt.Appendf(b, ",W%d,C%d,%s", rng.IntN(5), rng.IntN(3), shipped.Format(time.DateOnly))
		if rng.IntN(10) == 0 { // not sold
			return append(b, ",,,,,\n"...)
		}
		sold := shipped.AddDate(0, 0, 1+rng.IntN(120))
		return fmt.Appendf(b, ",ch-%d,%s,%s,cu-%d,app\n", rng.IntN(4), sold.Format(time.DateOnly), []string{"DE", "FR", "IT", "PL"}[rng.IntN(4)], i)
	}}
}

// newSales corrects the sales of the first units.
func newSales(units int, seed uint64) io.Reader {
	rng := rand.New(rand.NewPCG(seed, 2))
	return &rows{n: units, header: "serial,sold_at,channel\n", row: func(b []byte, i int) []byte {
		return fmt.Appendf(b, "%s,%s,web\n", serial(i), began().AddDate(0, 0, i/batchSize/5+200+rng.IntN(100)).Format(time.DateOnly))
	}}
}
