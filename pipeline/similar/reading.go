package similar

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// read gives the finished claims since a time that are not known, oldest first; at most the
// newest most of them, all when most is 0.
func (k *Keeper) read(ctx context.Context, since time.Time, known func(string) bool, most int) ([]Item, error) {
	var out []Item
	filter := store.Filter{State: store.Done, From: since}
	page := store.Page{Limit: store.MaxPage}
	for {
		claims, next, err := k.cfg.Store.List(ctx, filter, page)
		if err != nil {
			return nil, err
		}
		for _, c := range claims {
			if known(c.ID) {
				continue
			}
			it, err := k.item(ctx, c)
			if errors.Is(err, store.ErrNotFound) {
				continue // erased since the page was read
			}
			if err != nil {
				return nil, err
			}
			out = append(out, it)
		}
		if next == "" || most > 0 && len(out) >= most {
			break
		}
		page.After = next
	}
	slices.Reverse(out)
	return out, nil
}

// item reads a claim's vectors; several of the space (photos) become their mean.
func (k *Keeper) item(ctx context.Context, c store.Claim) (Item, error) {
	vectors, err := k.cfg.Store.VectorsOf(ctx, c.ID)
	if err != nil {
		return Item{}, err
	}
	var sum []float64
	for _, v := range vectors {
		if v.Space != k.cfg.Space || sum != nil && len(v.Values) != len(sum) {
			continue
		}
		if sum == nil {
			sum = make([]float64, len(v.Values))
		}
		for j, x := range v.Values {
			sum[j] += float64(x)
		}
	}
	return Item{ID: c.ID, Text: c.Claim.Text, Vector: unit(sum), At: c.CreatedAt}, nil
}

// collector joins changes, the later over the earlier.
type collector struct {
	put    map[string]store.Cluster
	member map[string]string
}

func newCollector() *collector {
	return &collector{put: map[string]store.Cluster{}, member: map[string]string{}}
}

func (c *collector) add(change store.ClusterChange) {
	for _, cluster := range change.Put {
		c.put[cluster.ID] = cluster
	}
	maps.Copy(c.member, change.Member)
}

func (c *collector) change() store.ClusterChange {
	out := store.ClusterChange{Member: c.member}
	for _, id := range slices.Sorted(maps.Keys(c.put)) {
		out.Put = append(out.Put, c.put[id])
	}
	return out
}
