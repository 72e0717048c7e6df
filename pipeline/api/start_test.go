package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a server on a loopback port with everything behind it.
type running struct {
	*world
	server *Server
	url    string
	log    *logBuffer
	http   *http.Client
	hits   sync.Map // patterns answered well
}

// logBuffer takes the log of concurrent requests.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs a server; change may alter its configuration.
func start(t *testing.T, change func(*Config)) *running {
	t.Helper()
	r := &running{world: newWorld(), log: &logBuffer{}}
	cfg := Config{
		Claims: r.world, Vectors: r.world, Clusters: r.world, Keys: r.world, Webhooks: r.world,
		Blobs: memoryBlobs{r.world}, Fetcher: tableFetcher{r.world}, Classifier: r.world, Jobs: r.world, Models: fixedModels{},
		Version: "test", Log: slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if r.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	counted := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		rec := &recorder{ResponseWriter: w}
		_, pattern := r.server.mux.Handler(req)
		r.server.ServeHTTP(rec, req)
		if rec.status < 400 {
			r.hits.Store(pattern, true)
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := HTTPServer(counted, slog.New(slog.NewTextHandler(r.log, nil)))
	done := make(chan error, 1)
	go func() { done <- srv.Serve(Listener(listener)) }()
	r.url = "http://" + listener.Addr().String()
	transport := &http.Transport{DisableCompression: true}
	r.http = &http.Client{Transport: transport, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("requests did not end: %v", err)
			srv.Close()
		}
		<-done
	})
	return r
}

// as gives a client with a new key of these scopes.
func (r *running) as(id string, scopes ...string) *client.Client {
	return &client.Client{URL: r.url, Key: r.key(id, 1_000_000, scopes...), HTTP: r.http}
}

func open(c *Config) { c.Open = true }

// answer is what came back.
type answer struct {
	*http.Response
	body []byte
}

// ask sends a request with alternating header names and values.
func (r *running) ask(t *testing.T, method, path string, body io.Reader, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	res, err := r.http.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{res, data}
}

// post sends JSON.
func (r *running) post(t *testing.T, path, body string, header ...string) answer {
	t.Helper()
	return r.ask(t, http.MethodPost, path, strings.NewReader(body), append([]string{"Content-Type", "application/json"}, header...)...)
}

// problem reads a problem+json and checks its form.
func (a answer) problem(t *testing.T, status int, code string) wire.Problem {
	t.Helper()
	var p wire.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("status %d, no problem: %v\n%s", a.StatusCode, err, a.body)
	}
	if a.Header.Get("Content-Type") != problemType || p.Status != a.StatusCode || p.Type != urn+p.Code || p.Title == "" || p.RequestID == "" {
		t.Errorf("not a whole problem: %d %s %+v", a.StatusCode, a.Header.Get("Content-Type"), p)
	}
	if a.StatusCode != status || p.Code != code {
		t.Errorf("got %d %s (%s), want %d %s", a.StatusCode, p.Code, p.Detail, status, code)
	}
	return p
}
