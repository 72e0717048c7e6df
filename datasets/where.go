package datasets

import "slices"

// keeps says whether the row meets all conditions.
func keeps(conditions []Condition, rec record) bool {
	for _, c := range conditions {
		if !c.met(rec.value(c.Column)) {
			return false
		}
	}
	return true
}

func (c Condition) met(v any) bool {
	if c.Count >= 0 {
		return elements(v) == c.Count
	}
	s, _ := scalar(v) // null, lists and maps compare as ""
	if c.Not != nil {
		return !slices.Contains(c.Not, s)
	}
	return slices.Contains(c.In, s)
}

// elements is the length of a list; a single value is a list of one, nothing one of none.
func elements(v any) int {
	switch v := v.(type) {
	case nil:
		return 0
	case []any:
		return len(v)
	}
	return 1
}
