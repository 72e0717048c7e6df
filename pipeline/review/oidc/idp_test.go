package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// idp is a small identity provider: discovery, keys, and a token endpoint that redeems each
// code once for the client and PKCE verifier that it was made for.
type idp struct {
	*httptest.Server
	key    *rsa.PrivateKey
	client string
	now    func() time.Time
	// change alters the claims of the next tokens; forge signs them with another key, unsigned
	// leaves the signature out.
	change          func(claims map[string]any)
	forge, unsigned bool
	down            bool

	mu    sync.Mutex
	codes map[string]asked
}

// asked is an authorization request that somebody agreed to.
type asked struct {
	challenge, nonce, redirect string
}

// providerKey is the same for all providers of this test: making one takes its time.
var providerKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newIDP(t *testing.T, now func() time.Time) *idp {
	t.Helper()
	p := &idp{key: providerKey(), client: "defekt", now: now, codes: map[string]asked{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *idp) discovery(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "authorization_response_iss_parameter_supported": true,
	})
}

func (p *idp) keys(w http.ResponseWriter, _ *http.Request) {
	pub := p.key.PublicKey
	reply(w, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1",
		"n": encode(pub.N.Bytes()), "e": encode(big.NewInt(int64(pub.E)).Bytes()),
	}}})
}

// agree is what the person does at the provider: it gives the address that his browser is
// sent back to.
func (p *idp) agree(t *testing.T, authorize string) *url.URL {
	t.Helper()
	u, err := url.Parse(authorize)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Path != "/authorize" || q.Get("response_type") != "code" || q.Get("client_id") != p.client || q.Get("code_challenge_method") != "S256" || q.Get("scope") != "openid email profile" {
		t.Fatalf("asked for %s", u)
	}
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = asked{q.Get("code_challenge"), q.Get("nonce"), q.Get("redirect_uri")}
	p.mu.Unlock()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		t.Fatal(err)
	}
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.URL}}.Encode()
	return back
}

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("code")
	p.mu.Lock()
	a, ok := p.codes[code]
	delete(p.codes, code)
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	id, secret, basic := r.BasicAuth()
	if !ok || encode(sum[:]) != a.challenge || r.FormValue("redirect_uri") != a.redirect || !basic || id != p.client || secret != "s3cret" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	claims := map[string]any{
		"iss": p.URL, "sub": "u-1", "aud": p.client, "nonce": a.nonce, "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(),
		"email": "Anna@Example.com", "email_verified": true,
	}
	if p.change != nil {
		p.change(claims)
	}
	reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.sign(claims)})
}

func (p *idp) sign(claims map[string]any) string {
	key := p.key
	if p.forge {
		key, _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	if p.unsigned {
		return encode([]byte(`{"alg":"none"}`)) + "." + encode(body) + "."
	}
	signed := encode([]byte(`{"alg":"RS256","kid":"k1"}`)) + "." + encode(body)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return signed + "." + encode(signature)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
