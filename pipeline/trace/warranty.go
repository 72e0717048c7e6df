package trace

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Standing is the outcome of a warranty check.
type Standing string

// The outcomes. Only the first two are certain enough to act on without a person.
const (
	Covered    Standing = "covered"
	NotCovered Standing = "not_covered"
	Unclear    Standing = "unclear"
)

// Reason says why, for programs.
type Reason string

// The reasons, of those that apply the first in this order.
const (
	ReasonNoTerms    Reason = "no_terms"     // unclear: nobody said what is granted
	ReasonReplaced   Reason = "replaced"     // not covered: another unit took its place
	ReasonOutside    Reason = "outside_area" // not covered: sold where the terms do not hold
	ReasonExcluded   Reason = "excluded"     // not covered: a decided label is out of scope
	ReasonNoStart    Reason = "no_start"     // unclear: no date at all that the term could begin with
	ReasonNotStarted Reason = "not_started"  // unclear: the claim is older than the sale
	ReasonExpired    Reason = "expired"      // not covered
	ReasonTerm       Reason = "within_term"  // covered
	ReasonExtended   Reason = "extended"     // covered by an extension
	ReasonRegistered Reason = "registered"   // covered by what registering adds
)

// DefaultAssumeDays is the time from shipment, else from making, to a sale that is not known,
// where the terms do not say: it is in the owner's favour for most goods.
const DefaultAssumeDays = 90

// WarrantyQuestion is all that a check goes by.
type WarrantyQuestion struct {
	Unit store.Unit
	// Terms are nil when none are known.
	Terms *store.Terms
	// Shipped is the shipment's own date, for units without one.
	Shipped time.Time
	// First is the unit that this one replaced at the end of the chain, nil without one: the
	// term goes on, it does not begin anew.
	First *store.Unit
	// At is when the claim came in, or now.
	At time.Time
	// Labels are the claim's, as axis to label; Decided says that a person gave them: a model
	// alone does not end a warranty.
	Labels  map[string]string
	Decided bool
}

// Warranty is the answer.
type Warranty struct {
	Standing Standing `json:"standing"`
	Reason   Reason   `json:"reason"`
	// Why is a sentence for a person, Notes what was assumed or is odd.
	Why   string   `json:"why"`
	Notes []string `json:"notes,omitempty"`
	// Start is what the term began with, End the first day (UTC) that is outside; zero when
	// not known.
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
	// Assumed says that Start is not a date that was told.
	Assumed bool `json:"assumed,omitempty"`
	// DaysLeft counts from the claim to End, below zero when it is over; 0 without End.
	DaysLeft int `json:"days_left"`
}

// CheckWarranty says whether a claim is covered, and why. A term of 24 months from the 1st of
// March ends with the 1st of March two years later, or the last day of a shorter month.
func CheckWarranty(q WarrantyQuestion) Warranty {
	w := Warranty{Standing: Unclear}
	if q.Terms == nil {
		return w.with(Unclear, ReasonNoTerms, "no warranty terms are known for this unit; import terms, or name them on the unit or its product")
	}
	w.period(q)
	if by := q.Unit.ReplacedBy; by != "" {
		return w.with(NotCovered, ReasonReplaced, "the unit was replaced by %s, which carries the warranty on", by)
	}
	if place, ok := outside(q); ok {
		return w.with(NotCovered, ReasonOutside, "it was sold in %s, where the terms do not hold", place)
	}
	w.unknownPlace(q)
	if label := excluded(q); label != "" && q.Decided {
		return w.with(NotCovered, ReasonExcluded, "%s is outside what the terms cover", label)
	} else if label != "" {
		w.Notes = append(w.Notes, label+" would be outside what the terms cover; a person must decide that")
	}
	return w.byDate(q)
}

func (w Warranty) with(s Standing, r Reason, format string, args ...any) Warranty {
	w.Standing, w.Reason, w.Why = s, r, fmt.Sprintf(format, args...)
	return w
}

// byDate decides by the period.
func (w Warranty) byDate(q WarrantyQuestion) Warranty {
	at := dayOf(q.At)
	switch {
	case w.End.IsZero():
		return w.with(Unclear, ReasonNoStart, "nothing tells when the term began: neither sale, registration, shipment nor making is known")
	case at.Before(dayOf(w.Start)) && !w.Assumed:
		return w.with(Unclear, ReasonNotStarted, "the claim of %s is older than the start on %s; one of the dates, or the serial, is wrong", date(at), date(w.Start))
	case !at.Before(w.End):
		return w.with(NotCovered, ReasonExpired, "it ended with %s, %d days before the claim", date(w.End.AddDate(0, 0, -1)), -w.DaysLeft+1)
	}
	reason := w.Reason
	text := map[Reason]string{ReasonTerm: "within its term", ReasonExtended: "within the extension that was bought", ReasonRegistered: "within the time that registering added"}[reason]
	return w.with(Covered, reason, "%s, which ends with %s", text, date(w.End.AddDate(0, 0, -1)))
}

// period finds start and end, and by what it lasts to the claim.
func (w *Warranty) period(q WarrantyQuestion) {
	w.start(q)
	w.Reason = ReasonTerm
	if !w.Start.IsZero() {
		w.End = termEnd(w.Start, q.Terms.Months, q.Terms.Days)
		w.registered(q)
	}
	if e := q.Unit.ExtendedUntil; e.After(w.End) {
		if !dayOf(q.At).Before(w.End) {
			w.Reason = ReasonExtended
		}
		w.End = dayOf(e)
		if w.Start.IsZero() {
			w.Assumed, w.Reason = true, ReasonExtended
			w.Notes = append(w.Notes, "the start is not known; the extension holds whenever the term began")
		}
	}
	if !w.End.IsZero() {
		w.DaysLeft = int(w.End.Sub(dayOf(q.At)).Hours() / 24)
	}
}

func (w *Warranty) registered(q WarrantyQuestion) {
	t, at := q.Terms, q.Unit.RegisteredAt
	if t.RegisteredMonths == 0 {
		return
	}
	last := dayOf(w.Start).AddDate(0, 0, t.RegisterWithinDays)
	switch {
	case at.IsZero():
		w.Notes = append(w.Notes, fmt.Sprintf("it is not registered, which would add %d months", t.RegisteredMonths))
	case t.RegisterWithinDays > 0 && dayOf(at).After(last):
		w.Notes = append(w.Notes, fmt.Sprintf("it was registered on %s, after the %d days that add %d months", date(at), t.RegisterWithinDays, t.RegisteredMonths))
	default:
		if !dayOf(q.At).Before(w.End) {
			w.Reason = ReasonRegistered
		}
		w.End = termEnd(w.Start, t.Months+t.RegisteredMonths, t.Days)
	}
}

// start finds what the term begins with: what the terms say, else the next best date.
func (w *Warranty) start(q WarrantyQuestion) {
	u := q.Unit
	if q.First != nil {
		u = *q.First
		w.Notes = append(w.Notes, "it replaced "+u.Serial+", whose term goes on")
	}
	shipped := u.ShippedAt
	if shipped.IsZero() && q.First == nil {
		shipped = q.Shipped
	}
	dates := map[string]time.Time{"sold": u.SoldAt, "registered": u.RegisteredAt, "shipped": shipped, "made": u.MadeAt}
	from := cmp.Or(q.Terms.From, "sold")
	if at := dates[from]; !at.IsZero() {
		w.Start = at
		return
	}
	lag := q.Terms.AssumeDays
	if lag == 0 {
		lag = DefaultAssumeDays
	}
	for _, next := range []struct {
		what string
		lag  int
	}{{"sold", 0}, {"registered", 0}, {"shipped", lag}, {"made", lag}} {
		at := dates[next.what]
		if at.IsZero() || next.what == from {
			continue
		}
		if from == "shipped" || from == "made" {
			next.lag = 0
		}
		w.Start, w.Assumed = at.AddDate(0, 0, next.lag), true
		note := fmt.Sprintf("the day it was %s is not known; %s, when it was %s, stands in for it", from, date(at), next.what)
		if next.lag > 0 {
			note = fmt.Sprintf("the day it was %s is not known; %d days after it was %s on %s are assumed", from, next.lag, next.what, date(at))
		}
		w.Notes = append(w.Notes, note)
		return
	}
}

// termEnd gives the first day outside: that after the day with the start's number, or after the
// last of a shorter month (as § 188 BGB counts, and Regulation (EEC) 1182/71).
func termEnd(start time.Time, months, days int) time.Time {
	start = dayOf(start)
	first := time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(start.Day(), last)-1+days+1)
}

// outside says where the unit was sold, if the terms do not hold there.
func outside(q WarrantyQuestion) (string, bool) {
	u, t := q.Unit, q.Terms
	if q.First != nil && u.Country == "" && u.Region == "" {
		u = *q.First
	}
	if len(t.Countries) > 0 && u.Country != "" && !slices.Contains(t.Countries, u.Country) {
		return u.Country, true
	}
	if len(t.Regions) > 0 && u.Region != "" && !slices.Contains(t.Regions, u.Region) {
		return u.Region, true
	}
	return "", false
}

// unknownPlace notes that terms that hold in some places only were taken to hold.
func (w *Warranty) unknownPlace(q WarrantyQuestion) {
	u := q.Unit
	if q.First != nil && u.Country == "" && u.Region == "" {
		u = *q.First
	}
	if len(q.Terms.Countries) > 0 && u.Country == "" {
		w.Notes = append(w.Notes, "the country of sale is not known; it is taken to be one where the terms hold")
	}
	if len(q.Terms.Regions) > 0 && u.Region == "" {
		w.Notes = append(w.Notes, "the region of sale is not known; it is taken to be one where the terms hold")
	}
}

func dayOf(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }
