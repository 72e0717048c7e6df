package review

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// BlindReasons are the reasons of an item as a reviewer may know them: a known item must look
// like another one, so that its reason is one that its claim could have come for.
func BlindReasons(r store.Review, p *claim.Prediction) []store.ReviewReason {
	if r.State != store.ReviewKnown && !slices.Contains(r.Reasons, store.ReasonKnown) {
		return r.Reasons
	}
	if p != nil {
		for _, axis := range r.Axes {
			if p.Axes[axis].Abstained {
				return []store.ReviewReason{store.ReasonAbstained}
			}
		}
	}
	return []store.ReviewReason{store.ReasonRequested}
}

// Seal writes an item's version so that it tells the reviewer nothing: the number itself
// grows with each hand-out, and a large one gives known items and second looks away. It hides
// by the reviewer's id, which is random and must not be shown to him.
func Seal(by store.Reviewer, item string, version int64) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(version)^mask(by, item))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Unseal reads what [Seal] wrote for this reviewer and item. Error: CodeStale when it is not
// of that form, since no version can be meant.
func Unseal(by store.Reviewer, item, sealed string) (int64, error) {
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(b) != 8 {
		return 0, errStale()
	}
	return int64(binary.BigEndian.Uint64(b) ^ mask(by, item)), nil
}

func mask(by store.Reviewer, item string) uint64 {
	h := hmac.New(sha256.New, []byte(by.ID))
	h.Write([]byte(item)) // never fails
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// Notes are the words of those who asked for a look at an item, oldest first, of its log.
func Notes(log []store.ReviewEvent) []string {
	var out []string
	for _, e := range log {
		if e.What != store.ReviewAdded {
			continue
		}
		if _, note, ok := strings.Cut(e.Why, ": "); ok && note != "" && !slices.Contains(out, note) {
			out = append(out, note)
		}
	}
	return out
}
