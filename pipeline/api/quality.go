package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/quality/outgoing"
	"github.com/defekt/defekt/pipeline/quality/recall"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/trace"
)

// Quality is what the routes of units, patterns and quality work need. They show all owners'
// claims, so that they need the scope admin.
type Quality struct {
	// Store keeps it all; every [store.Store] does. Required.
	Store QualityStore
	// Tracer tells of units: a [trace.Tracer] with claims and known issues. Required.
	Tracer UnitTracer
	// Rules say when steps of new actions are due and when a fix counts as effective. Optional.
	Rules capa.Rules
	// Issuer is who charges suppliers, on the cover of a package. Optional.
	Issuer string
}

// QualityStore is what units, patterns and quality work are kept in.
type QualityStore interface {
	outgoing.Store
	store.Genealogy
	store.UnitEvents
	Trail(ctx context.Context, on string) ([]store.Entry, error)
}

// UnitTracer is the part of [trace.Tracer] that tells of a unit.
type UnitTracer interface {
	Dossiers(ctx context.Context, from trace.DossierSource, serial, sku string) ([]trace.Dossier, error)
}

// validate reports what is missing.
func (q *Quality) validate() error {
	if q == nil || q.Store != nil && q.Tracer != nil {
		return nil
	}
	return errors.New("api: a part of Quality is missing")
}

// Codes of quality work that its rooms have no code for.
const (
	codeQualityOff claim.Code = "quality_off"
	codeAlarmState claim.Code = "alarm_state"
	codeWhy        claim.Code = "why_missing"
	codeAlarmStale claim.Code = "alarm_changed"
)

// qualityKinds is the part of the table of problems that quality work has.
func qualityKinds() map[claim.Code]kind {
	const unprocessable, conflict = http.StatusUnprocessableEntity, http.StatusConflict
	return map[claim.Code]kind{
		codeQualityOff:          {http.StatusNotFound, "This server keeps no units and no quality work"},
		codeAlarmState:          {conflict, "The alarm is in a state that does not allow this"},
		codeAlarmStale:          {conflict, "Somebody changed the alarm meanwhile"},
		codeWhy:                 {unprocessable, "A reason is needed"},
		capa.CodeStale:          {conflict, "Somebody changed the action meanwhile"},
		capa.CodeNotOpen:        {conflict, "The action has ended"},
		capa.CodeUnproven:       {conflict, "No check has found the fix effective"},
		capa.CodeUndone:         {conflict, "Steps of the action are not done"},
		capa.CodeNotFixed:       {conflict, "There is no fix to check yet"},
		capa.CodeStep:           {unprocessable, "There is no such step"},
		capa.CodeText:           {unprocessable, "A text is missing or too long"},
		capa.CodeEvidence:       {unprocessable, "The evidence cannot be kept"},
		capa.CodeFixDate:        {unprocessable, "The day of the fix cannot be used"},
		capa.CodeCause:          {unprocessable, "The cause cannot be used"},
		capa.CodeScope:          {unprocessable, "There is nothing to compare"},
		erp.CodeState:           {conflict, "This does not follow the credit's state"},
		erp.CodeCharged:         {conflict, "Another credit charges this"},
		erp.CodeStale:           {conflict, "Somebody changed the credit meanwhile"},
		erp.CodeAmount:          {unprocessable, "The amount cannot be booked"},
		erp.CodeNote:            {unprocessable, "The note is too long"},
		chargeback.CodeEmpty:    {unprocessable, "There is no claim to charge"},
		chargeback.CodeLines:    {unprocessable, "There are too many claims for one package"},
		chargeback.CodeCurrency: {unprocessable, "Choose a currency"},
		chargeback.CodeText:     {unprocessable, "A text is missing or too long"},
		chargeback.CodeTotal:    {unprocessable, "The sum is too large"},
		recall.CodeTargets:      {unprocessable, "Name what is recalled"},
		recall.CodeDates:        {unprocessable, "The range ends before it begins"},
		recall.CodeCost:         {unprocessable, "The sum is too large"},
		scorecard.CodePeriod:    {unprocessable, "The period ends before it begins"},
		trace.CodeColumns:       {unprocessable, "The columns are not known"},
		trace.CodeKind:          {unprocessable, "The columns do not say what the file holds"},
	}
}

// quality gives what the routes need, if this server has it.
func (s *Server) quality() (*Quality, error) {
	if s.cfg.Quality == nil {
		return nil, fault(codeQualityOff, "", "")
	}
	return s.cfg.Quality, nil
}

// signed names who acts for the audit trail: the key, and the person whom the sender names.
func signed(ctx context.Context, person string) (string, error) {
	key := callOf(ctx).who.by()
	if person = strings.TrimSpace(person); person == "" {
		return key, nil
	}
	if len(person) > MaxField {
		return "", fault(codeBodyInvalid, "by", fmt.Sprintf("a name has at most %d bytes", MaxField))
	}
	return person + " (" + key + ")", nil
}

// signing reads the body of a change to quality work and names who makes it; by is where the body
// names the person.
func (s *Server) signing(ctx context.Context, body any, by *string) (*Quality, string, error) {
	if err := s.small(ctx, body); err != nil {
		return nil, "", err
	}
	q, err := s.quality()
	if err != nil {
		return nil, "", err
	}
	who, err := signed(ctx, *by)
	return q, who, err
}

// PageQuery is how much of a list is wanted, and from where on. Exported since huma passes over
// embedded types that are not.
type PageQuery struct {
	Limit int    `query:"limit" minimum:"1" maximum:"500"`
	After string `query:"after" maxLength:"200" doc:"The next of the page before."`
}

// qualityPage reads a page of quality work. read gives at most limit, ordered; one more than is
// wanted is asked for, to tell whether there is another page.
func qualityPage[T any](s *Server, p PageQuery, read func(q *Quality, limit int) ([]T, error), id func(T) string) (list []T, next string, err error) {
	q, err := s.quality()
	if err != nil {
		return nil, "", err
	}
	limit := cmp.Or(p.Limit, DefaultPage)
	if list, err = read(q, limit+1); err != nil {
		return nil, "", err
	}
	if len(list) > limit {
		list = list[:limit]
		next = id(list[limit-1])
	}
	return append([]T{}, list...), next, nil
}

// alarmFault gives the errors of what people do with alarms their codes.
func alarmFault(err error) error {
	switch {
	case errors.Is(err, surveillance.ErrState):
		return fault(codeAlarmState, "", err.Error())
	case errors.Is(err, surveillance.ErrWhy):
		return fault(codeWhy, "why", err.Error())
	case errors.Is(err, store.ErrConflict):
		return fault(codeAlarmStale, "version", "look at it again")
	case errors.Is(err, trace.ErrNoUnit):
		return store.ErrNotFound
	}
	return err
}

// fileOut sends a file that was made whole.
type fileOut struct{ Body func(huma.Context) }

// fileTime is how long a client may take to read a file; it may have gigabytes of photos.
const fileTime = 60 * MaxWait

// file answers with a download and deletes it.
func (s *Server) file(ctx context.Context, f *outgoing.File) *fileOut {
	c := callOf(ctx)
	return &fileOut{func(huma.Context) {
		s.extend(c.w, fileTime)
		f.Serve(c.w, c.r)
		if err := f.Close(); err != nil {
			_ = s.problem(ctx, err) // logs it; the answer has long been sent
		}
	}}
}

// binary documents an answer that is a file.
func binary(kind string) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
}

// finishQualityDocument adds what the types do not say.
func (s *Server) finishQualityDocument(doc *huma.OpenAPI) {
	doc.Paths["/v1/chargebacks"].Post.Responses["200"] = &huma.Response{Description: "The package; the same request gives the same bytes", Content: binary("application/zip")}
	doc.Paths["/v1/recalls"].Post.Responses["200"] = &huma.Response{Description: "The list", Content: binary("text/csv")}
}

// anyOf is a body of any of these types, which is not JSON of ours.
func anyOf(kinds ...string) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, k := range kinds {
		out[k] = reflect.TypeFor[string]()
	}
	return out
}
