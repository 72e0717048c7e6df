package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/report"
)

// reportCmd are the reports.
type reportCmd struct {
	Weekly  reportWeeklyCmd  `cmd:"" help:"What happened in the last week that is over."`
	Monthly reportMonthlyCmd `cmd:"" help:"What happened in the last month that is over."`
}

// Help is shown by `defekt report --help`.
func (reportCmd) Help() string {
	return `What changed, open alarms, the clock of corrective actions, the worst suppliers, costs, and how good the model is. The
name of --out says what is written: .html for mail programs, .txt, .json, or .eml, a whole message with both forms:
  defekt report weekly --out week.eml --mail-from quality@example.com --mail-to team@example.com && sendmail -t < week.eml
A server tells webhooks of each report by itself (report.weekly, report.monthly).`
}

// reportFlags are those of both.
type reportFlags struct {
	databaseFlags `embed:""`
	Period        string   `help:"Another period: a week as 2026-W10, a month as 2026-03."`
	Out           string   `default:"-" placeholder:"FILE" help:"File to write, by its ending .html, .txt, .json or .eml. Default: plain text to standard output."`
	JSON          bool     `name:"json" help:"Write JSON, whatever the file's name."`
	MailFrom      string   `placeholder:"ADDRESS" help:"Sender of an .eml."`
	MailTo        []string `placeholder:"ADDRESS" help:"Receivers of an .eml."`
	Announce      bool     `help:"Tell webhooks, if they were not told of this period yet."`
}

type reportWeeklyCmd struct {
	reportFlags `embed:""`
}

// Run writes the weekly report.
func (c *reportWeeklyCmd) Run(a *app) error { return c.write(a, report.Weekly) }

type reportMonthlyCmd struct {
	reportFlags `embed:""`
}

// Run writes the monthly report.
func (c *reportMonthlyCmd) Run(a *app) error { return c.write(a, report.Monthly) }

func (f *reportFlags) write(a *app, kind report.Kind) error {
	p, err := report.Last(kind, time.Now())
	if f.Period != "" {
		p, err = report.Read(kind, f.Period)
	}
	if err != nil {
		return usageError(err)
	}
	form, err := f.form()
	if err != nil {
		return err
	}
	db, err := f.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // what is announced is stored by then
	r, err := quality.Reports(db.store).Make(a.ctx, p)
	if err != nil {
		return err
	}
	if err := a.writeTo(f.Out, func(w io.Writer) error { return form(r, w) }); err != nil {
		return err
	}
	if !f.Announce {
		return nil
	}
	n, err := r.Notice()
	if err != nil {
		return err
	}
	told, err := db.store.Announce(a.ctx, n)
	if err == nil && !told {
		fmt.Fprintln(a.stderr, "webhooks were told of this period before")
	}
	return err
}

// form chooses what is written.
func (f *reportFlags) form() (func(r report.Report, w io.Writer) error, error) {
	switch {
	case f.JSON, strings.HasSuffix(f.Out, ".json"):
		return report.Report.JSON, nil
	case f.Out == "-", strings.HasSuffix(f.Out, ".txt"):
		return report.Report.Text, nil
	case strings.HasSuffix(f.Out, ".html"):
		return report.Report.HTML, nil
	case strings.HasSuffix(f.Out, ".eml"):
		return func(r report.Report, w io.Writer) error { return r.Message(w, f.MailFrom, f.MailTo) }, nil
	}
	return nil, usageError(errors.New("--out ends with .html, .txt, .json or .eml"))
}
