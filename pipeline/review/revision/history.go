package revision

import (
	"context"
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// History is all versions that were published, with the ways between them.
type History struct {
	Versions []store.TaxonomyVersion
	trees    []*taxonomy.Taxonomy
	ways     []*taxonomy.Mapping // ways[i] leads from trees[i] to the latest; the latest has none
}

// Load reads the history; a version that cannot be read is an error, since it was checked when it
// was published.
func Load(ctx context.Context, s store.Taxonomies) (*History, error) {
	kept, err := s.Taxonomies(ctx)
	if err != nil {
		return nil, err
	}
	return read(kept)
}

func read(kept []store.TaxonomyVersion) (h *History, err error) {
	h = &History{Versions: kept}
	var steps []*taxonomy.Mapping // steps[i] leads from trees[i] to trees[i+1]
	for i, v := range kept {
		t, err := taxonomy.Parse([]byte(v.Document))
		if err != nil {
			return nil, fmt.Errorf("taxonomy %s: %w", v.Ref, err)
		}
		h.trees = append(h.trees, t)
		if i == 0 {
			continue
		}
		m, err := taxonomy.ParseMapping([]byte(v.Mapping), h.trees[i-1], t)
		if err != nil {
			return nil, fmt.Errorf("mapping to %s: %w", v.Ref, err)
		}
		steps = append(steps, m)
	}
	h.ways = slices.Clone(steps)
	for i := len(steps) - 2; i >= 0; i-- {
		if h.ways[i], err = taxonomy.Compose(steps[i], h.ways[i+1]); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Latest is the version that holds; fallback, usually the model's own, where nothing was
// published.
func (h *History) Latest(fallback *taxonomy.Taxonomy) *taxonomy.Taxonomy {
	if len(h.trees) == 0 {
		return fallback
	}
	return h.trees[len(h.trees)-1]
}

// Since gives what translates labels of a version (name@version) into those of the latest: nil
// when it is the latest, or not of this history.
func (h *History) Since(ref string) *taxonomy.Mapping {
	for i, way := range h.ways {
		if h.Versions[i].Ref == ref {
			return way
		}
	}
	return nil
}

// Tree is a version by its ref (name@version), nil when it is not of this history.
func (h *History) Tree(ref string) *taxonomy.Taxonomy {
	for i, v := range h.Versions {
		if v.Ref == ref {
			return h.trees[i]
		}
	}
	return nil
}

// Labels lists the labels that any version has, and those of t, each once.
func (h *History) Labels(t *taxonomy.Taxonomy) []store.Label {
	var out []store.Label
	seen := map[store.Label]bool{}
	for _, tree := range append([]*taxonomy.Taxonomy{t}, h.trees...) {
		for i := range tree.Axes {
			for _, id := range tree.Axes[i].IDs() {
				if l := (store.Label{Axis: tree.Axes[i].ID, Label: id}); !seen[l] {
					seen[l] = true
					out = append(out, l)
				}
			}
		}
	}
	return out
}
