package insight

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Trouble looks for labels and axes of the latest version that are trouble, in the answers from
// (inclusive) until (exclusive), and, for labels that are two things, in the newest claims.
// Each kind is ordered by how sure it is. See [MixUps], [Usage] and [Splits].
func (r *Reader) Trouble(ctx context.Context, from, until time.Time) ([]Trouble, error) {
	h, t, err := r.History(ctx)
	if err != nil {
		return nil, err
	}
	ratings, err := r.ratings(ctx, h, t, from, until)
	if err != nil {
		return nil, err
	}
	labels := map[string][]string{}
	for i := range t.Axes {
		labels[t.Axes[i].ID] = t.Axes[i].IDs()
	}
	clusters, err := r.clusters(ctx, h)
	maps.DeleteFunc(clusters, func(axis string, _ map[string]map[string]int) bool {
		return t.Axis(axis) == nil || t.Axis(axis).Ordinal // a degree is one of many things by nature
	})
	if err != nil {
		return nil, err
	}
	return append(append(MixUps(ratings), Splits(clusters)...), Usage(ratings, labels)...), nil
}

// clusters counts the newest claims by axis, label and cluster.
func (r *Reader) clusters(ctx context.Context, h *revision.History) (map[string]map[string]map[string]int, error) {
	out := map[string]map[string]map[string]int{}
	if r.cfg.Clusters == nil {
		return out, nil
	}
	left := r.cfg.Newest
	for after := ""; left > 0; {
		page, next, err := r.cfg.Claims.List(ctx, store.Filter{State: store.Done}, store.Page{Limit: min(left, store.MaxPage), After: after})
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			cluster, err := r.cfg.Clusters.ClusterOf(ctx, r.cfg.Space(), c.ID)
			if err != nil {
				return nil, err
			}
			if cluster != "" && c.Prediction != nil {
				count(out, h.Prediction(*c.Prediction), cluster)
			}
		}
		if left, after = left-len(page), next; after == "" {
			break
		}
	}
	return out, nil
}

// count adds a claim to the counts of its labels, as far as the model was sure of them.
func count(out map[string]map[string]map[string]int, p claim.Prediction, cluster string) {
	for axis, a := range p.Axes {
		if a.Abstained || !told(a.Label) {
			continue
		}
		if out[axis] == nil {
			out[axis] = map[string]map[string]int{}
		}
		if out[axis][a.Label] == nil {
			out[axis][a.Label] = map[string]int{}
		}
		out[axis][a.Label][cluster]++
	}
}

// Used is how often a label stands on claims.
type Used struct {
	// Predictions are claims that the model gave it and did not abstain on, Decisions are claims'
	// answers that people settled on.
	Predictions, Decisions int
}

// Usage counts the labels of the taxonomy that holds. Labels of older versions, which the model
// may still give, count for what became of them.
func (r *Reader) Usage(ctx context.Context) (*taxonomy.Taxonomy, map[store.Label]Used, error) {
	h, t, err := r.History(ctx)
	if err != nil {
		return nil, nil, err
	}
	settled, err := r.settled(ctx, h, time.Time{}, r.cfg.Now())
	if err != nil {
		return nil, nil, err
	}
	out := map[store.Label]Used{}
	for label, n := range revision.Decided(settled) {
		out[label] = Used{Decisions: n}
	}
	for _, label := range h.Labels(t) {
		n, err := r.cfg.Claims.Count(ctx, store.Filter{Labels: []store.Label{label}})
		if err != nil {
			return nil, nil, err
		}
		if to, _ := h.Label(label.Axis, label.Label, r.cfg.Now()); told(to) {
			label.Label = to
			u := out[label]
			u.Predictions += n
			out[label] = u
		}
	}
	return t, out, nil
}

// Read reads a new version of the taxonomy that holds; see [revision.Read]. base is the version
// (name@version) that the writer began with, empty when he does not say; [store.ErrConflict] tells
// that another one was published since.
func (r *Reader) Read(ctx context.Context, base, document, mapping string) (*revision.Proposal, error) {
	_, t, err := r.History(ctx)
	if err != nil {
		return nil, err
	}
	if base != "" && base != t.Ref() {
		return nil, fmt.Errorf("%s holds by now: %w", t.Ref(), store.ErrConflict)
	}
	return revision.Read(t, document, mapping)
}

// Preview says what a proposal would change; see [revision.Proposal.Preview].
func (r *Reader) Preview(ctx context.Context, p *revision.Proposal) ([]revision.Change, error) {
	h, _, err := r.History(ctx)
	if err != nil {
		return nil, err
	}
	settled, err := r.settled(ctx, h, time.Time{}, r.cfg.Now())
	if err != nil {
		return nil, err
	}
	return p.Preview(ctx, r.cfg.Claims, revision.Decided(settled))
}

// Publish makes a proposal the version that holds; see [revision.Current.Publish].
func (r *Reader) Publish(ctx context.Context, p *revision.Proposal, by, why string) (store.TaxonomyVersion, error) {
	return r.cfg.Versions.Publish(ctx, p, by, why, r.cfg.Now().UTC().Truncate(time.Microsecond))
}
