package desk

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/review/oidc"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/site"
)

// Nothing but the sign-in page and the files may be had without signing in.
func TestNothingWithoutSigningIn(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.draw(t, 32)
	w.person(t, "anna")
	w.fill(t, 1, 1, "severity")
	v := w.visitor(t)
	v.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, path := range []string{"/review/", "/review/history", "/review/settings", "/review/reviewers", "/review/items/x"} {
		p := v.get(t, path)
		if p.StatusCode != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/review/sign-in?to=") {
			t.Errorf("GET %s: %d to %s", path, p.StatusCode, p.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/review/next", "/review/settings", "/review/reviewers", "/review/reviewers/x", "/review/items/x", "/review/undo", "/review/ahead", "/review/beat", "/review/give-back"} {
		if p := v.post(t, path, nil); p.StatusCode != http.StatusUnauthorized {
			t.Errorf("POST %s: %d", path, p.StatusCode)
		}
	}
	for _, path := range []string{"", "/small", "/large"} {
		if p := v.get(t, "/review/photos/"+w.pictures[0]+path); p.StatusCode != http.StatusUnauthorized {
			t.Errorf("a photo: %d", p.StatusCode)
		}
	}
	anna := w.visitor(t)
	anna.signIn(t, "anna")
	if p := anna.get(t, "/review/photos/"+w.pictures[0]+"/small"); p.StatusCode != 200 || p.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("a reviewer's photo: %d", p.StatusCode)
	}
	if p := anna.get(t, "/review/reviewers"); p.StatusCode != http.StatusForbidden {
		t.Errorf("the reviewers' page for a reviewer: %d", p.StatusCode)
	}
	if p := anna.post(t, "/review/reviewers", url.Values{"name": {"eve"}, "role": {"admin"}}); p.StatusCode != http.StatusForbidden {
		t.Errorf("a reviewer adds an admin: %d", p.StatusCode)
	}
	if _, err := w.store.ReviewerByName(t.Context(), "eve"); err == nil {
		t.Error("eve was added")
	}
}

// Pages of other sites cannot send forms, whatever cookies the browser has.
func TestOtherSitesCannotSend(t *testing.T) {
	w := sqliteWorld(t, settings{desk: func(c *Config) { c.Origins = []string{"https://desk.example"} }})
	w.person(t, "anna")
	v := w.visitor(t)
	v.signIn(t, "anna")
	for _, c := range []struct {
		name, header, value string
		status              int
	}{
		{"another site", "Sec-Fetch-Site", "cross-site", 403},
		{"another host of the domain", "Sec-Fetch-Site", "same-site", 403},
		{"an old browser, another origin", "Origin", "https://evil.example", 403},
		{"a sandboxed frame", "Origin", "null", 403},
		{"itself", "Sec-Fetch-Site", "same-origin", 200},
		{"an origin that is trusted", "Origin", "https://desk.example", 200},
	} {
		for _, path := range []string{"/review/settings", "/review/sign-in"} {
			form := url.Values{"do": {"pages"}, "name": {"anna"}, "password": {password}}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.base+path, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(c.header, c.value)
			res, err := v.Do(r)
			if p := v.read(t, res, err); p.StatusCode != c.status {
				t.Errorf("%s, %s: %d, want %d", c.name, path, p.StatusCode, c.status)
			}
		}
	}
}

// TestCookies: what the session's cookie is like, over HTTP and HTTPS, and that a token known
// before signing in is worth nothing after it.
func TestCookies(t *testing.T) {
	for _, over := range []string{"http", "https", "proxy"} {
		t.Run(over, func(t *testing.T) {
			w := sqliteWorld(t, settings{tls: over == "https", desk: func(c *Config) {
				if over == "proxy" {
					c.Secure = true
					c.Sessions = session.New(session.Config{Accounts: c.Accounts, Secure: true})
				}
			}})
			w.person(t, "anna")
			name := "defekt_session"
			if over != "http" {
				name = "__Host-" + name
			}
			v := w.visitor(t)
			v.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			base, err := url.Parse(w.server.URL)
			if err != nil {
				t.Fatal(err)
			}
			old, _, err := w.accounts.SignIn(t.Context(), "anna", password) // a session that somebody planted
			if err != nil {
				t.Fatal(err)
			}
			v.Jar.SetCookies(base, []*http.Cookie{{Name: name, Value: old, Path: "/", Secure: over == "https"}})
			p := v.post(t, "/review/sign-in", url.Values{"name": {"anna"}, "password": {password}})
			if over == "proxy" { // the jar keeps no secure cookie over http; send it by hand
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+"/review/sign-in", strings.NewReader(url.Values{"name": {"anna"}, "password": {password}}.Encode()))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.AddCookie(&http.Cookie{Name: name, Value: old})
				res, err := v.Do(r)
				p = v.read(t, res, err)
			}
			var got *http.Cookie
			for _, c := range p.Cookies() {
				if c.Name == name {
					got = c
				}
			}
			if got == nil {
				t.Fatalf("no cookie %s in %v", name, p.Header)
			}
			if !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Secure != (over != "http") || got.Path != "/" || got.Domain != "" || got.Value == old {
				t.Errorf("%+v", got)
			}
			if _, err := w.accounts.Who(t.Context(), old); !session.SignedOut(err) {
				t.Errorf("the planted session goes on: %v", err)
			}
			if _, err := w.accounts.Who(t.Context(), got.Value); err != nil {
				t.Error(err)
			}
		})
	}
}

// Signing in never leads to another site.
func TestNoOpenRedirect(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.person(t, "anna")
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, `\\evil.example`, "javascript:alert(1)", "/%09/evil.example\t", "http:evil.example", "/..//evil.example", ""} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := c.PostForm(w.server.URL+"/review/sign-in", url.Values{"name": {"anna"}, "password": {password}, "to": {to}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		u, err := res.Location()
		if err != nil || u.Host != strings.TrimPrefix(w.server.URL, "http://") {
			t.Errorf("%q leads to %v (%v)", to, u, err)
		}
		get, err := c.Get(w.server.URL + "/review/sign-in?to=" + url.QueryEscape(to)) // signed in already
		if err != nil {
			t.Fatal(err)
		}
		get.Body.Close()
		if u, err := get.Location(); err != nil || u.Host != strings.TrimPrefix(w.server.URL, "http://") {
			t.Errorf("%q leads to %v (%v) when signed in", to, u, err)
		}
	}
}

// The policy allows script where there is one, and nowhere else; nothing inline anywhere.
func TestPolicy(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.person(t, "anna", store.AdminRole)
	w.fill(t, 1, 1, "severity")
	v := w.visitor(t)
	v.signIn(t, "anna")
	item := v.post(t, "/review/next", nil)
	pages := map[string]page{"item": item}
	for _, path := range []string{"/review/", "/review/history", "/review/settings", "/review/reviewers", "/review/nowhere", "/review/items/x"} {
		pages[path] = v.get(t, path)
	}
	for name, p := range pages {
		want := site.Policy
		if name == "item" {
			want = site.ScriptPolicy
		}
		if got := p.Header.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q, want %q", name, got, want)
		}
		for _, bad := range []string{" style=", " onclick=", "<style", "javascript:"} {
			if strings.Contains(p.body, bad) {
				t.Errorf("%s has %q", name, bad)
			}
		}
		if n := strings.Count(p.body, "<script"); n != strings.Count(p.body, `<script type="module" src="/review/assets/desk.`) || (n == 1) != (name == "item") {
			t.Errorf("%s has %d scripts", name, n)
		}
		if p.Header.Get("Cache-Control") != "private, no-store" || p.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %v", name, p.Header)
		}
	}
}

// What strangers wrote arrives as text, on the page and in what the script is given.
func TestHostileTexts(t *testing.T) {
	const evil = `"'><script>alert(1)</script><img src=x onerror=alert(2)> {{.}}` + "\u202e"
	w := sqliteWorld(t, settings{})
	w.person(t, "anna")
	list := samples(t)
	c, p := list[0].Claim, list[0].Prediction
	c.ID, c.Text, c.Product, c.Serial, c.SKU, c.Lang = evil, evil, evil, evil, evil, `de" onclick="x`
	c.Photos = []string{"javascript:alert(1)", evil}
	_, _, err := w.store.Accept(t.Context(), store.New{Claim: c, Outcome: &store.Outcome{Prediction: p, Reviews: []store.NewReview{{
		Axes: []string{"severity"}, Reasons: []store.ReviewReason{store.ReasonRequested}, Why: evil, By: "x"}}}})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor(t)
	v.signIn(t, "anna")
	page := v.post(t, "/review/next", nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.base+"/review/ahead", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	res, err := v.Do(r)
	ahead := v.read(t, res, err)
	for name, body := range map[string]string{"page": page.body, "ahead": strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\"`, `"`).Replace(ahead.body)} {
		if !strings.Contains(body, "alert(1)") || strings.Contains(body, "<script>") || strings.Contains(body, "<img src=x") || strings.Contains(body, "\u202e") || strings.Contains(body, ` onclick="`) || strings.Contains(body, "ZgotmplZ") {
			t.Errorf("%s: %s", name, body)
		}
	}
}

// vouching is an identity provider that vouches for one person.
type vouching struct {
	w    *world
	who  store.Reviewer
	next string
}

func (v *vouching) Start(w http.ResponseWriter, r *http.Request, next string) error {
	v.next = next
	http.Redirect(w, r, "/review/with/house/back", http.StatusSeeOther)
	return nil
}

func (v *vouching) Finish(_ http.ResponseWriter, r *http.Request) (oidc.SignedIn, error) {
	token, err := v.w.accounts.Open(r.Context(), v.who)
	return oidc.SignedIn{Token: token, Reviewer: v.who, Next: "https://evil.example" + v.next}, err
}

func TestProvider(t *testing.T) {
	house := &vouching{}
	w := sqliteWorld(t, settings{desk: func(c *Config) {
		c.Providers, c.NoPasswords = []Provider{{ID: "house", Name: "House", With: house}}, true
	}})
	house.w, house.who = w, w.person(t, "anna")
	v := w.visitor(t)
	p := v.get(t, "/review/history")
	p.has(t, "Sign in with House", "/review/with/house?to=%2Freview%2Fhistory")
	if strings.Contains(p.body, "password") {
		t.Error("there is a field for a password")
	}
	if p := v.post(t, "/review/sign-in", url.Values{"name": {"anna"}, "password": {password}}); p.StatusCode != http.StatusNotFound {
		t.Errorf("a password is taken: %d", p.StatusCode)
	}
	p = v.get(t, "/review/with/house?to=%2Freview%2Fhistory")
	if p.StatusCode != 200 || p.Request.URL.Path != "/review/" || house.next != "/review/history" {
		t.Errorf("led to %s with next %q", p.Request.URL, house.next)
	}
}

// TestPeople: add, change roles, reset the password, disable; an admin cannot lock himself out.
func TestPeople(t *testing.T) {
	w := sqliteWorld(t, settings{})
	boss := w.person(t, "boss", store.AdminRole)
	v := w.visitor(t)
	v.signIn(t, "boss")
	v.post(t, "/review/reviewers", url.Values{"name": {"boss"}, "role": {"reviewer"}}).has(t, "Somebody has this name")
	v.post(t, "/review/reviewers", url.Values{"name": {"dora"}}).has(t, "needs a role")
	v.post(t, "/review/reviewers", url.Values{"name": {"dora"}, "role": {"king"}}).has(t, "There is no role")
	p := v.post(t, "/review/reviewers", url.Values{"name": {"dora"}, "role": {"reviewer"}})
	made := func(p page) string {
		_, rest, _ := strings.Cut(p.body, `<code class="secret">`)
		word, _, _ := strings.Cut(rest, "<")
		return word
	}
	if _, _, err := w.accounts.SignIn(t.Context(), "dora", made(p)); err != nil {
		t.Fatalf("the password that is shown (%q): %v", made(p), err)
	}
	dora, err := w.store.ReviewerByName(t.Context(), "dora")
	if err != nil {
		t.Fatal(err)
	}
	path := "/review/reviewers/" + dora.ID
	v.post(t, path, url.Values{"do": {"roles"}, "role": {"reviewer", "adjudicator"}}).has(t, "The roles of dora are kept")
	p = v.post(t, path, url.Values{"do": {"password"}})
	if _, _, err := w.accounts.SignIn(t.Context(), "dora", made(p)); err != nil {
		t.Error(err)
	}
	v.post(t, path, url.Values{"do": {"disable"}}).has(t, "dora cannot sign in any more")
	if _, _, err := w.accounts.SignIn(t.Context(), "dora", made(p)); !session.SignedOut(err) {
		t.Errorf("disabled: %v", err)
	}
	v.post(t, path, url.Values{"do": {"enable"}}).has(t, "dora can sign in again")
	self := "/review/reviewers/" + boss.ID
	v.post(t, self, url.Values{"do": {"disable"}}).has(t, "You cannot disable yourself")
	v.post(t, self, url.Values{"do": {"roles"}, "role": {"reviewer"}}).has(t, "You cannot take the role")
	v.post(t, self, url.Values{"do": {"roles"}, "role": {"reviewer", "admin"}}).has(t, "The roles of boss are kept") // and still signed in
}

// TestSettings: what one takes, and a new password; both leave him signed in here.
func TestSettings(t *testing.T) {
	w := sqliteWorld(t, settings{})
	anna := w.person(t, "anna")
	v, other := w.visitor(t), w.visitor(t)
	v.signIn(t, "anna")
	v.post(t, "/review/settings", url.Values{"do": {"takes"}, "langs": {"DE, en"}, "products": {"desk lamp\r\nchair"}, "axis": {"severity", "symptom"}}).has(t, "Your settings are kept", `value="de, en"`)
	r, err := w.store.Reviewer(t.Context(), anna.ID)
	if err != nil || strings.Join(r.Langs, " ") != "de en" || strings.Join(r.Products, "|") != "desk lamp|chair" || strings.Join(r.Axes, " ") != "symptom severity" {
		t.Errorf("%+v %v", r, err)
	}
	v.get(t, "/review/").has(t, "What you take", "de, en")
	v.post(t, "/review/settings", url.Values{"do": {"takes"}, "langs": {"no language"}}).has(t, "A language is written")
	other.signIn(t, "anna")
	v.post(t, "/review/settings", url.Values{"do": {"password"}, "old": {"wrong"}, "new": {"another battery staple"}}).has(t, "The present password is wrong")
	v.post(t, "/review/settings", url.Values{"do": {"password"}, "old": {password}, "new": {"short"}}).has(t, "at least 15 characters")
	v.post(t, "/review/settings", url.Values{"do": {"password"}, "old": {password}, "new": {"another battery staple"}}).has(t, "Your settings are kept")
	if p := other.get(t, "/review/"); p.Request.URL.Path != "/review/sign-in" {
		t.Errorf("another session goes on at %s", p.Request.URL)
	}
}

// Many wrong passwords must wait; package review counts them.
func TestTooManyTries(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.person(t, "anna")
	v := w.visitor(t)
	for range 6 {
		v.post(t, "/review/sign-in", url.Values{"name": {"anna"}, "password": {"wrong"}})
	}
	if p := v.post(t, "/review/sign-in", url.Values{"name": {"anna"}, "password": {password}}); p.StatusCode != http.StatusTooManyRequests {
		t.Errorf("status %d", p.StatusCode)
	}
}
