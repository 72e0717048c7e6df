package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Config puts the API together. The interfaces are required unless they say otherwise; the
// zero value of every other field takes its default.
type Config struct {
	Claims     Claims
	Vectors    Vectors
	Clusters   Clusters
	Keys       Keys
	Webhooks   Webhooks
	Blobs      Blobs
	Fetcher    Fetcher
	Classifier Classifier
	Jobs       Jobs
	Models     Models
	// Review is the review queue; nil for a server without one, whose routes of it say so.
	Review *Review
	// Promotions changes which model answers; nil for a server that cannot, whose routes of it say
	// so.
	Promotions Promotions
	// Quality is units, patterns and quality work; nil for a server without, whose routes of it
	// say so.
	Quality *Quality
	// Intake ties claims to their units; nil for a server that knows none.
	Intake Intake
	// Watcher is optional; without it waiting senders are answered by asking the store.
	Watcher Watcher

	// Version is the program's, for the OpenAPI document.
	Version string
	// Open lets everybody in, with all rights and no owner. Only for listeners on loopback:
	// requests whose Host is not a loopback name are refused, so that no page in a browser
	// can reach the server under another name.
	Open bool
	// CheckURL, if set, refuses webhook addresses when they are registered, with a
	// [claim.Problem]. Whoever sends checks again.
	CheckURL func(url string) error
	// PerMinute is the rate of a key that has none of its own, in requests a minute.
	// Default 600.
	PerMinute int
	// Heavy is how many requests with photos, models or batches run at once. Default: four
	// a core.
	Heavy int
	// KeyHeavy is how many of them one key may have at once, so that one sender cannot shut
	// the others out. Default: three quarters of Heavy, at least one.
	KeyHeavy int
	// InFlight is how many requests of any kind run at once. Default: 64 a core.
	InFlight int
	// BodyBytes is how many bytes of bodies are in memory at once. Default 256 MiB, never
	// below one body of [MaxBody].
	BodyBytes int64
	// MaxQueued is how many claims may wait for classification before further ones are
	// refused. Default 10,000; below 0 there is no such limit.
	MaxQueued int
	// BodyIdle is how long a body may stand still, and its grace before MinBodyRate
	// (bytes a second, averaged) holds. Defaults 10 s and 16 KiB.
	BodyIdle    time.Duration
	MinBodyRate int
	// WriteIdle is how long a client may take to read an answer or a part of a stream.
	// Default 30 s.
	WriteIdle time.Duration
	// FetchTime bounds the fetching of all photos of one claim. Default 20 s.
	FetchTime time.Duration
	// KeyCache is how long a key is believed without asking the store, and so how long a
	// revoked one may still work. Default 5 s, at most 10 s.
	KeyCache time.Duration

	// Fallback answers what is not the API's: pages, health, metrics. Default: 404 as
	// problem+json.
	Fallback http.Handler
	// Observe, if set, is told of each answer; route is the pattern that matched, or empty.
	Observe func(route, method string, status int, took time.Duration)
	Log     *slog.Logger
	Now     func() time.Time
}

// withDefaults fills the zero fields in.
func (c Config) withDefaults() Config {
	cores := runtime.GOMAXPROCS(0)
	set(&c.PerMinute, 600)
	set(&c.Heavy, 4*cores)
	set(&c.KeyHeavy, max(1, c.Heavy*3/4))
	set(&c.InFlight, 64*cores)
	set(&c.BodyBytes, 256<<20)
	set(&c.MaxQueued, 10_000)
	set(&c.BodyIdle, 10*time.Second)
	set(&c.MinBodyRate, 16<<10)
	set(&c.WriteIdle, 30*time.Second)
	set(&c.FetchTime, 20*time.Second)
	set(&c.KeyCache, 5*time.Second)
	set(&c.Version, "dev")
	c.BodyBytes = max(c.BodyBytes, MaxBody)
	if c.Observe == nil {
		c.Observe = func(string, string, int, time.Duration) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func set[T comparable](field *T, fallback T) {
	var zero T
	if *field == zero {
		*field = fallback
	}
}

// Validate reports every field that is missing or out of range.
func (c Config) Validate() error {
	var errs []error
	for name, given := range map[string]bool{
		"Claims": c.Claims != nil, "Vectors": c.Vectors != nil, "Clusters": c.Clusters != nil,
		"Keys": c.Keys != nil || c.Open, "Webhooks": c.Webhooks != nil, "Blobs": c.Blobs != nil,
		"Fetcher": c.Fetcher != nil, "Classifier": c.Classifier != nil, "Jobs": c.Jobs != nil, "Models": c.Models != nil,
	} {
		if !given {
			errs = append(errs, fmt.Errorf("api: %s is missing", name))
		}
	}
	if err := c.Review.validate(); err != nil {
		errs = append(errs, err)
	}
	if err := c.Quality.validate(); err != nil {
		errs = append(errs, err)
	}
	if c.PerMinute < 0 || c.Heavy < 0 || c.KeyHeavy < 0 || c.InFlight < 0 || c.BodyBytes < 0 || c.MinBodyRate < 0 {
		errs = append(errs, errors.New("api: a limit is below 0"))
	}
	if c.KeyCache < 0 || c.KeyCache > 10*time.Second {
		errs = append(errs, fmt.Errorf("api: KeyCache is %v; a revoked key must stop working within 10 s", c.KeyCache))
	}
	return errors.Join(errs...)
}

// The scopes of keys. Admin includes all others and sees every owner's claims.
const (
	ScopeIngest = "ingest" // send claims, erase own ones, keep webhooks
	ScopeRead   = "read"   // everything that only looks, classify and search
	ScopeReview = "review" // the review queue, for a front end that acts for any reviewer
	ScopeAdmin  = "admin"
)

// Scopes are all of them. Beside these, a key that is a reviewer's own has the one scope of
// [ScopeOf].
func Scopes() []string { return []string{ScopeIngest, ScopeRead, ScopeReview, ScopeAdmin} }

// reviewerScope begins the scope of a key that acts for one reviewer only.
const reviewerScope = ScopeReview + ":"

// ScopeOf is the scope of a key that acts for this reviewer only, and sees what he may see: it
// stands alone, since with another one he would see what others answered.
func ScopeOf(reviewer string) string { return reviewerScope + reviewer }

// reviewerOf gives whose key it is; false for keys that are nobody's.
func reviewerOf(scopes []string) (string, bool) {
	for _, s := range scopes {
		if name, ok := strings.CutPrefix(s, reviewerScope); ok {
			return name, true
		}
	}
	return "", false
}

// CheckScopes refuses scopes that no key may have, in words for whoever makes it.
func CheckScopes(scopes []string) error {
	if _, own := reviewerOf(scopes); own && len(scopes) > 1 {
		return fmt.Errorf("a reviewer's own key (%sNAME) has no other scope: it would show him what others answered", reviewerScope)
	}
	for _, s := range scopes {
		if name, own := strings.CutPrefix(s, reviewerScope); own && name != "" || slices.Contains(Scopes(), s) {
			continue
		}
		return fmt.Errorf("%q is none of %s and %sNAME", s, strings.Join(Scopes(), ", "), reviewerScope)
	}
	return nil
}

// Vectors is [store.Vectors].
type Vectors = store.Vectors
