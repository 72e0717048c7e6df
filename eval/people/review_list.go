package people

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// WriteJSONL writes the review list as JSON Lines, one candidate a line, in order.
func (e *LabelErrors) WriteJSONL(w io.Writer) error {
	enc := json.NewEncoder(w)
	for _, c := range e.Candidates {
		if err := enc.Encode(c); err != nil {
			return err
		}
	}
	return nil
}

// WriteCSV writes the review list as a table with a header, one candidate a row, in order.
func (e *LabelErrors) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"claim", "axis", "given", "suggested", "given_probability", "suggested_probability", "wrong", "reason"})
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	for _, c := range e.Candidates {
		_ = out.Write([]string{c.Claim, c.Axis, c.Given, c.Suggested, number(c.GivenProbability), number(c.SuggestedProbability), number(c.Wrong), c.Reason})
	}
	out.Flush()
	return out.Error() // of any write
}
