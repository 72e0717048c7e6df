package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

type unitsCmd struct {
	Import unitsImportCmd `cmd:"" help:"Read units, batches, lots, sales ... from CSV, JSON Lines or EPCIS."`
	Show   unitsShowCmd   `cmd:"" help:"Show everything about a serial: origin, way, warranty, claims."`
	Of     unitsOfCmd     `cmd:"" help:"List the units of a lot, a batch or another group."`
	Forget unitsForgetCmd `cmd:"" help:"Take an owner's reference and contact away from all his units."`
}

type unitsShowCmd struct {
	databaseFlags `embed:""`
	Serial        string `arg:"" help:"The serial, as it stands on the label."`
	SKU           string `help:"The product, where several use the serial."`
	JSON          bool   `help:"Print JSON."`
}

// Run prints the dossier.
func (c *unitsShowCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	t, err := newTracer(db.store)
	if err != nil {
		return err
	}
	list, err := t.Dossiers(a.ctx, db.store, c.Serial, c.SKU)
	if errors.Is(err, trace.ErrNoUnit) {
		return withHint(err, "defekt units import FILE makes units known; the serial must be written as it stands on the label")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeIndented(a.stdout, list)
	}
	for i, d := range list {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if err := printDossier(a.stdout, d); err != nil {
			return err
		}
	}
	return nil
}

// newTracer makes what knows units of a store.
func newTracer(s store.Store) (*trace.Tracer, error) {
	return trace.NewTracer(trace.TracerConfig{Units: s, Claims: s, Issues: trace.AlarmIssues{From: s}})
}

// printDossier writes a unit for people.
func printDossier(w io.Writer, d trace.Dossier) error {
	u := d.Unit
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, value)
		}
	}
	line("serial", u.Serial)
	line("SKU", u.SKU)
	line("batch", strings.TrimSpace(u.Batch+" "+ofSize(d.Batch)))
	for _, l := range u.Lots {
		line("lot", store.Group{Kind: store.GroupLot, Name: l.Name()}.String())
	}
	line("plant", u.Plant)
	line("warehouse", u.Warehouse)
	line("shipment", u.Shipment)
	line("carrier", u.Carrier)
	line("channel", u.Channel)
	line("sold in", u.Region+" "+u.Country)
	line("firmware", u.Firmware)
	stage, since := u.Stage()
	line("stage", strings.TrimSpace(string(stage)+" "+sinceDay(since)))
	if c := d.Check.Warranty; c != nil {
		line("warranty", strings.ReplaceAll(string(c.Standing), "_", " ")+": "+c.Why)
		for _, n := range c.Notes {
			line("", n)
		}
	}
	for _, r := range d.Check.Chain {
		line("replaced", r.Serial)
	}
	line("replaced by", u.ReplacedBy)
	if n := len(d.Check.Repeats); n > 0 {
		line("claims", fmt.Sprintf("%d, the last on %s", n, d.Check.Repeats[0].At.Format(time.DateOnly)))
	}
	for _, i := range d.Check.Issues {
		line("known issue", i.Text)
		line("", i.Resolution)
	}
	if err := t.Flush(); err != nil || len(d.Line) == 0 {
		return err
	}
	fmt.Fprintln(w)
	for _, m := range d.Line {
		fmt.Fprintf(w, "%s  %s\n", m.At.Format(time.DateOnly), m.Text)
	}
	return nil
}

func ofSize(b *store.Batch) string {
	if b == nil || b.Size == 0 {
		return ""
	}
	return fmt.Sprintf("(%d made)", b.Size)
}

func sinceDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return "since " + t.Format(time.DateOnly)
}
