package similar

import (
	"math"
	"slices"
)

// entry is a word of a claim with its weight in the claim's list, which has length 1.
type entry struct {
	word   int32
	weight float32
}

// vocab knows words by number. The rarity of a word is fixed when the word comes in, so that
// the weights of claims that are there already stay valid; building anew refreshes it.
type vocab struct {
	number map[string]int32
	text   []string
	docs   []int32 // claims with the word
	idf    []float32
	claims int
}

func newVocab() *vocab { return &vocab{number: map[string]int32{}} }

// count takes in one claim's words and gives their numbers, ascending, with how often each
// comes.
func (v *vocab) count(list []string) []entry {
	numbers := make([]int32, len(list))
	for i, w := range list {
		n, ok := v.number[w]
		if !ok {
			n = int32(len(v.text))
			v.number[w] = n
			v.text, v.docs = append(v.text, w), append(v.docs, 0)
		}
		numbers[i] = n
	}
	slices.Sort(numbers)
	var out []entry
	for _, n := range numbers {
		if len(out) > 0 && out[len(out)-1].word == n {
			out[len(out)-1].weight++
			continue
		}
		out = append(out, entry{n, 1})
		v.docs[n]++
	}
	v.claims++
	return out
}

// uncount takes a claim's words out again.
func (v *vocab) uncount(list []entry) {
	for _, e := range list {
		v.docs[e.word]--
	}
	v.claims--
}

// rate fixes the rarity of the words that have none yet: ln((1+n)/(1+d)) + 1.
func (v *vocab) rate() {
	for i := len(v.idf); i < len(v.text); i++ {
		v.idf = append(v.idf, float32(math.Log(float64(1+v.claims)/float64(1+v.docs[i]))+1))
	}
}

// weigh turns counts into weights, in place: (1 + ln count) * rarity, length 1.
func (v *vocab) weigh(list []entry) {
	sum := 0.0
	for i, e := range list {
		w := (1 + math.Log(float64(e.weight))) * float64(v.idf[e.word])
		list[i].weight = float32(w)
		sum += w * w
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range list {
		list[i].weight *= scale
	}
}
