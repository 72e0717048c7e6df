package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

const example = `
brands:
  - name: Acme
    skus: ["AC-*"]
    serials:
      - name: since-2021
        pattern: '(?P<plant>[A-Z]{2})(?P<year>\d{2})(?P<week>\d{2})(?P<number>\d{6})(?P<check>\d)'
        ignore: "- "
        check: {scheme: luhn, over: [year, week, number]}
        plants: {LD: Lodz, SZ: Suzhou}
        first: "2021-01-01"
  - name: Borea
    serials:
      - pattern: '(?P<year>[A-C])(?P<month>[1-9OND])(?P<day>\d{2})(?P<plant>[XY])(?P<number>\d{5})'
        years: {A: 2023, B: 2024, C: 2025}
        months: "123456789OND"
      - pattern: 'B(?P<year>\d)(?P<day>\d{3})(?P<number>\d{4})(?P<check>[0-9A-Z])'
        check: {scheme: mod37-36}
`

func load(t testing.TB, text string) *Set {
	t.Helper()
	s, err := Load(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func now() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }

func TestCheck(t *testing.T) {
	s := load(t, example)
	for _, c := range []struct {
		serial, sku, made, precision, plant string
		checked                             bool
	}{
		{"ld2342-000123-4", "AC-100", "2023-10-16", "week", "Lodz", true},
		{"B117X00042", "", "2024-01-17", "day", "X", false},
		{"CD31Y00001", "", "2025-12-31", "day", "Y", false},
		{"B40450007I", "", "2024-02-14", "day", "", true},
	} {
		m, err := s.Check(Query{Serial: c.serial, SKU: c.sku, Now: now()})
		if err != nil {
			t.Errorf("%s: %v", c.serial, err)
			continue
		}
		if m.Made.Format(time.DateOnly) != c.made || m.Precision != c.precision || m.Plant != c.plant || m.Checked != c.checked {
			t.Errorf("%s is %+v", c.serial, m)
		}
		if s.Trusted(c.serial, now()) != c.checked {
			t.Errorf("%s: trusted is not %v", c.serial, c.checked)
		}
	}
}

func TestRefused(t *testing.T) {
	s := load(t, example)
	for serial, want := range map[string]claim.Code{
		"LD2342-000123-5":        CodeCheck,
		"LD2342-000124-4":        CodeCheck,
		"XX2342-000123-4":        CodePlant,
		"LD2353-000123-1":        CodeDate, // 2023 has 52 weeks
		"LD2652-000123-6":        CodeDate, // later than now
		"LD2001-000123-6":        CodeDate, // before the first
		"B230X00042":             CodeDate, // 30 February
		"Z99":                    CodePattern,
		"":                       CodePattern,
		strings.Repeat("9", 101): CodeTooLong,
	} {
		_, err := s.Check(Query{Serial: serial, Now: now()})
		if err == nil || claim.AsProblem(err, "").Code != want {
			t.Errorf("%q: %v, want %s", serial, err, want)
		}
	}
	if _, err := s.Check(Query{Serial: "LD2342-000123-4", SKU: "BO-1", Now: now()}); claim.AsProblem(err, "").Code != CodePattern {
		t.Errorf("another brand's SKU: %v", err)
	}
	if s.Governs("Acme", "ZZ") || !s.Governs("acme", "AC-7") || !s.Governs("", "ZZ") {
		t.Error("Governs is wrong")
	}
}

func TestLoadNamesFaults(t *testing.T) {
	for text, want := range map[string]string{
		"brands: [{name: A}]":                                                                            "no serials",
		"brands: [{serials: [{pattern: x}]}]":                                                            "no name",
		"brands: [{name: A, serials: [{}]}]":                                                             "no pattern",
		"brands: [{name: A, serials: [{pattern: '('}]}]":                                                 "faulty",
		"brands: [{name: A, skus: ['['], serials: [{pattern: x}]}]":                                      "no glob",
		"brands: [{name: A, serials: [{patern: x}]}]":                                                    "patern",
		"brands: [{name: A, serials: [{pattern: x, first: y}]}]":                                         "no date",
		"brands: [{name: A, serials: [{pattern: x, plants: {a: b}}]}]":                                   "plant",
		"brands: [{name: A, serials: [{pattern: '(?P<week>x)'}]}]":                                       "no year",
		"brands: [{name: A, serials: [{pattern: x, months: '1'}]}]":                                      "twelve",
		"brands: [{name: A, serials: [{pattern: '(?P<check>x)'}]}]":                                      "belong together",
		"brands: [{name: A, serials: [{pattern: '(?P<check>x)', check: {scheme: q}}]}]":                  "verhoeff",
		"brands: [{name: A, serials: [{pattern: '(?P<check>x)', check: {scheme: luhn, over: [year]}}]}]": "no group",
	} {
		if _, err := Load(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := Load(strings.NewReader(strings.Repeat("#", MaxFile+1))); err == nil {
		t.Error("a file above the limit is read")
	}
	if _, err := Load(strings.NewReader("brands:\n- name: A\n  serials:\n" + strings.Repeat("  - pattern: x\n", MaxRules+1))); err == nil {
		t.Error("more rules than the limit are read")
	}
}

func FuzzCheck(f *testing.F) {
	s := load(f, example)
	for _, serial := range []string{"LD2342-000123-4", "B117X00042", "B40450007I"} {
		f.Add(serial)
	}
	f.Fuzz(func(t *testing.T, serial string) {
		m, err := s.Check(Query{Serial: serial, Now: now()})
		if err != nil {
			return
		}
		again, err := s.Check(Query{Serial: m.Serial, Now: now()})
		if err != nil || again.Made != m.Made || again.Plant != m.Plant {
			t.Fatalf("%q became %+v, then %+v, %v", serial, m, again, err)
		}
	})
}
