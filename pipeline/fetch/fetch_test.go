package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

var _ pipeline.Source = (*Fetcher)(nil)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// names is a Resolver with a list of answers for each name; the last one stays.
type names map[string]*answers

type answers struct {
	list  []string
	asked atomic.Int64
}

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a, ok := n[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	i := int(a.asked.Add(1))
	return []netip.Addr{netip.MustParseAddr(a.list[min(i, len(a.list))-1])}, nil
}

func newFetcher(t *testing.T, cfg Config) *Fetcher {
	t.Helper()
	f, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// serve starts a server on loopback; a handler may say where else its paths lead.
func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(h)
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	t.Cleanup(srv.Close)
	return srv
}

func code(err error) claim.Code {
	if err == nil {
		return ""
	}
	return claim.AsProblem(err, "none").Code
}

func TestRead(t *testing.T) {
	for _, size := range []int{1, 1000, firstRead, firstRead + 1, 3*firstRead + 7, 5 << 20} {
		want := bytes.Repeat([]byte("photo..."), size/8+1)[:size]
		for _, announced := range []bool{true, false} {
			srv := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("User-Agent") != "Defekt" || r.Header.Get("Accept-Encoding") != "identity" {
					t.Errorf("headers %v", r.Header)
				}
				w.Header().Set("Content-Type", "image/jpeg")
				if announced {
					w.Header().Set("Content-Length", strconv.Itoa(size))
				} else {
					w.(http.Flusher).Flush()
				}
				w.Write(want)
			}))
			f := newFetcher(t, Config{AllowLoopback: true})
			got, err := f.Read(t.Context(), srv.URL+"/a.jpg?x=1#y", photo.MaxBytes)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes, announced %v: got %d, %v", size, announced, len(got), err)
			}
		}
	}
}

func TestReadOverTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "photo") }))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	stranger := newFetcher(t, Config{AllowLoopback: true})
	if _, err := stranger.Read(t.Context(), srv.URL, 100); code(err) != claim.CodePhotoURLUnreachable {
		t.Errorf("an unknown certificate: %v", err)
	}
	roots := srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	knowing := newFetcher(t, Config{AllowLoopback: true, RootCAs: roots})
	if got, err := knowing.Read(t.Context(), srv.URL, 100); err != nil || string(got) != "photo" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestAnswers: what a server can answer, and what becomes of it.
func TestAnswers(t *testing.T) {
	header := func(key, value, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(key, value); io.WriteString(w, body) }
	}
	status := func(n int) http.HandlerFunc { return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) } }
	const limit = 1000
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   claim.Code
	}{
		"no type":              {header("Content-Type", "", "photo"), ""},
		"octets":               {header("Content-Type", "application/octet-stream", "photo"), ""},
		"identity":             {header("Content-Encoding", "Identity", "photo"), ""},
		"at the limit":         {header("X", "", strings.Repeat("x", limit)), ""},
		"over the limit":       {header("X", "", strings.Repeat("x", limit+1)), claim.CodePhotoTooLarge},
		"announced over":       {header("Content-Length", "1001", ""), claim.CodePhotoTooLarge},
		"announced huge":       {header("Content-Length", "999999999999", ""), claim.CodePhotoTooLarge},
		"less than announced":  {header("Content-Length", "500", "photo"), claim.CodePhotoURLUnreachable},
		"empty":                {header("Content-Type", "image/png", ""), claim.CodePhotoEmpty},
		"page":                 {header("Content-Type", "text/html", "photo"), claim.CodePhotoURLType},
		"page, shouting":       {header("Content-Type", "TEXT/HTML; charset=utf-8", "photo"), claim.CodePhotoURLType},
		"page, bad parameters": {header("Content-Type", "text/html; =;x", "photo"), claim.CodePhotoURLType},
		"xhtml":                {header("Content-Type", "application/xhtml+xml", "photo"), claim.CodePhotoURLType},
		"gzip":                 {header("Content-Encoding", "gzip", "photo"), claim.CodePhotoURLType},
		"br, then identity":    {header("Content-Encoding", "br, identity", "photo"), claim.CodePhotoURLType},
		"204":                  {status(204), claim.CodePhotoURLStatus},
		"206":                  {status(206), claim.CodePhotoURLStatus},
		"304":                  {status(304), claim.CodePhotoURLStatus},
		"401":                  {status(401), claim.CodePhotoURLStatus},
		"404":                  {status(404), claim.CodePhotoURLStatus},
		"500":                  {status(500), claim.CodePhotoURLStatus},
		"302 to nowhere":       {status(302), claim.CodePhotoURLRedirects},
		"302 to no URL": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://[::1")
			w.WriteHeader(302)
		}, claim.CodePhotoURLRedirects},
		"breaks off":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, claim.CodePhotoURLUnreachable},
		"no HTTP":         {raw("SSH-2.0-OpenSSH_9.2\r\n"), claim.CodePhotoURLUnreachable},
		"endless headers": {raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100<<10) + "\r\n\r\n"), claim.CodePhotoURLUnreachable},
		"endless 103":     {raw(strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", 10_000)), claim.CodePhotoURLUnreachable},
		"two lengths":     {raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nphotos"), claim.CodePhotoURLUnreachable},
		"negative length": {raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nphoto"), claim.CodePhotoURLUnreachable},
		"until the end":   {raw("HTTP/1.0 200 OK\r\n\r\nphoto"), ""},
		"bad chunks":      {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nphoto"), claim.CodePhotoURLUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFetcher(t, Config{AllowLoopback: true, Timeout: 5 * time.Second})
			got, err := f.Read(t.Context(), serve(t, c.answer).URL, limit)
			if code(err) != c.want || err != nil && got != nil {
				t.Errorf("code %q, want %q (%d bytes, %v)", code(err), c.want, len(got), err)
			}
		})
	}
}

// raw answers with bytes that need not be HTTP.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		io.WriteString(conn, answer)
	}
}

// TestHugeBodies: bodies without end, with and without gzip, cost a bounded number of bytes.
func TestHugeBodies(t *testing.T) {
	const limit = 1 << 20
	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	packer.Write(make([]byte, 16<<20))
	packer.Close()
	var sent atomic.Int64
	for name, c := range map[string]struct {
		encoding string
		chunk    []byte
		want     claim.Code
		most     int64
	}{
		"endless":   {"", make([]byte, 64<<10), claim.CodePhotoTooLarge, 16 << 20},
		"gzip bomb": {"gzip", bomb.Bytes(), claim.CodePhotoURLType, 16 << 20},
	} {
		sent.Store(0)
		done := make(chan struct{})
		srv := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			defer close(done)
			if c.encoding != "" {
				w.Header().Set("Content-Encoding", c.encoding)
			}
			for {
				n, err := w.Write(c.chunk)
				if sent.Add(int64(n)); err != nil {
					return
				}
			}
		}))
		f := newFetcher(t, Config{AllowLoopback: true})
		if _, err := f.Read(t.Context(), srv.URL, limit); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		<-done
		if got := sent.Load(); got > c.most {
			t.Errorf("%s: the server could send %d bytes", name, got)
		}
	}
}

// TestAnnouncedSizeTakesNoMemory: a size that is only promised is not reserved.
func TestAnnouncedSizeTakesNoMemory(t *testing.T) {
	data, err := readAtMost(io.LimitReader(strings.NewReader("photo"), 5), 32<<20, 32<<20)
	if err != nil || cap(data) > firstRead {
		t.Errorf("5 bytes took %d, %v", cap(data), err)
	}
	whole := bytes.Repeat([]byte("x"), 3<<20)
	if data, err = readAtMost(bytes.NewReader(whole), 3<<20, 32<<20); err != nil || len(data) != 3<<20 || cap(data) > 4<<20 {
		t.Errorf("3 MiB took %d, %v", cap(data), err)
	}
}

func TestSlowServers(t *testing.T) {
	stop := make(chan struct{})
	for name, h := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) { wait(r, stop) },
		"a byte now and then": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		},
		"no body": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10")
			w.(http.Flusher).Flush()
			wait(r, stop)
		},
		"slow redirects": func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(120 * time.Millisecond)
			http.Redirect(w, r, "/x", http.StatusFound)
		},
	} {
		srv := serve(t, h)
		f := newFetcher(t, Config{AllowLoopback: true, Timeout: 300 * time.Millisecond})
		start := time.Now()
		_, err := f.Read(t.Context(), srv.URL, 1000)
		if took := time.Since(start); code(err) != claim.CodePhotoURLTimeout || took > 3*time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
	close(stop)
}

func wait(r *http.Request, stop chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-stop:
	}
}

func TestStopped(t *testing.T) {
	started := make(chan struct{}, 1)
	srv := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		started <- struct{}{}
		<-r.Context().Done()
	}))
	f := newFetcher(t, Config{AllowLoopback: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-started; cancel() }()
	_, err := f.Read(ctx, srv.URL, 1000)
	if code(err) != claim.CodeCancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestConfigValidate(t *testing.T) {
	_, err := New(Config{MaxBytes: photo.MaxBytes + 1, Timeout: -1, Ports: []int{70000}})
	for _, field := range []string{"MaxBytes", "Timeout", "port 70000"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%v does not speak of %s", err, field)
		}
	}
}
