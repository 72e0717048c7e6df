// Package quality turns patterns into action. Its rooms, from the reason to the report:
//
//   - cases reads claims with their units and labels; sheet writes CSV, paper is the head of pages to
//     print.
//   - capa opens corrective actions by rules, leads them through 8D and tests whether the fix works.
//   - scorecard compares suppliers; measures computes the five figures of quality work.
//   - chargeback writes the package that a supplier is charged with, erp books the credit and
//     exports for other systems.
//   - recall lists the units of a targeted recall.
//   - report writes the week and the month for people's mail.
//   - page writes the report of a classification run.
//
// Its place in the flow: last, behind the store, package pattern and its alarms. The folder itself
// holds only what needs several rooms at once: [Upkeep], the periodic work of a server.
package quality

import (
	"context"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/quality/report"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
)

// Store is what quality work asks of a store; every [store.Store] has it.
type Store interface {
	store.Claims
	store.Reviews
	store.Units
	store.Records
	store.Costs
	store.Alarms
	store.Quality
}

// Cases reads the store's cases.
func Cases(s Store) cases.Reader { return cases.Reader{Claims: s, Units: s, Reviews: s} }

// Scanner looks for reasons to open corrective actions.
func Scanner(s Store, rules capa.Rules, now func() time.Time) capa.Scanner {
	return capa.Scanner{Desk: capa.NewDesk(s, now), Rules: rules, Alarms: s, Source: s, Cases: Cases(s)}
}

// Cards makes scorecards.
func Cards(s Store) scorecard.Maker { return scorecard.Maker{Cases: Cases(s), Source: s} }

// Reports gathers reports.
func Reports(s Store) report.Maker {
	return report.Maker{Cases: Cases(s), Cards: Cards(s), Source: s, Actions: s}
}

// Upkeep is the periodic work of a server. Its methods may run in several processes at once: the
// store sees to it that each action and each report comes once.
type Upkeep struct {
	Store Store
	Rules capa.Rules
	// Now is the clock, time.Now when nil; Log hears what was done, nobody when nil.
	Now func() time.Time
	Log *slog.Logger
}

func (u Upkeep) now() time.Time {
	if u.Now == nil {
		return time.Now()
	}
	return u.Now()
}

func (u Upkeep) log() *slog.Logger {
	if u.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return u.Log
}

// Scan opens the corrective actions that the rules ask for. Every few minutes is often enough.
func (u Upkeep) Scan(ctx context.Context) error {
	out, err := Scanner(u.Store, u.Rules, u.now).Scan(ctx)
	for _, c := range out.Opened {
		u.log().InfoContext(ctx, "corrective action opened", slog.String("id", c.ID), slog.String("cause", capa.Describe(c.Cause)))
	}
	return err
}

// Report tells webhooks of the last week and month that are over, each once. A report that was told
// is not made again, so that once an hour costs nothing.
func (u Upkeep) Report(ctx context.Context) error {
	for _, kind := range []report.Kind{report.Weekly, report.Monthly} {
		p, err := report.Last(kind, u.now())
		if err != nil {
			return err
		}
		told, err := u.Store.Told(ctx, report.Key(p))
		if err != nil {
			return err
		}
		if told {
			continue
		}
		r, err := Reports(u.Store).Make(ctx, p)
		if err != nil {
			return err
		}
		n, err := r.Notice()
		if err != nil {
			return err
		}
		if told, err = u.Store.Announce(ctx, n); err != nil {
			return err
		}
		if told {
			u.log().InfoContext(ctx, "report told", slog.String("kind", string(kind)), slog.String("period", p.Name))
		}
	}
	return nil
}
