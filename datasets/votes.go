package datasets

import (
	"maps"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// votes gives the label on each axis that annotators of a Label Studio task agreed on.
func votes(annotations any) (labels map[string]any, notes []claim.Problem) {
	counts, standard := map[string]map[string]int{}, map[string]string{}
	for _, one := range listOf(annotations) {
		a, ok := one.(map[string]any)
		if !ok || a["was_cancelled"] == true {
			continue
		}
		for _, result := range listOf(a["result"]) {
			axis, chosen := choice(result)
			if len(chosen) > 1 {
				notes = append(notes, noteOf(claim.CodeRowMalformed, "labels."+axis, "%d choices in one annotation (%s); left out", len(chosen), strings.Join(chosen, ", ")))
			}
			if len(chosen) != 1 {
				continue
			}
			if counts[axis] == nil {
				counts[axis] = map[string]int{}
			}
			counts[axis][chosen[0]]++
			if a["ground_truth"] == true {
				standard[axis] = chosen[0]
			}
		}
	}
	labels = map[string]any{}
	for _, axis := range slices.Sorted(maps.Keys(counts)) {
		label, tied := standard[axis], []string(nil)
		if label == "" {
			label, tied = most(counts[axis])
		}
		if len(tied) > 1 {
			notes = append(notes, noteOf(CodeConflict, "labels."+axis, "annotators are split between %s; left out", strings.Join(tied, " and ")))
			continue
		}
		labels[axis] = label
	}
	return labels, notes
}

// choice reads one control's answer: its name and what was chosen, nothing for boxes and
// texts. Of a path in a tree the last step counts.
func choice(result any) (axis string, chosen []string) {
	r, _ := result.(map[string]any)
	axis, _ = r["from_name"].(string)
	value, _ := r["value"].(map[string]any)
	for _, one := range listOf(value["choices"]) {
		if s, ok := scalar(one); ok && s != "" {
			chosen = append(chosen, s)
		}
	}
	for _, path := range listOf(value["taxonomy"]) {
		steps := listOf(path)
		if len(steps) == 0 {
			continue
		}
		if s, ok := scalar(steps[len(steps)-1]); ok && s != "" {
			chosen = append(chosen, s)
		}
	}
	if axis == "" {
		return "", nil
	}
	return axis, chosen
}

// most gives the label with the most votes, and all that have as many.
func most(votes map[string]int) (label string, tied []string) {
	for _, l := range slices.Sorted(maps.Keys(votes)) {
		switch {
		case label == "" || votes[l] > votes[label]:
			label, tied = l, []string{l}
		case votes[l] == votes[label]:
			tied = append(tied, l)
		}
	}
	return label, tied
}
