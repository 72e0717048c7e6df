package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// every page of a world, by address.
func addresses() []string {
	return []string{
		"/", "/?near=1", "/?q=zzz", "/?state=lost", "/claims/" + full, "/claims/" + uuid(2, 1), "/claims/" + uuid(2, 2), "/claims/x",
		"/clusters", "/clusters?emerging=1", "/clusters/" + uuid(3, 0), "/clusters/" + uuid(3, 9), "/clusters/x", "/nowhere",
	}
}

func TestHeaders(t *testing.T) {
	s := newSite(t, world(t), nil)
	for _, path := range addresses() {
		h := s.do(t, http.MethodGet, path).Header()
		for name, want := range map[string]string{
			"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "same-origin", "Cache-Control": "private, no-store", "Content-Security-Policy": site.Policy,
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
	for _, bad := range []string{"unsafe", "script-src", "http", "*", "data:"} {
		if strings.Contains(site.Policy, bad) {
			t.Errorf("the policy allows %s", bad)
		}
	}
}

// Every page keeps what its policy and readers without eyes or mouse rely on.
func TestPagesAreSound(t *testing.T) {
	for name, f := range map[string]*fake{"full": world(t), "empty": newFake()} {
		s := newSite(t, f, func(c *Config) { c.Open = open })
		for _, path := range addresses() {
			t.Run(name+path, func(t *testing.T) {
				body := s.do(t, http.MethodGet, path).Body.String()
				if strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "<no value>") {
					t.Error("a template had a value that it could not write")
				}
				sound(t, parsePage(t, body))
			})
		}
	}
}

func sound(t *testing.T, d doc) {
	t.Helper()
	for _, name := range []string{"main", "h1", "title", "footer"} {
		if n := len(d.find(name)); n != 1 {
			t.Errorf("%d <%s>, want 1", n, name)
		}
	}
	ids := map[string]bool{}
	level := 0
	labelled := map[string]bool{}
	for _, n := range d.find("label") {
		labelled[attr(n, "for")] = true
	}
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("id %q stands twice", id)
			}
			ids[id] = true
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || (a.Key == "href" && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#")) || strings.HasPrefix(a.Val, "//") {
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			}
		}
		switch n.Data {
		case "script", "style", "iframe", "object":
			t.Errorf("there is a <%s>", n.Data)
		case "img":
			if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "alt" }) {
				t.Error("a picture has no alt")
			}
		case "input", "select":
			if !labelled[attr(n, "id")] {
				t.Errorf("no label for %s", attr(n, "name"))
			}
		case "h1", "h2", "h3":
			now := int(n.Data[1] - '0')
			if now > level+1 {
				t.Errorf("a heading of level %d follows one of level %d: %s", now, level, content(n))
			}
			level = now
		}
	}
	for n := range d.root.Descendants() {
		for _, name := range []string{"aria-labelledby", "for"} {
			if v := attr(n, name); v != "" && !ids[v] {
				t.Errorf("%s=%q leads nowhere", name, v)
			}
		}
		if v, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && !ids[v] {
			t.Errorf("a link leads to #%s, which is not there", v)
		}
	}
}

// Whatever a stranger can fill must arrive as text, never as markup.
func TestHostileTexts(t *testing.T) {
	const evil = `"'><script>alert(1)</script><img src=x onerror=alert(2)> javascript:alert(3) {{.}}` + "\x00\u202e"
	p := claim.Prediction{
		Model: evil, Taxonomy: evil, Code: evil,
		Axes: map[string]claim.AxisPrediction{evil: {Label: evil, Probability: 2, Abstained: true, Reason: evil,
			Alternatives: []claim.Alternative{{Label: evil, Probability: -1}},
			Evidence:     []claim.Evidence{{Source: "text", What: evil, Weight: 1}, {Source: evil, What: evil, Weight: -1}}}},
		Photos:   []claim.PhotoReport{{Ref: evil, Problem: &claim.Problem{Code: evil, Message: evil, Where: evil}}},
		Problems: []claim.Problem{{Code: evil, Where: evil, Message: evil}},
	}
	c := store.Claim{ID: "evil", State: store.Done, Owner: evil, Customer: evil, Failure: evil, Prediction: &p, Claim: claim.Claim{
		ID: evil, Text: evil, Photos: []string{evil, "javascript:alert(1)"}, Product: evil, SKU: evil, Serial: evil, Lang: `de" onclick="x`,
		Context: map[string]any{evil: evil, "batch": evil, "supplier": []any{evil}},
	}}
	f := newFake()
	failed := c
	failed.ID, failed.State = "failed", store.Failed
	f.claims = []store.Claim{c, failed}
	f.clusters = []store.Cluster{{ID: "k", Space: textSpace, Terms: []string{evil}, Central: []string{"evil"}, From: []string{`x" onclick="y`}, Into: "k"}}
	f.members["evil"] = "k"
	f.hooks = []store.Webhook{{ID: "w", URL: "javascript:" + evil}}
	f.deliveries = []store.Delivery{{ID: "d", Webhook: "w", Claim: "evil", Type: evil, Failure: evil}}
	f.trail["evil"] = []store.Entry{{By: evil, What: evil, Detail: evil}}
	f.twins["evil"] = []store.Twin{{Photo: evil, Other: evil, Claim: "failed"}}
	f.vectors["evil"] = []store.Vector{{Space: textSpace, Values: []float32{1}}}
	f.vectors["failed"] = f.vectors["evil"]
	s := newSite(t, f, func(c *Config) { c.Spaces = func() []Space { return []Space{{ID: textSpace, Name: evil}} } })
	for _, path := range []string{"/", "/?near=1", "/claims/evil", "/claims/failed", "/clusters", "/clusters/k", "/?product=%3Cscript%3E%22&label.symptom=%3Cb%3E"} {
		t.Run(path, func(t *testing.T) {
			body := s.do(t, http.MethodGet, path).Body.String()
			if strings.ContainsAny(body, "\x00\u202e") {
				t.Error("a control character came through")
			}
			d := parsePage(t, body)
			sound(t, d)
			for _, n := range d.find("img") {
				if src := attr(n, "src"); !strings.HasPrefix(src, "/assets/") {
					t.Errorf("a picture comes from %q", src)
				}
			}
		})
	}
}

func TestOtherMethods(t *testing.T) {
	s := newSite(t, world(t), nil)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
		for _, path := range []string{"/", "/claims/" + full, "/nowhere"} {
			w := s.do(t, method, path)
			if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Header().Get("Allow"), "GET") {
				t.Errorf("%s %s: status %d, Allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	if w := s.do(t, http.MethodHead, "/"); w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
}

func TestAssets(t *testing.T) {
	s := newSite(t, newFake(), nil)
	w := s.do(t, http.MethodGet, s.site.Asset("site.css"))
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
	for _, want := range []string{"prefers-color-scheme: dark", "@media print", ":focus-visible", "forced-colors"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the style has no %s", want)
		}
	}
	if w := s.do(t, http.MethodGet, "/assets/site.css"); w.Code != http.StatusNotFound {
		t.Errorf("a file without its hash: %d", w.Code)
	}
}

// Each code of a photo has words for the customer: no code names, nothing to be ashamed of.
func TestWordsForCustomers(t *testing.T) {
	for _, code := range []claim.Code{claim.CodePhotoBlurred, claim.CodePhotoDark, claim.CodePhotoBlank, claim.CodePhotoTooSmall, claim.CodePhotoTruncated,
		claim.CodePhotoFormat, claim.CodePhotoTooLarge, claim.CodePhotoRatio, claim.CodePhotosTooMany, claim.CodePhotoURLTimeout, claim.CodePhotoURLAddress, "unheard_of"} {
		words := show.ForCustomer(code)
		if strings.Contains(words, "_") || !strings.Contains(words, "Please") {
			t.Errorf("%s: %q", code, words)
		}
	}
}
