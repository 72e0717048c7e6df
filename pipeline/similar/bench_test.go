//go:build unix

package similar

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// crowd gives n claims of 20 words (use falls with rank, as in real text) and 192 dimensions.
func crowd(n int) []Item {
	rng := rand.New(rand.NewPCG(5, 5))
	out := make([]Item, n)
	for i := range out {
		topic := rng.IntN(60)
		words := make([]string, 20)
		for j := range words {
			u := rng.Float64()
			words[j] = "w" + strconv.Itoa(int(u*u*u*8000))
			if j < 3 {
				words[j] = "topic" + strconv.Itoa(topic*5+rng.IntN(5))
			}
		}
		vector := make([]float32, 192)
		for j := range vector {
			vector[j] = float32(rng.NormFloat64())
		}
		vector[topic] += 14
		out[i] = Item{ID: strconv.Itoa(i), Text: strings.Join(words, " "), Vector: vector, At: start.Add(time.Duration(i) * time.Minute)}
	}
	return out
}

// BenchmarkAdd adds one claim to 100,000: go test -bench Add -cpu 1. Asked: 50 ms.
func BenchmarkAdd(b *testing.B) {
	items := crowd(100_000 + 2000)
	board := board(b, Config{})
	members, clusters, known := map[string]string{}, board.Clusters(), map[string]bool{}
	for _, it := range items[:100_000] {
		id, _, _ := strings.Cut(it.Text, " ")
		if members[it.ID] = id; !known[id] {
			known[id], clusters = true, append(clusters, store.Cluster{ID: id})
		}
	}
	board.Restore(clusters, members, items[:100_000], start)
	fresh := items[100_000:]
	slowest, spent := time.Duration(0), time.Duration(0)
	b.ResetTimer()
	for i := range b.N {
		began, busy := time.Now(), cpu(b)
		board.Add(fresh[i%len(fresh)], start)
		slowest, spent = max(slowest, time.Since(began)), spent+cpu(b)-busy
		b.StopTimer()
		board.Remove(fresh[i%len(fresh)].ID, start)
		b.StartTimer()
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest")
	b.ReportMetric(float64(spent.Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// BenchmarkRegroup groups 10,000 claims anew: go test -bench Regroup -cpu 1. Asked: 30 s.
func BenchmarkRegroup(b *testing.B) {
	items := crowd(10_000)
	board := board(b, Config{})
	members := map[string]string{}
	for _, it := range items {
		members[it.ID] = ""
	}
	board.Restore(nil, members, items, start)
	busy := cpu(b)
	for b.Loop() {
		board.Regroup(start)
	}
	b.ReportMetric((cpu(b)-busy).Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(len(board.Clusters())), "clusters")
}
