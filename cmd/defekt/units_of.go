package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/quality/sheet"
	"github.com/defekt/defekt/pipeline/store"
)

type unitsOfCmd struct {
	databaseFlags `embed:""`
	Lot           string    `help:"Units that hold this lot: a code, or code|component|supplier where several use it." placeholder:"CODE"`
	Batch         string    `help:"Units of this batch: a code, or code|sku." placeholder:"CODE"`
	Group         []string  `sep:"none" help:"Units of another group, such as supplier=ACME, warehouse=W1, sku=CB-2; may be given again, all must hold." placeholder:"KIND=NAME"`
	Stage         []string  `help:"Only units that are in stock, trade, field or gone." placeholder:"STAGE,..."`
	MadeFrom      time.Time `format:"2006-01-02" help:"Only units made on this day or later." placeholder:"DAY"`
	MadeUntil     time.Time `format:"2006-01-02" help:"Only units made before this day." placeholder:"DAY"`
	JSON          bool      `help:"Print JSON Lines instead of CSV."`
	Count         bool      `help:"Print only how many there are, by stage."`
}

// Help is shown by `defekt units of --help`.
func (unitsOfCmd) Help() string {
	return `Lists which units hold a lot or belong to a batch, by serial: the list to begin a targeted recall with.

  defekt units of --lot L-17                        all units with a lot of this code
  defekt units of --lot 'L-17|hinge|ACME' --stage stock,trade   those that can still be stopped
  defekt units of --batch B-12 --count              how many there are, and where`
}

// Run streams the units.
func (c *unitsOfCmd) Run(a *app) error {
	f, err := c.filter()
	if err != nil {
		return usageError(err)
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	counts, err := db.store.CountUnits(a.ctx, f)
	if err != nil {
		return err
	}
	if c.Count {
		return json.NewEncoder(a.stdout).Encode(counts)
	}
	out, err := newUnitWriter(a.stdout, c.JSON)
	if err != nil {
		return err
	}
	n := 0
	for u, err := range cases.AllUnits(a.ctx, db.store, f) {
		if err == nil {
			err = out.write(u)
		}
		if err != nil {
			return errors.Join(err, out.end())
		}
		n++
	}
	if err := out.end(); err != nil {
		return err
	}
	if n == 0 {
		fmt.Fprintln(a.stderr, "no unit is known of it; check the name with 'defekt units show SERIAL' of a unit that should be there")
		return nil
	}
	fmt.Fprintf(a.stderr, "units: %d, of which %d in stock, %d in trade, %d in the field, %d gone\n", n, counts[store.StageStock], counts[store.StageTrade], counts[store.StageField], counts[store.StageGone])
	return nil
}

func (c *unitsOfCmd) filter() (store.UnitFilter, error) {
	f := store.UnitFilter{MadeFrom: c.MadeFrom, MadeUntil: c.MadeUntil}
	if c.Lot != "" {
		f.Groups = append(f.Groups, store.Group{Kind: store.GroupLot, Name: c.Lot})
	}
	if c.Batch != "" {
		f.Groups = append(f.Groups, store.Group{Kind: store.GroupBatch, Name: c.Batch})
	}
	for _, g := range c.Group {
		kind, name, ok := strings.Cut(g, "=")
		if !ok || kind == "" || name == "" {
			return f, fmt.Errorf("--group %q is not of the form KIND=NAME", g)
		}
		if !slices.Contains(store.GroupKinds(), store.GroupKind(kind)) {
			return f, fmt.Errorf("--group %q: the kinds are %s", g, kindNames())
		}
		f.Groups = append(f.Groups, store.Group{Kind: store.GroupKind(kind), Name: name})
	}
	if len(f.Groups) == 0 {
		return f, errors.New("say of what: --lot, --batch or --group")
	}
	for _, s := range c.Stage {
		switch stage := store.Stage(s); stage {
		case store.StageStock, store.StageTrade, store.StageField, store.StageGone:
			f.Stages = append(f.Stages, stage)
		default:
			return f, fmt.Errorf("--stage %q is none of stock, trade, field, gone", s)
		}
	}
	return f, nil
}

func kindNames() string {
	var names []string
	for _, k := range store.GroupKinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// unitWriter writes units as CSV or JSON Lines.
type unitWriter struct {
	table *sheet.Writer
	json  *json.Encoder
}

func newUnitWriter(w io.Writer, asJSON bool) (*unitWriter, error) {
	if asJSON {
		return &unitWriter{json: json.NewEncoder(w)}, nil
	}
	t, err := sheet.New(w, strings.Fields("serial sku batch plant made_at lots warehouse shipment carrier shipped_at channel sold_at region country stage customer contact")...)
	return &unitWriter{table: t}, err
}

func (w *unitWriter) write(u store.Unit) error {
	if w.json != nil {
		return w.json.Encode(u)
	}
	stage, _ := u.Stage()
	return w.table.Row(u.Serial, u.SKU, u.Batch, u.Plant, moment(u.MadeAt), strings.Join(u.LotNames(), "; "), u.Warehouse, u.Shipment, u.Carrier,
		moment(u.ShippedAt), u.Channel, moment(u.SoldAt), u.Region, u.Country, string(stage), u.Customer, u.Contact)
}

func (w *unitWriter) end() error {
	if w.table == nil {
		return nil
	}
	return w.table.Close()
}

// moment writes a time as files are imported with; midnight as a day.
func moment(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Equal(t.Truncate(24 * time.Hour)):
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}
