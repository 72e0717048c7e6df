package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/fetch/guard"
)

// Fetcher gets photos by URL. It is safe for concurrent use. How many run at once is the
// caller's to bound; each takes at most twice its limit of memory.
type Fetcher struct {
	cfg       Config
	guard     *guard.Guard
	transport *http.Transport
}

// New makes a fetcher. Close it when done.
func New(cfg Config) (*Fetcher, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	g, err := guard.New(guard.Config{
		AllowLoopback: cfg.AllowLoopback, Ports: cfg.Ports, Resolver: cfg.Resolver, RootCAs: cfg.RootCAs,
	})
	if err != nil {
		return nil, err
	}
	return &Fetcher{cfg: cfg, guard: g, transport: g.Transport()}, nil
}

// Close closes idle connections.
func (f *Fetcher) Close() { f.transport.CloseIdleConnections() }

// Check gives the claim.Problem of a URL that can be refused as it stands, without asking
// anyone, so that a claim can be turned down before anything is fetched.
func (f *Fetcher) Check(rawURL string) error {
	if _, err := f.guard.CheckURL(rawURL); err != nil {
		return f.problem(context.Background(), rawURL, err)
	}
	return nil
}

// Read gets the photo at rawURL, at most limit bytes and at most Config.MaxBytes. It keeps the
// contract of pipeline.Source: each error is, or wraps, a claim.Problem.
func (f *Fetcher) Read(ctx context.Context, rawURL string, limit int64) ([]byte, error) {
	inner, cancel := context.WithTimeout(ctx, f.cfg.Timeout)
	defer cancel()
	data, err := f.read(inner, rawURL, min(limit, f.cfg.MaxBytes))
	if err != nil {
		return nil, f.problem(ctx, rawURL, err)
	}
	return data, nil
}

func (f *Fetcher) read(ctx context.Context, rawURL string, limit int64) ([]byte, error) {
	res, err := f.follow(ctx, rawURL)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // only read from
	if err := checkAnswer(res, limit); err != nil {
		return nil, err
	}
	data, err := readAtMost(res.Body, res.ContentLength, limit)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, claim.Problem{Code: claim.CodePhotoEmpty, Message: "the answer has no bytes; check the URL"}
	}
	return data, nil
}

// follow asks for rawURL and goes where redirects lead, checking each URL. It does so by hand
// and not with a http.Client, so that nothing of a request (such as a Referer with a signed
// URL) goes to the next server. The caller closes the answer's body.
func (f *Fetcher) follow(ctx context.Context, rawURL string) (*http.Response, error) {
	for hop := 0; ; hop++ {
		u, err := f.guard.CheckURL(rawURL)
		if err != nil {
			return nil, err
		}
		res, err := f.get(ctx, u)
		if err != nil || !isRedirect(res.StatusCode) {
			return res, err
		}
		res.Body.Close() //nolint:errcheck,gosec // its text is of no use
		if hop == MaxRedirects {
			return nil, redirects("more than %d redirects", MaxRedirects)
		}
		next, err := u.Parse(res.Header.Get("Location"))
		if err != nil || res.Header.Get("Location") == "" {
			return nil, redirects("the answer is a redirect (status %d) that leads nowhere", res.StatusCode)
		}
		rawURL = next.String()
	}
}

func (f *Fetcher) get(ctx context.Context, u *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, &guard.Refused{Reason: guard.Malformed, Detail: "this is not a URL"}
	}
	req.Header.Set("User-Agent", f.cfg.UserAgent)
	req.Header.Set("Accept", "image/*,application/octet-stream;q=0.8")
	req.Header.Set("Accept-Encoding", "identity")
	return f.transport.RoundTrip(req)
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func redirects(format string, args ...any) claim.Problem {
	return claim.Problem{
		Code:    claim.CodePhotoURLRedirects,
		Message: fmt.Sprintf(format, args...) + "; send the photo's own URL",
	}
}
