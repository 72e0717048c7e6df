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
	"github.com/defekt/defekt/pipeline/pattern"
)

func describe(seed uint64, f *fleet, a pattern.Alarm) string {
	return fmt.Sprintf("seed %d, day %d: %s of %s, %d claims where %.1f are expected", seed, a.Raised-f.watch.From, a.Label, a.Group, a.Claims, a.Expected)
}

func (h *healthy) print(w io.Writer, verbose bool) {
	fmt.Fprintf(w, "HEALTHY WORLDS, seeds %v: %d false alarms in %.0f years of daily looks at %d streams (groups x labels): %.2f a year, set level %g\n",
		h.Seeds, h.Alarms, h.Years, h.Streams, h.PerYear, h.Set)
	if len(h.byKind) > 0 {
		fmt.Fprintln(w, "  by kind of group:", h.byKind)
	}
	if verbose {
		for _, d := range h.description {
			fmt.Fprintln(w, " ", d)
		}
	}
}

// row is one figure beside what was asked.
type row struct {
	What  string  `json:"what"`
	Got   float64 `json:"got"`
	Asked string  `json:"asked"`
	Met   bool    `json:"met"`
}

const (
	askedFound = 0.9
	askedNamed = 0.8
	askedDelay = 0.5
	askedScan  = 20.0
	askedClaim = 5.0
	askedMiB   = 2048.0
)

func (r *report) judge() {
	must := r.must()
	atMost := func(what string, got, limit float64) {
		r.Rows = append(r.Rows, row{what, got, fmt.Sprintf("<= %g", limit), got <= limit})
	}
	atLeast := func(what string, got, limit float64) {
		r.Rows = append(r.Rows, row{what, got, fmt.Sprintf(">= %g", limit), got >= limit})
	}
	share := func(n, of int) float64 { return float64(n) / float64(max(1, of)) }
	atMost("false alarms a year, healthy worlds", r.Healthy.PerYear, r.Healthy.Set)
	atLeast("planted defects found", share(foundBy(must, ours), len(must)), askedFound)
	for _, rv := range rivals {
		atMost("median delay over that of "+rv.name+" at the same false alarms", share(median(must, ours), median(must, rv.name)), askedDelay)
	}
	atLeast("right cause named first, of those found", share(namedOf(must), foundBy(must, ours)), askedNamed)
	atMost("seconds of a full scan", r.Speed.Scan, askedScan)
	atMost("milliseconds of one more claim", r.Speed.Claim, askedClaim)
	atMost("MiB of memory", r.Speed.Memory, askedMiB)
}

// must are the defects that double the claims of enough units.
func (r *report) must() []planted {
	return slices.DeleteFunc(slices.Clone(r.Planted), func(p planted) bool { return !p.Must })
}

func (r *report) printRows(w io.Writer) {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "WHAT\tGOT\tASKED\t")
	for _, x := range r.Rows {
		verdict := "met"
		if !x.Met {
			verdict = "MISSED"
		}
		fmt.Fprintf(t, "%s\t%.3g\t%s\t%s\n", x.What, x.Got, x.Asked, verdict)
	}
	_ = t.Flush()
}

func (r *report) printPlanted(w io.Writer, verbose bool) {
	must := r.must()
	fmt.Fprintf(w, "\nPLANTED DEFECTS, seeds %v: %d planted, %d of them double the claims (all labels together) of >= %d units that had it for %d days or more; %d alarms in %d patterns\n",
		r.Seeds, len(r.Planted), len(must), fewest, world.SettledDays, r.Alarms, r.Patterns)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "METHOD\tFOUND\tMEDIAN DELAY (DAYS)\t")
	methods := []string{ours}
	for _, rv := range rivals {
		methods = append(methods, rv.name, rv.name+promised)
	}
	for _, m := range methods {
		fmt.Fprintf(t, "%s\t%d of %d\t%s\n", m, foundBy(must, m), len(must), days(median(must, m)))
	}
	_ = t.Flush()
	fmt.Fprintln(w, "Delays are from the first day that an affected unit is in use; a defect not found counts as never. Rivals raise as many false alarms on the healthy worlds as defekt did.")
	r.printKinds(w, must)
	if verbose {
		r.printEach(w)
	}
}

func days(n int) string {
	if n >= neverFound {
		return "never"
	}
	return fmt.Sprint(n)
}

func (r *report) printKinds(w io.Writer, must []planted) {
	by, all := map[string][]planted{}, map[string][]planted{}
	for _, p := range must {
		by[p.Kind] = append(by[p.Kind], p)
	}
	for _, p := range r.Planted {
		all[p.Kind] = append(all[p.Kind], p)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "KIND\tMUST BE FOUND\tFOUND\tRIGHT CAUSE FIRST\tMEDIAN DELAY\t2 X AVERAGE\tCUSUM\tOF ALL PLANTED FOUND\t")
	for _, k := range slices.Sorted(maps.Keys(all)) {
		m := by[k]
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%s\t%s\t%d of %d\n", k, len(m), foundBy(m, ours), namedOf(m), days(median(m, ours)),
			days(median(m, rivals[0].name)), days(median(m, rivals[1].name)), foundBy(all[k], ours), len(all[k]))
	}
	_ = t.Flush()
}

func (r *report) printEach(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SEED\tKIND\tNAME\tLABEL\tLABEL X\tCLAIMS X\tUNITS\tCLAIMS\tONSET\tMUST\tDELAY\t2 X\tCUSUM\tFIRST CAUSE\t")
	rows := slices.Clone(r.Planted)
	slices.SortStableFunc(rows, func(a, b planted) int { return cmp.Or(cmp.Compare(a.Seed, b.Seed), strings.Compare(a.Kind, b.Kind)) })
	for _, p := range rows {
		first := p.FirstWas
		if p.Named {
			first += " (right)"
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%.1f\t%.2f\t%d\t%d\t%s\t%t\t%s\t%s\t%s\t%s\n", p.Seed, p.Kind, p.Name, p.Label, p.Multiplier, p.Ratio, p.Units, p.Claims, p.Onset, p.Must,
			days(p.Delay[ours]), days(p.Delay[rivals[0].name]), days(p.Delay[rivals[1].name]), first)
	}
	_ = t.Flush()
}
