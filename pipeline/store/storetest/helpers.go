package storetest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// check ends the case on an error that it does not expect.
func (b *bench) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatalf("unexpected error: %v", err)
	}
}

// wantErr fails unless err is the domain error want.
func (b *bench) wantErr(err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Errorf("error %v, want %v", err, want)
	}
}

// same fails when two values differ; empty and nil are alike, times are equal instants in UTC.
func (b *bench) same(what string, got, want any) {
	b.Helper()
	sameTime := func(x, y time.Time) bool { return x.Equal(y) && x.Location() == y.Location() }
	opts := cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(sameTime)}
	if d := cmp.Diff(want, got, opts); d != "" {
		b.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// text is the plainest claim.
func text(s string) store.New { return store.New{Claim: claim.Claim{ID: "ref", Text: s}} }

// accept stores a claim and gives it back.
func (b *bench) accept(n store.New) store.Claim {
	b.Helper()
	c, created, err := b.store.Accept(b.ctx, n)
	b.check(err)
	if !created {
		b.Fatalf("claim %q was there already", n.Claim.Text)
	}
	return c
}

// done stores a claim with its outcome.
func (b *bench) done(n store.New, o store.Outcome) store.Claim {
	b.Helper()
	n.Outcome = &o
	return b.accept(n)
}

// read gives a claim that must be there.
func (b *bench) read(id string) store.Claim {
	b.Helper()
	c, err := b.store.Claim(b.ctx, id)
	b.check(err)
	return c
}

// ids lists all claims that a filter keeps, page by page.
func (b *bench) ids(f store.Filter, limit int) []string {
	b.Helper()
	var out []string
	for after := ""; ; {
		page, next, err := b.store.List(b.ctx, f, store.Page{Limit: limit, After: after})
		b.check(err)
		for _, c := range page {
			out = append(out, c.ID)
		}
		if next == "" {
			return out
		}
		if len(page) == 0 {
			b.Fatalf("an empty page with a cursor")
		}
		after = next
	}
}

// jobs gives the ids of the jobs of one kind.
func (b *bench) jobs(kind store.JobKind) []string {
	b.Helper()
	var out []string
	for _, j := range b.db.Jobs(b.T) {
		if j.Kind == kind {
			out = append(out, j.ID)
		}
	}
	return out
}

// count is the number of claims.
func (b *bench) count(f store.Filter) int {
	b.Helper()
	n, err := b.store.Count(b.ctx, f)
	b.check(err)
	return n
}

// together runs f n times at once and returns the errors.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var start, end sync.WaitGroup
	start.Add(1)
	for i := range n {
		end.Add(1)
		go func() {
			defer end.Done()
			start.Wait()
			errs[i] = f(i)
		}()
	}
	start.Done()
	end.Wait()
	return errs
}

// axes makes predictions from "axis=label" and "axis?label" (abstained).
func axes(specs ...string) map[string]claim.AxisPrediction {
	out := map[string]claim.AxisPrediction{}
	for _, s := range specs {
		i := slices.IndexFunc([]byte(s), func(c byte) bool { return c == '=' || c == '?' })
		p := claim.AxisPrediction{Label: s[i+1:], Probability: 0.75}
		if s[i] == '?' {
			p.Abstained, p.Reason = true, "not sure"
		}
		out[s[:i]] = p
	}
	return out
}

// predicted is an outcome of predictions alone.
func predicted(specs ...string) store.Outcome {
	return store.Outcome{Prediction: claim.Prediction{ID: "ref", Axes: axes(specs...), Model: "sha256:m", Taxonomy: "t@1"}}
}

// unit gives a vector of unit length in dim dimensions whose cosine with the first axis is
// cos; turn chooses the other axis, 1..dim-1.
func unit(dim int, cos float64, turn int) []float32 {
	v := make([]float32, dim)
	v[0] = float32(cos)
	v[turn] = float32(math.Sqrt(1 - cos*cos))
	return v
}

// placed is an outcome with vectors of one space.
func placed(space string, vectors ...[]float32) store.Outcome {
	o := predicted("severity=major")
	for _, v := range vectors {
		o.Vectors = append(o.Vectors, store.Vector{Space: space, Values: v})
	}
	return o
}

// reverse gives a copy in reverse order.
func reverse(s []string) []string {
	out := slices.Clone(s)
	slices.Reverse(out)
	return out
}

// blob is a photo's digest, made up.
func blob(n int) string { return fmt.Sprintf("%064x", n) }
