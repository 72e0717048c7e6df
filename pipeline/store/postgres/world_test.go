package postgres_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pgvector/pgvector-go"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store/postgres"
)

// world draws claims whose vectors lie in groups of very different size, with few strong and
// many weak directions inside a group, as encoders' vectors do.
type world struct {
	rng     *rand.Rand
	centres [][]float32
}

func newWorld(groups int) *world {
	w := &world{rng: rand.New(rand.NewPCG(7, 11))}
	for range groups {
		c := make([]float32, similarDim)
		for j := range c {
			c[j] = float32(w.rng.NormFloat64())
		}
		w.centres = append(w.centres, unit(c))
	}
	return w
}

func unit(v []float32) []float32 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

// draw gives a vector and its group.
func (w *world) draw() ([]float32, int) {
	g := int(math.Pow(w.rng.Float64(), 2) * float64(len(w.centres)))
	v := make([]float32, similarDim)
	for j := range v {
		strength := 0.35 / math.Sqrt(1+float64((j+31*g)%similarDim)/4)
		v[j] = w.centres[g][j] + float32(strength*w.rng.NormFloat64())
	}
	return unit(v), g
}

// claim draws the facts that filters ask for: sku of one claim in ten, batch one in a
// hundred, supplier one in a thousand; product goes with the group, so that a query from
// another product has its matches far away.
func (w *world) claim(i, group int) claim.Claim {
	return claim.Claim{
		ID: "r" + strconv.Itoa(i), SKU: "s" + strconv.Itoa(w.rng.IntN(10)), Product: "p" + strconv.Itoa(group%10),
		Context: map[string]any{"batch": "b" + strconv.Itoa(w.rng.IntN(100)), "supplier": "l" + strconv.Itoa(w.rng.IntN(1000))},
	}
}

type similarRow struct {
	id     string
	claim  claim.Claim
	vector []float32
	at     time.Time
}

func (w *world) rows(n int) []similarRow {
	rows := make([]similarRow, n)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		v, g := w.draw()
		rows[i] = similarRow{id: uuid.Must(uuid.NewV7()).String(), claim: w.claim(i, g), vector: v, at: start.Add(time.Duration(i) * time.Minute)}
	}
	return rows
}

func load(t testing.TB, pool *pgxpool.Pool, rows []similarRow) {
	t.Helper()
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	own := conn.Hijack() // for its own settings
	defer own.Close(context.WithoutCancel(t.Context()))
	if _, err := own.Exec(t.Context(), "SET statement_timeout = 0"); err != nil {
		t.Fatal(err)
	}
	var space int
	if err := pool.QueryRow(t.Context(), "INSERT INTO spaces (name, dim) VALUES ($1, $2) RETURNING id", similarSpace, similarDim).Scan(&space); err != nil {
		t.Fatal(err)
	}
	put := func(table string, columns []string, row func(r similarRow) ([]any, error)) {
		_, err := own.CopyFrom(t.Context(), pgx.Identifier{table}, columns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return row(rows[i]) }))
		if err != nil {
			t.Fatal(err)
		}
	}
	put("claims", []string{"id", "state", "created_at", "finished_at", "record", "tags", "body"}, func(r similarRow) ([]any, error) {
		record, err := json.Marshal(map[string]any{"claim": r.claim})
		return []any{r.id, "done", r.at, r.at, record, postgres.ClaimTags(r.claim, ""), ""}, err
	})
	put("vectors", []string{"claim", "ord", "space", "created_at", "tags", "v"}, func(r similarRow) ([]any, error) {
		return []any{r.id, 0, space, r.at, postgres.ClaimTags(r.claim, ""), pgvector.NewHalfVector(r.vector)}, nil
	})
	if _, err := own.Exec(t.Context(), "VACUUM ANALYZE vectors"); err != nil {
		t.Fatal(err)
	}
}
