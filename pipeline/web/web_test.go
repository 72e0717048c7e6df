package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/photo"
)

// full is the claim of the world that has everything.
var full = uuid(1, 6)

// tester is a server on a fake, with its log.
type tester struct {
	*Server
	log *looktest.Log
}

func newSite(t *testing.T, f *fake, change func(*Config)) tester {
	t.Helper()
	decoder, err := photo.New(photo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(decoder.Close)
	log := new(looktest.Log)
	cfg := Config{
		Claims: f, Nearest: f, Clusters: f, Webhooks: f, Audit: f, Blobs: f, Probes: f.VectorsOf, Decoder: decoder,
		Spaces: func() []Space { return []Space{{ID: textSpace, Name: "text"}, {ID: photosSpace, Name: "photos"}} },
		Guard:  func(next http.Handler) http.Handler { return next },
		Log:    slog.New(slog.NewTextHandler(log, nil)), Now: func() time.Time { return noon },
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return tester{s, log}
}

func (s tester) do(t *testing.T, method, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.Host = "localhost:8080"
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// get asks for a page and parses it; the status must be as wanted.
func (s tester) get(t *testing.T, target string, status int) doc {
	t.Helper()
	w := s.do(t, http.MethodGet, target)
	if w.Code != status {
		t.Fatalf("%s: status %d, want %d\n%s\n%s", target, w.Code, status, w.Body, s.log)
	}
	return parsePage(t, w.Body.String())
}

// doc is a parsed page.
type doc struct{ root *html.Node }

func parsePage(t *testing.T, body string) doc {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc{root}
}

// find gives the elements that a selector of the form "tag.class" or "tag" or "#id" or
// ".class" names, within those of the selectors before it, separated by spaces.
func (d doc) find(selector string) []*html.Node {
	within := []*html.Node{d.root}
	for part := range strings.FieldsSeq(selector) {
		var next []*html.Node
		seen := map[*html.Node]bool{}
		for _, w := range within {
			for n := range w.Descendants() {
				if n.Type == html.ElementNode && matches(n, part) && !seen[n] {
					seen[n] = true
					next = append(next, n)
				}
			}
		}
		within = next
	}
	return within
}

func matches(n *html.Node, part string) bool {
	if id, ok := strings.CutPrefix(part, "#"); ok {
		return attr(n, "id") == id
	}
	tag, class, hasClass := strings.Cut(part, ".")
	if tag != "" && n.Data != tag {
		return false
	}
	return !hasClass || strings.Contains(" "+attr(n, "class")+" ", " "+class+" ")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func content(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (d doc) texts(selector string) []string {
	var out []string
	for _, n := range d.find(selector) {
		out = append(out, content(n))
	}
	return out
}

// has fails unless the first element of the selector has the text in it.
func (d doc) has(t *testing.T, selector, want string) {
	t.Helper()
	all := d.texts(selector)
	for _, s := range all {
		if strings.Contains(s, want) {
			return
		}
	}
	t.Errorf("no %s has %q; there are %q", selector, want, all)
}

// lacks fails if any element of the selector is there.
func (d doc) lacks(t *testing.T, selector string) {
	t.Helper()
	if all := d.texts(selector); len(all) > 0 {
		t.Errorf("there is %s: %q", selector, all)
	}
}

// links are the addresses of all links by their text.
func (d doc) link(t *testing.T, text string) string {
	t.Helper()
	for _, n := range d.find("a") {
		if strings.Contains(content(n), text) {
			return attr(n, "href")
		}
	}
	t.Fatalf("no link says %q", text)
	return ""
}

type htmlAttr = html.Attribute

func open(context.Context) bool { return true }

func request(t *testing.T, target string) *http.Request {
	t.Helper()
	return httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
