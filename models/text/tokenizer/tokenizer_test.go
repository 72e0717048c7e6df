package tokenizer

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// golden is what testdata/make.py got from the Python library.
type golden struct {
	Texts []string             `json:"texts"`
	IDs   map[string][][]int64 `json:"ids"`
}

func readGolden(t testing.TB) golden {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// shared is a tokenizer outside the repository.
func shared(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	return filepath.Join(filepath.Dir(dir), "shared", "models", "text-model2vec-bge-vq128-64d", "tokenizer.json")
}

func open(t testing.TB, name string) *Tokenizer {
	t.Helper()
	path := filepath.Join("testdata", name+".json")
	if name == "model2vec" {
		path = shared(t)
	}
	tok, err := Load(path)
	if errors.Is(err, fs.ErrNotExist) && name == "model2vec" && os.Getenv("CI") != "true" {
		t.Skip("needs ../shared/models/text-model2vec-bge-vq128-64d")
	}
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestIDsMatchThePythonLibrary(t *testing.T) {
	g := readGolden(t)
	for _, name := range []string{"uncased", "cased", "bpe", "unigram", "model2vec"} {
		t.Run(name, func(t *testing.T) {
			tok := open(t, name)
			if len(g.IDs[name]) != len(g.Texts) || len(g.Texts) < 30 {
				t.Fatalf("%d golden ids for %d texts", len(g.IDs[name]), len(g.Texts))
			}
			for i, s := range g.Texts {
				got, err := tok.Encode(s, 100_000)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, g.IDs[name][i]) {
					t.Errorf("%q\n got %v\nwant %v", s, got, g.IDs[name][i])
				}
			}
		})
	}
}

func TestLimitKeepsSpecialTokens(t *testing.T) {
	tok := open(t, "uncased")
	whole, err := tok.Encode("the screen is cracked and dark", 100)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tok.Encode("the screen is cracked and dark", 5)
	if err != nil {
		t.Fatal(err)
	}
	want := append(slices.Clone(whole[:4]), whole[len(whole)-1])
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := tok.Encode("a", 2); claim.AsProblem(err, "none").Code != text.CodeTokenizer {
		t.Errorf("no room: %v", err)
	}
}

func TestSpecialTokensInTextsAreText(t *testing.T) {
	got, err := open(t, "uncased").Encode("[SEP] [MASK]", 100)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(got[1:len(got)-1], 3) || slices.Contains(got, 4) {
		t.Errorf("a customer's words gave special tokens: %v", got)
	}
}

func TestPadding(t *testing.T) {
	for name, want := range map[string]int64{"uncased": 0, "bpe": 1, "unigram": 1} {
		if tok := open(t, name); tok.PadID() != want || tok.Size() < 100 {
			t.Errorf("%s: pad %d, size %d", name, tok.PadID(), tok.Size())
		}
	}
}

func TestUnknownPartsAreRefused(t *testing.T) {
	model := `"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1}}`
	for name, file := range map[string]string{
		"no JSON":         `{`,
		"no model":        `{}`,
		"model":           `{"model":{"type":"Rare","vocab":{}}}`,
		"vocab":           `{"model":{"type":"WordPiece","vocab":{}}}`,
		"id":              `{"model":{"type":"WordPiece","vocab":{"[UNK]":-1}}}`,
		"huge id":         `{"model":{"type":"WordPiece","vocab":{"[UNK]":9999999999}}}`,
		"unknown token":   `{"model":{"type":"WordPiece","unk_token":"[X]","vocab":{"a":0}}}`,
		"normaliser":      `{"normalizer":{"type":"Nmt"},` + model + `}`,
		"no pattern":      `{"normalizer":{"type":"Replace","pattern":{},"content":""},` + model + `}`,
		"bad regex":       `{"normalizer":{"type":"Replace","pattern":{"Regex":"(?!a)"},"content":""},` + model + `}`,
		"charsmap":        `{"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"},` + model + `}`,
		"splitter":        `{"pre_tokenizer":{"type":"Split"},` + model + `}`,
		"metaspace":       `{"pre_tokenizer":{"type":"Metaspace","replacement":""},` + model + `}`,
		"post":            `{"post_processor":{"type":"Other"},` + model + `}`,
		"template":        `{"post_processor":{"type":"TemplateProcessing","single":[]},` + model + `}`,
		"template ids":    `{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}]},` + model + `}`,
		"special beyond":  `{"post_processor":{"type":"BertProcessing","cls":["c",77],"sep":["s",0]},` + model + `}`,
		"added token":     `{"added_tokens":[{"id":5,"content":"new","special":false}],` + model + `}`,
		"merge":           `{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}`,
		"unigram unknown": `{"model":{"type":"Unigram","vocab":[["a",-1]]}}`,
		"deep":            `{"normalizer":` + strings.Repeat(`{"type":"Sequence","normalizers":[`, 12) + strings.Repeat(`]}`, 12) + `,` + model + `}`,
	} {
		if _, err := Parse([]byte(file)); claim.AsProblem(err, "none").Code != text.CodeTokenizer {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse([]byte("{" + model + "}")); err != nil {
		t.Errorf("the model itself: %v", err)
	}
}

func FuzzEncode(f *testing.F) {
	for _, s := range readGolden(f).Texts {
		f.Add(s, 16)
	}
	toks := []*Tokenizer{open(f, "uncased"), open(f, "bpe"), open(f, "unigram")}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		for _, tok := range toks {
			ids, err := tok.Encode(s, limit)
			if err != nil {
				if limit > 2 {
					t.Errorf("limit %d: %v", limit, err)
				}
				continue
			}
			if len(ids) > limit || len(ids) < 2 {
				t.Errorf("%d ids for a limit of %d", len(ids), limit)
			}
			for _, id := range ids {
				if id < 0 || id >= int64(tok.Size()) {
					t.Errorf("id %d of %d", id, tok.Size())
				}
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"uncased", "bpe", "unigram"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"normalizer":{"type":"Precompiled","precompiled_charsmap":"BAAAAAACAAA="},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",-1e308]]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		tok, err := Parse(data)
		if err != nil {
			if claim.AsProblem(err, "none").Code != text.CodeTokenizer {
				t.Errorf("no code: %v", err)
			}
			return
		}
		ids, err := tok.Encode("Ｓcreen isn't ½ dark 屏幕\u0301", 200)
		if err == nil && slices.ContainsFunc(ids, func(id int64) bool { return id < 0 || id >= int64(tok.Size()) }) {
			t.Errorf("ids %v of %d", ids, tok.Size())
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	texts := readGolden(b).Texts
	for _, name := range []string{"uncased", "bpe", "unigram"} {
		b.Run(name, func(b *testing.B) {
			tok := open(b, name)
			i := 0
			for b.Loop() {
				if _, err := tok.Encode(texts[i%len(texts)], 256); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
