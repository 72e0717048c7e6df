package world

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Config says how large a world is. Zero fields take the default, but for Seed and Defects.
type Config struct {
	Seed uint64
	// Start is the first day; default 2023-01-01. Years is how long production, sales and
	// claims go on; default 3, at most [MaxYears].
	Start time.Time
	Years int
	// Quiet is the days at the start without a planted defect's onset, for whoever has to
	// learn what is usual; default 365.
	Quiet int
	// Units made in all, in so many SKUs, Batches and of so many Suppliers; defaults
	// 2,000,000, 200, 5,000 and 40.
	Units, SKUs, Batches, Suppliers int
	// Defects planted; 0 for a healthy world.
	Defects int
	// Scatter is how much healthy batches and lots differ by nature, as the standard deviation
	// of the logarithm of their rate; default 0.05. Suppliers, plants and warehouses differ
	// by less than half of it, products by five times as much.
	Scatter float64
}

// Limits of a world.
const (
	MaxYears  = 10
	MaxUnits  = 50_000_000
	MaxGroups = 100_000 // SKUs, batches or suppliers
	// MaxDefects is one for each batch and lot at most; far more than make sense.
	MaxDefects = 1_000
	// Warranty is the days in service in which a failure is reported.
	Warranty = 730
	tail     = 200 // days at the end without an onset: what begins there leaves no trace
)

// ErrConfig marks a world that cannot be made.
var ErrConfig = errors.New("world: unusable settings")

// Small is a world for tests and first steps: seconds to import, a few hundred claims.
func Small(seed uint64) Config {
	return Config{Seed: seed, Units: 20_000, SKUs: 12, Batches: 80, Suppliers: 10, Defects: 6}
}

func (c Config) withDefaults() Config {
	if c.Start.IsZero() {
		c.Start = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	c.Years = cmp.Or(c.Years, 3)
	c.Quiet = cmp.Or(c.Quiet, 365)
	c.Units = cmp.Or(c.Units, 2_000_000)
	c.SKUs = cmp.Or(c.SKUs, 200)
	c.Batches = cmp.Or(c.Batches, 5_000)
	c.Suppliers = cmp.Or(c.Suppliers, 40)
	c.Scatter = cmp.Or(c.Scatter, 0.05)
	return c
}

// Validate reports the first setting that cannot be used, as an [ErrConfig].
func (c Config) Validate() error {
	c = c.withDefaults()
	for _, r := range []struct {
		what     string
		got      int
		low, top int
	}{
		{"years", c.Years, 1, MaxYears},
		{"SKUs", c.SKUs, 1, MaxGroups},
		{"batches", c.Batches, c.SKUs, MaxGroups},
		{"suppliers", c.Suppliers, len(components), MaxGroups},
		{"units", c.Units, c.Batches * leastBatch, min(MaxUnits, c.Batches*mostBatch)},
		{"defects", c.Defects, 0, MaxDefects},
		{"quiet days", c.Quiet, 1, c.Years*365 - 1},
	} {
		if r.got < r.low || r.got > r.top {
			return fmt.Errorf("%w: %d %s; %d to %d can be", ErrConfig, r.got, r.what, r.low, r.top)
		}
	}
	if !(c.Scatter >= 0 && c.Scatter <= 1) {
		return fmt.Errorf("%w: a scatter of %g; 0 to 1 can be", ErrConfig, c.Scatter)
	}
	if c.Defects > 0 && c.Years*365-c.Quiet-tail < 90 {
		return fmt.Errorf("%w: %d years leave less than 90 days for defects to begin after %d quiet days and before the last %d", ErrConfig, c.Years, c.Quiet, tail)
	}
	return nil
}
