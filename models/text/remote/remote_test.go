package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var _ text.Encoder = (*Encoder)(nil)

const key = "sk-very-secret-0123456789"

// question is what the endpoint is asked.
type question struct {
	Input      []string `json:"input"`
	Model      string   `json:"model"`
	Dimensions int      `json:"dimensions"`
}

type vector struct {
	Index     int       `json:"index"`
	Embedding []float64 `json:"embedding"`
}

// vectors answers each text with (length, 1) of the text.
func vectors(q question) []vector {
	out := make([]vector, len(q.Input))
	for i, s := range q.Input {
		out[i] = vector{i, []float64{float64(len(s)), 1}}
	}
	return out
}

func reply(w http.ResponseWriter, v []vector) {
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": v})
}

// endpoint starts a server; handle gets each question with its number from 0.
func endpoint(t *testing.T, handle func(w http.ResponseWriter, r *http.Request, q question, n int)) string {
	t.Helper()
	var count atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q question
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || r.URL.Path != "/v1/embeddings" {
			http.Error(w, "unexpected request", http.StatusTeapot)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		handle(w, r, q, int(count.Add(1)-1))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/v1/"
}

// waits records the pauses instead of making them.
type waits struct {
	mu   sync.Mutex
	list []time.Duration
}

func (w *waits) sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, d)
	return context.Cause(ctx)
}

func open(t *testing.T, url string, change func(*Config)) (*Encoder, *waits) {
	t.Helper()
	w := &waits{}
	cfg := Config{BaseURL: url, Model: "m", APIKey: key, KeyEnv: "DEFEKT_KEY", Retries: 2, Sleep: w.sleep,
		Rand: func() float64 { return 0.5 },
		Now:  func() time.Time { return time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC) }}
	if change != nil {
		change(&cfg)
	}
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e, w
}

func TestOrderIsRestoredAcrossBatches(t *testing.T) {
	var inFlight, most atomic.Int64
	url := endpoint(t, func(w http.ResponseWriter, r *http.Request, q question, _ int) {
		now := inFlight.Add(1)
		defer inFlight.Add(-1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		if r.Header.Get("Authorization") != "Bearer "+key || q.Model != "m" || len(q.Input) > 3 {
			t.Errorf("unexpected request: %v %+v", r.Header, q)
		}
		time.Sleep(2 * time.Millisecond)
		v := vectors(q)
		slices.Reverse(v)
		reply(w, v)
	})
	e, _ := open(t, url, func(c *Config) { c.BatchSize = 3; c.MaxInFlight = 2 })
	var texts []string
	for i := range 20 {
		texts = append(texts, strings.Repeat("x", i+1))
	}
	got, err := e.Encode(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if !slices.Equal(v, []float32{float32(i + 1), 1}) {
			t.Errorf("text %d has vector %v", i, v)
		}
	}
	if e.Dim() != 2 || most.Load() > 2 {
		t.Errorf("dim %d, %d requests at a time", e.Dim(), most.Load())
	}
	if got, err := e.Encode(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("no texts: %v, %v", got, err)
	}
}

func TestTextsAreMadeAcceptable(t *testing.T) {
	var got []string
	url := endpoint(t, func(w http.ResponseWriter, _ *http.Request, q question, _ int) {
		got = q.Input
		reply(w, vectors(q))
	})
	e, _ := open(t, url, func(c *Config) { c.MaxTextBytes = 4 })
	if _, err := e.Encode(t.Context(), []string{"", "aéé", "a\xff"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{" ", "aé", "a\ufffd"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRetries(t *testing.T) {
	fail := func(status int, header string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			if header != "" {
				w.Header().Set("Retry-After", header)
			}
			http.Error(w, `{"error":{"message":"slow down `+key+`","type":"t"}}`, status)
		}
	}
	cut := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "500")
		_, _ = io.WriteString(w, `{"data":[`)
	}
	for _, c := range []struct {
		name     string
		failures []func(http.ResponseWriter)
		waits    []time.Duration
		code     claim.Code // "" for success
	}{
		{"429 with seconds", []func(http.ResponseWriter){fail(429, "7")}, []time.Duration{7 * time.Second}, ""},
		{"503 with a date", []func(http.ResponseWriter){fail(503, "Sun, 01 Mar 2026 10:00:30 GMT")}, []time.Duration{30 * time.Second}, ""},
		{"500 twice, jitter doubles", []func(http.ResponseWriter){fail(500, ""), fail(502, "soon")}, []time.Duration{250 * time.Millisecond, 500 * time.Millisecond}, ""},
		{"connection cut", []func(http.ResponseWriter){cut}, []time.Duration{250 * time.Millisecond}, ""},
		{"500 for good", []func(http.ResponseWriter){fail(500, ""), fail(500, ""), fail(500, "")}, []time.Duration{250 * time.Millisecond, 500 * time.Millisecond}, CodeFailed},
		{"429 for good", []func(http.ResponseWriter){fail(429, ""), fail(429, ""), fail(429, "")}, []time.Duration{250 * time.Millisecond, 500 * time.Millisecond}, CodeBusy},
		{"asked to wait too long", []func(http.ResponseWriter){fail(429, "3600")}, nil, CodeBusy},
		{"wrong key", []func(http.ResponseWriter){fail(401, "")}, nil, CodeKey},
		{"forbidden", []func(http.ResponseWriter){fail(403, "")}, nil, CodeKey},
		{"no such model", []func(http.ResponseWriter){fail(404, "")}, nil, CodeModel},
		{"bad request", []func(http.ResponseWriter){fail(400, "")}, nil, CodeRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := endpoint(t, func(w http.ResponseWriter, _ *http.Request, q question, n int) {
				if n < len(c.failures) {
					c.failures[n](w)
					return
				}
				reply(w, vectors(q))
			})
			e, w := open(t, url, nil)
			got, err := e.Encode(t.Context(), []string{"abc"})
			if diff := cmp.Diff(c.waits, w.list); diff != "" {
				t.Errorf("pauses: %s", diff)
			}
			if c.code == "" {
				if err != nil || !slices.Equal(got[0], []float32{3, 1}) {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			if got != nil || claim.AsProblem(err, "none").Code != c.code {
				t.Errorf("got %v, %v; want code %s", got, err, c.code)
			}
			if strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), redacted) {
				t.Errorf("the key or nothing of the answer is in %q", err)
			}
		})
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	for status, want := range map[int]string{401: "check the key in DEFEKT_KEY", 404: `no model "m"`} {
		url := endpoint(t, func(w http.ResponseWriter, _ *http.Request, _ question, _ int) { http.Error(w, "no", status) })
		e, _ := open(t, url, nil)
		if _, err := e.Encode(t.Context(), []string{"a"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v does not say %q", status, err, want)
		}
	}
	url := endpoint(t, func(w http.ResponseWriter, _ *http.Request, _ question, _ int) {
		w.WriteHeader(429)
		_, _ = io.WriteString(w, `{"error":{"message":"no credit","code":"insufficient_quota","type":"t"}}`)
	})
	e, w := open(t, url, nil)
	if _, err := e.Encode(t.Context(), []string{"a"}); err == nil || !strings.Contains(err.Error(), "quota") || len(w.list) > 0 {
		t.Errorf("quota: %v after pauses %v", err, w.list)
	}
	e, _ = open(t, "http://127.0.0.1:1/v1", nil)
	if _, err := e.Encode(t.Context(), []string{"a"}); claim.AsProblem(err, "none").Code != CodeFailed || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestWrongAnswersAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"too few":      `{"data":[{"index":0,"embedding":[1,2]}]}`,
		"index twice":  `{"data":[{"index":0,"embedding":[1,2]},{"index":0,"embedding":[1,2]}]}`,
		"index beyond": `{"data":[{"index":0,"embedding":[1,2]},{"index":2,"embedding":[1,2]}]}`,
		"lengths":      `{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[1]}]}`,
		"empty":        `{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}`,
		"not a number": `{"data":[{"index":0,"embedding":[NaN,2]},{"index":1,"embedding":[1,2]}]}`,
		"beyond":       `{"data":[{"index":0,"embedding":[1e39,2]},{"index":1,"embedding":[1,2]}]}`,
		"no JSON":      `<html>welcome</html>`,
		"other JSON":   `{"hello":"world"}`,
	} {
		url := endpoint(t, func(w http.ResponseWriter, _ *http.Request, _ question, _ int) { _, _ = io.WriteString(w, body) })
		e, _ := open(t, url, nil)
		if got, err := e.Encode(t.Context(), []string{"a", "b"}); got != nil || claim.AsProblem(err, "none").Code != CodeAnswer {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestDimensions(t *testing.T) {
	url := endpoint(t, func(w http.ResponseWriter, _ *http.Request, q question, n int) {
		v := vectors(q)
		if q.Dimensions > 0 {
			v[0].Embedding = make([]float64, q.Dimensions)
		}
		if n == 1 {
			v[0].Embedding = append(v[0].Embedding, 3)
		}
		reply(w, v)
	})
	e, _ := open(t, url, nil)
	if e.Dim() != 0 {
		t.Errorf("dim %d before the first answer", e.Dim())
	}
	_, first := e.Encode(t.Context(), []string{"a"})
	_, second := e.Encode(t.Context(), []string{"a"})
	if first != nil || claim.AsProblem(second, "none").Code != CodeAnswer || e.Dim() != 2 {
		t.Errorf("a changed dimension: %v, %v, dim %d", first, second, e.Dim())
	}
	e, _ = open(t, url, func(c *Config) { c.Dimensions = 5 })
	if got, err := e.Encode(t.Context(), []string{"a"}); err != nil || len(got[0]) != 5 {
		t.Errorf("asked for 5: %v, %v", got, err)
	}
}

func TestSlowAndCancelled(t *testing.T) {
	url := endpoint(t, func(_ http.ResponseWriter, r *http.Request, _ question, _ int) { <-r.Context().Done() })
	e, _ := open(t, url, func(c *Config) { c.Timeout = 20 * time.Millisecond; c.Retries = -1 })
	if _, err := e.Encode(t.Context(), []string{"a"}); claim.AsProblem(err, "none").Code != CodeFailed || !strings.Contains(err.Error(), "within 20ms") {
		t.Errorf("slow endpoint: %v", err)
	}
	stop := errors.New("stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	e, _ = open(t, url, func(c *Config) { c.BatchSize = 1 })
	time.AfterFunc(20*time.Millisecond, func() { cancel(stop) })
	if _, err := e.Encode(ctx, []string{"a", "b", "c", "d", "e", "f"}); !errors.Is(err, stop) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestSettings(t *testing.T) {
	for name, c := range map[string]Config{
		"no URL": {Model: "m"}, "no scheme": {BaseURL: "host/v1", Model: "m"}, "no model": {BaseURL: "http://h/v1"},
		"user": {BaseURL: "http://u:p@h/v1", Model: "m"}, "query": {BaseURL: "http://h/v1?key=1", Model: "m"},
		"batch": {BaseURL: "http://h/v1", Model: "m", BatchSize: 4000}, "flight": {BaseURL: "http://h/v1", Model: "m", MaxInFlight: -1},
		"dims": {BaseURL: "http://h/v1", Model: "m", Dimensions: -1}, "backoff": {BaseURL: "http://h/v1", Model: "m", BackoffMin: time.Hour},
	} {
		if _, err := New(c); claim.AsProblem(err, "none").Code != text.CodeEncoderConfig || strings.Contains(err.Error(), "u:p") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeyDoesNotPrint(t *testing.T) {
	c := Config{APIKey: key}
	body, err := json.Marshal(c.APIKey)
	for _, s := range []string{fmt.Sprintf("%v", c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), string(body)} {
		if err != nil || strings.Contains(s, key) {
			t.Errorf("the key is in %q (%v)", s, err)
		}
	}
}

func TestDigest(t *testing.T) {
	a, _ := open(t, "http://h/v1", nil)
	b, _ := open(t, "http://h/v1/", func(c *Config) { c.APIKey = "other"; c.BatchSize = 5 })
	c, _ := open(t, "http://h/v1", func(c *Config) { c.Dimensions = 5 })
	if a.Digest() != b.Digest() || a.Digest() == c.Digest() {
		t.Error("the digest must follow endpoint, model and dimension, and nothing else")
	}
}
