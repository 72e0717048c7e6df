package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	in := bufio.NewReader(r)
	for {
		c, err := in.Peek(1)
		if err != nil {
			return nil, errors.New("the file has no ratings")
		}
		if !bytes.ContainsAny(c, " \t\r\n") {
			if c[0] != '[' {
				break
			}
			tasks, err := ReadLabelStudio(in, o)
			return tasks.Ratings(), err
		}
		_, _ = in.Discard(1) // there is one byte
	}
	return readRatingLines(in)
}

func readRatingLines(r io.Reader) ([]Rating, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxRatingLine)
	var out []Rating
	var faults []error
	for n := 1; lines.Scan() && len(faults) < maxFaults; n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var one Rating
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		if one.Claim == "" || one.Axis == "" || one.Rater == "" || one.Label == "" {
			faults = append(faults, fmt.Errorf("line %d: claim, axis, rater and label must not be empty", n))
			continue
		}
		out = append(out, one)
	}
	return out, errors.Join(append(faults, lines.Err())...)
}
