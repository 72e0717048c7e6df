package webhook

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/defekt/defekt/pipeline/fetch/guard"
)

// Config says how a [Sender] works. The zero value sends to public addresses only.
type Config struct {
	// Timeout is how long one attempt may take in all. 0 means 20 s; the specification
	// advises 15 to 30 s.
	Timeout time.Duration
	// AllowPrivate lets receivers be in the house's own network. Cloud metadata addresses
	// stay refused.
	AllowPrivate bool
	// AllowLoopback lets receivers be on this machine.
	AllowLoopback bool
	// Resolver finds the addresses of names. nil means the system's.
	Resolver guard.Resolver
	// RootCAs are the certificate authorities believed in. nil means the system's.
	RootCAs *x509.CertPool
	// UserAgent is sent along. Empty means "Defekt".
	UserAgent string
	// Now is the clock. nil means time.Now.
	Now func() time.Time
}

// Message is one delivery.
type Message struct {
	// ID is the delivery's; it must be the same in all attempts. Printable ASCII without
	// spaces and dots, at most 200 bytes.
	ID string
	// URL is where to. Secret signs; see [CheckSecret].
	URL, Secret string
	Event       Event
}

// Sender makes attempts. It is safe for concurrent use.
type Sender struct {
	cfg       Config
	guard     *guard.Guard
	transport *http.Transport
}

// New makes a sender. Close it when done.
func New(cfg Config) (*Sender, error) {
	if cfg.Timeout < 0 {
		return nil, fmt.Errorf("webhook: Timeout is %v; it must not be negative", cfg.Timeout)
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 20 * time.Second
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "Defekt"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	g, err := guard.New(guard.Config{
		AllowLoopback: cfg.AllowLoopback, AllowPrivate: cfg.AllowPrivate,
		Resolver: cfg.Resolver, RootCAs: cfg.RootCAs,
	})
	if err != nil {
		return nil, err
	}
	return &Sender{cfg: cfg, guard: g, transport: g.Transport()}, nil
}

// Close closes idle connections.
func (s *Sender) Close() { s.transport.CloseIdleConnections() }

// CheckURL says what is wrong with a receiver's URL, as far as it can be said without asking
// anyone: for whoever registers it. The error is a *guard.Refused.
func (s *Sender) CheckURL(raw string) error {
	_, err := s.guard.CheckURL(raw)
	return err
}

// Send makes one attempt. nil means delivered: the receiver answered with 2xx. Else the error
// is a *[Failure]; after the end of ctx it may be tried again, since nobody knows whether the
// receiver got it.
func (s *Sender) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	req, err := s.request(ctx, m)
	if err != nil {
		return never(err)
	}
	res, err := s.transport.RoundTrip(req) // no http.Client: it would follow redirects
	if err != nil {
		return lost(err)
	}
	defer res.Body.Close() //nolint:errcheck // only read from
	answer := readAnswer(res.Body)
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return nil
	}
	gone := res.StatusCode == http.StatusGone
	return &Failure{
		Status: res.StatusCode,
		// The specification counts every other status as a fault of the moment: receivers
		// answer 401 or 404 while they are being rolled out, too.
		Retry:  !gone,
		Gone:   gone,
		After:  retryAfter(res.Header.Get("Retry-After"), s.cfg.Now()),
		Answer: answer,
	}
}

// request makes the signed request.
func (s *Sender) request(ctx context.Context, m Message) (*http.Request, error) {
	if !isID(m.ID) {
		return nil, fmt.Errorf("%.60q is no message id", m.ID)
	}
	u, err := s.guard.CheckURL(m.URL)
	if err != nil {
		return nil, err
	}
	body, err := m.Event.Encode()
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	signature, err := sign(m.Secret, m.ID, now, body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, &guard.Refused{Reason: guard.Malformed, Detail: "this is not a URL"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", s.cfg.UserAgent)
	req.Header.Set(standardwebhooks.HeaderWebhookID, m.ID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

// lost is the failure of an attempt without an answer. What the guard refused stays refused.
func lost(err error) *Failure {
	var refused *guard.Refused
	return &Failure{Retry: !errors.As(err, &refused), Err: err}
}

const (
	maxAnswer = 4 << 10 // read, in bytes
	maxShown  = 200     // kept, in bytes
)

// readAnswer reads the beginning of an answer and makes it fit for a log line. An answer that
// breaks off is no fault: the status came.
func readAnswer(r io.Reader) string {
	data, _ := io.ReadAll(io.LimitReader(r, maxAnswer))
	text := strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return ' '
	}, strings.ToValidUTF8(string(data), "?"))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "")
	}
	return text
}

// retryAfter reads the header in both of its forms.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// isID keeps out what would break a header, and the dot that parts a signature's fields.
func isID(s string) bool {
	for _, r := range s {
		if r <= ' ' || r >= 0x7f || r == '.' {
			return false
		}
	}
	return s != "" && len(s) <= 200
}
