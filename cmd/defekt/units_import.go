package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

type unitsImportCmd struct {
	databaseFlags `embed:""`
	Files         []string `arg:"" name:"file" help:"Files, also packed by gzip; - is the standard input."`
	Kind          string   `default:"auto" enum:"auto,units,sales,batches,lots,products,suppliers,warehouses,shipments,inspections,terms,costs" help:"What the files hold: ${enum}."`
	Format        string   `default:"auto" enum:"auto,csv,jsonl,epcis" help:"How they are written: ${enum}."`
	Strict        bool     `help:"Stop at the first bad line instead of passing over it; the exit code is 1 then."`
	FromLine      int      `help:"Pass over the lines (or events) before this one, to go on where an import broke off." placeholder:"N"`
	JSON          bool     `help:"Print a report as JSON, one line a file."`
}

// Help is shown by `defekt units import --help`.
func (unitsImportCmd) Help() string {
	var b strings.Builder
	b.WriteString(`Reads what is known of units and keeps it. Importing again changes nothing, and what a file leaves out stays as an earlier one
gave it: makers' units, sellers' sales and carriers' deliveries may come in any order (products before EPCIS, so that GTINs find
their SKU). A bad line is told with its number and the rest goes on.

The columns tell what a file holds. Most needed: a file of units has serial, sku, batch, made_at and its lots as

  serial,sku,batch,made_at,lot:hinge,lot:seal
  A-0001,CB-2,B-17,2026-03-01,L-17@ACME,S-3@BOLT

or, as JSON, {"serial": "A-0001", "lots": [{"component": "hinge", "lot": "L-17", "supplier": "ACME"}]}; a file of sales has
serial, sold_at, channel, country. Dates are 2026-03-01, with or without time; amounts are 1234.50 with a currency.

Kinds, the columns that each needs, and those that it may have:
`)
	for _, k := range trace.Kinds() {
		fmt.Fprintf(&b, "  %-11s %s; %s\n", k.Kind, strings.ReplaceAll(strings.Join(k.Needs, ", "), "|", " or "), strings.Join(k.Takes, ", "))
	}
	b.WriteString("\nColumns may also be called (case, blanks and dashes do not matter):\n")
	synonyms := trace.Synonyms()
	for _, name := range slices.Sorted(maps.Keys(synonyms)) {
		fmt.Fprintf(&b, "  %-11s %s\n", name, strings.Join(synonyms[name], ", "))
	}
	b.WriteString(`
EPCIS 2.0 (documents as JSON-LD, or one event a line): commissioning makes a unit, its lot is the batch; association and
transformation put component lots into it; aggregation to an SSCC sets the shipment; shipping, receiving, retail_selling and
destroying set dates, warehouse and channel; an object that is deleted is gone. What an event takes back beyond that (a part
taken out, a transaction undone) is told as trace_partly and stands in the time line only. Every event stands in the unit's time line.`)
	return b.String()
}

// Run imports the files one after the other.
func (c *unitsImportCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // everything was committed
	bad := 0
	for _, file := range c.Files {
		r, err := c.file(a, db.store, file)
		bad += r.Rows - r.Used
		if err != nil {
			if _, ok := errors.AsType[trace.LineProblem](err); ok && c.Strict {
				return fmt.Errorf("%s: %w", file, err)
			}
			return withHint(fmt.Errorf("%s: %w", file, err), "import again when the cause is gone; what is there already stays as it is")
		}
	}
	if bad > 0 {
		fmt.Fprintf(a.stderr, "%d bad lines were passed over; correct them and import again\n", bad)
	}
	return nil
}

// file imports one file and prints its report.
func (c *unitsImportCmd) file(a *app, s store.Store, file string) (trace.Report, error) {
	in, err := a.input(file)
	if err != nil {
		return trace.Report{}, err
	}
	defer in.Close() //nolint:errcheck // only read from
	p := newProgress(a.stderr, filepath.Base(file), 0)
	defer p.Done()
	told, used := 0, 0
	r, err := trace.Import(a.ctx, s, in, trace.Config{
		Kind: trace.Kind(c.Kind), Format: trace.Format(c.Format), Source: filepath.Base(file), Strict: c.Strict, FromLine: c.FromLine, Now: time.Now,
		Problem: func(l trace.LineProblem) {
			if told++; told <= maxTold && !c.Strict {
				fmt.Fprintf(a.stderr, "%s: %v\n", file, l)
			}
		},
		Progress: func(r trace.Report) {
			p.Add(int64(r.Used - used))
			used = r.Used
		},
	})
	p.Done()
	if told > maxTold && !c.Strict {
		fmt.Fprintf(a.stderr, "%s: %d more bad lines\n", file, told-maxTold)
	}
	if c.JSON {
		return r, errors.Join(err, json.NewEncoder(a.stdout).Encode(r))
	}
	printImport(a.stdout, file, r)
	return r, err
}

// maxTold is the number of bad lines of a file that are told one by one.
const maxTold = 20

// input opens a file, or the standard input for "-".
func (a *app) input(file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(contextReader{a.ctx, a.stdin}), nil
	}
	return os.Open(file)
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context //nolint:containedctx // a reader has no other way to hear of it
	in  io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

func printImport(w io.Writer, file string, r trace.Report) {
	fmt.Fprintf(w, "%s: %s as %s, %d rows, %d used", file, r.Kind, r.Format, r.Rows, r.Used)
	for _, part := range []struct {
		what string
		n    store.Written
	}{{"units", r.Units}, {"events", r.Events}, {"records", r.Other}} {
		if part.n != (store.Written{}) {
			fmt.Fprintf(w, "; %s: %d new, %d changed, %d known", part.what, part.n.Added, part.n.Changed, part.n.Same)
		}
	}
	fmt.Fprintln(w)
	for _, code := range slices.Sorted(maps.Keys(r.Codes)) {
		fmt.Fprintf(w, "  %s: %d\n", code, r.Codes[code])
	}
	if len(r.Ignored) > 0 {
		fmt.Fprintf(w, "  columns that mean nothing here: %s\n", strings.Join(r.Ignored, ", "))
	}
}
