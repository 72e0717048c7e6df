package erp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/store"
)

// Codes of credits that cannot be booked so.
const (
	CodeState   claim.Code = "credit_state"   // this step does not follow the state
	CodeAmount  claim.Code = "credit_amount"  // negative, or more than was claimed
	CodeCharged claim.Code = "credit_charged" // a claim or the reference is in another credit
	CodeStale   claim.Code = "credit_changed" // somebody changed it meanwhile
	CodeNote    claim.Code = "credit_note"    // the note is too long
)

// MaxNote is the longest note, in bytes.
const MaxNote = 2000

// Ledger books credits. It is safe for concurrent use.
type Ledger struct {
	store store.Credits
	now   func() time.Time
}

// NewLedger makes a ledger; now is the clock, time.Now when nil.
func NewLedger(credits store.Credits, now func() time.Time) *Ledger {
	if now == nil {
		now = time.Now
	}
	return &Ledger{credits, now}
}

func (l *Ledger) at() time.Time { return l.now().UTC().Truncate(time.Microsecond) }

// Draft books a package that was written. Its claims are charged from then on: another package
// leaves them out, until the credit is made void.
func (l *Ledger) Draft(ctx context.Context, who string, p chargeback.Package, r chargeback.Result) (store.Credit, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return store.Credit{}, fmt.Errorf("book a credit: %w", err)
	}
	at := l.at()
	c := store.Credit{
		ID: id.String(), Version: 1, State: store.CreditDraft, Reference: p.Reference, Supplier: p.Supplier, CAPA: p.CAPA, Digest: r.Digest,
		Currency: p.Currency, Claimed: r.Totals.Charged.Minor, Claims: r.Totals.Claims, Units: r.Totals.Units, CreatedAt: at, ChangedAt: at,
	}
	if len(p.Lots) == 1 {
		c.Lot = p.Lots[0]
	}
	if c.Claimed < 0 {
		return store.Credit{}, claim.Problem{Code: CodeAmount, Where: "claimed", Message: "the claims brought back more than they cost; there is nothing to charge"}
	}
	claims := make([]string, len(p.Lines))
	for i, line := range p.Lines {
		claims[i] = line.Claim
	}
	detail := fmt.Sprintf("%s for %d claims, package %s", money.String(r.Totals.Charged), c.Claims, c.Digest)
	err = l.store.AddCredit(ctx, c, claims, []store.QualityEvent{{At: at, Who: who, What: store.CreditDrafted, Detail: detail}}, tell(c, store.CreditDrafted))
	if errors.Is(err, store.ErrConflict) {
		return store.Credit{}, fmt.Errorf("%w: %w", claim.Problem{Code: CodeCharged, Where: "reference",
			Message: "the reference " + p.Reference + ", or one of the claims, is in another credit already"}, err)
	}
	return c, err
}

// Change is what became of a credit.
type Change struct {
	To store.CreditState
	// Accepted is needed for Accepted, Recovered for Recovered: what the supplier agreed to and
	// what came, in minor units. A part may come: state Recovered takes further changes.
	Accepted, Recovered int64
	Note                string
}

// Next lists the states that may follow one.
func Next(s store.CreditState) []store.CreditState {
	switch s {
	case store.CreditDraft:
		return []store.CreditState{store.CreditSent, store.CreditVoid}
	case store.CreditSent:
		return []store.CreditState{store.CreditAccepted, store.CreditRejected, store.CreditVoid}
	case store.CreditAccepted:
		return []store.CreditState{store.CreditRecovered, store.CreditVoid}
	case store.CreditRejected:
		return []store.CreditState{store.CreditSent, store.CreditVoid}
	case store.CreditRecovered:
		return []store.CreditState{store.CreditRecovered}
	}
	return nil
}

// Move books a change; version is the one that the person saw, 0 takes the current one.
func (l *Ledger) Move(ctx context.Context, id string, version int64, who string, ch Change) (store.Credit, error) {
	c, err := l.store.Credit(ctx, id)
	if err != nil {
		return store.Credit{}, err
	}
	if version != 0 && version != c.Version {
		return store.Credit{}, errStale()
	}
	if err := ch.check(c); err != nil {
		return store.Credit{}, err
	}
	from := c.State
	c.State, c.ChangedAt = ch.To, l.at()
	switch ch.To {
	case store.CreditAccepted:
		c.Accepted = ch.Accepted
	case store.CreditRecovered:
		c.Recovered = ch.Recovered
	case store.CreditRejected, store.CreditVoid, store.CreditSent:
		c.Accepted = 0
	}
	if ch.Note != "" {
		c.Note = ch.Note
	}
	detail := fmt.Sprintf("%s -> %s; claimed %s, accepted %s, recovered %s; %s", from, c.State, amount(c, c.Claimed), amount(c, c.Accepted), amount(c, c.Recovered), ch.Note)
	err = l.store.ChangeCredit(ctx, c, []store.QualityEvent{{At: c.ChangedAt, Who: who, What: store.CreditChanged, Detail: detail}}, tell(c, store.CreditChanged))
	if errors.Is(err, store.ErrConflict) {
		return store.Credit{}, fmt.Errorf("%w: %w", errStale(), err)
	}
	c.Version++
	return c, err
}

func (ch Change) check(c store.Credit) error {
	switch {
	case !slices.Contains(Next(c.State), ch.To):
		return claim.Problem{Code: CodeState, Where: "state", Message: fmt.Sprintf("a credit that is %s cannot become %s; it can become %v", c.State, ch.To, Next(c.State))}
	case ch.To == store.CreditAccepted && (ch.Accepted < 0 || ch.Accepted > c.Claimed):
		return claim.Problem{Code: CodeAmount, Where: "accepted", Message: "the accepted amount lies between 0 and " + amount(c, c.Claimed)}
	case ch.To == store.CreditRecovered && (ch.Recovered < c.Recovered || ch.Recovered > c.Accepted):
		return claim.Problem{Code: CodeAmount, Where: "recovered", Message: "the recovered amount, in all, lies between " + amount(c, c.Recovered) + " and " + amount(c, c.Accepted)}
	case len(ch.Note) > MaxNote:
		return claim.Problem{Code: CodeNote, Where: "note", Message: fmt.Sprintf("a note has at most %d bytes", MaxNote)}
	}
	return nil
}

func amount(c store.Credit, minor int64) string {
	return money.String(store.Money{Minor: minor, Currency: c.Currency})
}

func errStale() error {
	return claim.Problem{Code: CodeStale, Where: "version", Message: "somebody changed it meanwhile; look at it again"}
}

func tell(c store.Credit, what string) []store.Notice {
	data, err := json.Marshal(c)
	if err != nil { // no field of it can fail
		return nil
	}
	return []store.Notice{{Type: what, Data: string(data)}}
}
