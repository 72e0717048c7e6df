package surveillance

import (
	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

// Without units, the claims of a week stand for units at risk in that week: each claim may have
// a label or not, so what is usual is the label's share of the product's claims. It is written
// as cohorts of claims with a warranty of one week, so that nothing else changes.

// byClaim counts a claim for the groups that it names itself.
func (p *placer) byClaim(r *report, c store.Claim) bool {
	groups := contextGroups(c.Claim, p.kinds)
	if len(groups) == 0 {
		p.counts.unknown++
		return false
	}
	r.set = p.fleet.set(groups)
	r.groups, r.stratum, r.since = p.fleet.sets[r.set], p.fleet.strata[r.set], week(r.day)
	r.labels = r.labels[1:] // all claims are as many as all claims
	p.counts.byContext++
	return true
}

// addClaims makes the reports' weeks the fleet's units at risk.
func (f *fleet) addClaims(reports []*report) {
	type at struct {
		set   int32
		since pattern.Day
	}
	places := map[at]int{}
	for _, r := range reports {
		k := at{r.set, r.since}
		i, ok := places[k]
		if !ok {
			i = len(f.rows)
			places[k] = i
			f.rows = append(f.rows, atRisk{set: r.set, since: r.since})
		}
		f.rows[i].units++
	}
	f.settle()
}
