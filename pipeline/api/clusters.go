package api

import (
	"context"
	"errors"
	"slices"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

type clustersIn struct {
	Limit    int    `query:"limit" minimum:"1" maximum:"100" doc:"20 unless told."`
	Emerging bool   `query:"emerging" doc:"Only those that are young and grow fast."`
	After    string `query:"after" maxLength:"200" doc:"The cursor that the page before gave as next. Clusters grow and shrink, so that one may come twice, or not at all, while pages are turned."`
}

type clustersOut struct {
	Link string `header:"Link"`
	Body wire.ClusterList
}

// defaultClusters is how many are listed when no number is asked for.
const defaultClusters = 20

// listClusters lists the clusters that the key has claims in, largest first as all owners'
// claims count: what a cluster is does not depend on who looks.
func (s *Server) listClusters(ctx context.Context, in *clustersIn) (*clustersOut, error) {
	all, err := s.cfg.Clusters.Clusters(ctx, s.cfg.Models.ClusterSpace())
	if err != nil {
		return nil, err
	}
	limit := in.Limit
	if limit == 0 {
		limit = defaultClusters
	}
	// The cursor is the last cluster's id: its size, by which the list is ordered, counts
	// claims of others.
	if in.After != "" {
		i := slices.IndexFunc(all, func(c store.Cluster) bool { return c.ID == in.After })
		if i < 0 {
			return nil, fault(codeCursor, "query.after", "that cluster has gone; begin again")
		}
		all = all[i+1:]
	}
	out := &clustersOut{Body: wire.ClusterList{Clusters: []wire.Cluster{}}}
	for _, c := range all {
		if in.Emerging && !c.Emerging {
			continue
		}
		shown, err := s.clusterOut(ctx, c)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(out.Body.Clusters) == limit {
			out.Body.Truncated, out.Body.Next = true, out.Body.Clusters[limit-1].ID
			out.Link = nextLink(ctx, out.Body.Next)
			break
		}
		out.Body.Clusters = append(out.Body.Clusters, shown)
	}
	return out, nil
}

type clusterOutput struct{ Body wire.Cluster }

func (s *Server) getCluster(ctx context.Context, in *idIn) (*clusterOutput, error) {
	if !isUUID(in.ID) {
		return nil, store.ErrNotFound
	}
	c, err := s.cfg.Clusters.Cluster(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out, err := s.clusterOut(ctx, c)
	return &clusterOutput{out}, err
}

// clusterOut shows of a cluster what the key may see: its own claims, and nothing of a
// cluster in which it has none.
func (s *Server) clusterOut(ctx context.Context, c store.Cluster) (wire.Cluster, error) {
	out := wire.Cluster{
		ID: c.ID, Terms: c.Terms, Central: []string{}, Size: c.Size, Emerging: c.Emerging,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, From: c.From, Into: c.Into,
	}
	if out.Terms == nil {
		out.Terms = []string{}
	}
	who := callOf(ctx).who
	if who.admin {
		out.Central = append(out.Central, c.Central...)
		return out, nil
	}
	n, err := s.cfg.Claims.Count(ctx, store.Filter{Owner: who.id, Cluster: c.ID})
	if err != nil {
		return out, err
	}
	if n < c.Size { // words and kin tell of claims that are not its own
		out.Terms, out.From, out.Into, out.Emerging = []string{}, nil, "", false
	}
	if n == 0 {
		return out, store.ErrNotFound
	}
	out.Size = n
	for _, id := range c.Central {
		switch _, err := s.seen(ctx, id); {
		case err == nil:
			out.Central = append(out.Central, id)
		case !errors.Is(err, store.ErrNotFound):
			return out, err
		}
	}
	return out, nil
}
