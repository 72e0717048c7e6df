package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
)

// Time cuts a time to what stores keep: UTC, microseconds. The zero time stays zero.
func Time(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

// Ceil rounds a bound up to what stores keep: kept times have no finer part, so none lies
// between.
func Ceil(t time.Time) time.Time { return Time(t.Add(time.Microsecond - time.Nanosecond)) }

// Text makes s fit for every database: U+FFFD stands for NUL and for each byte that is no
// UTF-8, as encoding/json writes it.
func Text(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(string([]rune(s)), "\x00", "\uFFFD")
}

// Document writes v as JSON in which all strings are as [Text] makes them.
func Document(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(b[i:], []byte(`\u0000`)) {
			copy(b[i:], `\ufffd`)
		}
		i++ // the escaped character may be a backslash itself
	}
	return b, nil
}

// Fact is a fact of a claim's context as a text. Senders give batches and customers as text
// or as number, so numbers count as they are usually written; a truth is no name.
func Fact(c claim.Claim, name string) string {
	switch v := c.Context[name].(type) {
	case string:
		return Text(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// Lower turns A to Z into a to z and leaves everything else.
func Lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// NewID makes a UUID of version 7. Within a process, a later one is larger.
func NewID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}

// ParseID reads an id in the spelling that [NewID] writes; no claim has another one.
func ParseID(id string) (uuid.UUID, bool) {
	u, err := uuid.Parse(id)
	return u, err == nil && u.String() == id
}
