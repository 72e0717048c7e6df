package board

import (
	"errors"
	"net/http"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/trace"
	"github.com/defekt/defekt/pipeline/web/site"
)

// explain says what the errors of the rooms behind the pages are to a reader.
func explain(err error) (site.Failure, bool) {
	switch {
	case stale(err):
		return site.Failure{Status: http.StatusConflict, Title: "Somebody was faster", Text: staleText}, true
	case errors.Is(err, errFull):
		return site.Failure{Status: http.StatusServiceUnavailable, Title: "Others are at it", Text: "Lists and packages are being made for others at the moment. Try again in a minute.", Retry: time.Minute}, true
	case errors.Is(err, surveillance.ErrWhy):
		return site.Failure{Status: http.StatusUnprocessableEntity, Title: "A reason is needed", Text: "Say why, so that others can follow it later."}, true
	case errors.Is(err, surveillance.ErrState):
		return site.Failure{Status: http.StatusConflict, Title: "Not in this state", Text: "The pattern is in a state that does not allow this any more. Look at it again."}, true
	case errors.Is(err, trace.ErrNoUnit):
		return site.Failure{Status: http.StatusNotFound, Title: "No such unit", Text: "No unit with this serial is known."}, true
	}
	if p, ok := errors.AsType[claim.Problem](err); ok {
		return site.Failure{Status: http.StatusUnprocessableEntity, Title: "This cannot be done", Text: sentence(p.Message)}, true
	}
	return site.Failure{}, false
}

const staleText = "It was changed after you had opened the page. Nothing of yours was done. Below is what stands now; what you wrote is still in the form."

// stale says that somebody changed the thing after it was looked at.
func stale(err error) bool {
	if p, ok := errors.AsType[claim.Problem](err); ok && (p.Code == capa.CodeStale || p.Code == erp.CodeStale) {
		return true
	}
	return errors.Is(err, store.ErrConflict)
}

// fault is why a form was not done: the page is shown again with it and what was written.
type fault struct {
	Title, Text string
	status      int
}

// faultOf gives the fault that a person can mend; false leaves the error to the page of errors.
func faultOf(err error) (*fault, bool) {
	f, ok := explain(err)
	if bad, isBad := errors.AsType[site.BadRequest](err); isBad {
		f, ok = site.Failure{Status: http.StatusUnprocessableEntity, Title: "The form cannot be used", Text: bad.Error()}, true
	}
	if !ok || errors.Is(err, trace.ErrNoUnit) {
		return nil, false
	}
	return &fault{f.Title, f.Text, f.Status}, true
}
