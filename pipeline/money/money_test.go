package money

import (
	"math"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
)

func TestAmountsArePrinted(t *testing.T) {
	for _, c := range []struct {
		m              store.Money
		decimal, words string
	}{
		{store.Money{Minor: 123450, Currency: "EUR"}, "1234.50", "1\u00a0234.50\u00a0EUR"},
		{store.Money{Minor: -5, Currency: "EUR"}, "-0.05", "-0.05\u00a0EUR"},
		{store.Money{Minor: 1234567, Currency: "JPY"}, "1234567", "1\u00a0234\u00a0567\u00a0JPY"},
		{store.Money{Minor: 1234, Currency: "BHD"}, "1.234", "1.234\u00a0BHD"},
		{store.Money{Currency: "XXQ"}, "0.00", "0.00\u00a0XXQ"},
		{store.Money{Minor: math.MinInt64, Currency: "USD"}, "-92233720368547758.08", "-92\u00a0233\u00a0720\u00a0368\u00a0547\u00a0758.08\u00a0USD"},
	} {
		if got := Decimal(c.m); got != c.decimal {
			t.Errorf("Decimal(%v) = %q, want %q", c.m, got, c.decimal)
		}
		if got := String(c.m); got != c.words {
			t.Errorf("String(%v) = %q, want %q", c.m, got, c.words)
		}
	}
}

func TestSumsStayApartAndDoNotWrap(t *testing.T) {
	s := Sums{}
	for _, m := range []store.Money{{Minor: 5, Currency: "EUR"}, {Minor: 7, Currency: "CHF"}, {Minor: -2, Currency: "EUR"}, {}} {
		if err := s.Add(m); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.String(); got != "0.07\u00a0CHF + 0.03\u00a0EUR" {
		t.Errorf("sums %q", got)
	}
	if err := s.Add(store.Money{Minor: math.MaxInt64, Currency: "EUR"}); err == nil {
		t.Error("a sum that wraps is no error")
	}
	if err := s.Add(store.Money{Minor: math.MinInt64, Currency: "CHF"}); err != nil {
		t.Errorf("a small sum: %v", err)
	}
	if _, err := Times(store.Money{Minor: math.MaxInt64, Currency: "EUR"}, 2); err == nil {
		t.Error("a product that wraps is no error")
	}
	if m, err := Times(store.Money{Minor: 250, Currency: "EUR"}, 3); err != nil || m.Minor != 750 {
		t.Errorf("product %v, %v", m, err)
	}
	if m, ok := PerUnit(store.Money{Minor: 1000, Currency: "EUR"}, 3); !ok || m.Minor != 333 {
		t.Errorf("per unit %v, %v", m, ok)
	}
	if _, ok := PerUnit(store.Money{Minor: 1}, 0); ok {
		t.Error("an amount over no units")
	}
}
