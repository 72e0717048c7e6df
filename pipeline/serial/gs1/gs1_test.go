package gs1

import (
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// Numbers are those of GS1's own examples: GTIN 09521234543213 and SSCC 106141411234567897
// stand in the Digital Link standard's.
func TestParseElements(t *testing.T) {
	for text, want := range map[string]string{
		"(01)09521234543213":                               "(01)09521234543213",
		"(01)09521234543213(10)ABC123(21)12345":            "(01)09521234543213(10)ABC123(21)12345",
		" (01) 09521234543213 (21) 12345 ":                 "(01)09521234543213(21)12345",
		"(01)09521234543213(21)a(10)b":                     "(01)09521234543213(21)a(10)b",
		"(01)09521234543213(21)a(xx)b":                     "(01)09521234543213(21)a(xx)b", // brackets in a serial
		"010952123454321310ABC123\x1d2112345":              "(01)09521234543213(10)ABC123(21)12345",
		"]C1010952123454321310ABC123\x1d2112345":           "(01)09521234543213(10)ABC123(21)12345",
		"]d2\x1d01095212345432132112345\x1d17270100":       "(01)09521234543213(21)12345(17)270100",
		"]Q3010952123454321310ABC123<GS>2112345":           "(01)09521234543213(10)ABC123(21)12345",
		"010952123454321310ABC123{GS}2112345":              "(01)09521234543213(10)ABC123(21)12345",
		"010952123454321310ABC123\u241d2112345":            "(01)09521234543213(10)ABC123(21)12345",
		"01095212345432131727010021ABC":                    "(01)09521234543213(17)270100(21)ABC", // no FNC1 needed
		"0109521234543213\x1d21ABC":                        "(01)09521234543213(21)ABC",           // needless FNC1
		"00106141411234567897":                             "(00)106141411234567897",
		"800609521234543213010221XYZ":                      "", // (8006) has no predefined length: FNC1 is missing
		"8006095212345432130102\x1d21XYZ":                  "(8006)095212345432130102(21)XYZ",
		"253952123454321301X":                              "(253)952123454321301X",
		"8013" + "1987654Ad4X4bL5ttr2310c2K":               "(8013)1987654Ad4X4bL5ttr2310c2K",
		"0109521234543213220A\x1d3103001250\x1d392115":     "(01)09521234543213(22)0A(3103)001250(3921)15",
		"70032701311559\x1d0109521234543213\x1d4326270101": "(7003)2701311559(01)09521234543213(4326)270101",
	} {
		got, err := ParseElements(text)
		if want == "" {
			if err == nil {
				t.Errorf("%q is %s; want an error", text, got)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%q is %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]claim.Code{
		"":                                CodeEmpty,
		"]C1":                             CodeEmpty,
		strings.Repeat("1", 7090):         CodeTooLong,
		"(01)09521234543214":              CodeCheck,
		"(01)0952123454321":               CodeLength,
		"(01)095212345432130":             CodeLength,
		"(01)0952123454321x":              CodeCharacter,
		"(21)":                            CodeLength,
		"(21)123456789012345678901":       CodeLength,
		"(21)ä":                           CodeCharacter,
		"(17)271301":                      CodeDate,
		"(17)270230":                      CodeDate,
		"(7003)2701012460":                CodeDate,
		"(4326)270100":                    CodeDate, // its day must be said
		"(8006)095212345432130302":        CodeLength,
		"(8013)1987654Ad4X4bL5ttr2310c2L": CodeCheck,
		"(05)1":                           CodeUnknownAI,
		"(01)09521234543213(21)A(21)B":    CodeRepeated,
		"050952123454321":                 CodeUnknownAI,
		"0109521234543213ZZ":              CodeUnknownAI,
		"hello":                           CodeUnknownAI,
	} {
		_, err := ParseElements(text)
		if err == nil || claim.AsProblem(err, "").Code != want {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func TestParseDigitalLink(t *testing.T) {
	for link, want := range map[string]string{
		"https://id.gs1.org/01/09521234543213":                            "(01)09521234543213",
		"https://id.gs1.org/01/9521234543213":                             "(01)09521234543213",
		"HTTPS://ID.GS1.ORG/01/09521234543213":                            "(01)09521234543213",
		"https://id.gs1.org/01/09521234543213/10/ABC123/21/12345":         "(01)09521234543213(10)ABC123(21)12345",
		"https://example.com/products/01/09521234543213":                  "(01)09521234543213",
		"https://example.com/01/1/01/09521234543213/21/A":                 "(01)09521234543213(21)A",
		"https://id.gs1.org/01/09521234543213/10/ABC123?17=261231":        "(01)09521234543213(10)ABC123(17)261231",
		"https://id.gs1.org/01/09521234543213?17=261231&linkType=gs1:pip": "(01)09521234543213(17)261231",
		"https://id.gs1.org/01/09521234543213?10=A;11=261231":             "(01)09521234543213(10)A(11)261231",
		"https://id.gs1.org/01/09521234543213/22/2A/21/XYZ%2F987":         "(01)09521234543213(22)2A(21)XYZ/987",
		"https://id.gs1.org/01/09521234543213/21/a%2Db+c?240=x+y":         "(01)09521234543213(21)a-b+c(240)x+y",
		"https://id.gs1.org/00/106141411234567897":                        "(00)106141411234567897",
		"https://id.gs1.org/8006/095212345432130102/21/S1":                "(8006)095212345432130102(21)S1",
		"https://id.gs1.org/414/9521234543213/254/X#part":                 "(414)9521234543213(254)X",
		"https://id.gs1.org/01/09521234543213/235/TPX1":                   "(01)09521234543213(235)TPX1",
	} {
		got, err := ParseDigitalLink(link)
		if err != nil || got.String() != want {
			t.Errorf("%s is %s, %v; want %s", link, got, err, want)
		}
	}
	for link, want := range map[string]claim.Code{
		"":                                    CodeLink,
		"id.gs1.org/01/09521234543213":        CodeLink,
		"ftp://id.gs1.org/01/09521234543213":  CodeLink,
		"https://id.gs1.org/":                 CodeLink,
		"https://www.example.com/help/manual": CodeLink,
		"https://id.gs1.org/01/09521234543213/21/A/10/B":       CodeLink, // order
		"https://id.gs1.org/01/09521234543213/235/A/10/B":      CodeLink, // exclude each other
		"https://id.gs1.org/01/09521234543213/17/261231":       CodeLink, // no qualifier
		"https://id.gs1.org/01/09521234543213/21/%zz":          CodeLink,
		"https://id.gs1.org/01/09521234543214":                 CodeCheck,
		"https://id.gs1.org/01/09521234543213?17=261301":       CodeDate,
		"https://id.gs1.org/01/09521234543213?05=1":            CodeUnknownAI,
		"https://id.gs1.org/01/09521234543213/10/A?10=B":       CodeRepeated,
		"https://id.gs1.org/ARHKVAdpQg":                        CodeCompressed,
		"https://id.gs1.org/" + strings.Repeat("a", MaxLength): CodeTooLong,
	} {
		_, err := ParseDigitalLink(link)
		if err == nil || claim.AsProblem(err, "").Code != want {
			t.Errorf("%.70s: %v, want %s", link, err, want)
		}
	}
}

func TestDigitalLinkBack(t *testing.T) {
	d, err := ParseElements("(01)09521234543213(21)XYZ/987(17)261231(10)ABC")
	if err != nil {
		t.Fatal(err)
	}
	link, ok := d.DigitalLink("https://id.gs1.org/")
	if !ok || link != "https://id.gs1.org/01/09521234543213/10/ABC/21/XYZ%2F987?17=261231" {
		t.Errorf("the link is %s", link)
	}
	if got := d.ElementString(); got != "010952123454321321XYZ/987\x1d1726123110ABC" {
		t.Errorf("the element string is %q", got)
	}
	if _, ok := (Data{{"21", "A"}}).DigitalLink("https://id.gs1.org"); ok {
		t.Error("a link without a key")
	}
	if d.GTIN() != "09521234543213" || d.Serial() != "XYZ/987" || d.Lot() != "ABC" || !d.HasCheckDigit() {
		t.Errorf("the parts of %s are wrong", d)
	}
	if (Data{{"21", "A"}}).HasCheckDigit() || (Data{{"8006", "095212345432130102"}}).GTIN() != "09521234543213" {
		t.Error("check digit of a serial, or GTIN of a piece")
	}
}

// TestDates follows General Specifications 7.12: the century around now, and day 00.
func TestDates(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for value, want := range map[string]string{
		"260301": "2026-03-01", "760101": "2076-01-01", "770101": "1977-01-01", "280200": "2028-02-29", "261200": "2026-12-31",
	} {
		day, whole, ok := (Data{{"17", value}}).Date("17", now)
		if !ok || day.Format(time.DateOnly) != want || whole != strings.HasSuffix(value, "00") {
			t.Errorf("%s is %s, %v, %v; want %s", value, day.Format(time.DateOnly), whole, ok, want)
		}
	}
	late := time.Date(2096, 1, 1, 0, 0, 0, 0, time.UTC)
	if day, _, _ := (Data{{"17", "460101"}}).Date("17", late); day.Year() != 2146 {
		t.Errorf("46 seen from 2096 is %d", day.Year())
	}
	if _, _, ok := (Data{}).Date("17", now); ok {
		t.Error("a date from nothing")
	}
}

// TestTable guards the table against slips: every identifier is found by itself, none hides
// another, and predefined lengths are those of General Specifications figure 7.8.5-2.
func TestTable(t *testing.T) {
	predefined := map[string]int{
		"00": 20, "01": 16, "02": 16, "03": 16, "11": 8, "12": 8, "13": 8, "15": 8, "16": 8, "17": 8, "20": 4,
		"31": 10, "32": 10, "33": 10, "34": 10, "35": 10, "36": 10, "41": 16,
	}
	for ai, s := range table() {
		if got, _ := lookup(ai + "0"); got != ai {
			t.Errorf("(%s) is found as (%s)", ai, got)
		}
		if long, fixed := predefined[ai[:2]]; fixed != s.fixed || fixed && long != len(ai)+s.longest() {
			t.Errorf("(%s) has %d characters, fixed %v", ai, len(ai)+s.longest(), s.fixed)
		}
	}
	if n := len(table()); n < 480 || Title("21") != "SERIAL" || Title("05") != "" {
		t.Errorf("%d identifiers", n)
	}
}

func TestNormalGTIN(t *testing.T) {
	for digits, want := range map[string]string{
		"96385074": "00000096385074", "036000291452": "00036000291452", "9521234543213": "09521234543213",
		"09521234543213": "09521234543213", "9521234543214": "", "952123": "", "952123454321x": "", "": "",
	} {
		if got, ok := NormalGTIN(digits); got != want || ok != (want != "") {
			t.Errorf("%s is %s, %v", digits, got, ok)
		}
	}
}

func FuzzParseElements(f *testing.F) {
	for _, s := range []string{"(01)09521234543213(21)12345", "010952123454321310ABC123\x1d2112345", "]d2\x1d3103001250", "8006095212345432130102\x1d21XYZ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseElements(text)
		if err != nil {
			return
		}
		again, err := ParseElements(d.ElementString())
		if err != nil || again.String() != d.String() {
			t.Fatalf("%q is %s, and its element string %s, %v", text, d, again, err)
		}
	})
}

func FuzzParseDigitalLink(f *testing.F) {
	for _, s := range []string{"https://id.gs1.org/01/09521234543213/10/ABC/21/XYZ%2F987?17=261231", "https://id.gs1.org/ARHKVAdpQg", "http://a/00/106141411234567897"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDigitalLink(text)
		if err != nil {
			return
		}
		link, ok := d.DigitalLink("https://example.com/x")
		if !ok {
			t.Fatalf("%q has no key: %s", text, d)
		}
		if again, err := ParseDigitalLink(link); err != nil || again.GTIN() != d.GTIN() || again.Serial() != d.Serial() || len(again) != len(d) {
			t.Fatalf("%q is %s, and as %s %s, %v", text, d, link, again, err)
		}
	})
}
