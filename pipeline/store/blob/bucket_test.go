package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/defekt/defekt/pipeline/claim"
)

const testBucket = "photos"

// fakeS3 is a bucket in memory, with a count of the writes.
type fakeS3 struct {
	backend *s3mem.Backend
	url     string
	writes  atomic.Int64
}

func newFakeS3(t *testing.T, c *clock) *fakeS3 {
	t.Helper()
	f := &fakeS3{backend: s3mem.New(s3mem.WithTimeSource(c))}
	if err := f.backend.CreateBucket(testBucket); err != nil {
		t.Fatal(err)
	}
	handler := gofakes3.New(f.backend, gofakes3.WithTimeSource(c), gofakes3.WithTimeSkewLimit(0)).Server()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			f.writes.Add(1)
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	f.url = srv.URL
	return f
}

func keys(url string) func(string) string {
	env := map[string]string{"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_S3": url}
	return func(name string) string { return env[name] }
}

func openPlace(t *testing.T, place, endpoint string, c *clock) *Bucket {
	t.Helper()
	s, err := Parse(place, keys(endpoint), c.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*Bucket)
}

func openBucket(t *testing.T) (place, *fakeS3) {
	c := newClock()
	f := newFakeS3(t, c)
	b := openPlace(t, "s3://"+testBucket+"/some/prefix", f.url, c)
	return place{
		store: b, clock: c,
		replace: func(t *testing.T, digest string, data []byte) {
			_, err := f.backend.PutObject(testBucket, b.prefix+name(digest[7:]), map[string]string{}, bytes.NewReader(data), int64(len(data)), nil)
			if err != nil {
				t.Fatal(err)
			}
		},
		names: func(t *testing.T) []string {
			list, err := f.backend.ListBucket(testBucket, nil, gofakes3.ListBucketPage{})
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, o := range list.Contents {
				all = append(all, o.Key)
			}
			return all
		},
	}, f
}

func TestBucketConforms(t *testing.T) {
	conform(t, func(t *testing.T) place { p, _ := openBucket(t); return p })
}

func TestBucketDoesNotWriteAgainWhatIsThere(t *testing.T) {
	p, f := openBucket(t)
	data := photo(t, 100)
	for _, step := range []struct {
		after time.Duration
		want  int64
	}{{0, 1}, {0, 1}, {10 * time.Minute, 1}, {time.Hour, 2}} {
		p.clock.advance(step.after)
		mustPut(t, p.store, data)
		if got := f.writes.Load(); got != step.want {
			t.Errorf("after %v: %d writes, want %d", step.after, got, step.want)
		}
	}
}

func TestBucketDeletesAllVersions(t *testing.T) {
	p, f := openBucket(t)
	if err := f.backend.SetVersioningConfiguration(testBucket, gofakes3.VersioningConfiguration{Status: gofakes3.VersioningEnabled}); err != nil {
		t.Fatal(err)
	}
	data := photo(t, 100)
	digest := mustPut(t, p.store, data)
	p.clock.advance(24 * time.Hour)
	mustPut(t, p.store, data)
	if got := versions(t, f); got < 2 {
		t.Fatalf("%d versions; the test is void", got)
	}
	if err := p.store.Delete(t.Context(), digest); err != nil {
		t.Fatal(err)
	}
	if got := versions(t, f); got != 0 {
		t.Errorf("%d versions are left", got)
	}
}

func versions(t *testing.T, f *fakeS3) int {
	t.Helper()
	list, err := f.backend.ListBucketVersions(testBucket, nil, &gofakes3.ListBucketVersionsPage{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range list.Versions {
		if _, ok := v.(*gofakes3.Version); ok {
			n++
		}
	}
	return n
}

func TestBucketRefusesAShortGrace(t *testing.T) {
	p, _ := openBucket(t)
	if _, err := p.store.Sweep(t.Context(), nobody, renewAfter); err == nil {
		t.Error("a grace time within which Put does not renew was taken")
	}
}

func TestBucketLeavesNeighboursAlone(t *testing.T) {
	c := newClock()
	f := newFakeS3(t, c)
	one, other := openPlace(t, "s3://photos/one", f.url, c), openPlace(t, "s3://photos", f.url, c)
	digest := mustPut(t, one, photo(t, 10))
	if _, err := other.Read(t.Context(), digest, 10); !errors.Is(err, ErrMissing) {
		t.Errorf("another prefix's blob: %v", err)
	}
	c.advance(48 * time.Hour)
	if got, err := other.Sweep(t.Context(), nobody, time.Hour); err != nil || len(got) > 0 {
		t.Errorf("swept %q of another prefix, %v", got, err)
	}
}

func TestBucketThatIsNotThere(t *testing.T) {
	c := newClock()
	b := openPlace(t, "s3://nothing-here", newFakeS3(t, c).url, c)
	_, putErr := b.Put(t.Context(), []byte("x"))
	_, readErr := b.Read(t.Context(), Digest([]byte("x")), 10)
	for i, err := range []error{putErr, readErr, b.Check(t.Context())} {
		if err == nil || errors.Is(err, ErrMissing) {
			t.Errorf("call %d: %v; a missing bucket is a fault, no missing blob", i, err)
		}
	}
}

// TestBucketAnswersThatLie: a service, or something before it, that breaks off or errs.
func TestBucketAnswersThatLie(t *testing.T) {
	data := []byte(strings.Repeat("x", 1000))
	sum := sha256.Sum256(data)
	digest := scheme + hex.EncodeToString(sum[:])
	send := func(w http.ResponseWriter, size string, body []byte) {
		w.Header().Set("Content-Length", size)
		w.Header().Set("Last-Modified", "Sun, 01 Nov 2026 12:00:00 GMT")
		w.Header().Set("ETag", `"abc"`)
		w.Write(body)
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   claim.Code
	}{
		"honest":      {func(w http.ResponseWriter, _ *http.Request) { send(w, "1000", data) }, ""},
		"breaks off":  {func(w http.ResponseWriter, _ *http.Request) { send(w, "1000", data[:10]) }, claim.CodePhotoStore},
		"other bytes": {func(w http.ResponseWriter, _ *http.Request) { send(w, "3", []byte("abc")) }, claim.CodePhotoUnread},
		"huge":        {func(w http.ResponseWriter, _ *http.Request) { send(w, "99999999999999", data) }, claim.CodePhotoTooLarge},
		"forbidden":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, claim.CodePhotoStore},
		"a web page":  {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusNotFound) }, claim.CodePhotoMissing},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(c.answer)
			defer srv.Close()
			srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
			b := openPlace(t, "s3://photos", srv.URL, newClock())
			defer b.Close()
			got, err := Source{b}.Read(t.Context(), digest, 1000)
			if code(err) != c.want {
				t.Errorf("code %q, want %q (%d bytes, %v)", code(err), c.want, len(got), err)
			}
		})
	}
}

func TestBucketThatFailsForAMoment(t *testing.T) {
	c := newClock()
	f := newFakeS3(t, c)
	var failures atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if failures.Add(1) <= 2 {
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		r.URL.Scheme, r.URL.Host, r.RequestURI = "http", strings.TrimPrefix(f.url, "http://"), ""
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer res.Body.Close()
		for k, v := range res.Header {
			w.Header()[k] = v
		}
		w.WriteHeader(res.StatusCode)
		io.Copy(w, res.Body)
	}))
	defer srv.Close()
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	b := openPlace(t, "s3://photos", srv.URL, c)
	defer b.Close()
	digest := mustPut(t, b, []byte("x"))
	if _, err := b.Read(t.Context(), digest, 1); err != nil {
		t.Error(err)
	}
}
