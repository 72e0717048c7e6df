package chargeback

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/sheet"
	"github.com/defekt/defekt/pipeline/store"
)

// A list is one CSV of the package.
type list struct {
	name string
	data func(p Package) ([]byte, error)
}

func lists() []list {
	return []list{{"claims.csv", claimsCSV}, {"costs.csv", costsCSV}, {"labels.csv", labelsCSV}, {"serials.csv", serialsCSV}}
}

// table writes a CSV.
func table(columns []string, fill func(row func(cells ...string) error) error) ([]byte, error) {
	var out bytes.Buffer
	w, err := sheet.New(&out, columns...)
	if err != nil {
		return nil, err
	}
	if err := fill(w.Row); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

func claimsCSV(p Package) ([]byte, error) {
	return table([]string{"claim", "reference", "serial", "sku", "claimed_at", "days_in_service", "photos", "cost_" + strings.ToLower(p.Currency), "labels"},
		func(row func(...string) error) error {
			for _, l := range p.Lines {
				if err := row(l.Claim, l.Reference, l.Serial, l.SKU, stamp(l.At), l.age(), strconv.Itoa(len(l.Photos)), money.Decimal(l.charged(p.Currency)), l.words()); err != nil {
					return err
				}
			}
			return nil
		})
}

func serialsCSV(p Package) ([]byte, error) {
	lines := slices.Clone(p.Lines)
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Or(cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.SKU, b.SKU)) })
	return table([]string{"serial", "sku", "batch", "lots", "made_at", "sold_at", "claims"}, func(row func(...string) error) error {
		for len(lines) > 0 {
			l, n := lines[0], 1
			for n < len(lines) && lines[n].Serial == l.Serial && lines[n].SKU == l.SKU {
				n++
			}
			lines = lines[n:]
			if l.Serial == "" {
				continue
			}
			var u store.Unit
			if l.Unit != nil {
				u = *l.Unit
			}
			if err := row(l.Serial, l.SKU, u.Batch, strings.Join(u.LotNames(), " "), sheet.Day(u.MadeAt), sheet.Day(u.Since()), strconv.Itoa(n)); err != nil {
				return err
			}
		}
		return nil
	})
}

func labelsCSV(p Package) ([]byte, error) {
	return table([]string{"claim", "axis", "label", "confidence", "source", "reviewer", "decided_at"}, func(row func(...string) error) error {
		for _, l := range p.Lines {
			for _, axis := range slices.Sorted(maps.Keys(l.Labels)) {
				a := l.Labels[axis]
				source, confidence := "model", strconv.FormatFloat(a.Probability, 'f', 4, 64)
				if a.Reviewer != "" {
					source = "person"
					if a.Probability == 0 {
						confidence = ""
					}
				}
				if err := row(l.Claim, axis, a.Label, confidence, source, a.Reviewer, stamp(a.At)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func costsCSV(p Package) ([]byte, error) {
	return table([]string{"cost", "claim", "serial", "date", "kind", "amount", "currency", "charged", "note"}, func(row func(...string) error) error {
		for _, l := range p.Lines {
			for _, c := range l.Costs {
				charged := "no"
				if c.Amount.Currency == p.Currency {
					charged = "yes"
				}
				if err := row(c.ID, l.Claim, l.Serial, sheet.Day(c.At), c.Kind, money.Decimal(c.Amount), c.Amount.Currency, charged, c.Note); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// charged is what the line asks for.
func (l Line) charged(currency string) store.Money {
	m := store.Money{Currency: currency}
	for _, c := range l.Costs {
		if c.Amount.Currency == currency {
			m.Minor += c.Amount.Minor
		}
	}
	return m
}

func (l Line) age() string {
	if l.Unit == nil || l.Unit.Since().IsZero() || l.At.Before(l.Unit.Since()) {
		return ""
	}
	return strconv.Itoa(int(l.At.Sub(l.Unit.Since()).Hours() / 24))
}

// words is the line's labels in one cell: "component=hinge symptom=crack".
func (l Line) words() string {
	var out []string
	for _, axis := range slices.Sorted(maps.Keys(l.Labels)) {
		out = append(out, axis+"="+l.Labels[axis].Label)
	}
	return strings.Join(out, " ")
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
