package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"
	"golang.org/x/sync/errgroup"
)

// maxDim bounds the length of a vector that is taken.
const maxDim = 65_536

// Encoder is a text.Encoder whose vectors an endpoint computes.
type Encoder struct {
	cfg    Config
	client *openai.Client
	http   *http.Client
	dim    atomic.Int64
}

// New checks the settings; it sends nothing.
func New(cfg Config) (*Encoder, error) {
	cfg = cfg.withDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := &Encoder{cfg: cfg, http: cfg.Client}
	if e.http == nil {
		e.http = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	oc := openai.DefaultConfig(string(cfg.APIKey))
	oc.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	oc.HTTPClient = doer{e.http}
	e.client = openai.NewClientWithConfig(oc)
	e.dim.Store(int64(cfg.Dimensions))
	return e, nil
}

// Name is "remote." and the model's name.
func (e *Encoder) Name() string { return "remote." + e.cfg.Model }

// Dim is the length of vectors, 0 while it is not known.
func (e *Encoder) Dim() int { return int(e.dim.Load()) }

// Digest identifies endpoint, model and asked dimension. It cannot see a model that is
// changed behind its name.
func (e *Encoder) Digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %d %d",
		strings.TrimRight(e.cfg.BaseURL, "/"), e.cfg.Model, e.cfg.Dimensions, e.cfg.MaxTextBytes))
	return hex.EncodeToString(sum[:])
}

// Close lets go of idle connections, unless the http.Client is the caller's.
func (e *Encoder) Close() error {
	if e.cfg.Client == nil {
		e.http.CloseIdleConnections()
	}
	return nil
}

// Encode implements text.Encoder. The first failure ends the other requests. Errors are
// claim.Problem values with this package's codes, or ctx's cause.
func (e *Encoder) Encode(ctx context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(e.cfg.MaxInFlight)
	at := 0
	for batch := range slices.Chunk(texts, e.cfg.BatchSize) {
		dst := out[at : at+len(batch)]
		at += len(batch)
		if gctx.Err() != nil {
			break
		}
		group.Go(func() error { return e.batch(gctx, batch, dst) })
	}
	if err := group.Wait(); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return out, nil
}

// batch fills dst with the vectors of texts, trying again as the settings say.
func (e *Encoder) batch(ctx context.Context, texts []string, dst [][]float32) error {
	input := make([]string, len(texts))
	for i, t := range texts {
		input[i] = fit(t, e.cfg.MaxTextBytes)
	}
	for try := 0; ; try++ {
		res, wait, err := e.request(ctx, input)
		if err == nil {
			return e.take(res, dst)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		problem, again := e.explain(err, wait)
		if !again || try >= e.cfg.Retries {
			return problem
		}
		if err := e.cfg.Sleep(ctx, e.pause(try, wait)); err != nil {
			return err
		}
	}
}

// fit makes a text that endpoints accept: valid UTF-8, not empty, not too long.
func fit(s string, limit int) string {
	if len(s) > limit {
		for limit > 0 && !utf8.RuneStart(s[limit]) {
			limit--
		}
		s = s[:limit]
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	if s == "" {
		return " "
	}
	return s
}
