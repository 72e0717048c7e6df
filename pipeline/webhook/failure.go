package webhook

import (
	"errors"
	"fmt"
	"time"
)

// Failure is why an attempt did not deliver.
type Failure struct {
	// Status is the answer's, 0 when there was none.
	Status int
	// Retry says whether another attempt makes sense.
	Retry bool
	// Gone says that the receiver wants no more messages (status 410): it is not tried
	// again.
	Gone bool
	// After is how long the receiver asked to be left alone, 0 if it did not say.
	After time.Duration
	// Answer is the beginning of what the receiver said, printable, at most 200 bytes.
	Answer string
	// Err is what went wrong without an answer, else nil.
	Err error
}

// Error says it in one line, without the URL and the secret.
func (f *Failure) Error() string {
	switch {
	case f.Err != nil:
		return "not delivered: " + f.Err.Error()
	case f.Gone:
		return "the receiver wants no more messages (status 410)"
	case f.Answer == "":
		return fmt.Sprintf("the receiver answered with status %d", f.Status)
	}
	return fmt.Sprintf("the receiver answered with status %d: %s", f.Status, f.Answer)
}

// Unwrap gives Err.
func (f *Failure) Unwrap() error { return f.Err }

// AsFailure gives the Failure in err's chain. An error without one becomes a Failure that may
// be tried again.
func AsFailure(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Retry: true, Err: err}
}

// never is a failure that only a change of the webhook or of the message could mend.
func never(err error) *Failure { return &Failure{Err: err} }
