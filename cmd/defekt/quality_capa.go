package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	words "github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
)

// capaCmd are the commands about corrective and preventive action.
type capaCmd struct {
	List  capaListCmd  `cmd:"" help:"List corrective actions with their clocks."`
	Show  capaShowCmd  `cmd:"" help:"Show one action: its steps, checks and log."`
	Open  capaOpenCmd  `cmd:"" help:"Open an action by hand."`
	Edit  capaEditCmd  `cmd:"" help:"Change owner, title or a due date."`
	Step  capaStepCmd  `cmd:"" help:"Note what was done for a step (D1 to D8)."`
	Check capaCheckCmd `cmd:"" help:"Test whether the fix works: claims by exposure before and after it."`
	Close capaCloseCmd `cmd:"" help:"Close an action; the last check must have found the fix effective."`
	Drop  capaDropCmd  `cmd:"" help:"End an action without one, for example after a false alarm."`
	Scan  capaScanCmd  `cmd:"" help:"Look whether a rule opens an action. A server does this by itself."`
	Rules capaRulesCmd `cmd:"" help:"Print an example of a file of rules."`
}

// Help is shown by `defekt capa --help`.
func (capaCmd) Help() string {
	return `An action is about one cause, a group of units and a label, and goes through the eight disciplines (8D): D1 team, D2
problem, D3 containment, D4 root cause, D5 permanent action, D6 implementation, D7 prevention, D8 closure. Rules open
actions; a rule that fires again is noted on the open one. An action closes only when a check has shown that units made
after the fix (--fixed of D6) have fewer claims at like ages. Look as often as you like: the test allows for it.

  defekt capa step ID D3 --text 'lot L-17 blocked in W-1' --evidence https://...
  defekt capa step ID D6 --text 'new mould in use' --fixed 2026-03-01
  defekt capa check ID && defekt capa close ID --text 'mould check added to the control plan'`
}

type capaListCmd struct {
	databaseFlags `embed:""`
	All           bool   `help:"Also those that were closed or dropped."`
	Owner         string `help:"Only this owner's."`
	Supplier      string `help:"Only about this supplier."`
	JSON          string `name:"json" placeholder:"FILE" help:"Write the actions as JSON to FILE (- for standard output)."`
}

// Run lists actions, newest first.
func (c *capaListCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	f := store.CAPAFilter{State: store.CAPAOpen, Owner: c.Owner, Supplier: c.Supplier}
	if c.All {
		f.State = ""
	}
	list := []store.CAPA{}
	for one, err := range store.EachCAPA(a.ctx, db.store, f) {
		if err != nil {
			return err
		}
		list = append(list, one)
	}
	if only, err := a.writeJSON(c.JSON, list); only || err != nil {
		return err
	}
	now := time.Now()
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\tstate\topen\tnext\tlate\towner\ttitle")
	for _, one := range list {
		next, late := nextStep(one, now)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", one.ID, one.State, inDays(capa.ClockOf(one, now).Total.Took), next, late, words.Clean(one.Owner), words.Clean(one.Title))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	k := capa.CycleOf(list, now)
	fmt.Fprintf(a.stdout, "%d open, %d with a step overdue; %d closed, %d dropped\n", k.Open, k.OverdueActions, k.Closed, k.Dropped)
	return nil
}

// nextStep is the first step that is not done, and how late it is.
func nextStep(c store.CAPA, now time.Time) (next, late string) {
	if c.State != store.CAPAOpen {
		return "-", "-"
	}
	for _, s := range c.Steps {
		if s.At.IsZero() {
			if now.After(s.Due) {
				return s.Step, inDays(now.Sub(s.Due))
			}
			return s.Step, "-"
		}
	}
	return "closure", "-"
}

func inDays(d time.Duration) string { return fmt.Sprintf("%.0f d", d.Hours()/24) }

type capaShowCmd struct {
	databaseFlags `embed:""`
	ID            string `arg:"" help:"The action's id, from 'defekt capa list'."`
	JSON          string `name:"json" placeholder:"FILE" help:"Write the action and its log as JSON to FILE (- for standard output)."`
}

// Run shows one action.
func (c *capaShowCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	one, err := db.store.CAPA(a.ctx, c.ID)
	if err != nil {
		return qualityError(err, "defekt capa list --all")
	}
	log, err := db.store.QualityLog(a.ctx, c.ID)
	if err != nil {
		return err
	}
	if only, err := a.writeJSON(c.JSON, struct {
		Action store.CAPA           `json:"action"`
		Log    []store.QualityEvent `json:"log"`
	}{one, log}); only || err != nil {
		return err
	}
	printAction(a, one)
	fmt.Fprintln(a.stdout, "\nLog")
	for _, e := range log {
		fmt.Fprintf(a.stdout, "  %s  %-14s %s: %s\n", e.At.Format(time.DateTime), e.What, words.Clean(e.Who), summaryLine(e.Detail))
	}
	return nil
}

func printAction(a *app, c store.CAPA) {
	now := time.Now()
	fmt.Fprintf(a.stdout, "%s\n%s, %s, owner %s, opened %s\n", words.Clean(c.Title), words.Clean(capa.Describe(c.Cause)), c.State, orDash(words.Clean(c.Owner)), c.OpenedAt.Format(time.DateOnly))
	for _, f := range c.Firings {
		fmt.Fprintf(a.stdout, "  %s  %s: %s\n", f.At.Format(time.DateOnly), words.Clean(f.Rule), summaryLine(f.What))
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nstep\twhat\tdue\tdone\tby\ttext")
	for _, s := range c.Steps {
		done := "-"
		switch {
		case !s.At.IsZero():
			done = s.At.Format(time.DateOnly)
		case c.State == store.CAPAOpen && s.Due.Before(now):
			done = "overdue"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", s.Step, capa.Title(s.Step), s.Due.Format(time.DateOnly), done, orDash(words.Clean(s.Who)), summaryLine(s.Text))
	}
	_ = t.Flush() // the next line tells the same
	for _, k := range c.Checks {
		printCheck(a, k)
	}
}

func printCheck(a *app, k store.CAPACheck) {
	fmt.Fprintf(a.stdout, "\nCheck of %s on %s: %s\n  %s\n  rate after / before at like ages: %.2f (95 %% interval %.2f to %.2f), by units %s\n",
		words.Clean(capa.Describe(k.Scope)), k.At.Format(time.DateOnly), k.Verdict, k.Reason, k.Ratio, k.Low, k.High, k.Split)
}

func summaryLine(s string) string {
	line, _, more := strings.Cut(words.Clean(s), "\n")
	if more {
		line += " ..."
	}
	return line
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type capaScanCmd struct {
	databaseFlags `embed:""`
	rulesFlag     `embed:""`
}

// Run looks once.
func (c *capaScanCmd) Run(a *app) error {
	rules, err := c.rules()
	if err != nil {
		return err
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // what was found is stored by then
	out, err := quality.Scanner(db.store, rules, nil).Scan(a.ctx)
	for _, one := range out.Opened {
		fmt.Fprintf(a.stdout, "opened    %s  %s\n", one.ID, words.Clean(one.Title))
	}
	for _, one := range out.Attached {
		fmt.Fprintf(a.stdout, "attached  %s  %s\n", one.ID, words.Clean(one.Title))
	}
	if err == nil && len(out.Opened)+len(out.Attached) == 0 {
		fmt.Fprintln(a.stderr, "no rule fired")
	}
	return err
}

type capaRulesCmd struct{}

// Run prints an example.
func (capaRulesCmd) Run(a *app) error {
	_, err := fmt.Fprint(a.stdout, exampleRules)
	return err
}

const exampleRules = `# Rules that open corrective actions, for --capa-rules.
owner: quality@example.com          # answers for actions whose rule names nobody
due: {D1: 1, D3: 2, D4: 14d}        # days after the opening; steps left out keep their default
check: {alpha: 0.05, min_days: 30}  # when a fix counts as effective
rules:
  - name: dangerous alarms
    owner: safety@example.com
    alarm: {severities: [critical], min_claims: 3}
  - name: large alarms
    alarm: {kinds: [lot, batch, supplier], min_claims: 10, min_ratio: 2, min_units: 100}
  - name: critical claims
    count: {label: severity=critical, count: 3, days: 14, by: sku}
  - name: claim rate
    rate: {above_percent: 1.5, label: symptom=crack_break, days: 365, by: batch, min_units: 50, min_claims: 3}
`
