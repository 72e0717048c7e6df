package ngram

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

func stored(t testing.TB, e *Encoder) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := e.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("wrote %d of %d bytes: %v", n, b.Len(), err)
	}
	return b.Bytes()
}

func TestStoredEncoderComesBack(t *testing.T) {
	for _, cfg := range []Config{WordConfig(), CharConfig(), {Unit: Chars, Min: 1, Max: 3, Across: true, TF: TFBM25}} {
		e := fit(t, cfg)
		file := stored(t, e)
		r := bytes.NewReader(append(slices.Clone(file), "next"...))
		back, err := Read(r)
		if err != nil {
			t.Fatal(err)
		}
		if rest, _ := io.ReadAll(r); string(rest) != "next" {
			t.Errorf("left %q unread instead of what follows", rest)
		}
		if !bytes.Equal(file, stored(t, back)) || e.Digest() != back.Digest() {
			t.Error("stored forms differ")
		}
		for _, s := range corpus {
			if diff := cmp.Diff(e.Encode(s), back.Encode(s)); diff != "" {
				t.Errorf("%q: %s", s, diff)
			}
		}
		if _, err := Read(iotest.OneByteReader(bytes.NewReader(file))); err != nil {
			t.Errorf("byte by byte: %v", err)
		}
	}
}

func TestDamageIsFound(t *testing.T) {
	file := stored(t, fit(t, WordConfig()))
	check := func(what string, at int, b []byte) {
		if _, err := Read(bytes.NewReader(b)); claim.AsProblem(err, "none").Code != text.CodeEncoderCorrupt {
			t.Errorf("%s at %d: %v", what, at, err)
		}
	}
	for i := range file {
		check("cut", i, file[:i])
		flipped := slices.Clone(file)
		flipped[i] ^= 0x40
		check("flip", i, flipped)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(stored(f, fit(f, WordConfig())))
	f.Add(stored(f, fit(f, CharConfig())))
	f.Add([]byte("DFNG\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Read(bytes.NewReader(b))
		if err != nil {
			if claim.AsProblem(err, "none").Code != text.CodeEncoderCorrupt {
				t.Errorf("no code: %v", err)
			}
			return
		}
		e.Encode("Battery not hot 屏幕")
		again, err := Read(bytes.NewReader(stored(t, e)))
		if err != nil || again.Digest() != e.Digest() {
			t.Errorf("what was read does not come back: %v", err)
		}
	})
}

func FuzzEncode(f *testing.F) {
	words, chars := fit(f, WordConfig()), fit(f, Config{Unit: Chars, Min: 1, Max: 4, Across: true})
	for _, s := range corpus {
		f.Add(s)
	}
	f.Add("½ﬁ\xff\u0301'’n't ไม่ ﾊﾞ")
	f.Fuzz(func(t *testing.T, s string) {
		for _, span := range Explain(s, Part{words.Read(s), pull}, Part{chars.Read(s), pull}) {
			if span.Start >= span.End || span.Text != s[span.Start:span.End] {
				t.Errorf("bad span %+v", span)
			}
		}
	})
}
