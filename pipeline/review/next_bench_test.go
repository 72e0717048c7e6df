package review_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/reviewtest"
	"github.com/defekt/defekt/pipeline/store"
)

// BenchmarkNext is the time from an answer to the next item (Submit and Next together) with
// 100,000 items that wait, by what the reviewer takes: p50-ms and p95-ms.
//
//	go test -run '^$' -bench Next -benchtime 300x ./pipeline/review
func BenchmarkNext(b *testing.B) {
	onStores(b, func(b *testing.B, w world) {
		for _, sql := range reviewtest.Fill(strings.Contains(b.Name(), "sqlite")) {
			w.exec(b, sql)
		}
		q := review.New(review.Config{Reviews: w.store, Claims: w.store, Seed: 3})
		for i, kind := range []store.Reviewer{
			{Name: "all"},
			{Name: "adjudicator", Roles: []store.ReviewRole{store.AdjudicatorRole}},
			{Name: "one language of two", Langs: []string{"de"}},
			{Name: "some products", Products: []string{"p1", "p2", "p3"}},
			{Name: "two axes", Axes: []string{"severity", "symptom"}},
			{Name: "a rare language at the end", Langs: []string{"fi"}},
			{Name: "a rare language and axis", Langs: []string{"fi", "sv"}, Axes: []string{"symptom"}},
		} {
			kind.ID = fmt.Sprintf("reviewer-%d-%d", i, time.Now().UnixNano())
			b.Run(strings.ReplaceAll(kind.Name, " ", "-"), func(b *testing.B) { answerAll(b, q, kind) })
		}
	})
}

func answerAll(b *testing.B, q *review.Queue, by store.Reviewer) {
	rng := rand.New(rand.NewPCG(1, 2))
	task, err := q.Next(b.Context(), by)
	if err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		labels := map[string]string{}
		for _, axis := range task.Axes {
			labels[axis] = fmt.Sprint("l", rng.IntN(3))
		}
		if _, err := q.Submit(b.Context(), by, review.Answer{Item: task.Item, Version: task.Version, Labels: labels}); err != nil {
			b.Fatal(err)
		}
		if task, err = q.Next(b.Context(), by); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	ms := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1000 }
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.95), "p95-ms")
	b.ReportMetric(0, "ns/op")
}
