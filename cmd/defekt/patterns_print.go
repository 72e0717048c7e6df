package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// worstFirst orders alarms by what is believed of their ratio, then id.
func worstFirst(list []store.Alarm) {
	slices.SortFunc(list, func(a, b store.Alarm) int {
		return cmp.Or(cmp.Compare(b.Facts.EB05, a.Facts.EB05), strings.Compare(a.ID, b.ID))
	})
}

// nested puts alarms behind those that they are within, and says which these are.
func nested(list []store.Alarm) (out []store.Alarm, inner map[string]bool) {
	inner = map[string]bool{}
	for _, a := range list {
		inner[a.ID] = slices.ContainsFunc(list, func(b store.Alarm) bool { return b.ID == a.Facts.Within })
	}
	done := map[string]bool{}
	var add func(store.Alarm)
	add = func(a store.Alarm) {
		if done[a.ID] {
			return
		}
		done[a.ID], out = true, append(out, a)
		for _, b := range list {
			if b.Facts.Within == a.ID {
				add(b)
			}
		}
	}
	for _, a := range list {
		if !inner[a.ID] {
			add(a)
		}
	}
	for _, a := range list { // two may each have been within the other since one moved
		add(a)
	}
	return out, inner
}

// alarmTitle names an alarm: the group and its label.
func alarmTitle(a store.Alarm) string {
	return alarmGroup(a).String() + ", " + labelWords(a.Cause.Label)
}

func alarmGroup(a store.Alarm) store.Group {
	return store.Group{Kind: store.GroupKind(a.Cause.Kind), Name: a.Cause.Name}
}

// labelWords is a cause's label for people.
func labelWords(label string) string {
	switch label {
	case "":
		return "all claims"
	case store.Unlabelled:
		return "claims without a label"
	}
	return strings.Replace(label, "=", " ", 1)
}

// printAlarms lists alarms; kept says that their ids lead to them later.
func printAlarms(w io.Writer, list []store.Alarm, kept bool) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no alarms")
		return err
	}
	return table(w, func(row func(cells ...any)) {
		line := func(id string, cells ...any) {
			if kept {
				cells = append([]any{id}, cells...)
			}
			row(cells...)
		}
		line("ID", "STATE", "GROUP", "LABEL", "CLAIMS", "EXPECTED", "TIMES", "SINCE", "FIELD", "STOCK", "NEXT 90 DAYS")
		list, inner := nested(list)
		for _, a := range list {
			f, group := a.Facts, alarmGroup(a).String()
			if inner[a.ID] {
				group = "└ " + group
			}
			next := "-"
			if len(f.Forecasts) > 0 {
				next = fmt.Sprintf("%.0f (%.0f to %.0f)", f.Forecasts[0].Claims, f.Forecasts[0].Low, f.Forecasts[0].High)
			}
			line(a.ID, a.State, group, labelWords(a.Cause.Label), f.Observed, fmt.Sprintf("%.1f", f.Expected), fmt.Sprintf("%.1f", f.Ratio),
				f.Onset.Format(time.DateOnly), f.Units.Field, f.Units.Stock, next)
		}
	})
}

// alarmWhy says why an alarm is put down to its group and not to others.
func alarmWhy(a store.Alarm) []string {
	f := a.Facts
	out := []string{f.Explanation}
	var same, others []string
	for _, r := range f.Rivals {
		g := store.Group{Kind: store.GroupKind(r.Kind), Name: r.Name}
		switch {
		case r.Same:
			same = append(same, g.String())
		case len(others) < 3:
			others = append(others, "not "+r.Reason)
		}
	}
	if len(same) > 0 {
		out = append(out, "holds the same units: "+strings.Join(same, ", "))
	}
	return append(out, others...)
}

// printAlarm shows everything about one alarm.
func printAlarm(w io.Writer, a store.Alarm, trail []store.Entry) error {
	f := a.Facts
	fmt.Fprintf(w, "%s\n%s, opened %s\n\n", alarmTitle(a), a.State, a.OpenedAt.Format(time.DateTime))
	if a.Why != "" {
		fmt.Fprintf(w, "why: %s\n", a.Why)
	}
	if a.Known != nil {
		fmt.Fprintf(w, "known issue: %s\nresolution: %s\n", a.Known.Text, a.Known.Resolution)
	}
	if f.Within != "" {
		fmt.Fprintf(w, "likely part of %s: most of these claims are of that alarm's group too\n", f.Within)
	}
	fmt.Fprintf(w, "%d claims since %s, %.1f expected: %.1f times as many (%.1f to %.1f, 95 %%); at least %.1f allowing for all groups looked at\n",
		f.Observed, f.Onset.Format(time.DateOnly), f.Expected, f.Ratio, f.Low, f.High, f.EB05)
	fmt.Fprintf(w, "raised by the claim of %s, newest claim %s; evidence %.3g where %.3g were needed for at most %g false alarms a year\n\n",
		f.Raised.Format(time.DateOnly), f.Last.Format(time.DateOnly), f.Evidence, f.Threshold, f.Level)
	for _, line := range alarmWhy(a) {
		fmt.Fprintln(w, line)
	}
	if len(f.Also) > 0 {
		words := make([]string, len(f.Also))
		for i, l := range f.Also {
			words[i] = labelWords(l)
		}
		fmt.Fprintf(w, "the same shows as: %s\n", strings.Join(words, ", "))
	}
	if f.Basis == store.BasisUnits {
		fmt.Fprintf(w, "\nunits: %d made, %d not sold, %d with customers\n", f.Units.Made, f.Units.Stock, f.Units.Field)
	}
	for _, m := range f.Costs {
		fmt.Fprintf(w, "cost so far: %s (%d of %d claims have one)\n", m, f.Costed, f.Observed)
	}
	for _, c := range f.Forecasts {
		fmt.Fprintf(w, "next %d days: %.0f claims (%.0f to %.0f), %.1f usual", c.Days, c.Claims, c.Low, c.High, c.Usual)
		if c.Cost.Currency != "" {
			fmt.Fprintf(w, "; %s (%s to %s)", c.Cost, c.CostLow, c.CostHigh)
		}
		if c.IfSold >= 0.05 {
			fmt.Fprintf(w, "; %.1f more if the stock were sold today", c.IfSold)
		}
		fmt.Fprintln(w)
	}
	if f.Cluster != "" {
		fmt.Fprintf(w, "cluster %s holds %d of the claims\n", f.Cluster, f.Clustered)
	}
	fmt.Fprintf(w, "examples: %s\n", strings.Join(f.Examples, ", "))
	if err := printCharts(w, f); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return table(w, func(row func(cells ...any)) {
		for _, e := range trail {
			row(e.At.Format(time.DateTime), e.By, strings.TrimPrefix(e.What, "alarm."), e.Detail)
		}
	})
}

// printCharts prints the months in service and the last calendar months.
func printCharts(w io.Writer, f store.AlarmFacts) error {
	if len(f.Ages) > 0 {
		fmt.Fprintln(w, "\nclaims per 1,000 units by months in service:")
		if err := table(w, func(row func(cells ...any)) {
			row("MONTH", "UNITS", "CLAIMS", "PER 1000", "95 %", "USUAL")
			for _, a := range f.Ages {
				row(a.Month, a.Units, a.Claims, fmt.Sprintf("%.2f", a.Per1000), fmt.Sprintf("%.2f to %.2f", a.Low, a.High), fmt.Sprintf("%.2f", a.Usual))
			}
		}); err != nil {
			return err
		}
	}
	if len(f.Months) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nover time:")
	return table(w, func(row func(cells ...any)) {
		row("MONTH", "CLAIMS", "EXPECTED")
		for _, m := range f.Months[max(0, len(f.Months)-12):] {
			row(m.Month, m.Observed, fmt.Sprintf("%.1f", m.Expected))
		}
	})
}
