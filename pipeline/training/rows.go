package training

import (
	"sync/atomic"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// minUndecided is the number of rows that people could not decide from which on a head
// learns what such claims look like.
const minUndecided = 20

func undecided(axis string, rows []claim.Claim) int {
	n := 0
	for _, c := range rows {
		if c.Labels[axis] == taxonomy.Undetermined {
			n++
		}
	}
	return n
}

// axisData picks the rows that have a label on the axis.
func axisData(axis *taxonomy.Axis, rows []claim.Claim, examples []feature.Example, minLabel int) head.Data {
	level := levels(axis, rows, minLabel)
	d := head.Data{Axis: axis.ID, Ordinal: axis.Ordinal}
	used := map[string]bool{}
	for _, l := range level {
		used[l] = true
	}
	at := map[string]int{}
	for _, id := range axis.IDs() {
		if used[id] {
			at[id] = len(d.Classes)
			d.Classes = append(d.Classes, id)
		}
	}
	if !axis.Ordinal && len(d.Classes) > 1 && undecided(axis.ID, rows) >= minUndecided {
		d.Doubt = true
		level[taxonomy.Undetermined] = taxonomy.Undetermined
		at[taxonomy.Undetermined] = len(d.Classes)
		d.Classes = append(d.Classes, taxonomy.Undetermined)
	}
	for i, c := range rows {
		class, ok := at[level[c.Labels[axis.ID]]]
		if !ok || examples[i] == nil {
			continue
		}
		d.Examples = append(d.Examples, examples[i])
		d.Labels = append(d.Labels, class)
		d.Groups = append(d.Groups, group(c))
		d.IDs = append(d.IDs, c.ID)
	}
	return d
}

// levels maps each label of the rows to the label that is fitted: itself, or its nearest
// ancestor when it has too few rows to be learnt.
func levels(axis *taxonomy.Axis, rows []claim.Claim, minLabel int) map[string]string {
	count := map[string]int{}
	for _, c := range rows {
		if l := c.Labels[axis.ID]; l != "" && l != taxonomy.Undetermined {
			count[l]++
		}
	}
	level := map[string]string{}
	for l, n := range count {
		level[l] = l
		for n < minLabel {
			up := axis.Parent(level[l])
			if up == "" {
				break
			}
			level[l] = up
			n += count[up]
		}
	}
	return level
}

// group ties rows that must not stand in two folds.
func group(c claim.Claim) string {
	if c.Group == "" && c.Serial != "" {
		return "serial " + c.Serial
	}
	return c.Group
}

// counter gives a function that counts solver runs, from any goroutine.
func counter(progress Progress, stage string, total int) func() {
	var done atomic.Int64
	return func() { progress(stage, done.Add(1), int64(total)) }
}
