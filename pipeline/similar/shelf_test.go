package similar

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// shelf is a store of claims and clusters in memory.
type shelf struct {
	*book
	claims  []store.Claim // oldest first
	vectors map[string][]store.Vector
	fail    map[string]error // by method
	writes  int
	read    int // claims whose vectors were read
}

func newShelf() *shelf {
	return &shelf{book: newBook(), vectors: map[string][]store.Vector{}, fail: map[string]error{}}
}

func (s *shelf) put(it Item, state store.State) {
	s.claims = append(s.claims, store.Claim{ID: it.ID, Claim: claim.Claim{Text: it.Text}, State: state, CreatedAt: it.At})
	s.vectors[it.ID] = []store.Vector{{Space: "photos", Values: []float32{1, 2}}, {Space: "space", Values: it.Vector}}
}

// erase takes a claim away as the contract says, its membership included.
func (s *shelf) erase(id string) {
	s.claims = slices.DeleteFunc(s.claims, func(c store.Claim) bool { return c.ID == id })
	delete(s.vectors, id)
	delete(s.members, id)
}

func (s *shelf) List(_ context.Context, f store.Filter, p store.Page) ([]store.Claim, string, error) {
	var out []store.Claim
	for _, c := range s.claims {
		if c.State == f.State && !c.CreatedAt.Before(f.From) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b store.Claim) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	at, _ := strconv.Atoi(p.After)
	end := min(at+min(p.Limit, 7), len(out)) // small pages, so that there are several
	next := ""
	if end < len(out) {
		next = strconv.Itoa(end)
	}
	return out[at:end], next, s.fail["List"]
}

func (s *shelf) VectorsOf(_ context.Context, id string) ([]store.Vector, error) {
	s.read++
	if v, ok := s.vectors[id]; ok {
		return v, s.fail["VectorsOf"]
	}
	return nil, store.ErrNotFound
}

func (s *shelf) Clusters(context.Context, string) ([]store.Cluster, error) {
	out := s.living()
	slices.SortFunc(out, bySize)
	return out, s.fail["Clusters"]
}

func (s *shelf) Members(context.Context, string) (map[string]string, error) {
	return maps.Clone(s.members), s.fail["Members"]
}

func (s *shelf) ChangeClusters(_ context.Context, space string, c store.ClusterChange) error {
	if err := s.fail["ChangeClusters"]; err != nil {
		return err
	}
	if space != "space" {
		return errors.New("wrong space " + space)
	}
	s.writes++
	for id := range c.Member {
		if _, ok := s.vectors[id]; !ok {
			delete(c.Member, id)
		}
	}
	s.apply(c)
	return nil
}
