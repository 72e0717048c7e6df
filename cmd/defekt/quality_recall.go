package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/quality/outgoing"
	"github.com/defekt/defekt/pipeline/quality/recall"
	"github.com/defekt/defekt/pipeline/store"
)

type recallCmd struct {
	databaseFlags `embed:""`
	whoFlag       `embed:""`
	Alarm         []string `placeholder:"ID" help:"Alarm whose group is recalled, from 'defekt patterns list'; may be given again."`
	Lot           []string `sep:"none" placeholder:"LOT" help:"Lot as code|component|supplier, as far as known; may be given again."`
	Batch         []string `sep:"none" placeholder:"BATCH" help:"Batch as code|SKU, as far as known; may be given again."`
	SKU           string   `name:"sku" help:"Only units of this product."`
	MadeFrom      string   `placeholder:"DATE" help:"First day of production."`
	MadeUntil     string   `placeholder:"DATE" help:"First day of production that no longer counts."`
	SoldFrom      string   `placeholder:"DATE" help:"First day of sale."`
	SoldUntil     string   `placeholder:"DATE" help:"First day of sale that no longer counts."`
	Reason        string   `help:"Why, for the list."`
	Out           string   `required:"" placeholder:"FILE.csv" help:"List to write (- for standard output)."`
	HTML          string   `name:"html" placeholder:"FILE" help:"Write a page to print, too."`
	JSON          string   `name:"json" placeholder:"FILE" help:"Write the sums as JSON, too."`
}

// Help is shown by `defekt recall --help`.
func (recallCmd) Help() string {
	return `Lists the units that a targeted recall must reach: where each is (stock, trade, field, gone), what to do with it, how to
reach its owner, and why it is listed. It also says what recalling the whole product would cost instead, from the
recall cost, else the price, that 'defekt units import' was given for the product. Example:
  defekt recall --lot 'L-17|hinge|ACME' --made-from 2026-01-01 --out recall.csv --html recall.html`
}

// Run writes the list.
func (c *recallCmd) Run(a *app) error {
	q := recall.Query{SKU: c.SKU}
	var err, err2 error
	q.MadeFrom, q.MadeUntil, err = daysOf("made-from", c.MadeFrom, "made-until", c.MadeUntil)
	q.SoldFrom, q.SoldUntil, err2 = daysOf("sold-from", c.SoldFrom, "sold-until", c.SoldUntil)
	if err := errors.Join(err, err2); err != nil {
		return usageError(err)
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // what is written is written by then
	if q.Targets, err = c.targets(a.ctx, db.store); err != nil {
		return qualityError(err, "defekt patterns list --all")
	}
	page := &recall.Page{Title: "Targeted recall"}
	var sums recall.Summary
	err = a.writeTo(c.Out, func(w io.Writer) error {
		sums, err = recall.Run(a.ctx, w, db.store, q, page.See)
		return err
	})
	if err != nil {
		return qualityError(err, "defekt recall --help")
	}
	if c.HTML != "" {
		if err := a.writeTo(c.HTML, func(w io.Writer) error { return page.Write(w, q, sums) }); err != nil {
			return err
		}
	}
	cost := "the products' recall costs are not known"
	if len(sums.Whole) > 0 {
		cost = money.All(sums.Targeted) + " instead of " + money.All(sums.Whole)
	}
	fmt.Fprintf(a.stderr, "%d units to reach (%d in stock, %d in trade, %d in the field) instead of %d; %s\n", sums.Reach(), sums.Units[store.StageStock],
		sums.Units[store.StageTrade], sums.Units[store.StageField], sums.WholeUnits(), cost)
	if _, err := a.writeJSON(c.JSON, sums); err != nil {
		return err
	}
	for _, alarm := range c.Alarm {
		if err := outgoing.Listed(a.ctx, db.store, time.Now().UTC(), c.who(), alarm, sums); err != nil {
			return err
		}
	}
	return nil
}

func (c *recallCmd) targets(ctx context.Context, s store.Alarms) ([]recall.Target, error) {
	var out []recall.Target
	for _, id := range c.Alarm {
		alarm, err := s.Alarm(ctx, id)
		if err != nil {
			return nil, err
		}
		if kind := store.GroupKind(alarm.Cause.Kind); !slices.Contains(store.GroupKinds(), kind) {
			return nil, withHint(fmt.Errorf("alarm %s is of %s %s, which no unit says by itself", id, kind, alarm.Cause.Name),
				"name the lots or batches, with --made-from and --made-until: defekt recall --lot CODE --made-from 2024-06-01 --made-until 2024-09-01")
		}
		out = append(out, recall.FromAlarm(alarm))
	}
	for _, name := range c.Lot {
		out = append(out, recall.Target{Group: store.Group{Kind: store.GroupLot, Name: name}, Reason: c.Reason})
	}
	for _, name := range c.Batch {
		out = append(out, recall.Target{Group: store.Group{Kind: store.GroupBatch, Name: name}, Reason: c.Reason})
	}
	return out, nil
}

// erpCmd exports for other systems.
type erpCmd struct {
	Credits erpCreditsCmd `cmd:"" help:"Credit lines of chargebacks."`
	Actions erpActionsCmd `cmd:"" help:"Corrective actions."`
	Costs   erpCostsCmd   `cmd:"" help:"Costs of claims and units."`
}

// Help is shown by `defekt erp --help`.
func (erpCmd) Help() string {
	return `Writes what is kept for systems that book money and material, as CSV with columns that stay (new ones come at the end) or,
with --json, as JSON lines. Changes reach other systems at once by webhook: credit.drafted, credit.changed, capa.opened,
capa.closed and others.`
}

// exportFlags say where an export goes.
type exportFlags struct {
	databaseFlags `embed:""`
	Out           string `default:"-" placeholder:"FILE" help:"File to write (default: standard output)."`
	JSON          bool   `name:"json" help:"JSON lines instead of CSV."`
	From          string `placeholder:"DATE" help:"First day."`
	Until         string `placeholder:"DATE" help:"First day that no longer counts."`
}

func (f *exportFlags) export(a *app, do func(e erp.Export, w io.Writer, s store.Store, from, until time.Time) (int, error)) error {
	from, until, err := daysOf("from", f.From, "until", f.Until)
	if err != nil {
		return err
	}
	db, err := f.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	return a.writeTo(f.Out, func(w io.Writer) error {
		n, err := do(erp.Export{JSON: f.JSON}, w, db.store, from, until)
		if err == nil && f.Out != "-" {
			fmt.Fprintf(a.stderr, "%d rows in %s\n", n, f.Out)
		}
		return err
	})
}

type erpCreditsCmd struct {
	exportFlags `embed:""`
	Supplier    string `help:"Only this supplier's."`
}

// Run exports credits.
func (c *erpCreditsCmd) Run(a *app) error {
	return c.export(a, func(e erp.Export, w io.Writer, s store.Store, from, until time.Time) (int, error) {
		return e.Credits(a.ctx, w, s, store.CreditFilter{Supplier: c.Supplier, From: from, Until: until})
	})
}

type erpActionsCmd struct {
	exportFlags `embed:""`
}

// Run exports corrective actions.
func (c *erpActionsCmd) Run(a *app) error {
	return c.export(a, func(e erp.Export, w io.Writer, s store.Store, from, until time.Time) (int, error) {
		return e.Actions(a.ctx, w, s, store.CAPAFilter{From: from, Until: until}, time.Now())
	})
}

type erpCostsCmd struct {
	exportFlags `embed:""`
}

// Run exports costs.
func (c *erpCostsCmd) Run(a *app) error {
	return c.export(a, func(e erp.Export, w io.Writer, s store.Store, from, until time.Time) (int, error) {
		return e.Costs(a.ctx, w, s, store.CostFilter{From: from, Until: until})
	})
}
