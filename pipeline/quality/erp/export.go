package erp

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/sheet"
	"github.com/defekt/defekt/pipeline/store"
)

// Export writes rows, as CSV or as JSON lines.
type Export struct {
	// JSON writes JSON lines instead of CSV. They carry the same things under the columns' names,
	// amounts in minor units and as decimals, and texts as they are.
	JSON bool
}

// A field is a column's value; its JSON form is any.
type field struct {
	text string
	json any
}

// rows writes a header and rows, in either form.
func (e Export) rows(w io.Writer, columns []string, list iter.Seq2[[]field, error]) (n int, err error) {
	if e.JSON {
		return e.lines(w, columns, list)
	}
	out, err := sheet.New(w, columns...)
	if err != nil {
		return 0, err
	}
	for row, err := range list {
		if err != nil {
			return n, err
		}
		cells := make([]string, len(row))
		for i, f := range row {
			cells[i] = f.text
		}
		if err := out.Row(cells...); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Close()
}

func (Export) lines(w io.Writer, columns []string, list iter.Seq2[[]field, error]) (n int, err error) {
	enc := json.NewEncoder(w)
	for row, err := range list {
		if err != nil {
			return n, err
		}
		object := make(map[string]any, len(row)) // its keys are written in order of the alphabet
		for i, f := range row {
			object[columns[i]] = f.json
		}
		if err := enc.Encode(object); err != nil {
			return n, fmt.Errorf("erp: %w", err)
		}
		n++
	}
	return n, nil
}

func text(s string) field { return field{s, s} }

func number(n int64) field { return field{strconv.FormatInt(n, 10), n} }

func decimal(minor int64, currency string) field {
	return text(money.Decimal(store.Money{Minor: minor, Currency: currency}))
}

func instant(t time.Time) field {
	if t.IsZero() {
		return field{"", nil}
	}
	return text(t.UTC().Format(time.RFC3339))
}

// CreditColumns are those of the credit lines.
func CreditColumns() []string {
	return []string{"id", "reference", "state", "supplier", "lot", "capa", "currency", "claimed", "accepted", "recovered",
		"claimed_minor", "accepted_minor", "recovered_minor", "claims", "units", "created_at", "changed_at", "package_sha256", "note"}
}

// Credits writes credit lines, oldest first.
func (e Export) Credits(ctx context.Context, w io.Writer, from store.Credits, f store.CreditFilter) (int, error) {
	return e.rows(w, CreditColumns(), func(yield func([]field, error) bool) {
		for c, err := range store.EachCredit(ctx, from, f) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield([]field{text(c.ID), text(c.Reference), text(string(c.State)), text(c.Supplier), text(c.Lot), text(c.CAPA), text(c.Currency),
				decimal(c.Claimed, c.Currency), decimal(c.Accepted, c.Currency), decimal(c.Recovered, c.Currency),
				number(c.Claimed), number(c.Accepted), number(c.Recovered), number(int64(c.Claims)), number(int64(c.Units)),
				instant(c.CreatedAt), instant(c.ChangedAt), text(c.Digest), text(c.Note)}, nil) {
				return
			}
		}
	})
}

// ActionColumns are those of corrective actions.
func ActionColumns() []string {
	return []string{"id", "state", "kind", "name", "label", "title", "owner", "severity", "supplier", "sku", "opened_at", "contained_at", "fixed_at",
		"closed_at", "steps_done", "steps_overdue", "verdict", "ratio", "p_value", "why"}
}

// Actions writes corrective actions, newest first; now tells what is overdue.
func (e Export) Actions(ctx context.Context, w io.Writer, from store.CorrectiveActions, f store.CAPAFilter, now time.Time) (int, error) {
	return e.rows(w, ActionColumns(), func(yield func([]field, error) bool) {
		for c, err := range store.EachCAPA(ctx, from, f) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(action(c, now), nil) {
				return
			}
		}
	})
}

func action(c store.CAPA, now time.Time) []field {
	verdict, ratio, p := text(""), field{"", nil}, field{"", nil}
	if n := len(c.Checks); n > 0 {
		last := c.Checks[n-1]
		verdict, ratio, p = text(last.Verdict), float(last.Ratio), float(last.P)
	}
	done := len(c.Steps) - len(capa.Undone(c))
	return []field{text(c.ID), text(string(c.State)), text(c.Cause.Kind), text(c.Cause.Name), text(c.Cause.Label), text(c.Title), text(c.Owner),
		text(c.Severity), text(c.Supplier), text(c.SKU), instant(c.OpenedAt), instant(capa.ContainedAt(c)), instant(c.FixedAt), instant(c.ClosedAt),
		number(int64(done)), number(int64(len(capa.ClockOf(c, now).Overdue))), verdict, ratio, p, text(c.Why)}
}

func float(v float64) field { return field{strconv.FormatFloat(v, 'g', 6, 64), v} }

// CostColumns are those of costs.
func CostColumns() []string {
	return []string{"id", "serial", "sku", "claim", "date", "kind", "amount", "amount_minor", "currency", "note"}
}

// CostSource lists costs.
type CostSource interface {
	CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) ([]store.Cost, error)
}

// Costs writes costs by date.
func (e Export) Costs(ctx context.Context, w io.Writer, from CostSource, f store.CostFilter) (int, error) {
	return e.rows(w, CostColumns(), func(yield func([]field, error) bool) {
		for c, err := range store.EachCost(ctx, from, f) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield([]field{text(c.ID), text(c.Serial), text(c.SKU), text(c.Claim), instant(c.At), text(c.Kind), decimal(c.Amount.Minor, c.Amount.Currency),
				number(c.Amount.Minor), text(c.Amount.Currency), text(c.Note)}, nil) {
				return
			}
		}
	})
}
