package trace

import (
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/store"
)

// excluded gives the label that the terms do not cover, or "".
func excluded(q WarrantyQuestion) string {
	for _, e := range q.Terms.Excluded {
		axis, label, _ := strings.Cut(e, "=")
		if q.Labels[axis] == label {
			return e
		}
	}
	return ""
}

// CheckTerms refuses terms that cannot be meant. The error is a claim.Problem.
func CheckTerms(t store.Terms) error {
	switch {
	case t.Months < 0 || t.Days < 0 || t.RegisteredMonths < 0 || t.RegisterWithinDays < 0 || t.AssumeDays < 0:
		return problem(CodeNumber, "months", "terms count no time below zero")
	case t.Months > maxTermMonths || t.RegisteredMonths > maxTermMonths || t.Days > 31*maxTermMonths:
		return problem(CodeNumber, "months", "a term of more than %d months", maxTermMonths)
	case !slices.Contains([]string{"", "sold", "registered", "shipped", "made"}, t.From):
		return problem(CodeRefused, "from", "%.40q is none of sold, registered, shipped, made", t.From)
	}
	for _, e := range t.Excluded {
		if axis, label, ok := strings.Cut(e, "="); !ok || axis == "" || label == "" {
			return problem(CodeRefused, "excluded", "%.80q is no label such as root_cause=user_damage", e)
		}
	}
	return nil
}

// maxTermMonths is the longest term: a hundred years.
const maxTermMonths = 1200
