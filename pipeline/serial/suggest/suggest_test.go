package suggest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestNear(t *testing.T) {
	known := NewMemory("LD2342-000123-5", "LD2342-000124-5", "BO70-S511", "QQ11223344", "ZX98-0001")
	f, err := New(known, Config{})
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]struct {
		serial string
		price  float64
	}{
		"ld2342 000123 5": {"LD2342-000123-5", 0},                  // form only
		"LD2342O001235":   {"LD2342-000123-5", PriceAlike},         // O for 0
		"8O7O-SS1I":       {"BO70-S511", 4 * PriceAlike},           // four times alike
		"QQ11232344":      {"QQ11223344", PriceSwap},               // swapped
		"QQ112223344":     {"QQ11223344", PriceDouble},             // once too often
		"QQ1123344":       {"QQ11223344", PriceDouble},             // once too few
		"ZX98-001":        {"ZX98-0001", PriceDouble},              // a zero left out
		"ZC980001":        {"ZX98-0001", PriceKeyboard},            // the key beside
		"ZX98K0001":       {"ZX98-0001", PriceOther},               // one too many
		"ZX9Q001":         {"ZX98-0001", PriceOther + PriceDouble}, // beyond the default
	} {
		got, err := f.Near(context.Background(), typed)
		if err != nil {
			t.Fatal(err)
		}
		if want.price > 2*PriceKeyboard && want.price != PriceOther {
			if len(got) > 0 && got[0].Serial == want.serial && got[0].Price < want.price-1e-9 {
				t.Errorf("%s: %v is too cheap", typed, got)
			}
			continue
		}
		if len(got) == 0 || got[0].Serial != want.serial || got[0].Price > want.price+1e-9 || got[0].Price < want.price-1e-9 {
			t.Errorf("%s: %v, want %v first", typed, got, want)
		}
	}
	for _, typed := range []string{"", "A1", "totally different", string(make([]byte, 500))} {
		if got, err := f.Near(context.Background(), typed); err != nil || len(got) != 0 {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
}

type broken struct{}

func (broken) Existing(context.Context, []string) (map[string]string, error) {
	return nil, errors.New("no store")
}

// counting tests the contract's side of the caller.
type counting struct {
	t     *testing.T
	calls map[string]bool
	most  int
}

func (c *counting) Existing(_ context.Context, keys []string) (map[string]string, error) {
	if len(keys) > Batch {
		c.t.Errorf("%d keys at once", len(keys))
	}
	once := map[string]bool{}
	for _, k := range keys {
		if once[k] || Key(k) != k {
			c.t.Errorf("key %q twice or in another form", k)
		}
		once[k], c.calls[k] = true, true
	}
	c.most += len(keys)
	return nil, nil
}

func TestBounds(t *testing.T) {
	c := counting{t, map[string]bool{}, 0}
	f, err := New(&c, Config{MaxPrice: 3, MaxVariants: 2500})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Near(context.Background(), "AB12345678901234567890"); err != nil || c.most > 2*2500 || len(c.calls) < 2500 {
		t.Errorf("%d keys asked for, %v; want at most the limit of 2500 in each of two rounds", c.most, err)
	}
	f, _ = New(broken{}, Config{})
	if _, err := f.Near(context.Background(), "AB1234"); err == nil {
		t.Error("the store's error is lost")
	}
	if _, err := New(&c, Config{MaxPrice: 4, MaxVariants: -1, Most: 101}); err == nil {
		t.Error("fields out of range pass")
	}
}

// TestTypos measures on random serials how often the right one is suggested after one random
// error: always, unless it is not the cheapest of five.
func TestTypos(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	m := NewMemory()
	var all []string
	for range 50_000 {
		s := fmt.Sprintf("%c%c%04d%06d", 'A'+rune(r.IntN(26)), 'A'+rune(r.IntN(26)), r.IntN(10_000), r.IntN(1_000_000))
		m.Add(s)
		all = append(all, s)
	}
	f, err := New(m, Config{})
	if err != nil {
		t.Fatal(err)
	}
	first := 0
	const n = 200
	for range n {
		s := all[r.IntN(len(all))]
		i := r.IntN(len(s) - 1)
		typed := [...]string{
			s[:i] + string(signs[r.IntN(len(signs))]) + s[i+1:],
			s[:i] + s[i+1:],
			s[:i] + string(s[i+1]) + string(s[i]) + s[i+2:],
			s[:i] + string(signs[r.IntN(len(signs))]) + s[i:],
		}[r.IntN(4)]
		got, err := f.Near(context.Background(), typed)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) > 0 && got[0].Serial == s {
			first++
		}
	}
	t.Logf("the right serial came first in %d of %d", first, n)
	if first < n*97/100 {
		t.Errorf("the right serial came first in %d of %d", first, n)
	}
}

func BenchmarkNear(b *testing.B) {
	m := NewMemory()
	for i := range 2_000_000 {
		m.Add(fmt.Sprintf("LD%02d%02d%06d", i%7+20, i%52+1, i/2))
	}
	f, err := New(m, Config{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Near(context.Background(), "LD23420O12345"); err != nil {
			b.Fatal(err)
		}
	}
}
