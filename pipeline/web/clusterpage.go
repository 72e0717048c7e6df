package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// clusterView is the page of one cluster.
type clusterView struct {
	site.Frame
	Card    clusterCard
	From    []clusterRef
	Into    *clusterRef
	Weeks   []week
	Central []show.Row
	Rows    []show.Row
	site.Pager
}

// clusterRef leads to a related cluster.
type clusterRef struct{ Name, Href string }

// week is one bar of the growth; Percent is its length beside the longest.
type week struct {
	Start   site.Moment
	Count   int
	Percent int
}

func (s *Server) cluster(r *http.Request) (site.View, error) {
	ctx := r.Context()
	after := r.URL.Query().Get("after")
	if len(after) > maxCursor {
		return site.View{}, store.ErrCursor
	}
	c, err := s.cfg.Clusters.Cluster(ctx, r.PathValue("id"))
	if err != nil {
		return site.View{}, err
	}
	card := s.card(ctx, c)
	members, next, err := s.cfg.Claims.List(ctx, store.Filter{Cluster: c.ID}, store.Page{Limit: s.cfg.PageSize, After: after})
	if err != nil {
		return site.View{}, err
	}
	out := clusterView{Frame: s.site.Frame(r, "clusters", card.Name()), Card: card}
	part, cancel := context.WithTimeout(ctx, s.cfg.PartTimeout)
	defer cancel()
	s.lineage(part, &out, c)
	out.Weeks = s.weeks(part, c.ID)
	if after == "" {
		out.Central = s.central(part, c)
	}
	for _, m := range members {
		out.Rows = append(out.Rows, s.names().Row(m))
	}
	out.Pager = site.NewPager(card.Href, after, next)
	return site.View{Name: "cluster", Data: out}, nil
}

// lineage names the clusters that this one came of or has gone up in.
func (s *Server) lineage(ctx context.Context, out *clusterView, c store.Cluster) {
	ref := func(id string) clusterRef {
		other := clusterCard{ID: id}
		if found, err := s.cfg.Clusters.Cluster(ctx, id); err == nil && len(out.Card.Terms) > 0 {
			other.Terms = cleanAll(found.Terms)
		}
		return clusterRef{other.Name(), "/clusters/" + id}
	}
	for _, id := range c.From {
		out.From = append(out.From, ref(id))
	}
	if c.Into != "" {
		into := ref(c.Into)
		out.Into = &into
	}
}

// weeks counts the claims of the last weeks, oldest first; none when the store is slow.
func (s *Server) weeks(ctx context.Context, id string) []week {
	end := s.cfg.Now().UTC().Truncate(day).Add(day)
	out := make([]week, weeks)
	most := 1
	for i := range out {
		from := end.Add(-time.Duration(weeks-i) * 7 * day)
		n, err := s.cfg.Claims.Count(ctx, store.Filter{Cluster: id, From: from, Until: from.Add(7 * day)})
		if err != nil {
			s.cfg.Log.WarnContext(ctx, "growth not counted", "cluster", id, "error", err)
			return nil
		}
		out[i].Start, out[i].Count = site.Moment{ISO: from.Format(time.DateOnly), Text: from.Format("2 Jan")}, n
		most = max(most, n)
	}
	for i := range out {
		out[i].Percent = 100 * out[i].Count / most
	}
	return out
}

// central gives the most central claims.
func (s *Server) central(ctx context.Context, c store.Cluster) []show.Row {
	var out []show.Row
	for _, id := range c.Central {
		one, err := s.cfg.Claims.Claim(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			s.cfg.Log.WarnContext(ctx, "central claim not read", "claim", id, "error", err)
			return out
		}
		out = append(out, s.names().Row(one))
	}
	return out
}
