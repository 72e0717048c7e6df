// Package check holds the check digit schemes that makers put into serial numbers.
//
// Its place in the flow: package rules names a scheme in a brand's rule and has a serial
// tested or completed by it. Each scheme works on the characters before the check
// characters, which come last.
//
// Sources: GS1 General Specifications 7.9 (mod10); ISO/IEC 7812-1 annex B (Luhn);
// ISO/IEC 7064 (mod11-2, mod37-36, mod97-10); Verhoeff, Error Detecting Decimal Codes, 1969;
// Damm, Total anti-symmetrische Quasigruppen, 2004; mod11 with weights 2 to 10 from the right,
// and again, is that of ISBN-10 and of many makers.
package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/serial/gs1"
)

// Scheme computes check characters.
type Scheme interface {
	// Name is what rules call the scheme.
	Name() string
	// Length is how many check characters there are.
	Length() int
	// Compute gives the check characters for body, or false when body is empty or holds a
	// character that the scheme has no value for.
	Compute(body string) (string, bool)
}

// Schemes lists all, by name.
func Schemes() []Scheme {
	return []Scheme{damm{}, luhn{}, mod10{}, mod11{}, mod11x2{}, mod3736{}, mod97{}, verhoeff{}}
}

// Named gives the scheme of a name; the error lists all names.
func Named(name string) (Scheme, error) {
	var names []string
	for _, s := range Schemes() {
		if s.Name() == name {
			return s, nil
		}
		names = append(names, s.Name())
	}
	return nil, fmt.Errorf("no check digit scheme %q; there are %s", name, strings.Join(names, ", "))
}

// Valid says whether text ends in the right check characters. Letters count as upper case.
func Valid(s Scheme, text string) bool {
	text = strings.ToUpper(text)
	at := len(text) - s.Length()
	if at < 1 {
		return false
	}
	want, ok := s.Compute(text[:at])
	return ok && want == text[at:]
}

// digits gives the values of a text of digits, last first.
func digits(body string) ([]int, bool) {
	out := make([]int, 0, len(body))
	for i := len(body) - 1; i >= 0; i-- {
		if body[i] < '0' || body[i] > '9' {
			return nil, false
		}
		out = append(out, int(body[i]-'0'))
	}
	return out, len(out) > 0
}

func digit(n int) string { return string(rune('0' + n)) }

type mod10 struct{}

func (mod10) Name() string { return "mod10" }
func (mod10) Length() int  { return 1 }
func (mod10) Compute(body string) (string, bool) {
	d, ok := gs1.CheckDigit(body)
	return string(d), ok
}

type luhn struct{}

func (luhn) Name() string { return "luhn" }
func (luhn) Length() int  { return 1 }
func (luhn) Compute(body string) (string, bool) {
	d, ok := digits(body)
	sum := 0
	for i, v := range d {
		if i%2 == 0 {
			v = 2*v%10 + v/5
		}
		sum += v
	}
	return digit((10 - sum%10) % 10), ok
}

// mod11 has an X for 10, as ISBN-10 has.
type mod11 struct{}

func (mod11) Name() string { return "mod11" }
func (mod11) Length() int  { return 1 }
func (mod11) Compute(body string) (string, bool) {
	d, ok := digits(body)
	sum := 0
	for i, v := range d {
		sum += v * (i%9 + 2)
	}
	return withX((11 - sum%11) % 11), ok
}

type mod11x2 struct{}

func (mod11x2) Name() string { return "mod11-2" }
func (mod11x2) Length() int  { return 1 }
func (mod11x2) Compute(body string) (string, bool) {
	d, ok := digits(body)
	slices.Reverse(d)
	sum := 0
	for _, v := range d {
		sum = (sum + v) * 2 % 11
	}
	return withX((12 - sum%11) % 11), ok
}

func withX(n int) string {
	if n == 10 {
		return "X"
	}
	return digit(n)
}

// mod3736 is for letters and digits, one check character.
type mod3736 struct{}

func (mod3736) Name() string { return "mod37-36" }
func (mod3736) Length() int  { return 1 }
func (mod3736) Compute(body string) (string, bool) {
	p := 36
	for _, r := range body {
		v := value(r)
		if v < 0 {
			return "", false
		}
		s := (p + v) % 36
		if s == 0 {
			s = 36
		}
		p = s * 2 % 37
	}
	c := (37 - p) % 36
	return string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[c]), body != ""
}

// mod97 is ISO/IEC 7064's MOD 97-10, letters as 10 to 35 as in an IBAN, two digits.
type mod97 struct{}

func (mod97) Name() string { return "mod97" }
func (mod97) Length() int  { return 2 }
func (mod97) Compute(body string) (string, bool) {
	sum := 0
	for _, r := range body {
		v := value(r)
		if v < 0 {
			return "", false
		}
		if v >= 10 {
			sum = (sum*100 + v) % 97
		} else {
			sum = (sum*10 + v) % 97
		}
	}
	return fmt.Sprintf("%02d", 98-sum*100%97), body != ""
}

// value is a digit's or upper case letter's, or -1.
func value(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= 'A' && r <= 'Z':
		return int(r-'A') + 10
	}
	return -1
}
