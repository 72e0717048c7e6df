package rules

import (
	"errors"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// The tables of the review queue have the same columns in every dialect, but for the types of
// times. The functions here read and write them in the order of the dialects' lists of columns.

// Row is a row of any dialect.
type Row interface{ Scan(into ...any) error }

// itemRow is an item with the columns that are kept in another form; T is a time or NULL.
type itemRow[T any] struct {
	item                                     store.Review
	axes, reasons, suggested, known, touched string
	deadline, until, created, settled        T
}

func (c *itemRow[T]) into() []any {
	r := &c.item
	return []any{&r.ID, &r.Claim, &c.axes, &c.reasons, &r.Uncertainty, &r.Cost, &r.Rank, &c.deadline, &r.Looks, &r.Lang, &r.Product,
		&r.Label, &r.Cluster, &c.suggested, &r.Model, &c.known, &r.By, &r.State, &r.Version, &r.Holder, &c.until, &c.touched,
		&r.Skips, &r.Decided, &r.Final, &c.created, &c.settled}
}

func (c *itemRow[T]) read(since func(T) time.Time) (store.Review, error) {
	r := c.item
	r.Axes, r.Reasons, r.Touched = split[string](c.axes), split[store.ReviewReason](c.reasons), split[string](c.touched)
	r.Deadline, r.HeldUntil, r.CreatedAt, r.SettledAt = since(c.deadline), since(c.until), since(c.created), since(c.settled)
	var err, err2 error
	r.Suggested, err = readLabels[store.Suggestion](c.suggested)
	r.Known, err2 = readLabels[string](c.known)
	return r, errors.Join(err, err2)
}

// ReadItem reads an item.
func ReadItem[T any](row Row, since func(T) time.Time) (store.Review, error) {
	var c itemRow[T]
	if err := row.Scan(c.into()...); err != nil {
		return store.Review{}, err
	}
	return c.read(since)
}

// NewItemValues are those of a new item: id, claim, axes, reasons, random, uncertainty, cost,
// rank, deadline, looks, lang, product, label, cluster, suggested, model, known, added_by,
// state, created.
func NewItemValues[T any](r store.Review, when func(time.Time) T) ([]any, error) {
	suggested, err := writeLabels(r.Suggested)
	if err != nil {
		return nil, err
	}
	known, err := writeLabels(r.Known)
	return []any{r.ID, r.Claim, Joined(r.Axes), Joined(r.Reasons), random(r), r.Uncertainty, r.Cost, r.Rank, when(r.Deadline), r.Looks,
		Text(r.Lang), Text(r.Product), Text(r.Label), Text(r.Cluster), suggested, Text(r.Model), known, Text(r.By), r.State, when(r.CreatedAt)}, err
}

// JoinedItemValues are what an item took on by [joinReview]: id (to find it by), axes, reasons,
// random, uncertainty, cost, rank, deadline, looks, label, cluster, suggested, model, version.
func JoinedItemValues[T any](r store.Review, when func(time.Time) T) ([]any, error) {
	suggested, err := writeLabels(r.Suggested)
	return []any{r.ID, Joined(r.Axes), Joined(r.Reasons), random(r), r.Uncertainty, r.Cost, r.Rank, when(r.Deadline), r.Looks,
		Text(r.Label), Text(r.Cluster), suggested, Text(r.Model), r.Version}, err
}

// decisionRow is a decision, or zero values and a NULL time where an outer join found none.
type decisionRow[T any] struct {
	decision store.ReviewDecision
	at       T
	took     int64
	labels   string
}

func (c *decisionRow[T]) into() []any {
	d := &c.decision
	return []any{&d.ID, &d.Item, &d.Claim, &d.Reviewer, &c.at, &c.labels, &d.Role, &d.Withdraws, &d.Version, &d.Why, &c.took, &d.Model, &d.Shown}
}

func (c *decisionRow[T]) read(since func(T) time.Time) (store.ReviewDecision, error) {
	d := c.decision
	d.At, d.Took = since(c.at), time.Duration(c.took)*time.Millisecond
	var err error
	d.Labels, err = readLabels[string](c.labels)
	return d, err
}

// ReadDecision reads a decision.
func ReadDecision[T any](row Row, since func(T) time.Time) (store.ReviewDecision, error) {
	var c decisionRow[T]
	if err := row.Scan(c.into()...); err != nil {
		return store.ReviewDecision{}, err
	}
	return c.read(since)
}

// ReadSettled reads an item, then the decision that counts.
func ReadSettled[T any](row Row, since func(T) time.Time) (store.SettledReview, error) {
	var (
		item     itemRow[T]
		decision decisionRow[T]
	)
	if err := row.Scan(append(item.into(), decision.into()...)...); err != nil {
		return store.SettledReview{}, err
	}
	r, err := item.read(since)
	d, err2 := decision.read(since)
	return store.SettledReview{Review: r, Decision: d}, errors.Join(err, err2)
}

// DecisionValues are id, item, claim, reviewer, at, labels, role, withdraws, version, why,
// took, model, shown.
func DecisionValues[T any](d store.ReviewDecision, at func(time.Time) T) ([]any, error) {
	labels, err := writeLabels(d.Labels)
	return []any{Text(d.ID), d.Item, d.Claim, Text(d.Reviewer), at(d.At), labels, d.Role, Text(d.Withdraws), d.Version,
		Text(d.Why), d.Took.Milliseconds(), Text(d.Model), d.Shown}, err
}

// ReadReviewEvent reads a line of the log.
func ReadReviewEvent[T any](row Row, since func(T) time.Time) (store.ReviewEvent, error) {
	var (
		e        store.ReviewEvent
		at       T
		took     int64
		was, now string
	)
	if err := row.Scan(&at, &e.Who, &e.What, &e.Item, &e.Claim, &was, &now, &e.Why, &took, &e.Model); err != nil {
		return store.ReviewEvent{}, err
	}
	e.At, e.Took = since(at), time.Duration(took)*time.Millisecond
	var err, err2 error
	e.From, err = readLabels[string](was)
	e.To, err2 = readLabels[string](now)
	return e, errors.Join(err, err2)
}

// ReviewEventValues are at, who, what, item, claim, labels_was, labels_now, why, took, model.
func ReviewEventValues[T any](e store.ReviewEvent, at func(time.Time) T) ([]any, error) {
	was, err := writeLabels(e.From)
	if err != nil {
		return nil, err
	}
	now, err := writeLabels(e.To)
	return []any{at(e.At), Text(e.Who), e.What, e.Item, e.Claim, was, now, Text(e.Why), e.Took.Milliseconds(), Text(e.Model)}, err
}

// ReadReviewer reads a person.
func ReadReviewer[T any](row Row, since func(T) time.Time) (r store.Reviewer, err error) {
	var (
		roles, langs, products, axes string
		created, disabled            T
	)
	err = row.Scan(&r.ID, &r.Name, &roles, &r.Password, &r.Subject, &langs, &products, &axes, &disabled, &created)
	r.Roles, r.Langs = split[store.ReviewRole](roles), split[string](langs)
	r.Products, r.Axes = split[string](products), split[string](axes)
	r.CreatedAt, r.DisabledAt = since(created), since(disabled)
	return r, err
}

// ReviewerValues are id, name, roles, password, subject, langs, products, axes, disabled.
func ReviewerValues[T any](r store.Reviewer, when func(time.Time) T) []any {
	return []any{Text(r.ID), Text(r.Name), Joined(r.Roles), Text(r.Password), Text(r.Subject),
		Joined(r.Langs), Joined(r.Products), Joined(r.Axes), when(r.DisabledAt)}
}
