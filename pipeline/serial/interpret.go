package serial

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/codes"
	"github.com/defekt/defekt/pipeline/serial/epc"
	"github.com/defekt/defekt/pipeline/serial/gs1"
	"github.com/defekt/defekt/pipeline/serial/rules"
	"github.com/defekt/defekt/pipeline/serial/suggest"
)

// Rules are the brands' rules; [rules.Set] is one.
type Rules interface {
	// Governs must say whether there is a rule for the brand and SKU; empty means any.
	Governs(brand, sku string) bool
	// Check must give what a serial says, or a claim.Problem.
	Check(q rules.Query) (rules.Match, error)
}

// Product is what the claim says about the product.
type Product struct {
	Brand string
	SKU   string
}

// CodeNoSerial is the code of a text that names no unit.
const CodeNoSerial claim.Code = "serial_none"

// Interpret understands one text: a GS1 element string or Digital Link, an EPC, a web link
// with a serial in it, an EAN or UPC, or a serial as such. The error is a claim.Problem: of a
// text that is of a form and faulty in it, or that is empty or no serial at all.
func (r *Resolver) Interpret(text string, p Product) (Identity, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Identity{}, claim.Problem{Code: CodeNoSerial, Where: "serial", Message: "there is no serial"}
	}
	if len(text) > gs1.MaxLength {
		return Identity{}, claim.Problem{Code: rules.CodeTooLong, Where: "serial", Message: "the text is longer than any code"}
	}
	if !utf8.ValidString(text) {
		return Identity{}, claim.Problem{Code: claim.CodeTextUTF8, Where: "serial", Message: "the text is not UTF-8"}
	}
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(lower, "urn:epc:"):
		return fromEPC(text)
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		return r.fromLink(text, p)
	case looksGS1(text):
		d, err := gs1.ParseElements(text)
		if err != nil {
			return Identity{}, err
		}
		return r.fromGS1(d, FormGS1, p), nil
	}
	// A bare text may be anything; the brand's own rule knows best.
	id, err := r.fromText(text, p)
	if err == nil && id.Form == FormBrand {
		return id, nil
	}
	if d, e := gs1.ParseElements(text); e == nil && d.GTIN() != "" && d.Serial() != "" {
		return r.fromGS1(d, FormGS1, p), nil
	}
	if tag, e := epc.ParseHex(text); e == nil && len(text) >= 24 {
		return identityOf(tag), nil
	}
	return id, err
}

// looksGS1 says that a text claims to hold GS1 element strings.
func looksGS1(text string) bool {
	if _, ok := gs1.CutIdentifier(text); ok {
		return true
	}
	for _, start := range []string{"(01)", "(00)", "(21)", "(8006)", "(10)"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return strings.ContainsRune(text, '\x1d')
}

func fromEPC(text string) (Identity, error) {
	tag, err := epc.Parse(text)
	if err != nil {
		return Identity{}, err
	}
	return identityOf(tag), nil
}

func identityOf(t epc.Tag) Identity {
	return Identity{Serial: t.Serial, GTIN: t.GTIN(), Form: FormEPC}
}

// fromLink reads a Digital Link, or a maker's own link with the serial as a parameter.
func (r *Resolver) fromLink(text string, p Product) (Identity, error) {
	d, err := gs1.ParseDigitalLink(text)
	if err == nil {
		return r.fromGS1(d, FormLink, p), nil
	}
	u, e := url.Parse(text)
	if e != nil || claim.AsProblem(err, "").Code != gs1.CodeLink {
		return Identity{}, err
	}
	for _, name := range []string{"serial", "serialnumber", "serial_number", "sn", "SN", "s"} {
		if v := u.Query().Get(name); v != "" {
			return r.fromText(v, p)
		}
	}
	return Identity{}, err
}

// fromGS1 takes the parts of GS1 data. A serial that obeys a brand's rule brings plant and
// date with it.
func (r *Resolver) fromGS1(d gs1.Data, form Form, p Product) Identity {
	id := Identity{Serial: d.Serial(), GTIN: d.GTIN(), Lot: d.Lot(), Form: form, Proven: d.HasCheckDigit()}
	if id.Serial != "" && r.rules != nil {
		if m, err := r.rules.Check(rules.Query{Brand: p.Brand, SKU: p.SKU, Serial: id.Serial, Now: r.now()}); err == nil {
			id.Made, id.Precision, id.Plant, id.Brand = m.Made, m.Precision, m.Plant, m.Brand
		}
	}
	if day, whole, ok := d.Date("11", r.now()); ok {
		id.Made, id.Precision = day, "day"
		if whole {
			id.Made, id.Precision = time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC), "month"
		}
	}
	return id
}

// fromText reads a serial as such.
func (r *Resolver) fromText(text string, p Product) (Identity, error) {
	text = withoutCaption(text)
	if r.rules != nil && r.rules.Governs(p.Brand, p.SKU) {
		m, err := r.rules.Check(rules.Query{Brand: p.Brand, SKU: p.SKU, Serial: text, Now: r.now()})
		if err == nil {
			return Identity{
				Serial: m.Serial, Made: m.Made, Precision: m.Precision, Plant: m.Plant, Brand: m.Brand,
				Form: FormBrand, Proven: m.Checked,
			}, nil
		}
		return Identity{Serial: text, Form: FormPlain}, err
	}
	if len(suggest.Key(text)) < suggest.MinKey || len(text) > rules.MaxSerial {
		return Identity{}, claim.Problem{Code: CodeNoSerial, Where: "serial", Message: "this is too short or too long for a serial; type it as it stands on the label"}
	}
	return Identity{Serial: text, Form: FormPlain}, nil
}

// withoutCaption drops what labels print before a serial.
func withoutCaption(text string) string {
	for _, caption := range []string{"serial number", "serial no", "serial", "s/n", "sn"} {
		if len(text) <= len(caption) || !strings.EqualFold(text[:len(caption)], caption) {
			continue
		}
		rest := strings.TrimLeft(text[len(caption):], ".")
		if rest != "" && strings.IndexByte(":# ", rest[0]) >= 0 {
			return strings.TrimSpace(strings.TrimLeft(rest, ":# "))
		}
	}
	return text
}

// InterpretCode understands a code from a photo: EAN and UPC name the product only. The error is
// a claim.Problem, as of [Resolver.Interpret].
func (r *Resolver) InterpretCode(c codes.Code, p Product) (Identity, error) {
	switch c.Symbology {
	case codes.EAN13, codes.EAN8, codes.UPCA:
		long, ok := gs1.NormalGTIN(c.Text)
		if !ok {
			return Identity{}, claim.Problem{Code: gs1.CodeCheck, Message: "the code's check digit is wrong"}
		}
		return Identity{GTIN: long, Form: FormGTIN, Proven: true}, nil
	case codes.UPCE:
		return Identity{}, claim.Problem{Code: CodeNoSerial, Message: "a UPC-E names no unit"}
	}
	if c.GS1 {
		d, err := gs1.ParseElements(c.Text)
		if err != nil {
			return Identity{}, err
		}
		return r.fromGS1(d, FormGS1, p), nil
	}
	return r.Interpret(c.Text, p)
}
