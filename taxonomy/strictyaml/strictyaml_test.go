package strictyaml_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/taxonomy/strictyaml"
)

func TestParseKeepsPositionsAndLetters(t *testing.T) {
	root, err := strictyaml.Parse([]byte("a: 1\nb:\n  - yes\n  - {c: \"true\", d: ~}\n"))
	if err != nil {
		t.Fatal(err)
	}
	b := root.Get("b")
	got := []any{root.Get("a").Text, b.Items[0].Text, b.Items[0].Line, b.Items[1].Get("c").Text, b.Items[1].Get("c").Quoted,
		b.Items[1].Get("d").Missing(), b.Items[1].Get("c").Path, b.Items[1].Line}
	want := []any{"1", "yes", 3, "true", true, true, "b[1].c", 4}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"empty":     {"", "empty"},
		"two":       {"a: 1\n---\nb: 2\n", "line 3: more than one document"},
		"alias":     {"a: &x 1\nb: *x\n", "line 1: a: anchors"},
		"tag":       {"a: !!binary aGk=\n", "tags"},
		"unclosed":  {"a: [1, 2\n", "not valid YAML"},
		"map key":   {"? {a: b}\n: c\n", "invalid key"},
		"deep flow": {strings.Repeat("[", 5000), "levels of nesting"},
		"long":      {strings.Repeat("\n", strictyaml.MaxLines+1), "lines"},
		"too large": {strings.Repeat("#", strictyaml.MaxBytes+1), "bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := strictyaml.Parse([]byte(tc.in))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if _, ok := errors.AsType[strictyaml.Error](err); !ok {
				t.Errorf("%T does not unwrap to Error", err)
			}
		})
	}
}

func TestReaderCollectsAllMistakes(t *testing.T) {
	root, err := strictyaml.Parse([]byte("name: x\nlables: []\nname: y\nversion: many\nflag: perhaps\nlist: {a: 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var r strictyaml.Reader
	r.Keys(root, "name", "labels", "version", "flag", "list")
	r.Int(root.Get("version"))
	r.Bool(root.Get("flag"))
	r.List(root.Get("list"))
	want := `line 2: unknown key "lables"; did you mean "labels"?
line 3: key "name" stands here a second time (first on line 1)
line 4: version: expected a whole number, found "many"
line 5: flag: expected true or false, found "perhaps"
line 6: list: expected a list, found a map`
	if diff := cmp.Diff(want, r.Errs.Err().Error()); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: {b: [1, 2]}\n"))
	f.Add([]byte("? x\n: - |\n   y\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := strictyaml.Parse(data)
		if (root == nil) == (err == nil) {
			t.Fatalf("root %v, err %v", root, err)
		}
	})
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"a", "true", "1.5", "a: b", "\x00\"", " x ", "rolled-in_scale", "汽车\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return // Quote is given valid UTF-8 only
		}
		root, err := strictyaml.Parse([]byte("k: " + strictyaml.Quote(s) + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := root.Get("k").Text; got != s {
			t.Fatalf("%q came back as %q", s, got)
		}
	})
}
