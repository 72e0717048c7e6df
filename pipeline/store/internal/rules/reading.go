package rules

import (
	"encoding/json"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
)

// WriteReadings gives readings as they are kept.
func WriteReadings(r store.PhotoReadings) (string, error) {
	if len(r.Codes) > store.MaxReadings {
		return "", fmt.Errorf("%d codes of one claim: at most %d are kept", len(r.Codes), store.MaxReadings)
	}
	for _, s := range readingTexts(r) {
		if len(s) > store.MaxReadingText {
			return "", fmt.Errorf("a code's text of %d bytes: at most %d are kept", len(s), store.MaxReadingText)
		}
	}
	if len(r.Serial) > store.MaxUnitText {
		return "", fmt.Errorf("a serial of %d bytes: at most %d are kept", len(r.Serial), store.MaxUnitText)
	}
	r.At = Time(r.At)
	doc, err := Document(r)
	return string(doc), err
}

func readingTexts(r store.PhotoReadings) []string {
	out := []string{r.Conflict}
	for _, c := range r.Codes {
		out = append(out, c.Text, c.Doubt)
	}
	return out
}

// ReadReadings reads what [WriteReadings] wrote.
func ReadReadings(doc string) (r store.PhotoReadings, err error) {
	if err := json.Unmarshal([]byte(doc), &r); err != nil {
		return store.PhotoReadings{}, fmt.Errorf("readings: %w", err)
	}
	return r, nil
}

// AdoptsSerial says whether readings give a claim the serial that it does not have.
func AdoptsSerial(has string, r store.PhotoReadings) bool { return has == "" && r.Serial != "" }

// TellsReadings says whether webhooks hear of readings that take the place of earlier ones.
func TellsReadings(adopted bool, before, r store.PhotoReadings) bool {
	return adopted || r.Conflict != "" && before.Conflict == ""
}

// SerialEntry is the line of the audit trail about a serial that was taken from a photo.
func SerialEntry(r store.PhotoReadings) store.Entry {
	return store.Entry{At: r.At, By: "system", What: store.SerialRead, On: r.Claim, Detail: "the photos show the serial " + r.Serial}
}
