package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// patternsScanCmd looks at everything once.
type patternsScanCmd struct {
	databaseFlags `embed:""`
	Claims        string    `placeholder:"FILE" help:"Take claims from this file (.jsonl or .csv, also .gz) instead of a database; nothing is kept."`
	Predictions   string    `placeholder:"FILE" help:"With --claims: labels by 'defekt classify --out', for claims without labels of their own."`
	Units         []string  `placeholder:"FILE" help:"With --claims: units, batches, lots and costs as 'defekt units import' reads them. Without, a label's share of the claims is compared."`
	Since         time.Time `format:"2006-01-02" placeholder:"DATE" help:"Look back to this day. Default: three years."`
	Until         time.Time `format:"2006-01-02" placeholder:"DATE" help:"Look as of this day. Default: today, with --claims the last claim's day."`
	Axes          []string  `placeholder:"A,B" help:"Axes whose labels are watched. Default: symptom, component, defect_type."`
	Kinds         []string  `placeholder:"A,B" help:"Kinds of groups to watch. Default: sku, batch, lot, supplier, plant, warehouse, carrier, channel, firmware."`
	FalseAlarms   float64   `default:"1" placeholder:"N" help:"False alarms a year over everything watched, at most, when nothing is wrong."`
	Top           int       `default:"10" help:"How many groups to rank below the alarms."`
	JSON          string    `name:"json" placeholder:"FILE" help:"Write summary, alarms and ranking as JSON to FILE (- for standard output instead of the text)."`
	HTML          string    `name:"html" placeholder:"FILE" help:"Write a report with charts."`
}

// Help is shown by `defekt patterns scan --help`.
func (patternsScanCmd) Help() string {
	return `Counts finished claims of each label in each group of units against what is usual for units of their age, season and
product, and raises an alarm where chance does not explain the difference, however often one looks. Alarms are kept: a
second scan updates them. Reviewers' labels take the place of the model's where there are any.

An alarm names the group that explains the excess best, and says why it is not the product, the supplier or the warehouse
that shares its claims. Read on with 'defekt patterns show ID'.

Examples:
  defekt patterns scan --db sqlite://defekt.db
  defekt patterns scan --claims claims.jsonl --units units.csv --html patterns.html`
}

// scanReport is a scan in JSON.
type scanReport struct {
	Summary surveillance.Summary  `json:"summary"`
	Alarms  []store.Alarm         `json:"alarms"`
	Ranking []surveillance.Ranked `json:"ranking"`
	AsOf    time.Time             `json:"as_of"`
	Took    float64               `json:"seconds"`
	Code    string                `json:"code"`
	file    bool
}

// Run scans.
func (c *patternsScanCmd) Run(a *app) error {
	if c.Claims == "" && (len(c.Units) > 0 || c.Predictions != "") {
		return usageError(errors.New("--units and --predictions go with --claims; for a database there is 'defekt units import'"))
	}
	source, err := c.source(a)
	if err != nil {
		return err
	}
	defer source.close() //nolint:errcheck // alarms are stored by then
	cfg := c.config(source)
	w, err := surveillance.New(cfg)
	if err != nil {
		return usageError(err)
	}
	r := scanReport{AsOf: cfg.Now(), Code: codeVersion(), file: c.Claims != ""}
	began := time.Now()
	if r.Summary, err = w.Scan(a.ctx); err != nil {
		return err
	}
	r.Took = time.Since(began).Seconds()
	f := store.AlarmFilter{States: []store.AlarmState{store.AlarmOpen, store.AlarmAcknowledged}, Limit: store.MaxAlarms}
	if r.Alarms, err = source.Alarms(a.ctx, f); err != nil {
		return err
	}
	worstFirst(r.Alarms)
	if r.Ranking, err = w.Ranking(a.ctx, c.Top); err != nil {
		return err
	}
	if err := writeReport(a, c.JSON, r, r.text); err != nil {
		return err
	}
	return r.page(c.HTML)
}

// patternSource is where a scan reads and keeps.
type patternSource struct {
	surveillance.Store
	close func() error
	last  time.Time // of the newest claim, zero for a database
}

func (c *patternsScanCmd) source(a *app) (*patternSource, error) {
	if c.Claims != "" {
		return c.files(a)
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return nil, err
	}
	return &patternSource{Store: db.store, close: db.close}, nil
}

func (c *patternsScanCmd) config(source *patternSource) surveillance.Config {
	now := time.Now()
	if !source.last.IsZero() {
		now = source.last
	}
	if !c.Until.IsZero() {
		now = c.Until.Add(24*time.Hour - time.Second)
	}
	cfg := surveillance.Config{Store: source.Store, Axes: c.Axes, Now: func() time.Time { return now }, Monitor: pattern.Config{FalseAlarms: c.FalseAlarms}}
	for _, k := range c.Kinds {
		cfg.Kinds = append(cfg.Kinds, store.GroupKind(k))
	}
	if !c.Since.IsZero() {
		cfg.History = now.Sub(c.Since)
	}
	return cfg
}

// text prints what was found.
func (r scanReport) text(w io.Writer) error {
	s := r.Summary
	fmt.Fprintf(w, "%s, %s watched since %s: %s, %s.\n", number(s.Claims, "claim"), number(s.Groups, "group"), s.From.Format(time.DateOnly),
		number(s.Units, "unit")+" in service", number(s.Labels, "label"))
	if s.Basis == store.BasisClaims {
		fmt.Fprintln(w, "No units are known: each label's share of a group's claims is compared with its share of all. Units (--units) tell more.")
	}
	if s.Unstarted > 0 {
		fmt.Fprintf(w, "%s left out: the unit's start of service (sale) is not known.\n", number(s.Unstarted, "claim"))
	}
	if s.Unknown > 0 {
		fmt.Fprintf(w, "%s left out: about no unit or group that is known.\n", number(s.Unknown, "claim"))
	}
	if len(r.Alarms) == 0 {
		fmt.Fprintln(w, "No alarm: nothing is reported more often than chance explains.")
	} else {
		fmt.Fprintln(w)
		if err := printAlarms(w, r.Alarms, !r.file); err != nil {
			return err
		}
		for _, a := range r.Alarms {
			fmt.Fprintf(w, "\n%s\n  %s\n", alarmTitle(a), strings.Join(alarmWhy(a), "\n  "))
		}
	}
	if len(r.Ranking) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nHighest rates, shrunk towards all others' (EB05); * is no chance find, of ten such at most one:")
	return table(w, func(row func(cells ...any)) {
		row("GROUP", "LABEL", "CLAIMS", "EXPECTED", "EB05", "")
		for _, k := range r.Ranking {
			mark := ""
			if k.Discovery {
				mark = "*"
			}
			row(store.Group{Kind: store.GroupKind(k.Kind), Name: k.Name}, labelWords(k.Label), k.Observed, fmt.Sprintf("%.1f", k.Expected), fmt.Sprintf("%.2f", k.EB05), mark)
		}
	})
}

// number is a count with its noun.
func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
