package datasets

import (
	"math"
	"strconv"
	"strings"
)

// addNumber stores s as a number or boolean when it is written like one, else as text.
// Leading zeros mark a code ("00123"), which stays text.
func addNumber(out map[string]any, name, s string) {
	s = strings.TrimSpace(s)
	code := len(s) > 1 && s[0] == '0' && s[1] != '.'
	if v, err := strconv.ParseFloat(s, 64); err == nil && !code && !math.IsInf(v, 0) && !math.IsNaN(v) {
		out[name] = v
		return
	}
	switch s {
	case "":
	case "true", "false":
		out[name] = s == "true"
	default:
		out[name] = s
	}
}
