package surveillance

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// Ranked is a group and label with what is believed of its ratio.
type Ranked struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Label string `json:"label"` // "axis=label", or empty for all claims
	// Observed and Expected claims since the watch's first day, Ratio their quotient.
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
	Ratio    float64 `json:"ratio"`
	// EBGM is the ratio shrunk towards all others', EB05 its 5 % quantile (DuMouchel 1999).
	EBGM float64 `json:"ebgm"`
	EB05 float64 `json:"eb05"`
	// EValue is the evidence against "never above expectation" as of now. Discovery marks those
	// of which at most one in ten is expected to be chance (e-BH: Wang and Ramdas 2022).
	EValue    float64 `json:"e_value"`
	Discovery bool    `json:"discovery"`
}

const (
	// discoveryShare is the expected share of chance among the marked.
	discoveryShare = 0.1
	// shortlist is how many times as many as wanted get an exact estimate: those with the
	// highest ratio after a fixed shrinkage.
	shortlist = 4
)

// Ranking gives the n groups and labels with the highest EB05, of all that are watched. It reads
// the store if nothing was read yet.
func (w *Watch) Ranking(ctx context.Context, n int) ([]Ranked, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	st, err := w.seen(ctx)
	if err != nil || st.monitor == nil {
		return nil, err
	}
	counts := st.monitor.Counts()
	values := make([]float64, len(counts))
	for i, c := range counts {
		values[i] = c.EValue
	}
	found := map[int]bool{}
	for _, i := range pattern.EBH(values, discoveryShare) {
		found[i] = true
	}
	order := make([]int, 0, len(counts))
	for i, c := range counts {
		if c.Observed > 0 && !st.fleet.part(st.fleet.byKey[c.Group]) {
			order = append(order, i)
		}
	}
	rough := func(c pattern.Count) float64 { return float64(c.Observed) / (c.Expected + 1) }
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(rough(counts[b]), rough(counts[a])), cmp.Compare(a, b))
	})
	var out []Ranked
	for _, i := range order[:min(len(order), shortlist*max(n, 0))] {
		c := counts[i]
		g := st.fleet.names[st.fleet.byKey[c.Group]]
		e := st.shrunk(c)
		out = append(out, Ranked{Kind: string(g.Kind), Name: g.Name, Label: c.Label, Observed: c.Observed, Expected: c.Expected,
			Ratio: float64(c.Observed) / max(c.Expected, 1e-9), EBGM: e.Mean, EB05: e.Low, EValue: c.EValue, Discovery: found[i]})
	}
	slices.SortFunc(out, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.EB05, a.EB05), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.Label, b.Label))
	})
	return out[:min(len(out), max(n, 0))], nil
}

// Charts is what pages and reports draw of a group and label.
type Charts struct {
	Group store.Group `json:"group"`
	Label string      `json:"label"`
	Basis string      `json:"basis"`
	// Units are those of the group.
	Units store.AlarmUnits `json:"units"`
	// Months are observed and expected claims over time.
	Months []store.AlarmMonth `json:"months"`
	// Nevada is claims by month of entry into service and months in service; Ages adds it up,
	// beside what is usual (the non-parametric hazard).
	Nevada []NevadaRow      `json:"nevada"`
	Ages   []store.AlarmAge `json:"ages"`
	// Hazard is the Weibull hazard of the same ages, nil where fewer than two have claims.
	Hazard *Hazard `json:"hazard,omitempty"`
}

// NevadaRow is the units that came into service in one calendar month.
type NevadaRow struct {
	Month string `json:"month"` // 2026-03
	Units int    `json:"units"`
	// Claims by months in service (30 days), from 0; those not fully lived are missing.
	Claims []int `json:"claims"`
}

// Hazard is a Weibull hazard: Shape below 1 are early failures, about 1 is chance, above 1 wear;
// Scale is the months after which a unit has had one claim on average.
type Hazard struct {
	Shape float64 `json:"shape"`
	Scale float64 `json:"scale"`
}

// Charts gives what charts show of a group and label ("axis=label", or empty for all claims).
// [store.ErrNotFound] when there are no such units. It reads the store if nothing was read yet.
func (w *Watch) Charts(ctx context.Context, group store.Group, label string) (Charts, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	st, err := w.seen(ctx)
	if err != nil {
		return Charts{}, err
	}
	g, ok := st.fleet.ids[group]
	if !ok || st.baseline == nil {
		return Charts{}, store.ErrNotFound
	}
	l, ok := st.labels.ids[label]
	c := Charts{Group: group, Label: label, Basis: st.fleet.basis, Units: st.fleet.units[g]}
	if !ok { // nobody has reported it
		return c, nil
	}
	c.Months = st.months(g, l)
	if st.fleet.basis != store.BasisUnits {
		return c, nil
	}
	rows, rates, _ := st.nevada(g, l)
	for _, r := range rows {
		c.Nevada = append(c.Nevada, NevadaRow{Month: r.Month.Time().Format("2006-01"), Units: r.Units, Claims: r.Claims})
	}
	c.Ages = st.ages(g, l)
	if h, err := pattern.FitWeibull(rates); err == nil {
		c.Hazard = &Hazard{h.Shape, h.Scale}
	}
	return c, nil
}

// seen gives what is in memory, read if need be; nothing is kept in the store.
func (w *Watch) seen(ctx context.Context) (*state, error) {
	if w.st != nil {
		return w.st, nil
	}
	st, err := w.load(ctx)
	if err != nil {
		return nil, err
	}
	k, err := w.keeping(ctx, st, &Summary{})
	if err != nil {
		return nil, err
	}
	closed, err := k.closings(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := st.detect(w.cfg, closed); err != nil {
		return nil, err
	}
	w.st = st
	return st, nil
}
