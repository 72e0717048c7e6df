package ndef

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
)

func data(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		hex  string
		want Content
	}{
		// ST application note AN3408, tables 24 and 25: a text and a link with their blocks.
		"text": {"031ad1011654 02656e49534f3135363933206173204e464320746167fe", Content{Texts: []Text{{"en", "ISO15693 as NFC tag"}}}},
		"link": {"030bd1010755 0173742e636f6dfe", Content{URIs: []string{"http://www.st.com"}}},
		// NFC Forum, Smart Poster RTD, 3.3.1: the simple Smart Poster for the NFC Forum's page.
		"poster":     {"d102125370 d1010e55016e66632d666f72756d2e6f7267", Content{URIs: []string{"http://www.nfc-forum.org"}}},
		"epc":        {"d1011b551e" + hex.EncodeToString([]byte("sgtin:0614141.112345.12345")), Content{URIs: []string{"urn:epc:id:sgtin:0614141.112345.12345"}}},
		"utf16":      {"d1010954 82656efeff00480069", Content{Texts: []Text{{"en", "Hi"}}}},
		"little":     {"d1010954 82656efffe48006900", Content{Texts: []Text{{"en", "Hi"}}}},
		"two":        {"910102550461 5101045402656e78", Content{URIs: []string{"https://a"}, Texts: []Text{{"en", "x"}}}},
		"long form":  {"c10100000003550461 62", Content{URIs: []string{"https://ab"}}},
		"with id":    {"d9010301557801 6162", Content{URIs: []string{"http://www.ab"}}},
		"other type": {"d40f0d616e64726f69642e636f6d3a706b67636f6d2e6578616d706c652e61", Content{Others: 1}},
		"absolute":   {"d3090068747470733a2f2f61", Content{URIs: []string{"https://a"}}},
	} {
		clean := bytes.ReplaceAll([]byte(c.hex), []byte(" "), nil)
		got, err := Parse(data(t, string(clean)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

func TestRefused(t *testing.T) {
	poster := data(t, "d1010355046162")
	for range maxDepth + 1 {
		poster = append([]byte{0xD1, 2, byte(len(poster)), 'S', 'p'}, poster...)
	}
	if c, err := Parse(poster); err != nil || c.Others != 1 {
		t.Errorf("a poster too deep is %+v, %v; want passed over", c, err)
	}
	for text, want := range map[string]claim.Code{
		"":                             CodeEmpty,
		"0300fe":                       CodeEmpty,
		"d1":                           CodeTruncated,
		"d1010755017374":               CodeTruncated,
		"030bd10107":                   CodeTruncated,
		"c101ffffffff55":               CodeTruncated,
		"f1010355046162":               CodeChunked,
		"51010355046162":               CodeMalformed, // no beginning
		"9101035504616291":             CodeTruncated,
		"91010355046162d1010355046162": CodeMalformed, // two beginnings
		"d1010055":                     CodeTruncated,
		"d10102550 4ff":                CodeMalformed,
		"d101025403 61":                CodeTruncated,
		"d101045482656e41":             CodeMalformed,
	} {
		clean := bytes.ReplaceAll([]byte(text), []byte(" "), nil)
		if _, err := Parse(data(t, string(clean))); err == nil || claim.AsProblem(err, "").Code != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := Parse(make([]byte, MaxBytes+1)); claim.AsProblem(err, "").Code != CodeTooLong {
		t.Errorf("too long: %v", err)
	}
	many := bytes.Repeat(data(t, "11010355046162"), MaxRecords+2)
	many[0] |= flagBegin
	if _, err := Parse(many); claim.AsProblem(err, "").Code != CodeTooLong {
		t.Errorf("too many: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"d1010755017374", "d102125370d1010e55016e66632d666f72756d2e6f7267", "031ad101165402656e41fe"} {
		f.Add(data(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(b)
		if err != nil && claim.AsProblem(err, "none").Code == "none" {
			t.Fatalf("an error without a code: %v", err)
		}
		if len(c.URIs)+len(c.Texts)+c.Others > MaxRecords {
			t.Fatalf("%d records", len(c.URIs)+len(c.Texts)+c.Others)
		}
	})
}
