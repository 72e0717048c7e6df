package exchange

import "time"

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
