package look

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Clean replaces what is no UTF-8 and drops control characters, which HTML has no way to
// write and which could turn the direction of the text around them.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// Words turns an id into words: crack_break becomes crack break.
func Words(id string) string { return strings.ReplaceAll(Clean(id), "_", " ") }

// Sentence is Words with a capital.
func Sentence(id string) string {
	w := []rune(Words(id))
	if len(w) > 0 {
		w[0] = unicode.ToUpper(w[0])
	}
	return string(w)
}

// Percent gives a probability as a whole number, never 100 for what is below 1 and never
// 0 for what is above 0; what is no probability becomes 0.
func Percent(p float64) int {
	switch {
	case !(p > 0):
		return 0
	case p >= 1:
		return 100
	}
	return min(max(int(math.Round(100*p)), 1), 99)
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// Language gives a tag that can stand in a lang attribute, or nothing.
func Language(tag string) string {
	if languageTag.MatchString(tag) {
		return tag
	}
	return ""
}

// Days reads the context's days since delivery, in words; empty when there are none.
func Days(context map[string]any) string {
	var n float64
	switch v := context["days_since_delivery"].(type) {
	case float64:
		n = v
	case int:
		n = float64(v)
	case json.Number:
		n, _ = v.Float64()
	default:
		return ""
	}
	switch {
	case n == 1:
		return "1 day after delivery"
	case n < 0:
		return strconv.FormatFloat(-n, 'f', -1, 64) + " days before delivery"
	}
	return strconv.FormatFloat(n, 'f', -1, 64) + " days after delivery"
}
