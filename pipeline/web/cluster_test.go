package web

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func TestClusters(t *testing.T) {
	d := newSite(t, world(t), nil).get(t, "/clusters", 200)
	names := d.texts(".cluster h3")
	want := []string{"dead, led off, charger", "snapped, hinge, split, broken", "carton, corner, crushed", "creaks, screws, night"}
	if !slices.Equal(names, want) {
		t.Errorf("clusters are %q, want emerging first, then the largest: %q", names, want)
	}
	d.has(t, ".rising .state", "emerging")
	d.has(t, ".cluster .meta", "15 claims alike in text")
	d.has(t, ".cluster p", "+5 in 7 days (+4 in the 7 before)")
	d.has(t, ".cluster p", "over-ear headphones : Three weeks old")
}

func TestClustersNarrowAndPage(t *testing.T) {
	f := world(t)
	s := newSite(t, f, nil)
	if n := len(s.get(t, "/clusters?emerging=1", 200).find("article.cluster")); n != 1 {
		t.Errorf("%d emerging", n)
	}
	for i := range 60 {
		f.clusters = append(f.clusters, store.Cluster{ID: fmt.Sprintf("many-%02d", i), Space: photosSpace})
	}
	seen, next := 0, "/clusters"
	for next != "" {
		d := s.get(t, next, 200)
		seen += len(d.find("article.cluster"))
		next = ""
		if len(d.find("a.older")) > 0 {
			next = d.link(t, "Next")
		}
	}
	if seen != 64 {
		t.Errorf("%d clusters on all pages, want 64", seen)
	}
	s.get(t, "/clusters?page=9", 200).has(t, ".empty h2", "No clusters")
	for _, page := range []string{"0", "-1", "x", "99999999999999999999"} {
		s.get(t, "/clusters?page="+page, http.StatusBadRequest)
	}
}

func TestNoClusters(t *testing.T) {
	s := newSite(t, newFake(), nil)
	s.get(t, "/clusters", 200).has(t, ".empty h2", "No clusters yet")
	s.get(t, "/clusters?emerging=1", 200).has(t, ".empty h2", "No cluster is emerging")
	s.get(t, "/clusters/x", http.StatusNotFound)
}

func TestCluster(t *testing.T) {
	s := newSite(t, world(t), func(c *Config) { c.PageSize = 10 })
	d := s.get(t, "/clusters/"+uuid(3, 0), 200)
	d.has(t, "h1", "snapped, hinge, split, broken")
	d.has(t, ".lineage", "Came of hinge, lid, loose by merge or split.")
	d.has(t, ".growth tr", "14 Mar 5")
	if n := len(d.find(".growth tbody tr")); n != weeks {
		t.Errorf("%d weeks", n)
	}
	d.has(t, "article.cluster h3", "over-ear headphones")
	if n := len(d.find("article.row")); n != 10 {
		t.Errorf("%d members on the first page", n)
	}
	d = s.get(t, d.link(t, "Older"), 200)
	if n := len(d.find("article.row")); n != 5 {
		t.Errorf("%d members on the second page", n)
	}
	if got := d.link(t, "Back to newest"); got != "/clusters/"+uuid(3, 0) {
		t.Errorf("back leads to %s", got)
	}
	s.get(t, "/clusters/"+uuid(3, 9), 200).has(t, ".look", "gone up in snapped, hinge, split, broken")
	s.get(t, "/clusters/"+uuid(3, 0)+"?after=nonsense", http.StatusBadRequest)
}

func TestClusterWithoutCounts(t *testing.T) {
	f := world(t)
	f.fail["Count"] = store.ErrBusy
	d := newSite(t, f, nil).get(t, "/clusters/"+uuid(3, 0), 200)
	d.lacks(t, ".growth")
	d.has(t, "article.row h2", "over-ear headphones")
}

func TestConfigIsChecked(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a server without anything was made")
	}
	f := newFake()
	s := newSite(t, f, nil)
	for name, spoil := range map[string]func(*Config){
		"no guard": func(c *Config) { c.Guard = nil }, "page": func(c *Config) { c.PageSize = 101 },
		"near": func(c *Config) { c.Near = -1 }, "time": func(c *Config) { c.Timeout = -time.Second },
	} {
		cfg := s.cfg
		spoil(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
