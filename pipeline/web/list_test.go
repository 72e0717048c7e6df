package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/store"
)

func TestListShowsClaims(t *testing.T) {
	s := newSite(t, world(t), nil)
	d := s.get(t, "/", 200)
	d.has(t, "title", "Claims · Defekt")
	if n := len(d.find("article.row")); n != 25 {
		t.Errorf("%d claims, want a page of 25", n)
	}
	d.has(t, "nav.tabs a", "All 50")
	d.has(t, "nav.tabs a", "Queued 1")
	d.has(t, "nav.tabs a", "Failed 1")
	d.has(t, ".row h2", "over-ear headphones")
	d.has(t, ".row .meta", "demo-01")
	d.has(t, ".row time", "20 Mar 2026, 11:50 UTC")
	d.has(t, ".row .waits", "Waits for its labels.")
	d.has(t, ".row .fault", "the model's library could not be loaded")
	d.has(t, "li.chip", "Symptom : 98 % Crack or break")
	d.has(t, "li.open", "perhaps")
	d.has(t, "li.open .why", "is below the threshold")
	d.has(t, ".row strong.critical", "Critical")
	d.has(t, ".row .more", "more photo")
	d.lacks(t, ".banner")
	if imgs := d.find(".row img"); len(imgs) == 0 || !strings.HasSuffix(attr(imgs[0], "src"), "/small") || attr(imgs[0], "alt") == "" {
		t.Error("no thumbnail with a description")
	}
}

func TestListPages(t *testing.T) {
	s := newSite(t, world(t), func(c *Config) { c.PageSize = 20 })
	seen := map[string]int{}
	next, pages := "/", 0
	for ; next != ""; pages++ {
		d := s.get(t, next, 200)
		for _, a := range d.find(".row h2 a") {
			seen[attr(a, "href")]++
		}
		if pages > 0 && d.link(t, "Back to newest") != "/" {
			t.Error("the way back is not the list")
		}
		next = ""
		if len(d.find("a.older")) > 0 {
			next = d.link(t, "Older")
		}
	}
	if pages != 3 || len(seen) != 50 {
		t.Errorf("%d claims on %d pages", len(seen), pages)
	}
	d := s.get(t, "/?after=nonsense", http.StatusBadRequest)
	d.has(t, "h1", "This page of the list is gone")
}

// Every filter must reach the store as it was given, and come back in the form.
func TestListFilters(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		query string
		want  store.Filter
		chip  string
	}{
		{"q=hinge", store.Filter{Text: "hinge"}, "Text hinge"},
		{"product=chair", store.Filter{Product: "chair"}, "Product chair"},
		{"sku=A%26B", store.Filter{SKU: "A&B"}, "SKU A&B"},
		{"serial=1", store.Filter{Serial: "1"}, "Serial 1"},
		{"batch=B26-07", store.Filter{Batch: "B26-07"}, "Batch B26-07"},
		{"supplier=Nordmetal", store.Filter{Supplier: "Nordmetal"}, "Supplier Nordmetal"},
		{"reference=r", store.Filter{Reference: "r"}, "Reference r"},
		{"state=failed", store.Filter{State: store.Failed}, "State failed"},
		{"abstained=1", store.Filter{Abstained: true}, "Only for a person"},
		{"from=2026-03-01&until=2026-03-02", store.Filter{From: day(1), Until: day(3)}, "Until 2026-03-02"},
		{"label.severity=critical&label.symptom=leak", store.Filter{Labels: []store.Label{{Axis: "symptom", Label: "leak"}, {Axis: "severity", Label: "critical"}}}, "Severity Critical"},
		{"label.nonsense=x&utm=y&q=+&near=1", store.Filter{}, ""},
	} {
		t.Run(c.query, func(t *testing.T) {
			f := world(t)
			d := newSite(t, f, nil).get(t, "/?"+c.query, 200)
			if diff := cmp.Diff(c.want, f.asked); diff != "" {
				t.Error(diff)
			}
			if c.chip == "" {
				d.lacks(t, ".active")
				return
			}
			d.has(t, ".active li", c.chip)
			given, _ := url.ParseQuery(c.query)
			for name, v := range given {
				if !formHolds(d, name, v[0]) {
					t.Errorf("the form lost %s=%s", name, v[0])
				}
			}
		})
	}
}

func formHolds(d doc, name, value string) bool {
	for _, n := range d.find("input") {
		if attr(n, "name") == name {
			return attr(n, "value") == value
		}
	}
	for _, n := range d.find("select") {
		if attr(n, "name") != name {
			continue
		}
		for o := range n.Descendants() {
			if o.Data == "option" && attr(o, "value") == value && slices.ContainsFunc(o.Attr, func(a htmlAttr) bool { return a.Key == "selected" }) {
				return true
			}
		}
	}
	return false
}

func TestListRefuses(t *testing.T) {
	s := newSite(t, world(t), nil)
	for _, q := range []string{"state=lost", "from=yesterday", "until=2026-02-30", "q=%00", "q=%ff", "sku=" + strings.Repeat("x", 201), "after=" + strings.Repeat("x", 1001)} {
		s.get(t, "/?"+q, http.StatusBadRequest).has(t, "h1", "This address cannot be read")
	}
}

func TestFilterCanBeTakenAway(t *testing.T) {
	d := newSite(t, world(t), nil).get(t, "/?q=hinge&sku=x&near=1", 200)
	if got := d.link(t, "SKU"); got != "/?near=1&q=hinge" {
		t.Errorf("without SKU the list is %q", got)
	}
	d.has(t, ".empty", "No claim fits these filters")
}

func TestListNear(t *testing.T) {
	s := newSite(t, world(t), nil)
	s.get(t, "/", 200).lacks(t, ".nearby")
	s.get(t, "/?near=1", 200).has(t, ".nearby", "Alike in text 1.00")
}

func TestFreshPage(t *testing.T) {
	s := newSite(t, newFake(), nil)
	d := s.get(t, "/", 200)
	d.has(t, ".empty h2", "No claim has come in yet")
	d.has(t, "pre", `curl -sS http://localhost:8080/v1/claims \ -H "Authorization: Bearer $DEFEKT_KEY"`)
	d.lacks(t, "form")
	r := s.do(t, http.MethodGet, "/?q=x")
	parsePage(t, r.Body.String()).has(t, ".empty", "No claim fits")
}

func TestOpenServerSaysSo(t *testing.T) {
	s := newSite(t, newFake(), func(c *Config) { c.Open = open; c.URL = "https://defekt.example" })
	d := s.get(t, "/", 200)
	d.has(t, "aside.banner", "No API key is set.")
	d.has(t, "pre", "curl -sS https://defekt.example/v1/claims")
	for _, text := range d.texts("pre") {
		if strings.Contains(text, "Authorization") {
			t.Error("a key is asked for where there is none")
		}
	}
}

// A host that would do something in a shell must not stand in a command to copy.
func TestCurlRepeatsNoStrangeHost(t *testing.T) {
	s := newSite(t, newFake(), nil)
	for host, want := range map[string]string{
		"a.example:81": "http://a.example:81/", "[::1]:8080": "http://[::1]:8080/", "x;rm": "http://localhost:8080/", "$(id)": "http://localhost:8080/",
	} {
		r := request(t, "/")
		r.Host = host
		if d := parsePage(t, serve(s, r).Body.String()); !strings.Contains(d.texts("pre")[0], want) {
			t.Errorf("%s: %s", host, d.texts("pre")[0])
		}
	}
}

func TestListFailures(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		title  string
	}{
		{store.ErrBusy, 503, "The store is busy"},
		{errors.New("secret detail"), 500, "Something went wrong"},
		{store.ErrCursor, 400, "This page of the list is gone"},
	} {
		f := world(t)
		f.fail["List"] = c.err
		s := newSite(t, f, nil)
		d := s.get(t, "/", c.status)
		d.has(t, "h1", c.title)
		if strings.Contains(content(d.root), "secret") {
			t.Error("an unknown error is shown")
		}
		if logged := strings.Contains(s.log.String(), "secret detail"); logged != (c.status == 500) {
			t.Errorf("logged: %v", logged)
		}
	}
}

// Counts orient only: without them the list stands.
func TestListWithoutCounts(t *testing.T) {
	f := world(t)
	f.fail["Count"] = store.ErrBusy
	d := newSite(t, f, nil).get(t, "/", 200)
	if got := d.texts("nav.tabs a"); !slices.Equal(got, []string{"All", "For a person", "Queued", "Failed"}) {
		t.Errorf("tabs are %q", got)
	}
}
