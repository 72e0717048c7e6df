package oidc_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/oidc"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// office is a provider with our side of it, on the default store.
type office struct {
	idp      *idp
	at       time.Time
	store    *sqlite.Store
	accounts *review.Accounts
	oidc     *oidc.Provider
}

func (o *office) now() time.Time { return o.at }

func newOffice(t *testing.T, change func(*oidc.Config)) *office {
	t.Helper()
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	o := &office{at: time.Now().UTC().Truncate(time.Second)}
	o.store = sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() { o.store.Close() })
	o.idp = newIDP(t, o.now)
	o.accounts = review.NewAccounts(review.AccountsConfig{Reviewers: o.store, Now: o.now})
	cfg := oidc.Config{
		Issuer: o.idp.URL, ClientID: "defekt", ClientSecret: "s3cret", RedirectURL: "http://localhost/review/oidc",
		Accounts: o.accounts, People: o.store, Home: "/review", Now: o.now,
	}
	if change != nil {
		change(&cfg)
	}
	if o.oidc, err = oidc.New(cfg); err != nil {
		t.Fatal(err)
	}
	return o
}

// add keeps a reviewer who is known by his subject.
func (o *office) add(t *testing.T, subject string, roles ...store.ReviewRole) store.Reviewer {
	t.Helper()
	if len(roles) == 0 {
		roles = []store.ReviewRole{store.ReviewerRole}
	}
	r, err := o.accounts.Add(t.Context(), store.Reviewer{Name: "anna", Roles: roles, Subject: oidc.Subject(o.idp.URL, subject)}, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// browser keeps cookies as a browser would.
type browser struct {
	o       *office
	cookies map[string]*http.Cookie
}

func (o *office) browser() *browser { return &browser{o: o, cookies: map[string]*http.Cookie{}} }

func (b *browser) keep(res *http.Response) {
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = c
	}
}

// start begins, and gives the provider's address.
func (b *browser) start(t *testing.T, next string) string {
	t.Helper()
	w := httptest.NewRecorder()
	if err := b.o.oidc.Start(w, httptest.NewRequest("GET", "/review/sign-in", nil), next); err != nil {
		t.Fatal(err)
	}
	res := w.Result()
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), b.o.idp.URL+"/authorize?") {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	b.keep(res)
	return res.Header.Get("Location")
}

func (b *browser) finish(back *url.URL) (oidc.SignedIn, error) {
	r := httptest.NewRequest("GET", back.String(), nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	got, err := b.o.oidc.Finish(w, r)
	b.keep(w.Result())
	return got, err
}

// signIn goes all the way.
func (o *office) signIn(t *testing.T) (oidc.SignedIn, error) {
	t.Helper()
	b := o.browser()
	return b.finish(o.idp.agree(t, b.start(t, "/review/queue?x=1")))
}

func hasCode(t *testing.T, err error, want claim.Code) {
	t.Helper()
	if p, ok := errors.AsType[claim.Problem](err); !ok || p.Code != want {
		t.Errorf("error %v, want code %s", err, want)
	}
}

func TestSignInGivesTheSessionOfAccounts(t *testing.T) {
	o := newOffice(t, nil)
	anna := o.add(t, "u-1")
	b := o.browser()
	back := o.idp.agree(t, b.start(t, "/review/queue?x=1"))
	for _, c := range b.cookies {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 600 || c.Path != "/" {
			t.Errorf("cookie %+v", c)
		}
	}
	got, err := b.finish(back)
	if err != nil {
		t.Fatal(err)
	}
	if got.Reviewer.ID != anna.ID || got.Next != "/review/queue?x=1" || len(b.cookies) != 0 {
		t.Errorf("%+v, cookies %v", got, b.cookies)
	}
	who, err := o.accounts.Who(t.Context(), got.Token)
	if err != nil || who.ID != anna.ID {
		t.Errorf("%v %+v", err, who)
	}
}

func TestTheCookieOfAnHTTPSServerIsItsHostsOwn(t *testing.T) {
	o := newOffice(t, func(c *oidc.Config) { c.RedirectURL = "https://defekt.example/review/oidc" })
	b := o.browser()
	b.start(t, "")
	c := b.cookies["__Host-defekt-oidc"]
	if c == nil || !c.Secure || c.Domain != "" || c.Path != "/" {
		t.Errorf("%+v", b.cookies)
	}
}

// TestForgedAnswers: each of them must end without a session.
func TestForgedAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(o *office, claims map[string]any)
		forge  bool
		code   claim.Code
	}{
		"nonce of another sign-in": {change: func(_ *office, m map[string]any) { m["nonce"] = "other" }, code: oidc.CodeToken},
		"no nonce":                 {change: func(_ *office, m map[string]any) { delete(m, "nonce") }, code: oidc.CodeToken},
		"expired token":            {change: func(o *office, m map[string]any) { m["exp"] = o.at.Add(-time.Second).Unix() }, code: oidc.CodeToken},
		"other audience":           {change: func(_ *office, m map[string]any) { m["aud"] = "shop" }, code: oidc.CodeToken},
		"two audiences, no party":  {change: func(_ *office, m map[string]any) { m["aud"] = []string{"defekt", "shop"} }, code: oidc.CodeToken},
		"made for another":         {change: func(_ *office, m map[string]any) { m["azp"] = "shop" }, code: oidc.CodeToken},
		"other issuer":             {change: func(_ *office, m map[string]any) { m["iss"] = "https://evil.example" }, code: oidc.CodeToken},
		"no subject":               {change: func(_ *office, m map[string]any) { m["sub"] = "" }, code: oidc.CodeToken},
		"long subject":             {change: func(_ *office, m map[string]any) { m["sub"] = strings.Repeat("a", 300) }, code: oidc.CodeToken},
		"signed by another key":    {forge: true, code: oidc.CodeToken},
		"unknown subject":          {change: func(_ *office, m map[string]any) { m["sub"] = "u-2" }, code: oidc.CodeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, nil)
			o.add(t, "u-1")
			o.idp.forge = c.forge
			if c.change != nil {
				o.idp.change = func(m map[string]any) { c.change(o, m) }
			}
			got, err := o.signIn(t)
			hasCode(t, err, c.code)
			if got.Token != "" {
				t.Error("there is a session")
			}
		})
	}
}

func TestAnUnsignedTokenIsRefused(t *testing.T) {
	o := newOffice(t, nil)
	o.add(t, "u-1")
	o.idp.unsigned = true
	_, err := o.signIn(t)
	hasCode(t, err, oidc.CodeToken)
}

func TestTheProviderGoesDownMeanwhile(t *testing.T) {
	o := newOffice(t, nil)
	o.add(t, "u-1")
	b := o.browser()
	back := o.idp.agree(t, b.start(t, ""))
	o.idp.down = true
	_, err := b.finish(back)
	hasCode(t, err, oidc.CodeProvider)
}

func TestStates(t *testing.T) {
	t.Run("replayed", func(t *testing.T) {
		o := newOffice(t, nil)
		o.add(t, "u-1")
		b := o.browser()
		back := o.idp.agree(t, b.start(t, ""))
		kept := map[string]*http.Cookie{}
		for k, v := range b.cookies {
			kept[k] = v
		}
		if _, err := b.finish(back); err != nil {
			t.Fatal(err)
		}
		_, err := b.finish(back) // the cookie is gone
		hasCode(t, err, oidc.CodeState)
		b.cookies = kept // a stolen one, with a new code
		fresh := o.idp.agree(t, o.browser().start(t, ""))
		q := fresh.Query()
		q.Set("state", back.Query().Get("state"))
		fresh.RawQuery = q.Encode()
		b.cookies = kept
		_, err = b.finish(fresh)
		hasCode(t, err, oidc.CodeState)
	})
	t.Run("of another browser", func(t *testing.T) {
		o := newOffice(t, nil)
		o.add(t, "u-1")
		attacker, victim := o.browser(), o.browser()
		back := o.idp.agree(t, attacker.start(t, ""))
		_, err := victim.finish(back) // signed in as the attacker, if it worked
		hasCode(t, err, oidc.CodeState)
		victim.start(t, "")
		_, err = victim.finish(back)
		hasCode(t, err, oidc.CodeState)
	})
	t.Run("too old", func(t *testing.T) {
		o := newOffice(t, nil)
		o.add(t, "u-1")
		b := o.browser()
		back := o.idp.agree(t, b.start(t, ""))
		o.at = o.at.Add(10 * time.Minute)
		_, err := b.finish(back)
		hasCode(t, err, oidc.CodeState)
	})
	t.Run("without a verifier of its own", func(t *testing.T) {
		o := newOffice(t, nil)
		o.add(t, "u-1")
		thief, owner := o.browser(), o.browser()
		stolen := o.idp.agree(t, owner.start(t, "")) // the code leaked
		mine := o.idp.agree(t, thief.start(t, ""))
		q := mine.Query()
		q.Set("code", stolen.Query().Get("code"))
		mine.RawQuery = q.Encode()
		_, err := thief.finish(mine)
		hasCode(t, err, oidc.CodeToken)
	})
	t.Run("an answer of another provider", func(t *testing.T) {
		o := newOffice(t, nil)
		o.add(t, "u-1")
		for _, iss := range []string{"https://evil.example", ""} {
			b := o.browser()
			back := o.idp.agree(t, b.start(t, ""))
			q := back.Query()
			q.Set("iss", iss)
			back.RawQuery = q.Encode()
			_, err := b.finish(back)
			hasCode(t, err, oidc.CodeToken)
		}
	})
	t.Run("refused by the provider", func(t *testing.T) {
		o := newOffice(t, nil)
		b := o.browser()
		back := o.idp.agree(t, b.start(t, ""))
		q := back.Query()
		q.Del("code")
		q.Set("error", "access_denied")
		back.RawQuery = q.Encode()
		_, err := b.finish(back)
		hasCode(t, err, oidc.CodeRefused)
	})
}

func TestNoOpenRedirect(t *testing.T) {
	o := newOffice(t, nil)
	o.add(t, "u-1")
	for next, want := range map[string]string{
		"/review/a?b=c#d": "/review/a?b=c#d", "": "/review", "https://evil.example/": "/review", "//evil.example": "/review", `/\evil.example`: "/review", `\\evil.example`: "/review",
		"/\t/evil.example": "/review", "evil": "/review", "javascript:alert(1)": "/review", "/a\r\nX: y": "/review", "/" + strings.Repeat("a", 3000): "/review", "///evil.example": "/review",
	} {
		b := o.browser()
		got, err := b.finish(o.idp.agree(t, b.start(t, next)))
		if err != nil || got.Next != want {
			t.Errorf("%q leads to %q, %v", next, got.Next, err)
		}
	}
}

func TestDisabledReviewersStayOut(t *testing.T) {
	o := newOffice(t, nil)
	anna := o.add(t, "u-1")
	if err := o.accounts.Disable(t.Context(), anna.ID); err != nil {
		t.Fatal(err)
	}
	got, err := o.signIn(t)
	hasCode(t, err, oidc.CodeDisabled)
	if got.Token != "" {
		t.Error("there is a session")
	}
}

func TestAccountsAreMadeForADomain(t *testing.T) {
	domain := func(c *oidc.Config) { c.Domains = []string{"example.COM"} }
	t.Run("once", func(t *testing.T) {
		o := newOffice(t, domain)
		first, err := o.signIn(t)
		if err != nil || first.Reviewer.Name != "Anna@Example.com" || !slices.Equal(first.Reviewer.Roles, []store.ReviewRole{store.ReviewerRole}) {
			t.Fatalf("%v %+v", err, first.Reviewer)
		}
		again, err := o.signIn(t)
		if err != nil || again.Reviewer.ID != first.Reviewer.ID {
			t.Errorf("%v %+v", err, again.Reviewer)
		}
	})
	for name, change := range map[string]func(m map[string]any){
		"not verified":     func(m map[string]any) { m["email_verified"] = false },
		"verified unknown": func(m map[string]any) { delete(m, "email_verified") },
		"another domain":   func(m map[string]any) { m["email"] = "anna@example.com.evil.example" },
		"two domains":      func(m map[string]any) { m["email"] = "anna@example.com@evil.example" },
		"a sub-domain":     func(m map[string]any) { m["email"] = "anna@mail.example.com" },
		"no address":       func(m map[string]any) { delete(m, "email") },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, domain)
			o.idp.change = change
			_, err := o.signIn(t)
			hasCode(t, err, oidc.CodeUnknown)
		})
	}
	t.Run("never another's", func(t *testing.T) {
		o := newOffice(t, domain)
		if _, err := o.accounts.Add(t.Context(), store.Reviewer{Name: "Anna@Example.com", Roles: []store.ReviewRole{store.AdminRole}}, "a long enough password"); err != nil {
			t.Fatal(err)
		}
		_, err := o.signIn(t)
		hasCode(t, err, oidc.CodeTaken)
	})
}

func TestRolesOfTheProvider(t *testing.T) {
	groups := func(follow bool) func(*oidc.Config) {
		return func(c *oidc.Config) {
			c.RoleClaim, c.RolesFollow = "realm.roles", follow
			c.RoleValues = map[string]store.ReviewRole{"qa": store.ReviewerRole, "qa-lead": store.AdjudicatorRole}
		}
	}
	give := func(values ...any) func(map[string]any) {
		return func(m map[string]any) { m["realm"] = map[string]any{"roles": values} }
	}
	o := newOffice(t, groups(true))
	o.idp.change = give("qa-lead", "staff", "qa", 7)
	got, err := o.signIn(t)
	if err != nil || !slices.Equal(got.Reviewer.Roles, []store.ReviewRole{store.AdjudicatorRole, store.ReviewerRole}) {
		t.Fatalf("%v %+v", err, got.Reviewer)
	}
	o.idp.change = give("qa")
	later, err := o.signIn(t)
	if err != nil || !slices.Equal(later.Reviewer.Roles, []store.ReviewRole{store.ReviewerRole}) {
		t.Errorf("%v %+v", err, later.Reviewer)
	}
	if _, err := o.accounts.Who(t.Context(), got.Token); err == nil {
		t.Error("a session with the old roles lives on")
	}
	o.idp.change = give("staff")
	_, err = o.signIn(t)
	hasCode(t, err, oidc.CodeUnknown)

	o = newOffice(t, groups(false))
	o.add(t, "u-1", store.AdminRole)
	o.idp.change = give("qa")
	if got, err := o.signIn(t); err != nil || !slices.Equal(got.Reviewer.Roles, []store.ReviewRole{store.AdminRole}) {
		t.Errorf("%v %+v", err, got.Reviewer)
	}
}

func TestTheProviderMayBeDownForAWhile(t *testing.T) {
	o := newOffice(t, nil)
	o.add(t, "u-1")
	o.idp.down = true
	hasCode(t, o.oidc.Start(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), ""), oidc.CodeProvider)
	hasCode(t, o.oidc.Check(t.Context()), oidc.CodeProvider)
	o.idp.down = false
	if _, err := o.signIn(t); err != nil {
		t.Error(err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	good := oidc.Config{Issuer: "https://login.example", ClientID: "c", RedirectURL: "https://defekt.example/oidc", Accounts: review.NewAccounts(review.AccountsConfig{}), People: &sqlite.Store{}}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for i, spoil := range []func(*oidc.Config){
		func(c *oidc.Config) { c.Issuer = "http://login.example" }, func(c *oidc.Config) { c.Issuer = "" }, func(c *oidc.Config) { c.Issuer += "?a=b" },
		func(c *oidc.Config) { c.RedirectURL = "http://defekt.example/oidc" }, func(c *oidc.Config) { c.RedirectURL = "/oidc" },
		func(c *oidc.Config) { c.ClientID = "" }, func(c *oidc.Config) { c.Accounts = nil }, func(c *oidc.Config) { c.People = nil },
		func(c *oidc.Config) { c.Home = "//evil.example" }, func(c *oidc.Config) { c.RoleClaim = "groups" }, func(c *oidc.Config) { c.RolesFollow = true },
		func(c *oidc.Config) { c.RoleClaim, c.RoleValues = "g", map[string]store.ReviewRole{"x": "king"} },
		func(c *oidc.Config) { c.NewRoles = []store.ReviewRole{"king"} }, func(c *oidc.Config) { c.Domains = []string{""} },
	} {
		c := good
		spoil(&c)
		if c.Validate() == nil {
			t.Error(fmt.Sprint("accepted: ", i))
		}
	}
}
