package check

import (
	"strings"
	"testing"
)

func TestKnown(t *testing.T) {
	for _, c := range []struct{ scheme, text, source string }{
		{"mod10", "9521234543213", "GS1's own example GTIN"},
		{"mod10", "106141411234567897", "the SSCC of GS1's Digital Link examples"},
		{"luhn", "79927398713", "the example published most"},
		{"luhn", "490154203237518", "an IMEI, published as an example"},
		{"mod11", "0306406152", "an ISBN-10"},
		{"mod11", "097522980X", "an ISBN-10 that ends in X"},
		{"mod11-2", "0000000218250097", "the iD of ORCID's own documentation"},
		{"mod11-2", "079X", "the standard's example"},
		{"mod37-36", "A12425GABC1234002M", "IFPI's example of a GRid"},
		{"mod97", "79444", "the standard's example"},
		{"verhoeff", "2363", "the example published most"},
		{"verhoeff", "123451", "a second published example"},
		{"damm", "5724", "Damm's own example"},
	} {
		s, err := Named(c.scheme)
		if err != nil {
			t.Fatal(err)
		}
		if !Valid(s, c.text) {
			got, _ := s.Compute(c.text[:len(c.text)-s.Length()])
			t.Errorf("%s %s (%s): computed %s", c.scheme, c.text, c.source, got)
		}
	}
}

// TestErrorsFound measures what each scheme promises: no single wrong digit passes.
func TestErrorsFound(t *testing.T) {
	const body = "7250193846"
	for _, s := range Schemes() {
		check, ok := s.Compute(body)
		if !ok || !Valid(s, body+check) {
			t.Fatalf("%s: %q does not test its own", s.Name(), check)
		}
		for i := range body {
			for d := '0'; d <= '9'; d++ {
				wrong := body[:i] + string(d) + body[i+1:] + check
				if byte(d) != body[i] && Valid(s, wrong) {
					t.Errorf("%s passes %s", s.Name(), wrong)
				}
			}
		}
		swaps := s.Name() != "mod10" && s.Name() != "luhn" // both miss some
		for i := range len(body) - 1 {
			wrong := body[:i] + string(body[i+1]) + string(body[i]) + body[i+2:] + check
			if swaps && Valid(s, wrong) {
				t.Errorf("%s passes the swap %s", s.Name(), wrong)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for _, s := range Schemes() {
		for _, body := range []string{"", "12 4", "ä"} {
			if c, ok := s.Compute(body); ok {
				t.Errorf("%s gives %q for %q", s.Name(), c, body)
			}
		}
		if Valid(s, "1") || Valid(s, "") {
			t.Errorf("%s takes a check digit alone", s.Name())
		}
	}
	if _, err := Named("mod12"); err == nil || !strings.Contains(err.Error(), "verhoeff") {
		t.Errorf("an unknown scheme: %v", err)
	}
}
