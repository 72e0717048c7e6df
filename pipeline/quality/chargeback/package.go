package chargeback

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// Limits of a package.
const (
	// MaxLines is the most claims of a package.
	MaxLines = 50_000
	// MaxText is the longest finding or name, in bytes.
	MaxText = 20_000
)

// Codes of packages that cannot be made.
const (
	CodeEmpty    claim.Code = "chargeback_empty"    // no claim to charge
	CodeLines    claim.Code = "chargeback_lines"    // more than MaxLines claims
	CodeCurrency claim.Code = "chargeback_currency" // costs in several currencies and none chosen
	CodeText     claim.Code = "chargeback_text"     // a text is missing or too long
	CodeTotal    claim.Code = "chargeback_total"    // the sum is too large
)

// Package is what a supplier is charged for.
type Package struct {
	// Reference is the number that both sides write on it; Issuer who charges, Supplier whom.
	Reference, Issuer, Supplier string
	// SupplierName and SupplierContact are for the cover.
	SupplierName, SupplierContact string
	// Lots are those in question, for the cover.
	Lots []string
	// CAPA is the id of the corrective action, Findings what is known of the cause.
	CAPA     string
	Findings []string
	// Currency is that of the charge; costs in others are listed and not charged.
	Currency string
	// Lines are one for each claim, in any order; Already counts claims that another credit
	// charges and that were left out.
	Lines   []Line
	Already int
}

// Line is one claim that is charged.
type Line struct {
	// Claim is the id, Reference the sender's own.
	Claim, Reference string
	// Unit is the unit, nil when only the claim names the lot.
	Unit *store.Unit
	// Serial and SKU are the claim's.
	Serial, SKU string
	At          time.Time
	Labels      map[string]cases.Label
	// Photos are blob digests, as the claim has them.
	Photos []string
	Costs  []store.Cost
}

// sorted gives a copy whose order is that of the files.
func (p Package) sorted() Package {
	p.Lines = slices.Clone(p.Lines)
	for i := range p.Lines {
		p.Lines[i].Costs = slices.Clone(p.Lines[i].Costs)
		slices.SortFunc(p.Lines[i].Costs, func(a, b store.Cost) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	}
	slices.SortFunc(p.Lines, func(a, b Line) int { return cmp.Compare(a.Claim, b.Claim) })
	return p
}

func (p Package) validate() error {
	switch {
	case len(p.Lines) == 0:
		return claim.Problem{Code: CodeEmpty, Where: "lines", Message: "there is no claim to charge"}
	case len(p.Lines) > MaxLines:
		return claim.Problem{Code: CodeLines, Where: "lines", Message: fmt.Sprintf("%d claims, at most %d go into one package; narrow it by dates", len(p.Lines), MaxLines)}
	case !money.IsCode(p.Currency):
		return claim.Problem{Code: CodeCurrency, Where: "currency", Message: "a charge has one currency, as three capital letters (ISO 4217)"}
	case strings.TrimSpace(p.Reference) == "" || strings.TrimSpace(p.Supplier) == "":
		return claim.Problem{Code: CodeText, Where: "reference", Message: "a charge needs a reference and a supplier"}
	}
	for _, s := range append([]string{p.Reference, p.Issuer, p.Supplier, p.SupplierName, p.SupplierContact, p.CAPA}, append(p.Findings, p.Lots...)...) {
		if len(s) > MaxText {
			return claim.Problem{Code: CodeText, Where: "findings", Message: fmt.Sprintf("a text has at most %d bytes", MaxText)}
		}
	}
	return nil
}

// newest is the time of the newest thing inside: the one time that the files carry, so that the
// clock of whoever makes the package leaves no trace.
func (p Package) newest() time.Time {
	at := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // a ZIP has no earlier one
	see := func(t time.Time) {
		if t.After(at) {
			at = t
		}
	}
	for _, l := range p.Lines {
		see(l.At)
		for _, label := range l.Labels {
			see(label.At)
		}
		for _, c := range l.Costs {
			see(c.At)
		}
	}
	return at.UTC().Truncate(time.Second)
}

// Totals are a package's sums.
type Totals struct {
	Claims int `json:"claims"`
	Units  int `json:"units"`
	// Photos counts different ones.
	Photos int `json:"photos"`
	// Charged is the sum in the charge's currency, Costs how many costs it has; Other are sums in
	// other currencies, which are not charged. Uncosted counts claims without any cost.
	Charged  store.Money   `json:"charged"`
	Costs    int           `json:"costs"`
	Other    []store.Money `json:"other,omitempty"`
	Uncosted int           `json:"uncosted"`
}

func (p Package) totals() (Totals, error) {
	out := Totals{Claims: len(p.Lines), Charged: store.Money{Currency: p.Currency}}
	sums, units, photos := money.Sums{}, map[[2]string]bool{}, map[string]bool{}
	for _, l := range p.Lines {
		if l.Serial != "" {
			units[[2]string{l.Serial, l.SKU}] = true
		}
		for _, d := range l.Photos {
			photos[d] = true
		}
		if len(l.Costs) == 0 {
			out.Uncosted++
		}
		for _, c := range l.Costs {
			if c.Amount.Currency == p.Currency {
				out.Costs++
			}
			if err := sums.Add(c.Amount); err != nil {
				return Totals{}, claim.Problem{Code: CodeTotal, Where: "costs", Message: err.Error()}
			}
		}
	}
	out.Units, out.Photos, out.Charged.Minor = len(units), len(photos), sums[p.Currency]
	for _, m := range sums.List() {
		if m.Currency != p.Currency {
			out.Other = append(out.Other, m)
		}
	}
	return out, nil
}
