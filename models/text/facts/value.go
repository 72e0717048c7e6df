package facts

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// read gives a fact as a number, or as a category; neither when it is of another type,
// empty, too long, or no finite number.
func read(v any) (number float64, category string, isNumber bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 0, "true", false
		}
		return 0, "false", false
	case string:
		return 0, fold(v), false
	case float64:
		return finite(v)
	case float32:
		return finite(float64(v))
	case int:
		return finite(float64(v))
	case int64:
		return finite(float64(v))
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return 0, "", false
		}
		return finite(f)
	}
	return 0, "", false
}

func finite(v float64) (float64, string, bool) {
	return v, "", !math.IsNaN(v) && !math.IsInf(v, 0)
}

// fold makes writings of one category equal: NFKC, lower case, single spaces.
func fold(s string) string {
	if len(s) > maxValueBytes {
		return ""
	}
	s = strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(s))), " ")
	if len(s) > maxValueBytes {
		return ""
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// words gives the distinct words of a folded category, in their own order.
func words(category string) []string {
	out := strings.FieldsFunc(category, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
	})
	slices.Sort(out)
	return slices.Compact(out)
}
