package similar

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// start is the first moment of the tests' time.
var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// topics are what made-up claims tell of; filler stands in all of them.
var (
	topics = []string{
		"zip zipper tore teeth tent fabric seam", "battery charge empty swollen hours drain charger",
		"screen flicker black display pixel cracked", "rust corroded chair leg balcony paint",
		"leak water pump seal puddle hose", "motor noise grinding bearing loud vibration",
	}
	filler = strings.Fields("the a it is was and after with my we have not of to in on very when since")
)

// made gives n claims on each of the topics, with a vector that says the topic only roughly.
func made(n, topicCount int, seed uint64) []Item {
	rng := rand.New(rand.NewPCG(seed, 9))
	var out []Item
	for t := range topicCount {
		list := strings.Fields(topics[t])
		for i := range n {
			var words []string
			for range 4 {
				words = append(words, list[rng.IntN(len(list))])
			}
			for range 6 {
				words = append(words, filler[rng.IntN(len(filler))])
			}
			vector := make([]float32, 16)
			for j := range vector {
				vector[j] = float32(rng.NormFloat64()) * 0.5
			}
			vector[t] += 2
			vector[15]++
			out = append(out, Item{ID: fmt.Sprintf("t%d-%03d", t, i), Text: strings.Join(words, " "), Vector: vector, At: start})
		}
	}
	return out
}

// shuffled is items in another order.
func shuffled(items []Item, seed uint64) []Item {
	out := append([]Item(nil), items...)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// ids gives c1, c2, ...
func ids() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("c%d", n) }
}

// book applies changes as a store would, so that tests see what a store sees.
type book struct {
	clusters map[string]store.Cluster
	members  map[string]string
}

func newBook() *book {
	return &book{clusters: map[string]store.Cluster{}, members: map[string]string{}}
}

func (b *book) apply(c store.ClusterChange) {
	for _, cluster := range c.Put {
		b.clusters[cluster.ID] = cluster
	}
	for claim, cluster := range c.Member {
		b.members[claim] = cluster
	}
}

func (b *book) living() []store.Cluster {
	out := []store.Cluster{}
	for _, c := range b.clusters {
		if c.Into == "" {
			out = append(out, c)
		}
	}
	return out
}
