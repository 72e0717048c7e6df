package site

import (
	"bytes"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"context"

	"github.com/defekt/defekt/pipeline/store"
)

// small is a site with one page and one form.
func small(t *testing.T, change func(*Config)) (http.Handler, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	cfg := Config{
		Base: "/box", Nav: []Entry{{Section: "things", Text: "Things", Href: "/box/"}, {Section: "other", Text: "Other", Href: "/other"}}, Foot: "The foot.", Files: map[string][]byte{"box.js": []byte("1")},
		Templates: []fs.FS{fstest.MapFS{"template/thing.html": {Data: []byte(`{{define "thing"}}{{template "head" .}}<h1>{{.Word}}</h1>{{template "foot" .}}{{end}}{{define "broken"}}begun {{.Nothing}}{{end}}`)}}},
		Banner:    func(context.Context) template.HTML { return "<p>banner</p>" },
		Log:       slog.New(slog.NewTextHandler(log, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	type thing struct {
		Frame
		Word string
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /box/{$}", s.Page(func(r *http.Request) (View, error) {
		v := View{Name: "thing", Data: thing{s.Frame(r, "things", " A thing "), r.URL.Query().Get("q")}}
		switch r.URL.Query().Get("do") {
		case "script":
			v.Scripted = true
		case "broken":
			v.Name = "broken"
		case "busy":
			return v, store.ErrBusy
		case "unknown":
			return v, errors.New("secret detail")
		}
		return v, nil
	}))
	mux.HandleFunc("POST /box/keep", s.Page(func(r *http.Request) (View, error) {
		return View{Goto: s.Href("/"), Notice: Notice{Text: "Kept " + r.PostForm.Get("word"), Bad: r.PostForm.Get("bad") != ""}}, nil
	}))
	return s.Handler(mux, nil), log
}

func ask(h http.Handler, method, target string, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPage(t *testing.T) {
	h, _ := small(t, nil)
	w := ask(h, "GET", "/box/?q=%3Cb%3E", "")
	body := w.Body.String()
	for _, want := range []string{"<title>A thing · Defekt</title>", `<a href="/box/" aria-current="page">Things</a>`, `<a href="/other">Other</a>`, "<h1>&lt;b&gt;</h1>", "<p>banner</p>", "The foot.", `href="/box/assets/site.`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s: %s", want, body)
		}
	}
	if got := w.Header().Get("Content-Security-Policy"); got != Policy || strings.Contains(got, "script") {
		t.Errorf("policy %q", got)
	}
	if got := ask(h, "GET", "/box/?do=script", "").Header().Get("Content-Security-Policy"); got != ScriptPolicy {
		t.Errorf("policy of a page with script: %q", got)
	}
}

func TestFailures(t *testing.T) {
	h, log := small(t, func(c *Config) {
		c.Explain = func(err error) (Failure, bool) {
			return Failure{Status: 418, Title: "Mine", Text: "own words"}, errors.Is(err, errOrigin)
		}
	})
	for _, c := range []struct {
		method, target string
		status         int
		want           string
	}{
		{"GET", "/box/nowhere", 404, "There is nothing at this address"},
		{"GET", "/box/assets/box.js", 404, ""},
		{"DELETE", "/box/", 405, "read, with GET"},
		{"GET", "/box/?do=busy", 503, "Try again in a moment"},
		{"GET", "/box/?do=unknown", 500, "log says what"},
		{"GET", "/box/?do=broken", 500, "could not be made"},
	} {
		w := ask(h, c.method, c.target, "")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) || strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "begun") {
			t.Errorf("%s %s: %d %s", c.method, c.target, w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), "secret detail") || !strings.Contains(log.String(), "page not rendered") {
		t.Errorf("the log says %s", log)
	}
	if w := ask(h, "POST", "/box/keep", "word=x", "Sec-Fetch-Site", "cross-site"); w.Code != 418 || !strings.Contains(w.Body.String(), "own words") {
		t.Errorf("a form of another site: %d %s", w.Code, w.Body)
	}
	if w := ask(h, "POST", "/box/keep", "word="+strings.Repeat("x", MaxForm)); w.Code != 400 || !strings.Contains(w.Body.String(), "too large") {
		t.Errorf("a large form: %d %s", w.Code, w.Body)
	}
}

// A notice is shown once, by the next page, and is only text.
func TestNotice(t *testing.T) {
	for _, secure := range []bool{false, true} {
		h, _ := small(t, func(c *Config) { c.Secure = secure })
		w := ask(h, "POST", "/box/keep", url.Values{"word": {"<i>ä</i>"}, "bad": {"1"}}.Encode())
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/box/" || len(w.Result().Cookies()) != 1 {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
		c := w.Result().Cookies()[0]
		if c.Secure != secure || strings.HasPrefix(c.Name, "__Host-") != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("%+v", c)
		}
		w = ask(h, "GET", "/box/", "", "Cookie", c.Name+"="+c.Value)
		if !strings.Contains(w.Body.String(), `<p class="notice bad" role="status">Kept &lt;i&gt;ä&lt;/i&gt;</p>`) {
			t.Error(w.Body)
		}
		if gone := w.Result().Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
			t.Errorf("the notice stays: %v", gone)
		}
		for _, bad := range []string{"x", "!!", strings.Repeat("K", 4*maxNotice)} {
			if w := ask(h, "GET", "/box/", "", "Cookie", c.Name+"="+bad); w.Code != 200 || strings.Contains(w.Body.String(), `class="notice`) {
				t.Errorf("%q: %s", bad, w.Body)
			}
		}
	}
}

func TestLocal(t *testing.T) {
	for address, want := range map[string]string{
		"/review/?a=b#c": "/review/?a=b#c", "/": "/", "": "no", "//evil": "no", `/\evil`: "no", "https://evil": "no", "javascript:x": "no", "/\t/evil": "no", "/x\n": "no", "review": "no", "/%zz": "no",
	} {
		if got := Local(address, "no"); got != want {
			t.Errorf("%q gives %q, want %q", address, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1\u202f000", 1234567: "1\u202f234\u202f567"} {
		if got := Thousands(n); got != want {
			t.Errorf("%d is %q", n, got)
		}
	}
	if m := NewMoment(time.Date(2026, 3, 1, 10, 5, 0, 0, time.FixedZone("", 3600))); m != (Moment{"2026-03-01T09:05:00Z", "1 Mar 2026, 09:05 UTC"}) || NewMoment(time.Time{}) != (Moment{}) {
		t.Errorf("%+v", m)
	}
	if p := NewPager("/x?a=1", "c1", "c&2"); p != (Pager{Older: "/x?a=1&after=c%262", Newest: "/x?a=1"}) {
		t.Errorf("%+v", p)
	}
	if p := NewPager("/x", "", ""); p != (Pager{}) {
		t.Errorf("%+v", p)
	}
}

func TestConfig(t *testing.T) {
	for name, c := range map[string]Config{"no templates": {}, "base with a slash": {Base: "/x/", Templates: []fs.FS{fstest.MapFS{}}}, "base without one": {Base: "x", Templates: []fs.FS{fstest.MapFS{}}},
		"an origin that is none": {Origins: []string{"evil"}, Templates: []fs.FS{fstest.MapFS{"template/a.html": {}}}}, "a file of no kind": {Files: map[string][]byte{"a.exe": nil}, Templates: []fs.FS{fstest.MapFS{"template/a.html": {}}}}} {
		if _, err := New(c); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestNavigationForSome: an entry is shown to those that it is for.
func TestNavigationForSome(t *testing.T) {
	h, _ := small(t, func(c *Config) {
		c.Nav = append(c.Nav, Entry{Section: "lead", Text: "Lead", Href: "/lead", For: func(r *http.Request) bool { return r.Header.Get("Lead") != "" }})
	})
	for lead, want := range map[string]bool{"": false, "yes": true} {
		r := httptest.NewRequest("GET", "/box/", nil)
		r.Header.Set("Lead", lead)
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		if got := strings.Contains(out.Body.String(), `href="/lead"`); got != want || !strings.Contains(out.Body.String(), `href="/other"`) {
			t.Errorf("for %q it is shown: %v", lead, got)
		}
	}
}

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 claims", 1: "1 claim", 1200: "1\u202f200 claims"} {
		if got := Counted(n, "claim"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
