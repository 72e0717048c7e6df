package epc

import (
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
)

// The examples are those of annex E of GS1's EPC Tag Data Standard.
func TestStandardsExamples(t *testing.T) {
	for _, c := range []struct {
		hex, tag, id, gtin, serial string
	}{
		{"3074257BF7194E4000001A85", "urn:epc:tag:sgtin-96:3.0614141.812345.6789", "urn:epc:id:sgtin:0614141.812345.6789", "80614141123458", "6789"},
		{"3674257BF6B7A659B2C2BF1000000000000000000000000000", "urn:epc:tag:sgtin-198:3.0614141.712345.32a%2Fb", "urn:epc:id:sgtin:0614141.712345.32a%2Fb", "70614141123451", "32a/b"},
		{"350007AB70425D4000000586", "urn:epc:tag:gid-96:31415.271828.1414", "urn:epc:id:gid:31415.271828.1414", "", "1414"},
	} {
		got, err := ParseHex(c.hex)
		if err != nil {
			t.Fatalf("%s: %v", c.hex, err)
		}
		if got.TagURI() != c.tag || got.IdentityURI() != c.id || got.GTIN() != c.gtin || got.Serial != c.serial {
			t.Errorf("%s is %+v, %s, %s, GTIN %s", c.hex, got, got.TagURI(), got.IdentityURI(), got.GTIN())
		}
		for _, uri := range []string{c.tag, "urn:epc:raw:96.x" + c.hex} {
			back, err := Parse(uri)
			if err != nil || back != got {
				t.Errorf("%s is %+v, %v", uri, back, err)
			}
		}
		written, err := got.Hex()
		if err != nil || strings.TrimRight(written, "0") != strings.TrimRight(c.hex, "0") {
			t.Errorf("written back as %s, %v", written, err)
		}
		id, err := Parse(c.id)
		if err != nil || id.IdentityURI() != c.id {
			t.Errorf("%s is %+v, %v", c.id, id, err)
		}
	}
}

func TestNewSGTIN(t *testing.T) {
	for company := 6; company <= 12; company++ {
		tag, err := NewSGTIN("80614141123458", company, "274877906943", 1)
		if err != nil {
			t.Fatal(err)
		}
		text, err := tag.Hex()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseHex(text)
		if err != nil || back.GTIN() != "80614141123458" || back.Serial != "274877906943" || back.Scheme != SGTIN96 || len(back.Company) != company {
			t.Errorf("%d digits: %s is %+v, %v", company, text, back, err)
		}
	}
	// One more than 38 bits, and a leading zero, need the long form.
	for _, serial := range []string{"274877906944", "0123"} {
		tag, err := NewSGTIN("80614141123458", 7, serial, 1)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := tag.Hex()
		if back, err := ParseHex(text); err != nil || back.Scheme != SGTIN198 || back.Serial != serial {
			t.Errorf("%s: %+v, %v", serial, back, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]claim.Code{
		"":                                          CodeSyntax,
		"zz":                                        CodeSyntax,
		strings.Repeat("30", 63):                    CodeSyntax,
		"000000000000000000000000":                  CodeBlank,
		"3174257BF4499602D2000000":                  CodeScheme, // SSCC-96
		"3074257BF7194E40000":                       CodeSyntax,
		"3074257BF7194E400000":                      CodeTruncated,
		"307C257BF7194E4000001A85":                  CodeField, // partition 7
		"3074257BF7194E4000001A8501":                CodeSyntax,
		"urn:epc:id:sscc:0614141.12345678":          CodeScheme,
		"urn:epc:pat:sgtin-96:3.*.*.*":              CodeSyntax,
		"urn:epc:id:sgtin:0614141.812345":           CodeSyntax,
		"urn:epc:id:sgtin:061414.812345.1":          CodeField,
		"urn:epc:tag:sgtin-96:9.0614141.812345.1":   CodeField,
		"urn:epc:tag:sgtin-96:3.0614141.812345.007": CodeField,
		"urn:epc:id:sgtin:0614141.812345.%zz":       CodeSyntax,
		"urn:epc:id:sgtin:0614141.812345.a b":       CodeField,
		"urn:epc:id:gid:1.2":                        CodeSyntax,
		"urn:epc:id:gid:268435456.2.3":              CodeField,
	} {
		if _, err := Parse(text); err == nil || claim.AsProblem(err, "").Code != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"3074257BF7194E4000001A85", "urn:epc:id:sgtin:0614141.712345.32a%2Fb", "urn:epc:tag:gid-96:1.2.3", "urn:epc:raw:96.x30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tag, err := Parse(text)
		if err != nil {
			return
		}
		written, err := tag.Hex()
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", text, err)
		}
		back, err := ParseHex(written)
		if err != nil || back.IdentityURI() != tag.IdentityURI() || back.GTIN() != tag.GTIN() {
			t.Fatalf("%q came back as %+v, %v", text, back, err)
		}
		if again, err := Parse(tag.TagURI()); err != nil || again.IdentityURI() != tag.IdentityURI() {
			t.Fatalf("%s: %v", tag.TagURI(), err)
		}
	})
}
