package review_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// benchItems is the number of open items that the figures are for.
const benchItems = 100_000

// BenchmarkNext is the time from an answer to the next item (Submit and Next together) with
// 100,000 items that wait, by what the reviewer takes: p50-ms and p95-ms.
//
//	go test -run '^$' -bench Next -benchtime 300x ./pipeline/review
func BenchmarkNext(b *testing.B) {
	onStores(b, func(b *testing.B, w world) {
		for _, sql := range fill(b.Name()) {
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

// fill writes claims and items past the store: half of two languages, a few rare ones with the
// lowest ranks, 40 products, three lists of axes, one item in ten looked at once already.
func fill(name string) []string {
	values := fmt.Sprintf(`'%[1]s' || CASE i %% 3 WHEN 0 THEN 'severity' WHEN 1 THEN 'symptom' ELSE 'severity%[1]ssymptom' END || '%[1]s',
		'%[1]sabstained%[1]s'`, "\x1f")
	rest := fmt.Sprintf(`0.5, 1, CASE WHEN i > %d THEN -1.0 * i ELSE (i * 7919) %% 100003 END, 1 + (i %% 5 = 0),
		CASE WHEN i > %d THEN 'fi' WHEN i %% 2 = 0 THEN 'de' ELSE 'en' END, 'p' || (i %% 40), 'l' || (i %% 7), 'c' || (i %% 900),
		'{"severity":{"label":"major","probability":0.5,"abstained":true}}', 'sha256:m', '', 'system', 'open',
		CASE WHEN i %% 10 = 0 THEN '%[3]ssomebody%[3]s' ELSE '' END`, benchItems-2000, benchItems-2000, "\x1f")
	const columns = "id, claim, axes, reasons, random, uncertainty, cost, rank, looks, lang, product, label, cluster, suggested, model, known, added_by, state, touched"
	if strings.Contains(name, "sqlite") {
		ids := "printf('%08x-0000-7000-8000-%012x', i, i)"
		numbers := fmt.Sprintf("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", benchItems)
		return []string{
			"INSERT INTO claim (id, state, created) " + numbers + "SELECT " + ids + ", 'done', i FROM n",
			`INSERT INTO content (claim, text, document) SELECT seq, 'it leaks', '{"id":"x"}' FROM claim`,
			"INSERT INTO review (" + columns + ", created) " + numbers + "SELECT " + ids + ", " + ids + ", " + values + ", 0, " + rest + ", i FROM n",
			"ANALYZE",
		}
	}
	ids := "(lpad(to_hex(i), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid"
	from := fmt.Sprintf(" FROM generate_series(1, %d) i", benchItems)
	return []string{
		`INSERT INTO claims (id, state, created_at, record, tags, body) SELECT ` + ids + `, 'done', to_timestamp(i), '{"claim":{"id":"x","text":"it leaks"}}', '{}', 'it leaks'` + from,
		"INSERT INTO reviews (" + columns + ", created_at) SELECT " + ids + ", " + ids + ", " + values + ", false, " +
			strings.Replace(rest, "1 + (i % 5 = 0)", "1 + (i % 5 = 0)::int", 1) + ", to_timestamp(i)" + from,
		"ANALYZE reviews",
	}
}
