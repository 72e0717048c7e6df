package surveillance

import (
	"context"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

const (
	// maxRivals and maxExamples bound what an alarm lists.
	maxRivals   = 8
	maxExamples = 5
	// maxClustered is how many of an alarm's newest claims are asked for their cluster.
	maxClustered = 200
)

// measure says all that is known of a cause as of today.
func (w *Watch) measure(ctx context.Context, st *state, c *cause) (store.AlarmFacts, error) {
	facts := w.size(st, c)
	mine := st.mine(c.group, c.label, c.onset)
	st.chart(c, &facts)
	if err := w.cost(ctx, st, c, mine, &facts); err != nil {
		return facts, err
	}
	if err := w.forecast(ctx, st, c, &facts); err != nil {
		return facts, err
	}
	return facts, w.cluster(ctx, mine, &facts)
}

// remeasure says how large a known cause has become with new claims. Rivals, charts, costs,
// forecast, cluster and what it is within take longer and hardly change with one claim: they wait for
// the next scan.
func (w *Watch) remeasure(st *state, c *cause, was store.AlarmFacts) store.AlarmFacts {
	facts := w.size(st, c)
	facts.Rivals, facts.Within = was.Rivals, was.Within
	facts.Months, facts.Ages, facts.Forecasts = was.Months, was.Ages, was.Forecasts
	facts.Costs, facts.Costed, facts.Cluster, facts.Clustered = was.Costs, was.Costed, was.Cluster, was.Clustered
	return facts
}

// size says how large an excess is and what it is put down to.
func (w *Watch) size(st *state, c *cause) store.AlarmFacts {
	f := c.finding
	expected := max(f.Expected, 1e-9)
	low, high := pattern.PoissonInterval(f.Observed)
	facts := store.AlarmFacts{
		At: w.cfg.Now(), Raised: c.raised.Time(), Onset: c.onset.Time(), Basis: st.fleet.basis,
		Observed: f.Observed, Expected: f.Expected, Ratio: float64(f.Observed) / expected, Low: low / expected, High: high / expected,
		Evidence: c.evidence, Threshold: c.threshold, Level: w.level(), Explanation: f.Reason,
		EB05: st.shrunk(pattern.Count{Observed: f.Observed, Expected: f.Expected}).Low,
	}
	if st.fleet.basis == store.BasisUnits {
		facts.Units = st.fleet.units[c.group]
	}
	if in, ok := st.fleet.windows[c.group]; ok {
		facts.MadeFrom = in.from.Time()
		if in.until > 0 {
			facts.MadeUntil = in.until.Time()
		}
	}
	facts.Rivals = rivals(st.fleet.wholes[c.group], f, c.rivals, st.fleet)
	for _, l := range c.also {
		facts.Also = append(facts.Also, st.labels.names[l])
	}
	slices.Sort(facts.Also)
	for _, r := range slices.Backward(st.since(c.label, c.onset)) {
		if !r.in(c.group) {
			continue
		}
		if len(facts.Examples) == 0 {
			facts.Last = r.day.Time()
		}
		if facts.Examples = append(facts.Examples, r.id); len(facts.Examples) == maxExamples {
			break
		}
	}
	return facts
}

// level is the number of false alarms a year that is allowed.
func (w *Watch) level() float64 {
	if l := w.cfg.Monitor.FalseAlarms; l > 0 {
		return l
	}
	return 1
}

// mine are the reports of a group and label since a day, oldest first.
func (st *state) mine(group, label int32, since pattern.Day) []*report {
	var out []*report
	for _, r := range st.since(label, since) {
		if r.in(group) {
			out = append(out, r)
		}
	}
	return out
}

// rivals are the groups that a cause was compared with, but for parts of its own whole group.
func rivals(whole int32, f pattern.Finding, list []pattern.Finding, fleet *fleet) []store.AlarmRival {
	var out []store.AlarmRival
	for _, k := range f.Same {
		if fleet.wholes[fleet.byKey[k]] == whole {
			continue
		}
		one := fleet.rival(k, f.Observed, f.Expected)
		one.Same = true
		out = append(out, one)
	}
	for _, r := range list {
		if fleet.wholes[fleet.byKey[r.Group]] == whole {
			continue
		}
		one := fleet.rival(r.Group, r.Observed, r.Expected)
		one.Reason = r.Reason
		out = append(out, one)
	}
	return out[:min(len(out), maxRivals)]
}

func (f *fleet) rival(k pattern.Key, observed int, expected float64) store.AlarmRival {
	id := f.byKey[k]
	out := store.AlarmRival{Kind: string(f.names[id].Kind), Name: f.names[id].Name, Observed: observed, Expected: expected}
	if f.part(id) {
		out.Of = f.names[f.wholes[id]].Name
	}
	return out
}

// cluster names the cluster that most of the claims belong to.
func (w *Watch) cluster(ctx context.Context, mine []*report, facts *store.AlarmFacts) error {
	if w.cfg.Space == "" {
		return nil
	}
	counts := map[string]int{}
	asked := mine[max(len(mine)-maxClustered, 0):]
	for _, r := range asked {
		id, err := w.cfg.Store.ClusterOf(ctx, w.cfg.Space, r.id)
		if err != nil {
			return err
		}
		if id != "" {
			counts[id]++
		}
	}
	for id, n := range counts {
		if n > facts.Clustered || n == facts.Clustered && id < facts.Cluster {
			facts.Cluster, facts.Clustered = id, n
		}
	}
	if 2*facts.Clustered <= len(asked) { // not most of them
		facts.Cluster, facts.Clustered = "", 0
	}
	return nil
}

// priorCounts is how many groups teach what ratios are usual: the fit takes time with each.
const priorCounts = 3000

// shrunk gives what is believed of a ratio, given those of all groups.
func (st *state) shrunk(c pattern.Count) pattern.Estimate {
	if st.shrinkage == nil {
		st.shrinkage = st.prior()
	}
	return st.shrinkage.Estimate(c)
}

// prior is fitted to an even choice of groups and labels. A prior that cannot be fitted shrinks
// hardly at all.
func (st *state) prior() *pattern.Shrinkage {
	flat := &pattern.Shrinkage{Shape: [2]float64{1, 1}, Rate: [2]float64{1, 1}, Share: 0.5}
	if st.monitor == nil {
		return flat
	}
	counts := slices.DeleteFunc(st.monitor.Counts(), func(c pattern.Count) bool { return c.Expected < 0.05 })
	var some []pattern.Count
	for i := range min(priorCounts, len(counts)) {
		some = append(some, counts[i*len(counts)/min(priorCounts, len(counts))])
	}
	s, err := pattern.FitShrinkage(some)
	if err != nil {
		return flat
	}
	return &s
}
