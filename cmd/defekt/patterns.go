package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// patternsCmd are the commands about labels that are reported too often in a group of units.
type patternsCmd struct {
	Scan    patternsScanCmd    `cmd:"" help:"Look for groups of units (lot, batch, supplier, warehouse ...) with more claims of a label than their number and age explain."`
	List    patternsListCmd    `cmd:"" help:"List alarms."`
	Show    patternsShowCmd    `cmd:"" help:"Show one alarm: the cause, its rivals, units, costs, forecast, charts and what was done."`
	Ack     patternsAckCmd     `cmd:"" help:"Say that somebody is at work on an alarm."`
	Dismiss patternsDismissCmd `cmd:"" help:"Say that an alarm is explained; it opens again when it gets clearly worse."`
	Close   patternsCloseCmd   `cmd:"" help:"Say that an alarm is over; what comes back later is a new alarm."`
	Issue   patternsIssueCmd   `cmd:"" help:"Tie an alarm to a known issue, shown with every claim of it."`
}

// Help is shown by `defekt patterns --help`.
func (patternsCmd) Help() string {
	return `One bad lot of hinges shows as forty claims among thousands. These commands count claims against units at risk (by
age in service, season and product), find the group that explains an excess best, and say why it is not another.

A server does this by itself, every minute and thoroughly once a day. Example, without a database:
  defekt patterns scan --claims claims.jsonl --units units.csv`
}

type patternsListCmd struct {
	databaseFlags `embed:""`
	All           bool   `help:"Also those that were dismissed or closed."`
	JSON          string `name:"json" placeholder:"FILE" help:"Write the alarms as JSON to FILE (- for standard output)."`
}

// Run lists alarms, the worst first.
func (c *patternsListCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	f := store.AlarmFilter{States: []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged}, Limit: store.MaxAlarms}
	if c.All {
		f.States = nil
	}
	list, err := db.store.Alarms(a.ctx, f)
	if err != nil {
		return err
	}
	worstFirst(list)
	if only, err := a.writeJSON(c.JSON, list); only || err != nil {
		return err
	}
	return printAlarms(a.stdout, list, true)
}

type patternsShowCmd struct {
	databaseFlags `embed:""`
	ID            string `arg:"" help:"The alarm's id, from 'defekt patterns list'."`
	JSON          string `name:"json" placeholder:"FILE" help:"Write the alarm as JSON to FILE (- for standard output)."`
}

// Run shows one alarm.
func (c *patternsShowCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	alarm, err := db.store.Alarm(a.ctx, c.ID)
	if err != nil {
		return alarmError(err, c.ID)
	}
	trail, err := db.store.Trail(a.ctx, c.ID)
	if err != nil {
		return err
	}
	if only, err := a.writeJSON(c.JSON, alarm); only || err != nil {
		return err
	}
	return printAlarm(a.stdout, alarm, trail)
}

// alarmError says what to do about an error on one alarm.
func alarmError(err error, id string) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return withHint(fmt.Errorf("there is no alarm %q", id), "defekt patterns list --all shows the ids")
	case errors.Is(err, store.ErrConflict):
		return withHint(errors.New("somebody changed the alarm meanwhile"), "defekt patterns show %s, then again", id)
	case errors.Is(err, surveillance.ErrWhy):
		return usageError(withHint(err, "--why TEXT says it to whoever looks next"))
	}
	return err
}

// alarmFlags choose an alarm and say who changes it.
type alarmFlags struct {
	databaseFlags `embed:""`
	ID            string `arg:"" help:"The alarm's id, from 'defekt patterns list'."`
	whoFlag       `embed:""`
}

func (c *alarmFlags) do(a *app, why string, change func(l surveillance.Ledger, c surveillance.Change) (store.Alarm, error)) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the change is stored by then
	alarm, err := change(surveillance.Ledger{Alarms: db.store, Now: time.Now}, surveillance.Change{ID: c.ID, Who: c.who(), Why: strings.TrimSpace(why)})
	if err != nil {
		return alarmError(err, c.ID)
	}
	fmt.Fprintf(a.stderr, "%s: %s\n", alarmTitle(alarm), alarm.State)
	return nil
}

type patternsAckCmd struct {
	alarmFlags `embed:""`
	Why        string `placeholder:"TEXT" help:"What is being done."`
}

// Run acknowledges an alarm.
func (c *patternsAckCmd) Run(a *app) error {
	return c.do(a, c.Why, func(l surveillance.Ledger, ch surveillance.Change) (store.Alarm, error) {
		return l.Acknowledge(a.ctx, ch)
	})
}

type patternsDismissCmd struct {
	alarmFlags `embed:""`
	Why        string `required:"" placeholder:"TEXT" help:"What explains it, and why nothing is to be done."`
}

// Run dismisses an alarm.
func (c *patternsDismissCmd) Run(a *app) error {
	return c.do(a, c.Why, func(l surveillance.Ledger, ch surveillance.Change) (store.Alarm, error) { return l.Dismiss(a.ctx, ch) })
}

type patternsCloseCmd struct {
	alarmFlags `embed:""`
	Why        string `required:"" placeholder:"TEXT" help:"What ended it."`
}

// Run closes an alarm.
func (c *patternsCloseCmd) Run(a *app) error {
	return c.do(a, c.Why, func(l surveillance.Ledger, ch surveillance.Change) (store.Alarm, error) { return l.Close(a.ctx, ch) })
}

type patternsIssueCmd struct {
	alarmFlags `embed:""`
	Text       string `placeholder:"TEXT" help:"What is wrong, in words for whoever handles a claim. Without it, the issue is taken away."`
	Resolution string `placeholder:"TEXT" help:"What to do with such a claim."`
}

// Run ties an alarm to a known issue.
func (c *patternsIssueCmd) Run(a *app) error {
	var issue *store.KnownIssue
	if c.Text != "" {
		issue = &store.KnownIssue{Text: c.Text, Resolution: c.Resolution}
	}
	return c.do(a, "", func(l surveillance.Ledger, ch surveillance.Change) (store.Alarm, error) {
		return l.Attach(a.ctx, ch, issue)
	})
}
