package trace

import (
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
)

// Limits of values.
const (
	maxCount  = 1_000_000_000
	maxDigits = 15 // of an amount
)

// ParseTime reads a date, or a date with time: RFC 3339, 2026-03-01, 2026-03-01 10:00[:00],
// 20260301, 01.03.2026 (day first, as dots tell). Dates with slashes are refused, since half of
// the world reads them the other way. Without a zone it is UTC. Empty is the zero time.
func ParseTime(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly, time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "20060102", "2.1.2006", "2006/01/02"} {
		if t, err := time.Parse(layout, text); err == nil {
			if y := t.Year(); y < minYear || y > maxYear {
				return time.Time{}, problem(CodeTime, "", "the year %d is not within %d and %d", y, minYear, maxYear)
			}
			return t.UTC(), nil
		}
	}
	if strings.Count(text, "/") == 2 {
		return time.Time{}, problem(CodeTime, "", "%.40q can be read in two ways; write 2026-03-01", text)
	}
	return time.Time{}, problem(CodeTime, "", "%.40q is no date; write 2026-03-01 or 2026-03-01T10:00:00Z", text)
}

// Years that dates of units lie in: spreadsheets write 1900 for nothing and 9999 for never.
const (
	minYear = 1950
	maxYear = 2100
)

// ParseMoney reads an amount such as -1234.50 with a currency. A comma is refused, since it
// parts thousands for some and decimals for others.
func ParseMoney(text, currency string) (store.Money, error) {
	text, currency = strings.TrimSpace(text), strings.ToUpper(strings.TrimSpace(currency))
	if !money.IsCode(currency) {
		return store.Money{}, problem(CodeMoney, "", "the amount %.40q needs a currency of three letters, such as EUR", text)
	}
	places := money.Places(currency)
	bad := problem(CodeMoney, "", "%.40q is no amount such as 1234.50, with at most %d decimals in %s", text, places, currency)
	if strings.Contains(text, ",") {
		bad.Message += "; a comma can be read in two ways"
	}
	digits, negative := strings.CutPrefix(text, "-")
	whole, part, dotted := strings.Cut(digits, ".")
	if whole == "" || dotted && part == "" || len(part) > places || len(whole)+places > maxDigits || strings.Trim(whole+part, "0123456789") != "" {
		return store.Money{}, bad
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", places-len(part)), 10, 64)
	if err != nil {
		return store.Money{}, bad
	}
	if negative {
		n = -n
	}
	return store.Money{Minor: n, Currency: currency}, nil
}

// minorMoney reads an amount in the smallest unit of its currency.
func minorMoney(text, currency string) (store.Money, error) {
	currency = strings.ToUpper(currency)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || len(strings.TrimPrefix(text, "-")) > maxDigits || !money.IsCode(currency) {
		return store.Money{}, problem(CodeMoney, "amount_minor", "%.40q %.10q is no whole number with a currency such as EUR", text, currency)
	}
	return store.Money{Minor: n, Currency: currency}, nil
}

// amount is for people.
func amount(m store.Money) string { return money.String(m) }
