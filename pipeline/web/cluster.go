package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

const (
	day = 24 * time.Hour
	// clusterPage is how many clusters a page shows.
	clusterPage = 24
	// weeks is how far back the growth of a cluster is shown.
	weeks = 8
)

// clusterCard is a cluster in a list.
type clusterCard struct {
	ID, Href, Space string
	Terms           []string
	Size            int
	Emerging        bool
	Created         site.Moment
	Updated         site.Moment
	// Growth says in words what came in the last 7 days; empty when it was not counted.
	Growth string
	// Example is the most central claim.
	Example *show.Row
}

// clustersView is the page of all clusters.
type clustersView struct {
	site.Frame
	Cards              []clusterCard
	Total              int
	EmergingOnly       bool
	Previous, Next     string // addresses
	FirstShown, ToShow int
}

func (s *Server) clusters(r *http.Request) (site.View, error) {
	ctx := r.Context()
	raw := r.URL.Query()
	out := clustersView{Frame: s.site.Frame(r, "clusters", "Clusters"), EmergingOnly: raw.Get("emerging") != ""}
	page, err := readPage(raw.Get("page"))
	if err != nil {
		return site.View{}, err
	}
	all, err := s.living(ctx, out.EmergingOnly)
	if err != nil {
		return site.View{}, err
	}
	out.Total = len(all)
	first := min((page-1)*clusterPage, len(all))
	shown := all[first:min(first+clusterPage, len(all))]
	out.FirstShown, out.ToShow = first+1, first+len(shown)
	if page > 1 {
		out.Previous = clustersHref(page-1, out.EmergingOnly)
	}
	if first+len(shown) < len(all) {
		out.Next = clustersHref(page+1, out.EmergingOnly)
	}
	part, cancel := context.WithTimeout(ctx, s.cfg.PartTimeout)
	defer cancel()
	for _, c := range shown {
		out.Cards = append(out.Cards, s.card(part, c))
	}
	return site.View{Name: "clusters", Data: out}, nil
}

func readPage(v string) (int, error) {
	if v == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 100_000 {
		return 0, site.BadRequest("There is no such page of clusters.")
	}
	return n, nil
}

func clustersHref(page int, emerging bool) string {
	v := url.Values{}
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if emerging {
		v.Set("emerging", "1")
	}
	if len(v) == 0 {
		return "/clusters"
	}
	return "/clusters?" + v.Encode()
}

// living gives the clusters of all spaces: emerging first, then the largest, then by id.
func (s *Server) living(ctx context.Context, emergingOnly bool) ([]store.Cluster, error) {
	var all []store.Cluster
	for _, space := range s.cfg.Spaces() {
		some, err := s.cfg.Clusters.Clusters(ctx, space.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if emergingOnly {
		all = slices.DeleteFunc(all, func(c store.Cluster) bool { return !c.Emerging })
	}
	rank := func(c store.Cluster) int {
		if c.Emerging {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(a, b store.Cluster) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Size, a.Size), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// card collects what a list shows of a cluster. What is asked under ctx may be missing.
func (s *Server) card(ctx context.Context, c store.Cluster) clusterCard {
	card := clusterCard{
		ID: c.ID, Href: "/clusters/" + c.ID, Space: s.spaceName(c.Space), Size: c.Size, Emerging: c.Emerging,
		Created: site.NewMoment(c.CreatedAt), Updated: site.NewMoment(c.UpdatedAt), Terms: cleanAll(c.Terms),
	}
	card.Growth = s.growth(ctx, c.ID)
	for _, id := range c.Central {
		one, err := s.cfg.Claims.Claim(ctx, id)
		if err == nil {
			row := s.names().Row(one)
			card.Example = &row
			break
		}
	}
	return card
}

func cleanAll(terms []string) []string {
	var out []string
	for _, t := range terms {
		out = append(out, look.Clean(t))
	}
	return out
}

// growth compares the last 7 days with the 7 before.
func (s *Server) growth(ctx context.Context, id string) string {
	now := s.cfg.Now().UTC()
	last, err := s.cfg.Claims.Count(ctx, store.Filter{Cluster: id, From: now.Add(-7 * day)})
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "growth not counted", slog.String("cluster", id), slog.Any("error", err))
		return ""
	}
	before, err := s.cfg.Claims.Count(ctx, store.Filter{Cluster: id, From: now.Add(-14 * day), Until: now.Add(-7 * day)})
	if err != nil {
		return ""
	}
	return "+" + site.Thousands(last) + " in 7 days (+" + site.Thousands(before) + " in the 7 before)"
}

func (s *Server) spaceName(id string) string {
	for _, space := range s.cfg.Spaces() {
		if space.ID == id {
			return look.Clean(space.Name)
		}
	}
	return "an earlier model"
}

// clustersOf is the clusters that a claim belongs to.
type clustersOf struct {
	Cards  []clusterCard
	Failed bool
}

func (s *Server) clustersOf(ctx context.Context, claim string) clustersOf {
	var out clustersOf
	for _, space := range s.cfg.Spaces() {
		id, err := s.cfg.Clusters.ClusterOf(ctx, space.ID, claim)
		if err == nil && id == "" {
			continue
		}
		var c store.Cluster
		if err == nil {
			c, err = s.cfg.Clusters.Cluster(ctx, id)
		}
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			s.cfg.Log.WarnContext(ctx, "cluster not found", slog.String("claim", claim), slog.Any("error", err))
			out.Failed = true
			continue
		}
		out.Cards = append(out.Cards, s.card(ctx, c))
	}
	return out
}

// Name names a cluster by its terms.
func (c clusterCard) Name() string {
	if len(c.Terms) == 0 {
		return "Cluster " + shortID(c.ID)
	}
	return strings.Join(c.Terms, ", ")
}
