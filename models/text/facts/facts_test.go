package facts

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// rows has days 0..39 (missing on every tenth), a colour, a boolean and a leak.
func rows() []map[string]any {
	var out []map[string]any
	for i := range 40 {
		r := map[string]any{"colour": []string{"red", "Blue ", "blue"}[i%3], "warranty": i%2 == 0, "author": "w1", "odd": []any{1}}
		if i%10 != 9 {
			r["days"] = float64(i)
		}
		out = append(out, r)
	}
	return append(out, map[string]any{"colour": "one of a kind"})
}

func fit(t testing.TB) *Encoder {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Thresholds = 4
	e, err := Fit(slices.Values(rows()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEncode(t *testing.T) {
	e := fit(t)
	// Columns: colour blue 0, red 1; days cuts 0, 10, 20, 30 in 2..5, not given 6;
	// warranty false 7, true 8.
	if e.Dim() != 9 {
		t.Fatalf("%d columns, want 9: %+v", e.Dim(), e.keys)
	}
	on := func(cols ...uint32) []uint32 { return cols }
	for _, c := range []struct {
		name    string
		context map[string]any
		want    []uint32
		present bool
	}{
		{"all known", map[string]any{"days": 12.0, "colour": "BLUE", "warranty": true}, on(0, 2, 3, 8), true},
		{"below the smallest", map[string]any{"days": -5.0}, nil, true},
		{"above the largest", map[string]any{"days": 1e300}, on(2, 3, 4, 5), true},
		{"whole number", map[string]any{"days": 30}, on(2, 3, 4, 5), true},
		{"not given", map[string]any{"warranty": false}, on(6, 7), true},
		{"no number", map[string]any{"days": math.NaN()}, on(6), true},
		{"rare value", map[string]any{"colour": "one-of-a-kind"}, on(6), true},
		{"null", map[string]any{"days": nil}, nil, false},
		{"unknown and omitted keys", map[string]any{"author": "w1", "odd": 3.0}, nil, false},
		{"nothing", nil, nil, false},
	} {
		b := e.Encode(c.context)
		if diff := cmp.Diff(c.want, b.Index); diff != "" || b.Present != c.present {
			t.Errorf("%s: present %v, %s", c.name, b.Present, diff)
		}
		if err := (feature.Example{b}).Check(feature.Layout{e.Spec("context")}); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWordsOfFacts(t *testing.T) {
	var contexts []map[string]any
	for _, maker := range []string{"Philips Medical Systems", "PHILIPS, Ltd.", "Acme Medical", "philips"} {
		contexts = append(contexts, map[string]any{"maker": maker})
	}
	cfg := DefaultConfig()
	cfg.MinDocs = 2
	e, err := Fit(slices.Values(contexts), cfg)
	if err != nil {
		t.Fatal(err)
	}
	// Columns: medical 0, philips 1; no whole value stands twice.
	b := e.Encode(map[string]any{"maker": "Philips Philips (Medical) new"})
	if diff := cmp.Diff([]uint32{0, 1}, b.Index); diff != "" || math.Abs(float64(b.Value[0])-math.Sqrt(0.5)) > 1e-6 {
		t.Errorf("%s %v", diff, b.Value)
	}
	cfg.MaxWords = 0
	if _, err := Fit(slices.Values(contexts), cfg); !errors.Is(err, ErrNoColumns) {
		t.Errorf("without words: %v", err)
	}
}

func TestExplanationSumsToScore(t *testing.T) {
	e := fit(t)
	weight := func(col uint32) float64 { return float64(col) - 3.5 }
	context := map[string]any{"days": 25.0, "colour": "Red"}
	want := 0.0
	b := e.Encode(context)
	for i, c := range b.Index {
		want += float64(b.Value[i]) * weight(c)
	}
	got, what := 0.0, []string{}
	for _, f := range e.Explain(context, weight) {
		got += f.Weight
		what = append(what, f.What)
	}
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("facts sum to %g, the score is %g", got, want)
	}
	if diff := cmp.Diff([]string{"colour = Red", "days = 25"}, what); diff != "" {
		t.Error(diff)
	}
	if got := e.Explain(map[string]any{"colour": "red"}, weight); len(got) != 2 || got[1].What != "days not given" {
		t.Errorf("missing number: %+v", got)
	}
	if got := e.Explain(nil, weight); got != nil {
		t.Errorf("nothing known explained by %+v", got)
	}
}

func TestOrderOfClaimsDoesNotMatter(t *testing.T) {
	turned := rows()
	slices.Reverse(turned)
	cfg := DefaultConfig()
	cfg.Thresholds = 4
	e, err := Fit(slices.Values(turned), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if e.Digest() != fit(t).Digest() {
		t.Error("digests differ")
	}
}

func TestFitRefuses(t *testing.T) {
	if _, err := Fit(slices.Values([]map[string]any{{"author": "w1"}, {"a": "b"}}), DefaultConfig()); !errors.Is(err, ErrNoColumns) {
		t.Errorf("nothing common: %v", err)
	}
	for _, cfg := range []Config{{}, {MinDocs: 1, Thresholds: 65, MaxValues: 1}, {MinDocs: 1, Thresholds: 1}} {
		if _, err := Fit(slices.Values(rows()), cfg); claim.AsProblem(err, "none").Code != text.CodeEncoderConfig {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

func file(t testing.TB, e *Encoder) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := e.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDamageIsFound(t *testing.T) {
	b := file(t, fit(t))
	for i := range b {
		flipped := slices.Clone(b)
		flipped[i] ^= 0x20
		for _, bad := range [][]byte{b[:i], flipped} {
			if _, err := Read(bytes.NewReader(bad)); claim.AsProblem(err, "none").Code != text.CodeEncoderCorrupt {
				t.Errorf("byte %d: %v", i, err)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(f, fit(f)))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Read(bytes.NewReader(b))
		if err != nil {
			if claim.AsProblem(err, "none").Code != text.CodeEncoderCorrupt {
				t.Errorf("no code: %v", err)
			}
			return
		}
		again, err := Read(bytes.NewReader(file(t, e)))
		if err != nil || again.Digest() != e.Digest() {
			t.Errorf("what was read does not come back: %v", err)
		}
		if diff := cmp.Diff(e.Encode(rows()[1]), again.Encode(rows()[1])); diff != "" {
			t.Error(diff)
		}
	})
}
