package lead

import (
	"fmt"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// team adds the people of a story.
func (w *world) team(t testing.TB) {
	t.Helper()
	w.person(t, "anna")
	w.person(t, "benjamin")
	w.person(t, "cleo", store.AdjudicatorRole)
	w.person(t, "dora", store.AdminRole)
}

// story is five months of a team's work: two labels that people mix up, one label that is two
// things, a question that can often not be told, mistakes of the model that cost, a random
// slice, and what waits in the end.
func (w *world) story(t testing.TB) {
	t.Helper()
	w.team(t)
	members := map[string]string{}
	for month := range 5 {
		for i := range 24 {
			w.later(28 * time.Hour)
			w.doubled(t, month, i)
			sev := "minor"
			if i%3 == 0 {
				sev = "major"
			}
			if i%8 == 1 {
				sev = "critical"
			}
			root := "supplier_quality"
			if i%5 < 2 {
				root = ""
			}
			c := w.decided(t, []string{"anna", "benjamin"}[i%2], item{text: "hinge snapped", suggested: map[string]string{"severity": "minor", "root_cause": "supplier_quality", "component": "joint_fastener"}, random: i%2 == 0},
				map[string]string{"severity": sev, "root_cause": root, "component": "joint_fastener"})
			members[c] = []string{"one", "two"}[i%2]
		}
	}
	w.cluster(t, members)
	for i := range 12 {
		w.queued(t, item{text: fmt.Sprint("waits, number ", i), suggested: map[string]string{"severity": "major"}, abstained: true, random: i == 0, deadline: w.now().Add(time.Duration(i-2) * time.Hour)})
	}
	_, id := w.queued(t, item{text: "torn or cracked", suggested: map[string]string{"symptom": "tear_seam"}, looks: 2})
	w.answer(t, "anna", id, map[string]string{"symptom": "tear_seam"})
	w.answer(t, "benjamin", id, map[string]string{"symptom": "crack_break"})
	w.later(36 * time.Hour)
}

// doubled is a claim that anna and benjamin look at independently; now and then they differ
// between two labels, in later months less, and cleo adjudicates.
func (w *world) doubled(t testing.TB, month, i int) {
	t.Helper()
	symptom := []string{"tear_seam", "crack_break", "no_power", "scratch_abrasion"}[i%4]
	_, id := w.queued(t, item{text: "it came apart", suggested: map[string]string{"symptom": symptom}, looks: 2})
	other := symptom
	if i%4 < 2 && i%12 < 9-month {
		other = map[string]string{"tear_seam": "crack_break", "crack_break": "tear_seam"}[symptom]
	}
	w.answer(t, "anna", id, map[string]string{"symptom": symptom})
	w.answer(t, "benjamin", id, map[string]string{"symptom": other})
	if other != symptom {
		w.answer(t, "cleo", id, map[string]string{"symptom": other})
	}
}

// cluster puts claims into clusters by name.
func (w *world) cluster(t testing.TB, members map[string]string) {
	t.Helper()
	ids := map[string]string{"one": "01940000-0000-7000-8000-000000000001", "two": "01940000-0000-7000-8000-000000000002"}
	change := store.ClusterChange{Member: map[string]string{}}
	for claim, name := range members {
		change.Member[claim] = ids[name]
	}
	for _, id := range ids {
		change.Put = append(change.Put, store.Cluster{ID: id, Space: space, Terms: []string{"hinge"}, Centroid: []float32{1, 0}, Size: len(members) / 2, CreatedAt: w.now(), UpdatedAt: w.now()})
	}
	if err := w.store.ChangeClusters(t.Context(), space, change); err != nil {
		t.Fatal(err)
	}
}
