package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func code(err error) string {
	if p, ok := errors.AsType[*wire.Problem](err); ok {
		return p.Code
	}
	return ""
}

func TestKeysThatAreRefused(t *testing.T) {
	r := start(t, nil)
	good := r.key("k", 0, ScopeRead)
	for header, want := range map[string]claim.Code{
		"":                        codeKeyMissing,
		"Bearer":                  codeKeyInvalid,
		"Bearer " + good[:20]:     codeKeyInvalid,
		"Bearer x" + good:         codeKeyInvalid,
		"Basic " + good:           codeKeyInvalid,
		good:                      codeKeyInvalid,
		"Bearer " + good + "x":    codeKeyInvalid,
		"Bearer  " + good:         codeKeyInvalid,
		"Bearer dfk_":             codeKeyInvalid,
		"Bearer " + HashKey(good): codeKeyInvalid,
		"Bearer dfk_" + strings.Repeat("a", 5000): codeKeyInvalid,
	} {
		got := r.ask(t, "GET", "/v1/claims", nil, "Authorization", header)
		got.problem(t, 401, string(want))
		if !strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%q: no challenge", header)
		}
	}
	if got := r.ask(t, "GET", "/v1/claims", nil, "Authorization", "bearer "+good); got.StatusCode != 200 {
		t.Errorf("good key: %d", got.StatusCode)
	}
}

// TestScopes asks for every operation with every scope alone.
func TestScopes(t *testing.T) {
	r := start(t, nil)
	keys := map[string]string{}
	for _, s := range Scopes() {
		keys[s] = r.key(s, 1_000_000, s)
	}
	for pattern, op := range securedOperations(t, r.server) {
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{id}", uuid.NewString(), "{n}", "0", "{delivery}", "d").Replace(path)
		for scope, secret := range keys {
			got := r.ask(t, method, path, nil, "Authorization", "Bearer "+secret)
			allowed := scope == op || scope == ScopeAdmin
			if refused := got.StatusCode == 403; refused == allowed {
				t.Errorf("%s with %s: %d", pattern, scope, got.StatusCode)
			}
		}
	}
}

// securedOperations gives the scope of each operation that needs one.
func securedOperations(t *testing.T, s *Server) map[string]string {
	t.Helper()
	out := map[string]string{}
	for path, item := range s.api.OpenAPI().Paths {
		for _, op := range []struct {
			method string
			scopes []map[string][]string
		}{
			{"GET", securityOf(item.Get)}, {"POST", securityOf(item.Post)}, {"DELETE", securityOf(item.Delete)}, {"PATCH", securityOf(item.Patch)},
		} {
			if op.scopes != nil {
				out[op.method+" "+path] = op.scopes[0][securityKey][0]
			}
		}
	}
	if len(out) < 45 {
		t.Fatalf("only %d operations need a scope", len(out))
	}
	return out
}

func securityOf(op *huma.Operation) []map[string][]string {
	if op == nil {
		return nil
	}
	return op.Security
}

func TestOwnersSeeTheirOwnOnly(t *testing.T) {
	r := start(t, nil)
	a, b, admin := r.as("a", ScopeIngest, ScopeRead), r.as("b", ScopeIngest, ScopeRead), r.as("root", ScopeAdmin)
	mine := send(t, a, "crack of a")
	theirs := send(t, b, "crack of b")
	hook := must[wire.Webhook](t)(a.AddWebhook(t.Context(), wire.WebhookRequest{URL: "https://example.com/"}))
	cluster := uuid.Must(uuid.NewV7()).String()
	r.clusters = []store.Cluster{{ID: cluster, Size: 9, Central: []string{mine.ID}}}
	r.members[mine.ID] = cluster
	r.twins[theirs.ID] = []store.Twin{{Claim: mine.ID}}

	for name, call := range map[string]func(*client.Client) error{
		"claim": func(c *client.Client) error { _, err := c.Claim(t.Context(), mine.ID); return err },
		"photo": func(c *client.Client) error { _, err := c.Photo(t.Context(), mine.ID, 0); return err },
		"similar": func(c *client.Client) error {
			_, err := c.Similar(t.Context(), mine.ID, 0, "", wire.Filter{})
			return err
		},
		"cluster":    func(c *client.Client) error { _, err := c.Cluster(t.Context(), cluster); return err },
		"deliveries": func(c *client.Client) error { _, err := c.Deliveries(t.Context(), hook.ID); return err },
	} {
		if err := call(a); err != nil {
			t.Errorf("%s, owner: %v", name, err)
		}
		if err := call(admin); err != nil {
			t.Errorf("%s, admin: %v", name, err)
		}
		if err := call(b); code(err) != string(codeNotFound) {
			t.Errorf("%s, other: %v", name, err)
		}
	}
	if err := b.Erase(t.Context(), mine.ID); code(err) != string(codeNotFound) {
		t.Errorf("erase: %v", err)
	}
	if err := b.DeleteWebhook(t.Context(), hook.ID); code(err) != string(codeNotFound) {
		t.Errorf("delete webhook: %v", err)
	}
	if got := must[wire.ClusterList](t)(a.Clusters(t.Context())); len(got.Clusters) != 1 || got.Clusters[0].Size != 1 {
		t.Errorf("clusters: %+v", got)
	}
	for c, want := range map[*client.Client]int{a: 1, b: 1, admin: 2} {
		if got := must[wire.ClaimList](t)(c.Page(t.Context(), wire.Filter{}, 0, "")); len(got.Claims) != want {
			t.Errorf("list: %d, want %d", len(got.Claims), want)
		}
		if got := must[wire.Similar](t)(c.Search(t.Context(), wire.SearchRequest{Text: "crack"})); len(got.Hits) != want {
			t.Errorf("search: %d, want %d", len(got.Hits), want)
		}
	}
	if got := must[wire.Similar](t)(b.Similar(t.Context(), theirs.ID, 0, "", wire.Filter{})); len(got.Hits) != 0 || len(got.Twins) != 0 {
		t.Errorf("similar shows others' claims: %+v", got)
	}
	if _, err := a.AddWebhook(t.Context(), wire.WebhookRequest{URL: "https://example.com/", All: true}); code(err) != string(codeScope) {
		t.Errorf("a webhook for all: %v", err)
	}
	if len(must[wire.WebhookList](t)(b.Webhooks(t.Context())).Webhooks) != 0 {
		t.Error("b sees a's webhook")
	}
}

// stepped is a clock that a test moves.
type stepped struct{ at time.Time }

func (c *stepped) now() time.Time { return c.at }

func TestRevokedKeysStopWithinTheCache(t *testing.T) {
	w := newWorld()
	clock := &stepped{time.Now()}
	a := &access{keys: w, ttl: 5 * time.Second, perMinute: 600, now: clock.now, known: map[string]*known{}}
	secret := w.key("k", 0, ScopeRead)
	enter := func() error { _, err := a.enter(t.Context(), "Bearer "+secret, ScopeRead); return err }
	for range 3 {
		if err := enter(); err != nil {
			t.Fatal(err)
		}
	}
	if w.lookups != 1 {
		t.Errorf("the store was asked %d times", w.lookups)
	}
	k := w.keys[HashKey(secret)]
	k.RevokedAt = clock.at
	w.keys[HashKey(secret)] = k
	clock.at = clock.at.Add(5 * time.Second)
	if err := enter(); codeOf(err).Code != codeKeyInvalid {
		t.Errorf("a revoked key works: %v", err)
	}
	if (Config{KeyCache: 11 * time.Second}).Validate() == nil {
		t.Error("a longer cache is allowed")
	}
}

func TestKnownKeysAreBounded(t *testing.T) {
	w := newWorld()
	a := &access{keys: w, ttl: time.Second, perMinute: 1, now: time.Now, known: map[string]*known{}}
	for i := range maxKnown + 10 {
		if _, err := a.enter(t.Context(), "Bearer "+w.key(strconv.Itoa(i), 0, ScopeRead), ""); err != nil {
			t.Fatal(err)
		}
		if _, err := a.enter(t.Context(), "Bearer "+KeyPrefix+strconv.Itoa(i), ""); err == nil {
			t.Fatal("a key that does not exist works")
		}
	}
	if len(a.known) != maxKnown {
		t.Errorf("%d keys are remembered", len(a.known))
	}
}

func TestRateOfAKey(t *testing.T) {
	w := newWorld()
	clock := &stepped{time.Now()}
	a := &access{keys: w, ttl: time.Second, perMinute: 600, now: clock.now, known: map[string]*known{}}
	secret := w.key("k", 60, ScopeRead)
	count := func() (n int, last error) {
		for ; n < 1000; n++ {
			if _, last = a.enter(t.Context(), "Bearer "+secret, ScopeRead); last != nil {
				return n, last
			}
		}
		return n, nil
	}
	n, err := count()
	if r, ok := errors.AsType[retryError](err); n != 10 || codeOf(err).Code != codeRate || !ok || r.after != time.Second {
		t.Errorf("%d at once, then %v", n, err)
	}
	clock.at = clock.at.Add(3 * time.Second) // the cache has run out; the bucket must not be full again
	if n, _ := count(); n != 3 {
		t.Errorf("%d after 3 s", n)
	}
	clock.at = clock.at.Add(time.Hour)
	if n, _ := count(); n != 10 {
		t.Errorf("%d after an hour", n)
	}
	other := w.key("other", 0, ScopeRead)
	if _, err := a.enter(t.Context(), "Bearer "+other, ScopeRead); err != nil {
		t.Errorf("another key pays for the first: %v", err)
	}
}

func TestRateIsAnsweredWith429(t *testing.T) {
	r := start(t, nil)
	secret := r.key("k", 6, ScopeRead)
	header := []string{"Authorization", "Bearer " + secret}
	r.ask(t, "GET", "/v1/claims", nil, header...)
	got := r.ask(t, "GET", "/v1/claims", nil, header...)
	got.problem(t, 429, string(codeRate))
	if n, err := strconv.Atoi(got.Header.Get("Retry-After")); err != nil || n < 1 || n > 10 {
		t.Errorf("Retry-After %q", got.Header.Get("Retry-After"))
	}
	c := &client.Client{URL: r.url, Key: secret, HTTP: r.http}
	_, err := c.Models(t.Context())
	if after, ok := client.RetryAfter(err); !ok || after < time.Second {
		t.Errorf("client: %v, %v", after, err)
	}
}

func TestOpenServerAnswersLoopbackNamesOnly(t *testing.T) {
	r := start(t, open)
	for host, good := range map[string]bool{
		"localhost": true, "localhost:8080": true, "127.0.0.1": true, "[::1]:80": true, "LOCALHOST": true,
		"evil.example": false, "localhost.evil.example": false, "10.0.0.1": false, "127.0.0.1.nip.io": false, "0.0.0.0": false,
	} {
		got := r.ask(t, "GET", "/v1/models", nil, "Host", host)
		if good != (got.StatusCode == http.StatusOK) {
			t.Errorf("%s: %d", host, got.StatusCode)
		}
		if !good {
			got.problem(t, 421, string(codeHost))
		}
	}
	r.post(t, "/v1/claims", `{"text":"a"}`, "Origin", "https://evil.example").problem(t, 403, string(codeCrossOrigin))
	r.post(t, "/v1/claims", `{"text":"a"}`, "Sec-Fetch-Site", "cross-site").problem(t, 403, string(codeCrossOrigin))
}
