package ngram

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// grams gives the texts that the reader covers, as they stand in the source.
func grams(cfg Config, s string) []string {
	r := &reader{cfg: cfg.withDefaults()}
	var out []string
	for _, g := range r.read(s) {
		out = append(out, s[r.folded.from[g.lo]:r.folded.to[g.hi-1]])
	}
	return out
}

func TestGrams(t *testing.T) {
	words := Config{Unit: Words, Min: 1, Max: 2, RunMin: 1, RunMax: 2}
	marks := words
	marks.Marks = true
	chars := Config{Unit: Chars, Min: 3, Max: 3, RunMin: 1, RunMax: 2}
	across := Config{Unit: Chars, Min: 3, Max: 3, Across: true}
	for _, c := range []struct {
		name string
		cfg  Config
		text string
		want []string
	}{
		{"pairs pass over punctuation", words, "not cracked, but bent", []string{"not", "not cracked", "cracked", "cracked, but", "but", "but bent", "bent"}},
		{"apostrophes stay in the word", words, "isn't", []string{"isn't"}},
		{"elisions do not", words, "l’écran", []string{"l’", "l’écran", "écran"}},
		{"numbers are words", words, "after 12.5 h", []string{"after", "after 12.5", "12.5", "12.5 h", "h"}},
		{"marks on request", marks, "hot!", []string{"hot", "hot!", "!"}},
		{"runs break the sequence", words, "ABS灯亮 on", []string{"ABS", "灯", "灯亮", "亮", "on"}},
		{"Kana and Han", words, "割れた", []string{"割", "割れ", "れ", "れた", "た"}},
		{"Hangul has spaces", words, "화면 깨짐", []string{"화면", "화면 깨짐", "깨짐"}},
		{"padded characters", chars, "ab cde", []string{"ab", "ab", "cd", "cde", "de"}},
		{"characters of runs", chars, "x裂痕", []string{"x", "裂", "裂痕", "痕"}},
		{"across spaces", across, "a  b c", []string{"a  b", "  b ", "b c"}},
		{"nothing", words, " \t\n", nil},
	} {
		if diff := cmp.Diff(c.want, grams(c.cfg, c.text)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// hashes gives the set of grams of s, for comparing texts that should count as equal.
func hashes(cfg Config, s string) []uint64 {
	r := &reader{cfg: cfg.withDefaults()}
	var out []uint64
	for _, g := range r.read(s) {
		out = append(out, g.hash)
	}
	return out
}

func TestFolding(t *testing.T) {
	words, chars := WordConfig(), CharConfig()
	raw := words
	raw.Numbers = NumbersKeep
	kept := words
	kept.KeepCase = true
	stems := words
	stems.Stem = true
	for _, c := range []struct {
		name string
		cfg  Config
		a, b string
		same bool
	}{
		{"case", words, "Écran CASSÉ", "écran cassé", true},
		{"case kept", kept, "Cracked", "cracked", false},
		{"composed accents", chars, "cafe\u0301", "café", true},
		{"accents matter", words, "cafe", "café", false},
		{"fullwidth", words, "ＡＢＳ１２", "abs12", true},
		{"halfwidth Kana", words, "ﾊﾞｯﾃﾘｰ", "バッテリー", true},
		{"curly apostrophe", words, "isn’t", "isn't", true},
		{"number shape", words, "12 days", "47 days", true},
		{"number length", words, "12 days", "470 days", false},
		{"number kept", raw, "12 days", "47 days", false},
		{"stem", stems, "cracked batteries", "cracking battery", true},
		{"no stem", words, "cracked", "cracking", false},
		{"order of a pair", words, "not cracked", "cracked not", false},
	} {
		if got := cmp.Equal(hashes(c.cfg, c.a), hashes(c.cfg, c.b)); got != c.same {
			t.Errorf("%s: %q and %q equal: %v, want %v", c.name, c.a, c.b, got, c.same)
		}
	}
}

var corpus = []string{
	"Screen cracked after 3 days", "screen not cracked but dark", "Battery swollen, battery hot",
	"battery not charging", "the screen is dark", "Akku lädt nicht", "Akku ist heiß",
	"屏幕有裂痕", "屏幕不亮", "battery hot and screen cracked",
}

func fit(t testing.TB, cfg Config) *Encoder {
	t.Helper()
	e, err := Fit(slices.Values(corpus), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEncodeMatchesPlainTfIdf(t *testing.T) {
	e := fit(t, Config{Unit: Words, Min: 1, Max: 1})
	// battery: 3 of 10 texts; hot: 2 of 10; "swollen" and "zzz" have no column.
	hot := math.Log(11.0/3) + 1
	battery := (1 + math.Log(2)) * (math.Log(11.0/4) + 1)
	norm := math.Hypot(battery, hot)
	b := e.Encode("battery hot, BATTERY zzz")
	if len(b.Value) != 2 {
		t.Fatalf("%d columns instead of 2", len(b.Value))
	}
	got := slices.Clone(b.Value)
	slices.Sort(got)
	want := []float64{min(battery, hot) / norm, max(battery, hot) / norm}
	for i := range want {
		if math.Abs(float64(got[i])-want[i]) > 1e-6 {
			t.Errorf("value %d is %g, want %g", i, got[i], want[i])
		}
	}
}

func TestBlocksKeepTheLayout(t *testing.T) {
	for _, cfg := range []Config{WordConfig(), CharConfig(), {Unit: Chars, Min: 1, Max: 4, Across: true, TF: TFBM25, IDF: IDFBM25}} {
		e := fit(t, cfg)
		layout := feature.Layout{e.Spec("text."+string(cfg.Unit), "text")}
		for _, s := range append(corpus, "", "zzzzqqq", "\xff\xfe", strings.Repeat("battery ", 5000)) {
			b := e.Encode(s)
			if err := (feature.Example{b}).Check(layout); err != nil {
				t.Errorf("%q: %v", s, err)
			}
			if !slices.IsSorted(b.Index) || len(slices.Compact(slices.Clone(b.Index))) != len(b.Index) {
				t.Errorf("%q: columns do not ascend", s)
			}
			sum := 0.0
			for _, v := range b.Value {
				sum += float64(v) * float64(v)
			}
			if len(b.Value) > 0 && math.Abs(sum-1) > 1e-5 {
				t.Errorf("%q: squared norm %g", s, sum)
			}
			if b.Present != (strings.TrimSpace(s) != "") {
				t.Errorf("%q: present is %v", s, b.Present)
			}
		}
	}
}

func TestOrderOfTextsDoesNotMatter(t *testing.T) {
	cfg := CharConfig()
	cfg.MaxColumns = 40
	want := fit(t, cfg).Digest()
	shuffled := slices.Clone(corpus)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	e, err := Fit(slices.Values(shuffled), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if e.Dim() != 40 || e.Digest() != want {
		t.Errorf("%d columns, digest equal: %v", e.Dim(), e.Digest() == want)
	}
}

func TestFitRefuses(t *testing.T) {
	if _, err := Fit(slices.Values([]string{"one", "two"}), Config{Unit: Words, Min: 1, Max: 2, MinDocs: 2}); !errors.Is(err, ErrNoColumns) {
		t.Errorf("texts without a common gram: %v", err)
	}
	for name, change := range map[string]func(*Config){
		"unit": func(c *Config) { c.Unit = "lines" }, "orders": func(c *Config) { c.Min = 3; c.Max = 2 },
		"huge order": func(c *Config) { c.Max = 9 }, "runs": func(c *Config) { c.RunMin = 0 },
		"docs": func(c *Config) { c.MinDocs = -1 }, "columns": func(c *Config) { c.MaxColumns = 1 << 23 },
		"tf": func(c *Config) { c.TF = "x" }, "idf": func(c *Config) { c.IDF = "x" },
		"numbers": func(c *Config) { c.Numbers = "x" }, "bm25": func(c *Config) { c.TF = TFBM25; c.K1 = math.NaN() },
	} {
		cfg := WordConfig()
		change(&cfg)
		_, err := Fit(slices.Values(corpus), cfg)
		if p := claim.AsProblem(err, "none"); p.Code != text.CodeEncoderConfig {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSorter(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	var s sorter
	for _, n := range []int{0, 1, 64, 65, 500, 20000} {
		cols := make([]uint32, n)
		for i := range cols {
			cols[i] = rng.Uint32N(maxColumns)
		}
		want := slices.Sorted(slices.Values(cols))
		s.sort(cols)
		if !slices.Equal(cols, want) {
			t.Errorf("%d columns are not sorted", n)
		}
	}
}
