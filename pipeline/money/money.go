// Package money adds and prints amounts: whole numbers of a currency's smallest unit, never
// floating point, one sum for each currency and never one over several.
//
// It knows the store's type of amounts alone, so that importers, quality work and pages can all
// use it. How many decimal places a currency has comes from Unicode's CLDR
// (golang.org/x/text/currency); a currency that it does not know has two.
package money

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"golang.org/x/text/currency"

	"github.com/defekt/defekt/pipeline/store"
)

// Places is the number of decimal places of a currency (ISO 4217).
func Places(code string) int {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(unit)
	return scale
}

// IsCode says whether code is three capital letters, as those of ISO 4217 are.
func IsCode(code string) bool {
	return len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Decimal writes the amount for programs: "-1234.50".
func Decimal(m store.Money) string {
	places := Places(m.Currency)
	digits := new(big.Int).Abs(big.NewInt(m.Minor)).String()
	if pad := places + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	if places > 0 {
		digits = digits[:len(digits)-places] + "." + digits[len(digits)-places:]
	}
	if m.Minor < 0 {
		return "-" + digits
	}
	return digits
}

// String writes the amount for people: "1 234.50 EUR", with no-break spaces.
func String(m store.Money) string {
	whole, part, point := strings.Cut(strings.TrimPrefix(Decimal(m), "-"), ".")
	var b strings.Builder
	if m.Minor < 0 {
		b.WriteString("-")
	}
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString("\u00a0")
		}
		b.WriteRune(r)
	}
	if point {
		b.WriteString("." + part)
	}
	return b.String() + "\u00a0" + m.Currency
}

// Sums are amounts by currency.
type Sums map[string]int64

// Add adds an amount; an error says that the sum is too large to be kept.
func (s Sums) Add(m store.Money) error {
	if m.Currency == "" && m.Minor == 0 {
		return nil
	}
	sum := s[m.Currency] + m.Minor
	if (m.Minor > 0) != (sum > s[m.Currency]) && m.Minor != 0 {
		return fmt.Errorf("a sum in %s is too large", m.Currency)
	}
	s[m.Currency] = sum
	return nil
}

// List gives the amounts by currency.
func (s Sums) List() []store.Money {
	out := make([]store.Money, 0, len(s))
	for _, code := range slices.Sorted(maps.Keys(s)) {
		out = append(out, store.Money{Minor: s[code], Currency: code})
	}
	return out
}

// String writes all amounts, "none" without any.
func (s Sums) String() string {
	if len(s) == 0 {
		return "none"
	}
	return All(s.List())
}

// All writes several amounts for people: "1 234.50 EUR + 7.00 USD"; empty without any.
func All(list []store.Money) string {
	parts := make([]string, len(list))
	for i, m := range list {
		parts[i] = String(m)
	}
	return strings.Join(parts, " + ")
}

// Times multiplies an amount; an error says that the product is too large to be kept.
func Times(m store.Money, n int) (store.Money, error) {
	p := new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(int64(n)))
	if !p.IsInt64() {
		return store.Money{}, fmt.Errorf("%d times %s is too large", n, m)
	}
	return store.Money{Minor: p.Int64(), Currency: m.Currency}, nil
}

// Share is part of whole, 0..; false when there is no whole.
func Share(part, whole int64) (float64, bool) {
	if whole <= 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

// PerUnit is an amount over a number of units, rounded to the nearest minor unit, halves away
// from zero; false without units.
func PerUnit(m store.Money, units int) (store.Money, bool) {
	if units <= 0 {
		return store.Money{}, false
	}
	return store.Money{Minor: int64(math.Round(float64(m.Minor) / float64(units))), Currency: m.Currency}, true
}
