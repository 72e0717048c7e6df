package rules

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain äß😡": "plain äß😡", "a\x00b": "a\ufffdb", "\xff": "\ufffd", "\xed\xa0\x80": "\ufffd\ufffd\ufffd", "\ufffd": "\ufffd",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
		b, err := Document(in)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("Document(%q) holds %q, want %q (%v)", in, got, want, err)
		}
	}
}

func FuzzDocument(f *testing.F) {
	for _, s := range []string{"", "a\x00", `\u0000`, `\\u0000`, "\\\x00", `"\`, "\xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := Document(map[string]string{s: s})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if got[Text(s)] != Text(s) {
			t.Errorf("Document and Text differ on %q: %q", s, got)
		}
	})
}

func TestFact(t *testing.T) {
	c := claim.Claim{Context: map[string]any{"a": "x\x00", "b": 4711.0, "c": 0.25, "d": true, "e": nil, "f": 1e21, "g": []any{"x"}}}
	for name, want := range map[string]string{"a": "x\ufffd", "b": "4711", "c": "0.25", "d": "", "e": "", "f": "1000000000000000000000", "g": "", "none": ""} {
		if got := Fact(c, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestTime(t *testing.T) {
	if !Time(time.Time{}).IsZero() {
		t.Error("the zero time changed")
	}
	got := Time(time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.FixedZone("", 3600)))
	if want := time.Date(1969, 12, 31, 22, 59, 59, 999_999_000, time.UTC); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestIDs(t *testing.T) {
	var ids []string
	for range 1000 {
		id, err := NewID()
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := ParseID(id); !ok {
			t.Errorf("%s is not read back", id)
		}
		ids = append(ids, id)
	}
	if !slices.IsSorted(ids) {
		t.Error("ids do not rise")
	}
	for _, id := range []string{"", "x", "{" + ids[0] + "}", "urn:uuid:" + ids[0], ids[0][:35], "01A0F7A4-0000-7000-8000-000000000000"} {
		if _, ok := ParseID(id); ok {
			t.Errorf("%q is taken for an id", id)
		}
	}
}

func TestCursor(t *testing.T) {
	id, err := NewID()
	if err != nil {
		t.Fatal(err)
	}
	f := store.Filter{Product: "x", From: time.Unix(5, 0), Labels: []store.Label{}}
	want := Place{At: time.Date(2026, 3, 1, 10, 0, 0, 1000, time.UTC), ID: id}
	cursor, err := Cursor(f, want)
	if err != nil {
		t.Fatal(err)
	}
	same := store.Filter{Product: "x", From: time.Unix(5, 0).In(time.FixedZone("", 60))}
	if got, err := ParseCursor(same, cursor); err != nil || got != want {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	for _, other := range []store.Filter{{}, {Product: "y", From: f.From}, {Product: "x"}, {SKU: "x", From: f.From}} {
		if _, err := ParseCursor(other, cursor); !errors.Is(err, store.ErrCursor) {
			t.Errorf("%+v takes another list's cursor: %v", other, err)
		}
	}
	far, err := Cursor(f, Place{At: time.UnixMicro(math.MaxInt64), ID: id})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "x", cursor + "=", cursor + "A", cursor[1:], cursor[:len(cursor)-1], cursor + "\n", far} {
		if _, err := ParseCursor(f, bad); !errors.Is(err, store.ErrCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := Cursor(f, Place{ID: "x"}); err == nil {
		t.Error("a cursor of no id")
	}
}

func TestChecks(t *testing.T) {
	unit := []float32{1, 0}
	for name, tc := range map[string]struct {
		err error
		ok  bool
	}{
		"page":        {CheckPage(store.Page{Limit: 1}), true},
		"full page":   {CheckPage(store.Page{Limit: store.MaxPage}), true},
		"no page":     {CheckPage(store.Page{}), false},
		"long page":   {CheckPage(store.Page{Limit: store.MaxPage + 1}), false},
		"near":        {CheckNear(store.Near{K: store.MaxNear, Vector: unit}), true},
		"near none":   {CheckNear(store.Near{Vector: unit}), false},
		"near many":   {CheckNear(store.Near{K: store.MaxNear + 1, Vector: unit}), false},
		"no vector":   {CheckNear(store.Near{K: 1}), false},
		"not numbers": {CheckVector([]float32{float32(math.NaN())}), false},
		"infinite":    {CheckVector([]float32{float32(math.Inf(-1))}), false},
	} {
		if (tc.err == nil) != tc.ok {
			t.Errorf("%s: %v", name, tc.err)
		}
	}
}
