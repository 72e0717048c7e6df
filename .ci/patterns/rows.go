package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

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
)

// judge fills the rows of what was run.
func (r *report) judge() {
	atMost := func(what string, got, limit float64) {
		r.Rows = append(r.Rows, row{what, got, fmt.Sprintf("<= %g", limit), got <= limit})
	}
	atLeast := func(what string, got, limit float64) {
		r.Rows = append(r.Rows, row{what, got, fmt.Sprintf(">= %g", limit), got >= limit})
	}
	share := func(n, of int) float64 { return float64(n) / float64(max(1, of)) }
	if len(r.Healthy.Seeds) > 0 {
		atMost("false alarms a year, healthy worlds", r.Healthy.PerYear, setLevel)
	}
	must := r.must()
	if len(must) == 0 {
		return
	}
	atLeast("planted defects found", share(foundBy(must, ours), len(must)), askedFound)
	if len(r.Healthy.Seeds) > 0 {
		for _, rv := range rivals {
			atMost("median delay over that of "+rv.name+" at the same false alarms", share(median(must, ours), median(must, rv.name)), askedDelay)
		}
	}
	atLeast("right cause named first, of those found", share(named(must), foundBy(must, ours)), askedNamed)
	if r.Speed != nil {
		atMost("seconds of a full scan", r.Speed.Scan, askedScan)
		atMost("milliseconds of one more claim", r.Speed.Claim, askedClaim)
	}
}

// must are the defects that double the claims of enough units.
func (r *report) must() []told {
	return slices.DeleteFunc(slices.Clone(r.Planted.Defects), func(t told) bool { return !t.Must })
}

func median(of []told, method string) int {
	var all []int
	for _, p := range of {
		all = append(all, p.Delay[method])
	}
	if len(all) == 0 {
		return neverFound
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

func count(of []told, which func(told) bool) int {
	n := 0
	for _, t := range of {
		if which(t) {
			n++
		}
	}
	return n
}

func foundBy(of []told, method string) int {
	return count(of, func(t told) bool { return t.Delay[method] < neverFound })
}
func named(of []told) int { return count(of, func(t told) bool { return t.Named }) }
func ends(of []told) int  { return count(of, func(t told) bool { return t.Ends }) }

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
