package ngram

import (
	"math"
	"slices"
)

// Span is a stretch of a text with its contribution to a score.
type Span struct {
	// Text is text[Start:End] of the source, Start and End are byte offsets.
	Text       string
	Start, End int
	// Weight is the sum of value times column weight over the grams in the span, with
	// grams that reach over several words shared equally among them.
	Weight float64
}

// Reading is what an encoder finds in a text: its grams' places and their shares of the
// block. A text is read once and explained for as many scores as there are.
type Reading struct{ grams []share }

// share is a gram at the runes lo to hi, with its part of the column's value.
type share struct {
	column uint32
	lo, hi int32
	value  float64
}

// Read finds the encoder's grams in text; an empty reading when there is none.
func (e *Encoder) Read(text string) Reading {
	r := e.readers.Get().(*reader)
	defer e.readers.Put(r)
	block := e.Encode(text)
	if !block.Present {
		return Reading{}
	}
	grams := r.read(text)
	out := make([]share, 0, len(grams))
	times := make([]int32, len(block.Index))
	at := make([]int, 0, len(grams))
	for _, g := range grams {
		if c, ok := e.vocab.column(g.hash); ok {
			i, _ := slices.BinarySearch(block.Index, c)
			times[i]++
			at = append(at, i)
			out = append(out, share{column: c, lo: g.lo, hi: g.hi})
		}
	}
	for n, i := range at {
		out[n].value = float64(block.Value[i]) / float64(times[i])
	}
	return Reading{out}
}

// Part is one encoder's share in an explanation.
type Part struct {
	Of Reading
	// Weight gives the weight of one of the encoder's columns: a head's coefficient.
	Weight func(col uint32) float64
}

// Explain says what each word of text contributed to the dot product of the text's block
// with columnWeight. See the function [Explain].
func (e *Encoder) Explain(text string, columnWeight func(col uint32) float64) []Span {
	return Explain(text, Part{e.Read(text), columnWeight})
}

// Explain adds up the contributions of several encoders, word by word, in the order of
// the text. The weights of all spans sum to the score of the text's blocks, so nothing
// is hidden. A negator and the word that it goes with are one span ("not cracked"), and
// so are neighbouring characters of a script without spaces that pull the same way.
// Words that contributed nothing are left out.
func Explain(text string, parts ...Part) []Span {
	var f folded
	f.set(text, false)
	u := newUnits(&f)
	for _, p := range parts {
		for _, g := range p.Of.grams {
			u.add(int(g.lo), int(g.hi), g.value*p.Weight(g.column))
		}
	}
	return u.spans(text, &f)
}

// units are the words of a text, single characters in scripts without spaces, and the
// clusters of everything else that is no space.
type units struct {
	list []token
	// at is the unit of each rune, -1 for spaces.
	at []int32
	// weight is each unit's contribution; pair[i] that of grams over units i and i+1.
	weight, pair []float64
}

func newUnits(f *folded) *units {
	u := &units{at: make([]int32, len(f.runes))}
	for _, t := range tokenise(nil, f.runes) {
		if t.kind != kindRun {
			u.list = append(u.list, t)
			continue
		}
		for i := t.lo; i < t.hi; i++ {
			u.list = append(u.list, token{i, i + 1, kindRun})
		}
	}
	for i := range u.at {
		u.at[i] = -1
	}
	for n, t := range u.list {
		for i := t.lo; i < t.hi; i++ {
			u.at[i] = int32(n)
		}
	}
	u.weight, u.pair = make([]float64, len(u.list)), make([]float64, len(u.list))
	return u
}

// add shares w equally among the words that the runes lo to hi touch, or among what
// else is there when there is no word.
func (u *units) add(lo, hi int, w float64) {
	first, last := -1, -1
	for i := lo; i < hi; i++ {
		if n := int(u.at[i]); n >= 0 {
			if first < 0 {
				first = n
			}
			last = n
		}
	}
	if first < 0 {
		return
	}
	words := 0
	for n := first; n <= last; n++ {
		if u.isWord(n) {
			words++
		}
	}
	before := -1
	for n := first; n <= last; n++ {
		if words > 0 && !u.isWord(n) {
			continue
		}
		u.weight[n] += w / float64(max(words, 1))
		if words == 0 {
			return
		}
		if before == n-1 && before >= 0 {
			u.pair[before] += math.Abs(w)
		}
		before = n
	}
}

func (u *units) isWord(n int) bool {
	k := u.list[n].kind
	return k == kindWord || k == kindNumber || k == kindRun
}
