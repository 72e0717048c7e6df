package main

import (
	"errors"
	"fmt"

	"github.com/defekt/defekt/datasets/simulate/world"
)

type datasetsSimulateCmd struct {
	Out       string `required:"" placeholder:"DIR" help:"Folder for units, claims, predictions and truth."`
	Seed      uint64 `default:"1" help:"Same seed and sizes, same files."`
	Scale     string `default:"full" enum:"full,small" help:"Sizes where no other flag gives one: full (2,000,000 units, 200 SKUs, 5,000 batches, 40 suppliers, 30 defects) or small (20,000, 12, 80, 10, 6)."`
	Years     int    `help:"How long production, sales and claims go on (default 3)."`
	Units     int    `help:"Units made."`
	SKUs      int    `name:"skus" help:"Products."`
	Batches   int    `help:"Production batches."`
	Suppliers int    `help:"Suppliers of component lots, 10 or more."`
	Defects   int    `default:"-1" help:"Defects to plant; 0 for a healthy world."`
	Format    string `default:"csv" enum:"csv,jsonl" help:"How units are written: ${enum}."`
}

// fullDefects are planted at full scale.
const fullDefects = 30

// Help is shown by `defekt datasets simulate --help`.
func (datasetsSimulateCmd) Help() string {
	return `Writes what a maker of many products would have after three years:

  units.csv        one line a unit: batch, plant, lots, way, sale, firmware; read by 'defekt units import'
  products.csv     the products and their families; read by 'defekt units import' too
  claims.jsonl     the claims in the format of data sets, with their true symptom as label
  predictions.csv  what a classifier with realistic errors calls them; read by 'defekt eval --predictions'
  truth.json       the planted defects: kind, group, label, onset, multiplier, units affected

Units fail by age, season, product and by small natural differences; claims come late; promotions make sales jump. Defects are
planted in lots, batches, designs, suppliers, plants, warehouses, carriers, seasons and firmware, from the second year on: the
first is for learning what is usual. Everything is simulated and every claim says so (context simulated = true).`
}

// Run simulates.
func (c *datasetsSimulateCmd) Run(a *app) error {
	w, err := world.New(c.config())
	if errors.Is(err, world.ErrConfig) {
		return withHint(usageError(err), "defekt datasets simulate --help")
	}
	if err != nil {
		return err
	}
	truth, err := w.Write(a.ctx, c.Out, world.Format(c.Format))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%d units (%d sold), %d claims and %d planted defects from %s to %s in %s\n",
		truth.Units, truth.Sold, truth.Claims, len(truth.Planted), truth.Start, truth.End, c.Out)
	return err
}

func (c *datasetsSimulateCmd) config() world.Config {
	cfg := world.Config{Seed: c.Seed, Defects: fullDefects}
	if c.Scale == "small" {
		cfg = world.Small(c.Seed)
	}
	for _, f := range []struct {
		to    *int
		given int
	}{{&cfg.Years, c.Years}, {&cfg.Units, c.Units}, {&cfg.SKUs, c.SKUs}, {&cfg.Batches, c.Batches}, {&cfg.Suppliers, c.Suppliers}} {
		if f.given != 0 {
			*f.to = f.given
		}
	}
	if c.Defects >= 0 {
		cfg.Defects = c.Defects
	}
	return cfg
}
