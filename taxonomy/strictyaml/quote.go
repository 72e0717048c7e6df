package strictyaml

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// Quote writes s as a scalar that reads back as s: plain where that is safe, else in
// double quotes (a JSON string is a YAML string).
func Quote(s string) string {
	if plainScalar.MatchString(s) && !reserved(s) {
		return s
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return strings.TrimRight(b.String(), "\n")
}

// QuoteList writes a flow list of scalars.
func QuoteList(list []string) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = Quote(s)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// reserved are the words that some YAML reader takes for null or a boolean.
func reserved(s string) bool {
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf":
		return true
	}
	return false
}
