package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

// A cursor is the digest of the list's filter, then time and id of a page's last claim. With
// another filter it is no place in the list. It is neither secret nor signed: a forged one
// shows nothing that a filter of times would not show.

const (
	digestBytes = 6
	cursorBytes = digestBytes + 8 + 16
)

// Place is a place in a list: behind the claim ID, which was created At.
type Place struct {
	At time.Time
	ID string
}

// Cursor writes a place in the list of a filter.
func Cursor(f store.Filter, p Place) (string, error) {
	id, err := uuid.Parse(p.ID)
	if err != nil {
		return "", fmt.Errorf("cursor: %w", err)
	}
	b, err := filterDigest(f)
	if err != nil {
		return "", err
	}
	b = binary.BigEndian.AppendUint64(b, uint64(p.At.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(b, id[:]...)), nil
}

// ParseCursor reads a place; [store.ErrCursor] if the cursor is none of this filter's list.
func ParseCursor(f store.Filter, cursor string) (Place, error) {
	want, err := filterDigest(f)
	if err != nil {
		return Place{}, err
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	// The decoder passes over line breaks; the length does not.
	if err != nil || len(b) != cursorBytes || len(cursor) != base64.RawURLEncoding.EncodedLen(cursorBytes) || !bytes.Equal(b[:digestBytes], want) {
		return Place{}, store.ErrCursor
	}
	at := time.UnixMicro(int64(binary.BigEndian.Uint64(b[digestBytes:]))).UTC()
	if y := at.Year(); y < 1 || y > 9999 {
		return Place{}, store.ErrCursor
	}
	return Place{At: at, ID: uuid.UUID(b[digestBytes+8:]).String()}, nil
}

func filterDigest(f store.Filter) ([]byte, error) {
	f.From, f.Until = f.From.UTC(), f.Until.UTC()
	if len(f.Labels) == 0 {
		f.Labels = nil
	}
	b, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("cursor: %w", err)
	}
	sum := sha256.Sum256(b)
	return sum[:digestBytes:digestBytes], nil
}
