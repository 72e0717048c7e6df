package taxonomy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxID is the length of the longest id in bytes.
const maxID = 200

// checkID holds the rule for ids that people write: lower-case letters, digits, "_" and
// "-", beginning with a letter or digit. Such ids survive file names, URLs, metrics and
// column heads.
func checkID(id string) error {
	if len(id) > maxID {
		return fmt.Errorf("%.20q... is longer than %d bytes", id, maxID)
	}
	for i, r := range id {
		ok := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || i > 0 && (r == '_' || r == '-')
		if !ok {
			return fmt.Errorf("%q has the character %q; use lower-case letters, digits, _ and -", id, r)
		}
	}
	return nil
}

// checkFree holds the rule for ids found in data: anything that can be printed in a line.
func checkFree(id string) error {
	switch {
	case len(id) > maxID:
		return fmt.Errorf("%.20q... is longer than %d bytes", id, maxID)
	case !utf8.ValidString(id):
		return fmt.Errorf("%q is not UTF-8", id)
	case strings.TrimSpace(id) != id:
		return fmt.Errorf("%q begins or ends with white space", id)
	}
	for _, r := range id {
		if unicode.IsControl(r) {
			return fmt.Errorf("%q has a control character", id)
		}
	}
	return nil
}
