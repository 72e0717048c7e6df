package datasets

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SerialKey is a serial number for comparing: letters and digits only, upper case. It is
// empty for what people write in place of one ("n/a", "unknown", "0000") and for fewer
// than four characters, which many units share.
func SerialKey(serial string) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, serial)
	const least = 4
	if first, _ := utf8.DecodeRuneInString(key); utf8.RuneCountInString(key) < least || strings.Trim(key, string(first)) == "" {
		return ""
	}
	switch key {
	case "NONE", "NULL", "UNKNOWN", "MISSING", "TEST", "NOTAVAILABLE", "NOTAPPLICABLE", "UNLEGIBLE", "ILLEGIBLE", "UNREADABLE", "12345", "123456", "1234", "123456789":
		return ""
	}
	return key
}
