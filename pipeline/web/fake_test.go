package web

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
)

// fake keeps everything in memory. fail gives the error of a method by name.
type fake struct {
	mu         sync.Mutex
	claims     []store.Claim
	vectors    map[string][]store.Vector
	clusters   []store.Cluster
	members    map[string]string // claim to cluster
	hooks      []store.Webhook
	deliveries []store.Delivery
	trail      map[string][]store.Entry
	twins      map[string][]store.Twin
	blobs      map[string][]byte
	fail       map[string]error
	inexact    bool
	// asked is the last filter of List.
	asked store.Filter
}

func (f *fake) Claim(_ context.Context, id string) (store.Claim, error) {
	if err := f.fail["Claim"]; err != nil {
		return store.Claim{}, err
	}
	for _, c := range f.claims {
		if c.ID == id {
			return c, nil
		}
	}
	return store.Claim{}, store.ErrNotFound
}

func (f *fake) kept(q store.Filter) []store.Claim {
	var out []store.Claim
	for _, c := range f.claims {
		if f.keeps(q, c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b store.Claim) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return out
}

func (f *fake) keeps(q store.Filter, c store.Claim) bool {
	same := func(want, have string) bool { return want == "" || want == have }
	ok := same(q.Owner, c.Owner) && same(string(q.State), string(c.State)) && same(q.Product, c.Claim.Product) &&
		same(q.SKU, c.Claim.SKU) && same(q.Serial, c.Claim.Serial) && same(q.Reference, c.Claim.ID) &&
		same(q.Batch, show.Text(c.Claim.Context["batch"])) && same(q.Supplier, show.Text(c.Claim.Context["supplier"])) &&
		same(q.Cluster, f.members[c.ID]) &&
		strings.Contains(strings.ToLower(c.Claim.Text), strings.ToLower(q.Text)) &&
		(q.From.IsZero() || !c.CreatedAt.Before(q.From)) && (q.Until.IsZero() || c.CreatedAt.Before(q.Until))
	abstained := false
	if c.Prediction != nil {
		for _, a := range c.Prediction.Axes {
			abstained = abstained || a.Abstained
		}
	}
	for _, l := range q.Labels {
		ok = ok && c.Prediction != nil && c.Prediction.Axes[l.Axis].Label == l.Label && !c.Prediction.Axes[l.Axis].Abstained
	}
	return ok && (!q.Abstained || abstained)
}

func (f *fake) List(_ context.Context, q store.Filter, p store.Page) ([]store.Claim, string, error) {
	f.mu.Lock()
	f.asked = q
	f.mu.Unlock()
	if err := f.fail["List"]; err != nil {
		return nil, "", err
	}
	all := f.kept(q)
	if p.After != "" {
		i := slices.IndexFunc(all, func(c store.Claim) bool { return c.ID == p.After })
		if i < 0 {
			return nil, "", store.ErrCursor
		}
		all = all[i+1:]
	}
	if len(all) <= p.Limit {
		return all, "", nil
	}
	return all[:p.Limit], all[p.Limit-1].ID, nil
}

func (f *fake) Count(ctx context.Context, q store.Filter) (int, error) {
	return len(f.kept(q)), cmp.Or(f.fail["Count"], ctx.Err())
}

func (f *fake) Twins(_ context.Context, id string, distance int) ([]store.Twin, error) {
	var out []store.Twin
	for _, t := range f.twins[id] {
		if t.Distance <= distance {
			out = append(out, t)
		}
	}
	return out, f.fail["Twins"]
}

func (f *fake) Nearest(_ context.Context, q store.Near) (store.Neighbours, error) {
	best := map[string]float64{}
	for _, c := range f.kept(q.Filter) {
		for _, v := range f.vectors[c.ID] {
			if v.Space != q.Space || c.ID == q.Except {
				continue
			}
			var dot float64
			for i := range v.Values {
				dot += float64(v.Values[i]) * float64(q.Vector[i])
			}
			if old, ok := best[c.ID]; !ok || dot > old {
				best[c.ID] = dot
			}
		}
	}
	out := store.Neighbours{Exact: !f.inexact, Truncated: f.inexact}
	for id, score := range best {
		out.Hits = append(out.Hits, store.Neighbour{ID: id, Score: score})
	}
	slices.SortFunc(out.Hits, func(a, b store.Neighbour) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	out.Hits = out.Hits[:min(q.K, len(out.Hits))]
	return out, f.fail["Nearest"]
}

func (f *fake) VectorsOf(_ context.Context, id string) ([]store.Vector, error) {
	return f.vectors[id], f.fail["VectorsOf"]
}

func (f *fake) Clusters(_ context.Context, space string) ([]store.Cluster, error) {
	var out []store.Cluster
	for _, c := range f.clusters {
		if c.Space == space && c.Into == "" {
			out = append(out, c)
		}
	}
	return out, f.fail["Clusters"]
}

func (f *fake) Cluster(_ context.Context, id string) (store.Cluster, error) {
	for _, c := range f.clusters {
		if c.ID == id {
			return c, f.fail["Cluster"]
		}
	}
	return store.Cluster{}, store.ErrNotFound
}

func (f *fake) ClusterOf(_ context.Context, space, claim string) (string, error) {
	cluster := f.members[claim]
	if i := slices.IndexFunc(f.clusters, func(c store.Cluster) bool { return c.ID == cluster }); i < 0 || f.clusters[i].Space != space {
		cluster = ""
	}
	return cluster, f.fail["ClusterOf"]
}

func (f *fake) Webhooks(context.Context) ([]store.Webhook, error) { return f.hooks, f.fail["Webhooks"] }

func (f *fake) Deliveries(_ context.Context, _ string, limit int) ([]store.Delivery, error) {
	return f.deliveries[:min(limit, len(f.deliveries))], f.fail["Deliveries"]
}

func (f *fake) Trail(_ context.Context, on string) ([]store.Entry, error) {
	return f.trail[on], f.fail["Trail"]
}

func (f *fake) Read(_ context.Context, digest string, _ int64) ([]byte, error) {
	if err := f.fail["Read"]; err != nil {
		return nil, err
	}
	data, ok := f.blobs[digest]
	if !ok {
		return nil, store.ErrNotFound
	}
	return data, nil
}
