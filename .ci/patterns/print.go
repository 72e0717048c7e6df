package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/datasets/simulate/world"
)

func (r *report) print(w io.Writer, verbose bool) {
	how := fmt.Sprintf("looks every day from the end of the first year on, a scan every %d days", r.Rescan)
	if r.Rescan == 0 {
		how = "one scan at the end that replays all; delays are to the day of the claim that raised the alarm"
	}
	fmt.Fprintf(w, "Worlds of %d units; %s.\n\n", r.Units, how)
	if len(r.Healthy.Seeds) > 0 {
		r.Healthy.print(w, verbose)
	}
	if len(r.Planted.Seeds) > 0 {
		r.printPlanted(w, verbose)
	}
	if s := r.Speed; s != nil {
		fmt.Fprintf(w, "\nfull scan of %d claims over %d groups of %d units, store in memory: %.1f s (%.1f of processor time); one more claim: %.2f ms of processor time; memory of this program: %.0f MiB\n",
			s.Claims, s.Groups, s.Units, s.Scan, s.CPU, s.Claim, s.Memory)
	}
	r.printRows(w)
}

func (h *healthy) print(w io.Writer, verbose bool) {
	fmt.Fprintf(w, "HEALTHY WORLDS, seeds %v: %d false alarms in %.0f years: %.2f a year, set level %g\n",
		h.Seeds, h.Alarms, h.Years, h.PerYear, setLevel)
	if len(h.By) > 0 {
		fmt.Fprintln(w, "  by kind of group:", h.By)
	}
	if verbose {
		for _, l := range h.lines {
			fmt.Fprintln(w, " ", l)
		}
	}
}

func (r *report) methods() []string {
	out := []string{ours}
	if len(r.Healthy.Seeds) > 0 {
		for _, rv := range rivals {
			out = append(out, rv.name, rv.name+promised)
		}
	}
	return out
}

func (r *report) printPlanted(w io.Writer, verbose bool) {
	p, must := r.Planted, r.must()
	found, alarms := foundBy(p.Defects, ours), 0
	for _, t := range p.Defects {
		alarms += t.Alarms
	}
	fmt.Fprintf(w, "\nPLANTED DEFECTS, seeds %v: %d planted, %d of them double the claims (all labels together) of >= %d units that had it for %d days or more\n",
		p.Seeds, len(p.Defects), len(must), fewest, world.SettledDays)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "METHOD\tFOUND\tMEDIAN DELAY (DAYS)\t")
	for _, m := range r.methods() {
		fmt.Fprintf(t, "%s\t%d of %d\t%s\n", m, foundBy(must, m), len(must), days(median(must, m)))
	}
	_ = t.Flush()
	fmt.Fprintf(w, "Right cause named first: %d of %d found, in the end %d. %d alarms were opened for the %d defects of all that were found, and %d of no planted defect; %d are not closed in the end.\n",
		named(must), foundBy(must, ours), ends(must), alarms, found, p.Chance, p.Living)
	fmt.Fprintln(w, "Delays are from the first day that an affected unit is in use; a defect not found counts as never. Rivals raise as many false alarms on the healthy worlds as defekt did.")
	r.printKinds(w, must)
	if verbose {
		r.printEach(w)
		for _, l := range p.lines {
			fmt.Fprintln(w, l)
		}
	}
}

func days(n int) string {
	if n >= neverFound {
		return "never"
	}
	return fmt.Sprint(n)
}

func (r *report) printKinds(w io.Writer, must []told) {
	by, all := map[string][]told{}, map[string][]told{}
	for _, p := range must {
		by[p.Kind] = append(by[p.Kind], p)
	}
	for _, p := range r.Planted.Defects {
		all[p.Kind] = append(all[p.Kind], p)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "KIND\tMUST BE FOUND\tFOUND\tRIGHT CAUSE FIRST\tMEDIAN DELAY\tOF ALL PLANTED FOUND\tALARMS OPENED\t")
	for _, k := range slices.Sorted(maps.Keys(all)) {
		m, opened := by[k], 0
		for _, p := range all[k] {
			opened += p.Alarms
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%d of %d\t%d\n", k, len(m), foundBy(m, ours), named(m), days(median(m, ours)), foundBy(all[k], ours), len(all[k]), opened)
	}
	_ = t.Flush()
}

func (r *report) printEach(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SEED\tKIND\tNAME\tLABEL\tLABEL X\tCLAIMS X\tUNITS\tCLAIMS\tONSET\tMUST\tDELAY\tALARMS\tFIRST CAUSE\t")
	rows := slices.Clone(r.Planted.Defects)
	slices.SortStableFunc(rows, func(a, b told) int { return cmp.Or(cmp.Compare(a.Seed, b.Seed), strings.Compare(a.Kind, b.Kind)) })
	for _, p := range rows {
		first := p.First
		if p.Named {
			first += " (right)"
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%.1f\t%.2f\t%d\t%d\t%s\t%t\t%s\t%d\t%s\n", p.Seed, p.Kind, p.Name, p.Label, p.Multiplier, p.Ratio, p.Units, p.Claims, p.Onset, p.Must,
			days(p.Delay[ours]), p.Alarms, first)
	}
	_ = t.Flush()
}
