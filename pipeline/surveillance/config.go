package surveillance

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// Config says what is watched and how. The zero value of a field takes its default.
type Config struct {
	// Store is required.
	Store Store
	// Notices, when given, tells webhooks of alarms that are raised, opened again or clearly
	// worse (see [Announcement]).
	Notices Notices
	// Space is the space of clusters that alarms name theirs from; empty names none.
	Space string
	// Kinds are the groups of units to watch; default [DefaultKinds]. The season of make and
	// vintages of products and plants come with GroupBatch.
	Kinds []store.GroupKind
	// Axes are the questions whose labels are watched; default [store.WatchedAxes]. Claims that
	// have a label on none of them are watched as well ([store.Unlabelled]).
	Axes []string
	// History is how far back claims and units at risk are looked at; default 3 years.
	History time.Duration
	// Warranty is the days in service after which claims no longer count; default 1,095.
	Warranty int
	// Repeat is the time within which a further claim about the same unit with the same label
	// tells of the same failure and is not counted; default 30 days.
	Repeat time.Duration
	// Monitor tunes the detector: false alarms a year over everything, tolerance, least claims.
	// Its Confusion is set here, from the reviewers' random slice.
	Monitor pattern.Config
	// Calibrated is how many settled items of the random slice an axis needs before the
	// classifier's confusion is estimated; default 200.
	Calibrated int
	// Rescan is how often [Watch.Tend] looks at everything anew; default 24 hours.
	Rescan time.Duration
	// Now is the clock; default time.Now. NewID gives alarms' ids; default UUIDs of version 7.
	Now   func() time.Time
	NewID func() string
	// Log defaults to none.
	Log *slog.Logger
}

// DefaultKinds are the groups that are watched.
func DefaultKinds() []store.GroupKind {
	return []store.GroupKind{store.GroupSKU, store.GroupBatch, store.GroupLot, store.GroupSupplier, store.GroupPlant,
		store.GroupWarehouse, store.GroupCarrier, store.GroupChannel, store.GroupFirmware}
}

// ErrConfig marks settings that cannot be used.
var ErrConfig = errors.New("surveillance: bad setting")

func (c Config) withDefaults() (Config, error) {
	if c.Store == nil {
		return c, fmt.Errorf("%w: no store", ErrConfig)
	}
	if len(c.Kinds) == 0 {
		c.Kinds = DefaultKinds()
	}
	if len(c.Axes) == 0 {
		c.Axes = store.WatchedAxes()
	}
	set(&c.History, 3*365*day)
	set(&c.Warranty, 1095)
	set(&c.Repeat, 30*day)
	set(&c.Calibrated, 200)
	set(&c.Rescan, day)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = newID
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, c.validate()
}

const day = 24 * time.Hour

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (c Config) validate() error {
	known := store.GroupKinds()
	for _, k := range c.Kinds {
		if !slices.Contains(known, k) {
			return fmt.Errorf("%w: no groups of the kind %q", ErrConfig, k)
		}
	}
	switch {
	case c.History < 28*day:
		return fmt.Errorf("%w: a history of %s; at least 28 days are needed", ErrConfig, c.History)
	case c.Warranty < step || c.Repeat < 0 || c.Rescan < 0 || c.Calibrated < 0:
		return fmt.Errorf("%w: warranty, repeat, rescan and calibrated must not be below their least", ErrConfig)
	}
	return c.Monitor.Validate()
}
