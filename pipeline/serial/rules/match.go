package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/check"
)

// Codes of serials that cannot be.
const (
	CodePattern claim.Code = "serial_pattern"     // no rule of the brand has this form
	CodeCheck   claim.Code = "serial_check_digit" // a wrong check digit
	CodeDate    claim.Code = "serial_date"        // made on no day, in the future, or before the first
	CodePlant   claim.Code = "serial_plant"       // a plant that is not listed
	CodeTooLong claim.Code = "serial_too_long"    // longer than MaxSerial
)

// Match is what a serial says by its brand's rule.
type Match struct {
	Brand string `json:"brand"`
	Rule  string `json:"rule"`
	// Serial is in the brand's own form: upper case, without what the rule ignores.
	Serial string `json:"serial"`
	// Made is the first day of the day, week, month or year encoded, UTC; Precision says
	// which ("day", "week", "month", "year"). Zero and empty when nothing is encoded.
	Made      time.Time `json:"made,omitzero"`
	Precision string    `json:"precision,omitempty"`
	// Plant is the plant's name, or its code where the rule has no names.
	Plant string `json:"plant,omitempty"`
	// Checked says that a check digit was tested and is right.
	Checked bool `json:"checked,omitempty"`
	// Fields are all named parts of the pattern.
	Fields map[string]string `json:"fields,omitempty"`
}

// Query is a serial to be tested.
type Query struct {
	// Brand limits the test to one brand, by name; empty tests all.
	Brand string
	// SKU limits it to brands that make it; empty tests all.
	SKU    string
	Serial string
	// Now is the time against which dates are tested: nothing is made in the future.
	Now time.Time
}

// Governs says whether there is a rule for the brand and SKU at all.
func (s *Set) Governs(brand, sku string) bool {
	for i := range s.brands {
		if s.brands[i].governs(brand, sku) {
			return true
		}
	}
	return false
}

func (b *brand) governs(name, sku string) bool {
	if name != "" && !strings.EqualFold(name, b.Name) {
		return false
	}
	return sku == "" || len(b.SKUs) == 0 || slices.ContainsFunc(b.SKUs, func(glob string) bool {
		ok, err := path.Match(glob, sku)
		return err == nil && ok
	})
}

// Check gives the first rule that the serial obeys in full. Otherwise the error is the
// claim.Problem of the rule that it came closest to: a wrong check digit, date or plant says
// more than a wrong pattern.
func (s *Set) Check(q Query) (Match, error) {
	if len(q.Serial) > MaxSerial {
		return Match{}, problem(CodeTooLong, "the serial has %d characters; at most %d are read", len(q.Serial), MaxSerial)
	}
	worst := problem(CodePattern, "no serial of %s has this form: %q; compare it with the label", brandName(q.Brand), q.Serial)
	close := false
	for i := range s.brands {
		b := &s.brands[i]
		if !b.governs(q.Brand, q.SKU) {
			continue
		}
		for k := range b.Serials {
			m, form, err := b.Serials[k].match(q)
			if err == nil {
				m.Brand = b.Name
				return m, nil
			}
			if form && !close {
				worst, close = err, true
			}
		}
	}
	return Match{}, worst
}

func brandName(name string) string {
	if name == "" {
		return "the known brands"
	}
	return name
}

// Trusted says whether some rule with a check digit is obeyed: such a text proves itself.
func (s *Set) Trusted(text string, now time.Time) bool {
	if len(text) > MaxSerial {
		return false
	}
	for i := range s.brands {
		for k := range s.brands[i].Serials {
			r := &s.brands[i].Serials[k]
			if r.Check == nil {
				continue
			}
			if _, _, err := r.match(Query{Serial: text, Now: now}); err == nil {
				return true
			}
		}
	}
	return false
}

// match tests one rule; form says that at least the pattern fits.
func (r *rule) match(q Query) (m Match, form bool, err error) {
	text := strings.ToUpper(strings.TrimSpace(q.Serial))
	for _, c := range r.Ignore {
		text = strings.ReplaceAll(text, string(c), "")
	}
	found := r.regexp.FindStringSubmatch(text)
	if found == nil {
		return Match{}, false, problem(CodePattern, "%q does not have this form", q.Serial)
	}
	m = Match{Rule: r.Name, Serial: text, Fields: map[string]string{}}
	for i, name := range r.regexp.SubexpNames() {
		if name != "" && found[i] != "" {
			m.Fields[name] = found[i]
		}
	}
	if err := r.checkDigit(&m); err != nil {
		return Match{}, true, err
	}
	if err := r.plant(&m); err != nil {
		return Match{}, true, err
	}
	if err := r.date(&m, q.Now); err != nil {
		return Match{}, true, err
	}
	return m, true, nil
}

// checkDigit tests the group check over the named groups, or over all that stands before it.
func (r *rule) checkDigit(m *Match) error {
	if r.Check == nil {
		return nil
	}
	var body strings.Builder
	for _, name := range r.Check.Over {
		body.WriteString(m.Fields[name])
	}
	if len(r.Check.Over) == 0 {
		at := r.regexp.FindStringSubmatchIndex(m.Serial)[2*r.regexp.SubexpIndex(groupCheck)]
		body.WriteString(m.Serial[:max(at, 0)])
	}
	if !check.Valid(r.scheme, body.String()+m.Fields[groupCheck]) {
		return problem(CodeCheck, "the serial's check digit is wrong, so at least one character is: %q; compare it with the label", m.Serial)
	}
	m.Checked = true
	return nil
}

func (r *rule) plant(m *Match) error {
	m.Plant = m.Fields[groupPlant]
	if len(r.Plants) == 0 || m.Plant == "" {
		return nil
	}
	name, ok := r.Plants[m.Plant]
	if !ok {
		return problem(CodePlant, "the serial names a plant that there is not: %q", m.Plant)
	}
	m.Plant = name
	return nil
}

func problem(code claim.Code, format string, args ...any) error {
	return claim.Problem{Code: code, Where: "serial", Message: fmt.Sprintf(format, args...)}
}
