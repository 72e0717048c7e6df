package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// cutCAPA gives a copy with every time as stores keep it.
func cutCAPA(c store.CAPA) store.CAPA {
	c.FixedAt, c.OpenedAt, c.ClosedAt = Time(c.FixedAt), Time(c.OpenedAt), Time(c.ClosedAt)
	c.Firings, c.Steps, c.Checks = slices.Clone(c.Firings), slices.Clone(c.Steps), slices.Clone(c.Checks)
	for i := range c.Firings {
		c.Firings[i].At = Time(c.Firings[i].At)
	}
	for i := range c.Steps {
		c.Steps[i].Due, c.Steps[i].At = Time(c.Steps[i].Due), Time(c.Steps[i].At)
	}
	for i := range c.Checks {
		c.Checks[i].At, c.Checks[i].FixedAt = Time(c.Checks[i].At), Time(c.Checks[i].FixedAt)
	}
	return c
}

// ChangedCAPA is what becomes of one that was read, if c is a change of it as it stands; else
// [store.ErrConflict].
func ChangedCAPA(was, c store.CAPA) (store.CAPA, error) {
	if was.Version != c.Version || was.State != store.CAPAOpen {
		return store.CAPA{}, store.ErrConflict
	}
	c.Version, c.Cause, c.OpenedAt = was.Version+1, was.Cause, was.OpenedAt
	return c, nil
}

// CAPAValues are id, version, state, kind, name, label, owner, supplier, opened, document.
func CAPAValues[T any](c store.CAPA, when func(time.Time) T) ([]any, error) {
	c = cutCAPA(c)
	doc, err := Document(c)
	return []any{c.ID, c.Version, c.State, Text(c.Cause.Kind), Text(c.Cause.Name), Text(c.Cause.Label),
		Text(c.Owner), Text(c.Supplier), when(c.OpenedAt), string(doc)}, err
}

// ReadCAPA reads a document.
func ReadCAPA(row Row) (c store.CAPA, err error) {
	var doc string
	if err := row.Scan(&doc); err != nil {
		return store.CAPA{}, err
	}
	if err := json.Unmarshal([]byte(doc), &c); err != nil {
		return store.CAPA{}, fmt.Errorf("a corrective action: %w", err)
	}
	return c, nil
}

// QualityEventValues are at, who, what, on, detail, version.
func QualityEventValues[T any](e store.QualityEvent, at func(time.Time) T) []any {
	return []any{at(e.At), Text(e.Who), Text(e.What), e.On, Text(e.Detail), e.Version}
}

// ReadQualityEvent reads a line of the log.
func ReadQualityEvent[T any](row Row, since func(T) time.Time) (e store.QualityEvent, err error) {
	var at T
	err = row.Scan(&at, &e.Who, &e.What, &e.On, &e.Detail, &e.Version)
	e.At = since(at)
	return e, err
}

// ReadNotice reads id, key, type, data, created.
func ReadNotice[T any](row Row, since func(T) time.Time) (n store.Notice, err error) {
	var created T
	err = row.Scan(&n.ID, &n.Key, &n.Type, &n.Data, &created)
	n.CreatedAt = since(created)
	return n, err
}

// CreditValues are id, version, state, reference, supplier, lot, capa, digest, currency,
// claimed, accepted, recovered, claims, units, created, changed, note.
func CreditValues[T any](c store.Credit, at func(time.Time) T) []any {
	return []any{c.ID, c.Version, c.State, Text(c.Reference), Text(c.Supplier), Text(c.Lot), Text(c.CAPA), Text(c.Digest), Text(c.Currency),
		c.Claimed, c.Accepted, c.Recovered, c.Claims, c.Units, at(c.CreatedAt), at(c.ChangedAt), Text(c.Note)}
}

// ReadCredit reads what CreditValues wrote.
func ReadCredit[T any](row Row, since func(T) time.Time) (c store.Credit, err error) {
	var created, changed T
	err = row.Scan(&c.ID, &c.Version, &c.State, &c.Reference, &c.Supplier, &c.Lot, &c.CAPA, &c.Digest, &c.Currency,
		&c.Claimed, &c.Accepted, &c.Recovered, &c.Claims, &c.Units, &created, &changed, &c.Note)
	c.CreatedAt, c.ChangedAt = since(created), since(changed)
	return c, err
}

// CreditChange are id, version, state, digest, accepted, recovered, changed, note.
func CreditChange[T any](c store.Credit, at func(time.Time) T) []any {
	return []any{c.ID, c.Version, c.State, Text(c.Digest), c.Accepted, c.Recovered, at(c.ChangedAt), Text(c.Note)}
}

// On gives events as they are logged for one thing.
func On(id string, version int64, list []store.QualityEvent) []store.QualityEvent {
	out := slices.Clone(list)
	for i := range out {
		out[i].On, out[i].Version = id, version
	}
	return out
}

// CheckLimit refuses a list of too few or too many corrective actions or credits.
func CheckLimit(n int) error {
	if n < 1 || n > store.MaxCAPAs {
		return fmt.Errorf("a list of %d: want 1 to %d", n, store.MaxCAPAs)
	}
	return nil
}
