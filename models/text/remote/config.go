package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// Secret is a string that does not print itself.
type Secret string

const redacted = "[redacted]"

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer, for %#v.
func (Secret) GoString() string { return redacted }

// MarshalJSON keeps the secret out of stored settings.
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// Config says where vectors come from. Zero fields take their defaults.
type Config struct {
	// BaseURL ends before "/embeddings": "https://api.openai.com/v1". Required.
	BaseURL string
	// Model is the name that the endpoint knows. Required.
	Model string
	// APIKey may be empty for endpoints that ask for none. The caller reads it from the
	// environment; KeyEnv is that variable's name, for error messages.
	APIKey Secret
	KeyEnv string
	// Dimensions is the length of vectors: asked of the endpoint and checked. 0 takes the
	// model's own, as its first answer shows it.
	Dimensions int
	// BatchSize is the number of texts per request, 1..2048; default 64.
	BatchSize int
	// MaxInFlight is the number of requests at a time, 1..256; default 4.
	MaxInFlight int
	// MaxTextBytes cuts longer texts, at a rune; default 16,000, which stays under 8,192
	// tokens for most scripts.
	MaxTextBytes int
	// Timeout bounds one request; default 30 s.
	Timeout time.Duration
	// Retries is how often a request is tried again; default 4, negative for never.
	Retries int
	// BackoffMin and BackoffMax bound the wait before a retry: a random share of
	// BackoffMin doubled with each try. Defaults 500 ms and 20 s.
	BackoffMin, BackoffMax time.Duration
	// WaitMax is the longest Retry-After that is waited for; default 2 min.
	WaitMax time.Duration

	// Client sends the requests; the default has a connection pool of its own.
	Client *http.Client
	// Rand gives numbers in [0,1), Now the time, and Sleep waits or ends with ctx; the
	// defaults are the real ones. Rand must be safe for concurrent use.
	Rand  func() float64
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

func (c Config) withDefaults() Config {
	set(&c.BatchSize, 64)
	set(&c.MaxInFlight, 4)
	set(&c.MaxTextBytes, 16_000)
	set(&c.Timeout, 30*time.Second)
	set(&c.Retries, 4)
	set(&c.BackoffMin, 500*time.Millisecond)
	set(&c.BackoffMax, 20*time.Second)
	set(&c.WaitMax, 2*time.Minute)
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	return c
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Validate reports the first setting that cannot be used, as a claim.Problem.
func (c Config) Validate() error {
	u, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return wrong("the base URL must look like https://host/v1")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return wrong("the base URL must have no user, query or fragment; give a key by its environment variable")
	case c.Model == "":
		return wrong("the model's name is missing")
	case c.Dimensions < 0 || c.Dimensions > maxDim:
		return wrong("dimensions %d are not within 0..%d", c.Dimensions, maxDim)
	case c.BatchSize < 1 || c.BatchSize > 2048:
		return wrong("batch size %d is not within 1..2048", c.BatchSize)
	case c.MaxInFlight < 1 || c.MaxInFlight > 256:
		return wrong("%d requests at a time are not within 1..256", c.MaxInFlight)
	case c.MaxTextBytes < 4:
		return wrong("texts of %d bytes at most are too short", c.MaxTextBytes)
	case c.Timeout < 0 || c.BackoffMin < 0 || c.BackoffMax < c.BackoffMin || c.WaitMax < 0:
		return wrong("timeout, backoff and wait must be positive, and the longest backoff not below the shortest")
	}
	return nil
}

func wrong(format string, args ...any) error {
	return claim.Problem{Code: text.CodeEncoderConfig, Where: "remote", Message: fmt.Sprintf(format, args...)}
}
