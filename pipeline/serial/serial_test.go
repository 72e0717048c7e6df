package serial

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/codes"
	"github.com/defekt/defekt/pipeline/serial/rules"
	"github.com/defekt/defekt/pipeline/serial/suggest"
)

const brands = `
brands:
  - name: Acme
    skus: ["AC-*"]
    serials:
      - pattern: '(?P<plant>[A-Z]{2})(?P<year>\d{2})(?P<week>\d{2})(?P<number>\d{6})(?P<check>\d)'
        ignore: "- "
        check: {scheme: luhn, over: [year, week, number]}
        plants: {LD: Lodz}
`

func resolver(t testing.TB, known ...string) *Resolver {
	t.Helper()
	set, err := rules.Load(strings.NewReader(brands))
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Rules: set, Now: func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }}
	if len(known) > 0 {
		if c.Known, err = suggest.New(suggest.NewMemory(known...), suggest.Config{}); err != nil {
			t.Fatal(err)
		}
	}
	return New(c)
}

func TestInterpret(t *testing.T) {
	r := resolver(t)
	for text, want := range map[string]Identity{
		"(01)09521234543213(21)A1B2(10)L7(11)250300":  {Serial: "A1B2", GTIN: "09521234543213", Lot: "L7", Form: FormGS1, Proven: true, Precision: "month"},
		"010952123454321321A1B2":                      {Serial: "A1B2", GTIN: "09521234543213", Form: FormGS1, Proven: true},
		"https://id.gs1.org/01/9521234543213/21/A1B2": {Serial: "A1B2", GTIN: "09521234543213", Form: FormLink, Proven: true},
		"https://example.com/help?sn=LD2342-000123-4": {Serial: "LD23420001234", Form: FormBrand, Proven: true, Precision: "week", Plant: "Lodz", Brand: "Acme"},
		"3074257BF7194E4000001A85":                    {Serial: "6789", GTIN: "80614141123458", Form: FormEPC},
		"urn:epc:id:sgtin:0614141.712345.32a%2Fb":     {Serial: "32a/b", GTIN: "70614141123451", Form: FormEPC},
		"S/N: ld2342 000123 4":                        {Serial: "LD23420001234", Form: FormBrand, Proven: true, Precision: "week", Plant: "Lodz", Brand: "Acme"},
	} {
		got, err := r.Interpret(text, Product{})
		got.Made = time.Time{}
		if err != nil || got != want {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	if id, err := r.Interpret("Serial No. XK-9911", Product{SKU: "ZZ-1"}); err != nil || id.Serial != "XK-9911" || id.Form != FormPlain {
		t.Errorf("no rule for the SKU: %+v, %v", id, err)
	}
	for text, want := range map[string]claim.Code{
		"": CodeNoSerial, "LD2342-000123-5": rules.CodeCheck, "whatever": rules.CodePattern,
		"https://example.com/help": "gs1_link", "(01)09521234543214": "gs1_check_digit",
	} {
		if _, err := r.Interpret(text, Product{}); err == nil || claim.AsProblem(err, "").Code != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func qr(text string) []codes.Code { return []codes.Code{{Symbology: codes.QR, Text: text}} }

func TestResolve(t *testing.T) {
	const good, other = "LD2342-000123-4", "(01)09521234543213(21)OTHER77"
	known := []string{good, "LD2342-000888-8"}
	tag, _ := hex.DecodeString("d1011b551e" + hex.EncodeToString([]byte("sgtin:0614141.112345.12345")))
	for name, c := range map[string]struct {
		in      Input
		serial  string
		certain bool
		codes   []claim.Code
		says    string
	}{
		"typed and known":        {Input{Typed: good}, "LD23420001234", true, nil, ""},
		"photo only":             {Input{Photos: [][]codes.Code{nil, qr(good)}}, "LD23420001234", true, nil, ""},
		"both agree":             {Input{Typed: "ld23420001234", Photos: [][]codes.Code{qr(good)}}, "LD23420001234", true, nil, ""},
		"typo":                   {Input{Typed: "LD2342-O00123-4"}, "LD2342-O00123-4", false, []claim.Code{rules.CodePattern, CodeUnknown}, "did you mean " + good},
		"photo against form":     {Input{Typed: good, Photos: [][]codes.Code{qr(other)}}, "LD23420001234", false, []claim.Code{CodeConflict}, "the form gives the serial LD23420001234, but photo 1 shows OTHER77"},
		"one character":          {Input{Typed: "LD2342-000124-4", Photos: [][]codes.Code{qr(good)}}, "LD2342-000124-4", false, []claim.Code{rules.CodeCheck, CodeConflict, CodeUnknown}, "character 12 is 4 against 3"},
		"nothing":                {Input{}, "", false, nil, ""},
		"product only":           {Input{Photos: [][]codes.Code{{{Symbology: codes.EAN13, Text: "9521234543213"}}}}, "", false, nil, ""},
		"two products":           {Input{Typed: "(01)80614141123458(21)X1Y2", Photos: [][]codes.Code{{{Symbology: codes.UPCA, Text: "036000291452"}}}}, "X1Y2", false, []claim.Code{CodeProduct, CodeUnknown}, "another product"},
		"tag":                    {Input{NDEF: [][]byte{tag}}, "12345", false, []claim.Code{CodeUnknown}, "no unit with the serial 12345"},
		"broken tag":             {Input{NDEF: [][]byte{{0xD1}}, EPCs: []string{"zz"}}, "", false, []claim.Code{"epc_syntax", "ndef_truncated"}, ""},
		"text that is no serial": {Input{Photos: [][]codes.Code{qr("WIFI:S:home;;")}}, "", false, nil, ""},
	} {
		got, err := resolver(t, known...).Resolve(context.Background(), c.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var found []claim.Code
		text := ""
		for _, p := range got.Problems {
			found = append(found, p.Code)
			text += p.Message + "\n"
		}
		if got.Serial != c.serial || got.Certain != c.certain || strings.Join(strs(found), " ") != strings.Join(strs(c.codes), " ") || !strings.Contains(text, c.says) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func strs(in []claim.Code) (out []string) {
	for _, c := range in {
		out = append(out, string(c))
	}
	return out
}

// TestResolveAddsProduct: an EAN beside the serial tells the product.
func TestResolveAddsProduct(t *testing.T) {
	in := Input{Typed: "LD2342-000123-4", Photos: [][]codes.Code{{{Symbology: codes.EAN13, Text: "9521234543213"}}}}
	got, err := resolver(t).Resolve(context.Background(), in)
	if err != nil || got.GTIN != "09521234543213" || !got.Certain || len(got.Problems) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzInterpret(f *testing.F) {
	r := resolver(f)
	for _, s := range []string{"(01)09521234543213(21)A1", "https://id.gs1.org/01/9521234543213/21/A1B2", "3074257BF7194E4000001A85", "S/N: LD2342-000123-4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := r.Interpret(text, Product{})
		if err != nil {
			if claim.AsProblem(err, "none").Code == "none" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		if id.Serial == "" && id.GTIN == "" && id.Lot == "" && id.Form != FormGS1 && id.Form != FormLink && id.Form != FormEPC {
			t.Fatalf("%q is nothing: %+v", text, id)
		}
	})
}
