package webhook

import (
	"encoding/json"
	"fmt"
	"time"
)

// MaxBody is the largest message in bytes. The specification advises 20 KB; a prediction with
// its evidence stays below that, and what does not is fetched by the claim's id instead.
const MaxBody = 256 << 10

// Event is what happened, as receivers get it.
type Event struct {
	// Type names it, in words of letters, digits and underscores joined by dots, such as
	// "claim.done".
	Type string `json:"type"`
	// Timestamp is when it happened, not when it is sent.
	Timestamp time.Time `json:"timestamp"`
	// Data belongs to the type; it becomes JSON.
	Data any `json:"data"`
}

// Encode gives the event's JSON.
func (e Event) Encode() ([]byte, error) {
	if !isType(e.Type) {
		return nil, fmt.Errorf("webhook: %.60q is no event type; it must be words joined by dots", e.Type)
	}
	e.Timestamp = e.Timestamp.UTC()
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("webhook: event %s: %w", e.Type, err)
	}
	if len(body) > MaxBody {
		return nil, fmt.Errorf("webhook: event %s has %d bytes, at most %d are sent", e.Type, len(body), MaxBody)
	}
	return body, nil
}

func isType(s string) bool {
	word := 0
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
			word++
		case r == '.' && word > 0:
			word = 0
		default:
			return false
		}
	}
	return word > 0
}
