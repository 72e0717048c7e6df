package board

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

var href = regexp.MustCompile(`href="([^"]*)"`)

// TestEveryPage follows every link from the first page on: all lead somewhere, and all pages are
// well-formed, with ids that stand once.
func TestEveryPage(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.PageSize = 4 })
	w.quickly("patterns", "capas", "credits")
	seen := map[string]bool{}
	kinds := map[string]int{}
	for next := []string{"/quality/"}; len(next) > 0; next = next[1:] {
		path := next[0]
		if seen[path] {
			continue
		}
		seen[path] = true
		parts := strings.SplitN(path, "/", 5)
		kind := strings.Join(parts[:min(len(parts), 4)], "/")
		if kinds[kind]++; kinds[kind] > 6 { // enough of a kind
			continue
		}
		p := w.get(path)
		if p.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, p.StatusCode)
			continue
		}
		if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			continue
		}
		wellFormed(t, p)
		for _, m := range href.FindAllStringSubmatch(p.body, -1) {
			to := strings.ReplaceAll(m[1], "&amp;", "&")
			if strings.HasPrefix(to, "/quality/") && !strings.Contains(to, "/assets/") {
				next = append(next, to)
			}
		}
	}
	for _, want := range []string{"/quality/measures", "/quality/ranking", "/quality/patterns/" + w.alarm().ID, "/quality/groups/lot/L-17%7Chinge%7CACME", "/quality/groups/supplier/ACME", "/quality/groups/sku/K-1", "/quality/groups/batch/B-1%7CK-1", "/quality/units/BAD-0004", "/quality/credits"} {
		if !seen[want] {
			t.Errorf("no link leads to %s", want)
		}
	}
	if log := w.log.String(); log != "" {
		t.Errorf("the log says %s", log)
	}
}

// quickly makes one of everything: an action about the pattern and a credit.
func (w *world) quickly(...string) {
	w.Helper()
	a := w.alarm()
	if p := w.post("/quality/patterns/"+a.ID, url.Values{"do": {"capa"}, "version": {"1"}, "owner": {"anna"}, "why": {"too many"}}); p.StatusCode != 200 {
		w.Fatalf("%d %s", p.StatusCode, p.body)
	}
	if p := w.post("/quality/chargebacks", url.Values{"supplier": {"ACME"}, "lot": {"L-17"}, "book": {"1"}}); p.Header.Get("Content-Type") != "application/zip" {
		w.Fatalf("%d %s", p.StatusCode, p.body)
	}
}

// wellFormed checks a page's markup; the brand's own picture says nothing that its name does not.
func wellFormed(t *testing.T, p reply) {
	t.Helper()
	all := looktest.Elements(t, p.body)
	all = slices.DeleteFunc(all, func(e *looktest.Element) bool {
		return e.Name == "img" && strings.Contains(e.Attrs["src"], "/assets/icon.")
	})
	looktest.Named(t, all)
}

func texts(t *testing.T, p reply, name, class string) []string {
	t.Helper()
	return looktest.Texts(looktest.Find(looktest.Elements(t, p.body), name, class))
}

func has(t *testing.T, what string, list []string, want string) {
	t.Helper()
	if !slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, want) }) {
		t.Errorf("%s: no %q in %q", what, want, list)
	}
}

func TestOverview(t *testing.T) {
	w := newWorld(t, nil)
	p := w.get("/quality/")
	rows := texts(t, p, "tr", "")
	has(t, "rows", rows, "Lot L-17 (hinge, ACME)")
	has(t, "rows", rows, "Critical")
	has(t, "captions", texts(t, p, "caption", ""), "Claims by severity")
	has(t, "figures", texts(t, p, "li", ""), "patterns at work")
	has(t, "tabs", texts(t, p, "a", ""), "Measures")
	figures := texts(t, p, "p", "value")
	if len(figures) != 4 || figures[1] == "…" || figures[1] == "0" {
		t.Errorf("figures %q", figures)
	}
}

func TestPattern(t *testing.T) {
	w := newWorld(t, nil)
	a := w.alarm()
	p := w.get("/quality/patterns/" + a.ID)
	all := looktest.Elements(t, p.body)
	if h := looktest.Texts(looktest.Find(all, "h1", "")); len(h) != 1 || h[0] != "Crack or break (symptom): Lot L-17 (hinge, ACME)" {
		t.Errorf("heading %q", h)
	}
	if e := looktest.Texts(looktest.Find(all, "p", "explain")); len(e) != 1 || !strings.HasSuffix(e[0], ".") || len(e[0]) < 40 {
		t.Errorf("the sentence is %q", e)
	}
	if n := len(looktest.Find(all, "svg", "curve")); n != 2 {
		t.Errorf("%d plots", n)
	}
	if n := len(looktest.Find(all, "table", "nevada")); n != 1 {
		t.Errorf("%d Nevada tables", n)
	}
	if rows := looktest.Find(all, "article", "row"); len(rows) != len(a.Facts.Examples) || len(rows) == 0 {
		t.Errorf("%d examples, want %d", len(rows), len(a.Facts.Examples))
	}
	links := map[string]bool{}
	for _, l := range looktest.Find(all, "a", "") {
		links[l.Attrs["href"]] = true
	}
	for _, want := range []string{"/claims/" + a.Facts.Examples[0], "/clusters/" + a.Facts.Cluster, "/quality/groups/lot/L-17%7Chinge%7CACME"} {
		if !links[want] {
			t.Errorf("no link to %s", want)
		}
	}
	captions := looktest.Texts(looktest.Find(all, "caption", ""))
	for _, want := range []string{"Other explanations", "What will come", "What happened to it"} {
		has(t, "captions", captions, want)
	}
	if img := w.get(strings.Split(strings.Split(p.body, `<img class="thumb" src="`)[1], `"`)[0]); img.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("a photo: %d %s", img.StatusCode, img.Header.Get("Content-Type"))
	}
	if p := w.get("/quality/patterns/nothing"); p.StatusCode != http.StatusNotFound {
		t.Errorf("no pattern: %d", p.StatusCode)
	}
}

// A unit's page tells everything on one line of time, in order.
func TestUnit(t *testing.T) {
	w := newWorld(t, nil)
	p := w.get("/quality/units/" + url.PathEscape(w.decided))
	line := texts(t, p, "li", "claim")
	has(t, "claims", line, "Claim")
	has(t, "decisions", texts(t, p, "li", "decision"), "Decided by cleo: severity Critical")
	has(t, "costs", texts(t, p, "li", "cost"), "Repair")
	has(t, "warranty", texts(t, p, "span", "tone"), "Covered")
	has(t, "patterns", texts(t, p, "tr", ""), "Lot L-17 (hinge, ACME)")
	has(t, "lots", texts(t, p, "tr", ""), "heater")
	var times []string
	for _, e := range looktest.Find(looktest.Elements(t, p.body), "time", "") {
		times = append(times, e.Attrs["datetime"])
	}
	line0 := times[:len(texts(t, p, "li", "claim"))]
	if !slices.IsSorted(line0) {
		t.Errorf("the line is not in order: %q", times)
	}
	p = w.get("/quality/units/BAD-0004")
	has(t, "chain", texts(t, p, "ol", "chain"), "BAD-0003")
	if p := w.get("/quality/units/bad0004"); p.StatusCode != 200 {
		t.Errorf("as people type it: %d", p.StatusCode)
	}
	if p := w.get("/quality/units/NOBODY-1"); p.StatusCode != http.StatusNotFound || !strings.Contains(p.body, "No unit with this serial") {
		t.Errorf("unknown: %d", p.StatusCode)
	}
}

func TestSearch(t *testing.T) {
	w := newWorld(t, nil)
	for q, want := range map[string]string{
		"BAD-0004": "/quality/units/BAD-0004", "bad 0004": "/quality/units/BAD-0004", "L-17": "/quality/groups/lot/L-17%7Chinge%7CACME", "B-2": "/quality/groups/batch/B-2%7CK-1",
		"ACME": "/quality/groups/supplier/ACME", "WARM": "/quality/groups/supplier/WARM", "K-1": "/quality/groups/sku/K-1", "W-1": "/quality/groups/warehouse/W-1",
	} {
		if p := w.get("/quality/search?q=" + url.QueryEscape(q)); p.Request.URL.EscapedPath() != want {
			t.Errorf("%q leads to %s, want %s", q, p.Request.URL.EscapedPath(), want)
		}
	}
	if p := w.get("/quality/search?q=nothing"); p.StatusCode != 200 || !strings.Contains(p.body, "Nothing has this serial") {
		t.Errorf("nothing: %d", p.StatusCode)
	}
}

func TestGroups(t *testing.T) {
	w := newWorld(t, nil)
	p := w.get("/quality/groups/lot/" + url.PathEscape(badLot))
	has(t, "figures", texts(t, p, "li", ""), "300units known")
	has(t, "patterns", texts(t, p, "tr", ""), "Crack or break")
	has(t, "inspections", texts(t, p, "tr", ""), "hairline cracks")
	has(t, "batches", texts(t, p, "tr", ""), "Batch B-1 (K-1)100")
	p = w.get("/quality/groups/supplier/ACME")
	has(t, "card", texts(t, p, "dd", ""), "1 of 3")
	has(t, "lots", texts(t, p, "tr", ""), "L-18")
	has(t, "contact", texts(t, p, "dd", ""), "claims@acme.example")
	p = w.get("/quality/groups/supplier/ACME?after=nonsense")
	if p.StatusCode != http.StatusBadRequest {
		t.Errorf("a cursor that is none: %d", p.StatusCode)
	}
	if p := w.get("/quality/groups/moon/x"); p.StatusCode != http.StatusBadRequest {
		t.Errorf("a kind that is none: %d", p.StatusCode)
	}
}

func TestMeasuresAndRanking(t *testing.T) {
	w := newWorld(t, nil)
	p := w.get("/quality/measures")
	if h := texts(t, p, "h2", ""); len(h) != 5 {
		t.Errorf("sections %q", h)
	}
	for _, d := range []string{"Median days from the first claim", "Share of claims, drawn at random", "per million units", "Costs booked", "containment (D3)"} {
		if !strings.Contains(p.body, d) {
			t.Errorf("no definition %q", d)
		}
	}
	has(t, "batches", texts(t, p, "tr", ""), "Batch B-1 (K-1)")
	p = w.get("/quality/ranking?kind=lot")
	rows := texts(t, p, "tr", "")
	if len(rows) < 2 || !strings.Contains(rows[1], "L-17") || !strings.Contains(rows[1], "●") {
		t.Errorf("ranking %q", rows)
	}
	if p := w.get("/quality/ranking?kind=moon"); p.StatusCode != http.StatusBadRequest {
		t.Errorf("a kind that is none: %d", p.StatusCode)
	}
}

// An empty store has pages too.
func TestNothingYet(t *testing.T) {
	w := emptyWorld(t)
	w.serve(nil)
	for _, path := range []string{"/", "/patterns", "/patterns?state=closed", "/ranking", "/capas", "/suppliers", "/lots", "/batches", "/products", "/credits", "/measures"} {
		if p := w.get("/quality" + path); p.StatusCode != 200 {
			t.Errorf("%s: %d %s", path, p.StatusCode, p.body)
		} else {
			wellFormed(t, p)
		}
	}
	for path, want := range map[string]int{"/patterns?state=x": 400, "/capas?state=x": 400, "/credits?state=x": 400, "/lots?after=x": 400, "/units/x": 404, "/capas/x": 404, "/credits/x": 404, "/nowhere": 404} {
		if p := w.get("/quality" + path); p.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, p.StatusCode, want)
		}
	}
}

// What comes from strangers stays text.
func TestHostileNames(t *testing.T) {
	w := emptyWorld(t)
	evil := `<script>alert(1)</script>"'`
	must[store.Written](t)(w.store.PutUnits(t.Context(), []store.Unit{{Serial: evil, SKU: "K-1", Batch: evil, MadeAt: made, Lots: []store.LotRef{{Component: "x", Code: evil, Supplier: "=HYPERLINK()"}}}}))
	w.serve(nil)
	for _, path := range []string{"/units/" + url.PathEscape(evil), "/lots", "/batches", "/groups/lot/" + url.PathEscape(evil+"|x|=HYPERLINK()"), "/search?q=" + url.QueryEscape(evil)} {
		p := w.get("/quality" + path)
		if p.StatusCode != 200 || strings.Contains(p.body, "<script>alert") {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
		wellFormed(t, p)
	}
}

// slowWatch answers when the test ends.
type slowWatch struct{ Watch }

func (slowWatch) Ranking(ctx context.Context, _ int) ([]surveillance.Ranked, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (slowWatch) Charts(ctx context.Context, _ store.Group, _ string) (surveillance.Charts, error) {
	<-ctx.Done()
	return surveillance.Charts{}, ctx.Err()
}

// A page does not wait for what takes long, and says so.
func TestSlowParts(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Watch, c.Patience, c.AtOnce = slowWatch{}, 50*time.Millisecond, 9 })
	for _, path := range []string{"/ranking", "/patterns/" + w.alarm().ID, "/groups/lot/" + url.PathEscape(badLot)} {
		begin := time.Now()
		p := w.get("/quality" + path)
		if p.StatusCode != 200 || !strings.Contains(p.body, "These figures are being made") || time.Since(begin) > 5*time.Second {
			t.Errorf("%s: %d after %s", path, p.StatusCode, time.Since(begin))
		}
	}
}
