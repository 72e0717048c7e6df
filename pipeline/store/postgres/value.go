package postgres

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// when makes NULL of the zero time.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = rules.Time(t)
	return &t
}

// since makes the zero time of NULL.
func since(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return rules.Time(*t)
}

// isID reports whether a string can be a claim's id. Another one must not reach a uuid
// column, which takes several spellings.
func isID(id string) bool {
	_, ok := rules.ParseID(id)
	return ok
}

// onlyIDs keeps what can be a claim's id; never nil.
func onlyIDs(list []string) []string {
	return slices.DeleteFunc(append([]string{}, list...), func(id string) bool { return !isID(id) })
}

// cleanAll makes all strings storable; never nil, since NULL is another thing than an empty
// array.
func cleanAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = rules.Text(s)
	}
	return out
}

// digest is the sha256 of several strings, each with its length, so that no two lists of
// strings share one.
func digest(parts ...string) []byte {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(p))))
		_, _ = h.Write([]byte(p))
	}
	return h.Sum(nil)
}
