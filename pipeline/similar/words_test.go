package similar

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"The ZIP tore; doesn't close!":   {"the", "zip", "tore", "doesn't", "close"},
		"Reißverschluss kaputt, 3 Zähne": {"reißverschluss", "kaputt", "3", "zähne"},
		"ｆｕｌｌ width ﬁne":                 {"full", "width", "fine"},
		"发动机 异响 abc":                     {"发动", "动机", "异响", "abc"},
		"水":                              {"水"},
		"":                               nil,
		"\xff\xfe":                       nil,
		"'quoted'":                       {"quoted"},
	} {
		if got := words(text); !slices.Equal(got, want) {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
	if got := words(strings.Repeat("a b ", maxWords)); len(got) != maxWords {
		t.Errorf("a long text gives %d words", len(got))
	}
	if got := words(strings.Repeat("x", maxWord+1)); len(got) != 0 {
		t.Errorf("a word of %d letters gives %q", maxWord+1, got)
	}
}

func TestTermsNeedNoStopWords(t *testing.T) {
	texts := []string{
		"der Akku ist nach einer Stunde leer", "der Akku der Lampe ist leer", "Akku leer und der Ladestrom ist weg",
		"das Zelt ist nass, der Reißverschluss klemmt", "der Reißverschluss ist gerissen und das Zelt offen", "Zelt: der Reißverschluss ist hin",
		"der Stuhl ist rostig", "die Farbe ist ab", "das Bein ist krumm und der Sitz lose",
	}
	var items []Item
	for i, text := range texts {
		items = append(items, Item{ID: string(rune('a' + i)), Text: text})
	}
	x := newIndex(Config{}.withDefaults(), items)
	cluster := []int32{x.rows["a"], x.rows["b"], x.rows["c"]}
	got := x.terms(cluster)
	if len(got) < 2 || !slices.Contains(got[:2], "akku") || !slices.Contains(got[:2], "leer") {
		t.Errorf("terms are %q", got)
	}
	for _, stop := range []string{"ist", "und", "das"} {
		if slices.Contains(got, stop) {
			t.Errorf("terms %q hold %q", got, stop)
		}
	}
	if got := pick([]telltale{{"battery", 3}, {"batteries", 2.5}, {"charge", 2}, {"charger", 1.9}, {"hot", 1.8}, {"weak", 0.1}}); !slices.Equal(got, []string{"battery", "charge", "hot"}) {
		t.Errorf("picked %q", got)
	}
}
