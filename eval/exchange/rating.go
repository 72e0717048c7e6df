package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// Rating is one person's label for one claim on one axis; several people's ratings of the
// same claims are what agreement is computed from.
type Rating struct {
	Claim string `json:"claim"`
	Axis  string `json:"axis"`
	// Rater is the person's e-mail address where the file has one, else the id.
	Rater string `json:"rater"`
	// Label is the taxonomy's id where it is known, else what the file says.
	Label string `json:"label"`
	// At is when it was decided, zero = not known; Seconds how long it took, 0 = not known.
	At      time.Time `json:"at,omitzero"`
	Seconds float64   `json:"seconds,omitempty"`
	// Standard says that the label was marked as the ground truth.
	Standard bool `json:"standard,omitempty"`
}

// maxRatingLine is the longest line of JSON Lines, in bytes.
const maxRatingLine = 1 << 20

// ReadRatings reads what people said: a Label Studio export, or JSON Lines with one [Rating]
// a line (claim, axis, rater and label are required). All faulty lines are named at once, up
// to 20.
func ReadRatings(r io.Reader, o Options) ([]Rating, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	start, err := in.Peek(peekBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch start = bytes.TrimSpace(start); {
	case len(start) == 0:
		return nil, errors.New("the file has no ratings")
	case start[0] == '[':
		tasks, err := ReadLabelStudio(in, o)
		return tasks.Ratings(), err
	}
	var out []Rating
	err = eachLine(in, maxRatingLine, func(line []byte) error {
		var one Rating
		if err := json.Unmarshal(line, &one); err != nil {
			return err
		}
		if one.Claim == "" || one.Axis == "" || one.Rater == "" || one.Label == "" {
			return errors.New("claim, axis, rater and label must not be empty")
		}
		out = append(out, one)
		return nil
	})
	return out, err
}
