package fetch

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// TestRefusedURLs: package guard has the long list; here is which code each kind gets, from
// both Check and Read.
func TestRefusedURLs(t *testing.T) {
	f := newFetcher(t, Config{Resolver: names{}})
	for u, want := range map[string]claim.Code{
		"file:///etc/passwd":                                 claim.CodePhotoURLScheme,
		"gopher://127.0.0.1:6379/_FLUSHALL":                  claim.CodePhotoURLScheme,
		"http://user:pw@photos.example/":                     claim.CodePhotoURLUserinfo,
		"http://photos.example@169.254.169.254/":             claim.CodePhotoURLUserinfo,
		"http://photos.example:22/":                          claim.CodePhotoURLPort,
		"http://photos.example:6379/":                        claim.CodePhotoURLPort,
		"http://127.0.0.1/":                                  claim.CodePhotoURLAddress,
		"http://[::ffff:127.0.0.1]/":                         claim.CodePhotoURLAddress,
		"http://169.254.169.254/latest/":                     claim.CodePhotoURLAddress,
		"http://[64:ff9b::a9fe:a9fe]/":                       claim.CodePhotoURLAddress,
		"http://2130706433/":                                 claim.CodePhotoURL,
		"http://0177.0.0.1/":                                 claim.CodePhotoURL,
		"http://":                                            claim.CodePhotoURL,
		"http://photos.example/" + strings.Repeat("x", 5000): claim.CodePhotoURL,
	} {
		_, err := f.Read(t.Context(), u, 1000)
		if checked := f.Check(u); code(err) != want || code(checked) != want {
			t.Errorf("%.50s: Read %q, Check %q, want %q", u, code(err), code(checked), want)
		}
		if strings.Contains(fmt.Sprint(err), "pw") {
			t.Errorf("the password is told: %v", err)
		}
	}
	if err := f.Check("https://photos.example/a.jpg"); err != nil {
		t.Error(err)
	}
	if _, err := f.Read(t.Context(), "https://photos.example/a.jpg", 1000); code(err) != claim.CodePhotoURLUnresolved {
		t.Errorf("an unknown name: %v", err)
	}
}

// inside is a server that nobody may reach.
func inside(t *testing.T) (srv *httptest.Server, reached *atomic.Int64) {
	reached = new(atomic.Int64)
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		io.WriteString(w, "secret")
	})), reached
}

func port(srv *httptest.Server) string {
	return srv.URL[strings.LastIndexByte(srv.URL, ':')+1:]
}

// TestNamesThatLeadInside: without leave for loopback, nothing reaches a server there,
// whatever it is called.
func TestNamesThatLeadInside(t *testing.T) {
	srv, reached := inside(t)
	var n int
	if _, err := fmt.Sscan(port(srv), &n); err != nil {
		t.Fatal(err)
	}
	resolver := names{}
	for i, a := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "10.0.0.1", "169.254.169.254", "fd00:ec2::254", "100.64.0.1"} {
		resolver[fmt.Sprintf("n%d.example", i)] = &answers{list: []string{a}}
	}
	f := newFetcher(t, Config{Ports: []int{n}, Resolver: resolver})
	for name, a := range resolver {
		_, err := f.Read(t.Context(), "http://"+name+":"+port(srv)+"/", 1000)
		if code(err) != claim.CodePhotoURLAddress || a.asked.Load() != 1 {
			t.Errorf("%s (%s): %v, asked %d times", name, a.list[0], err, a.asked.Load())
		}
		if err != nil && strings.Contains(err.Error(), a.list[0]) {
			t.Errorf("the message tells what the name resolves to: %v", err)
		}
	}
	// The system's resolver and getaddrinfo's odd forms, too.
	system := newFetcher(t, Config{Ports: []int{n}})
	for _, host := range []string{"localhost", "LOCALHOST.", "127.1", "0x7f000001", "127.0.0.1", "0"} {
		if _, err := system.Read(t.Context(), "http://"+host+":"+port(srv)+"/", 1000); err == nil {
			t.Errorf("%s was fetched", host)
		}
	}
	if reached.Load() != 0 {
		t.Errorf("the server inside was reached %d times", reached.Load())
	}
}

// TestRedirects: a server that may be asked sends us elsewhere.
func TestRedirects(t *testing.T) {
	srv := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("the redirect tells on: %v", r.Header)
		}
		if to := r.URL.Query().Get("to"); to != "" {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
			return
		}
		var left int
		if _, err := fmt.Sscanf(r.URL.Path, "/hops/%d", &left); err == nil && left > 0 {
			http.Redirect(w, r, fmt.Sprintf("/hops/%d", left-1), http.StatusTemporaryRedirect)
			return
		}
		io.WriteString(w, "photo")
	}))
	resolver := names{
		"inside.example":  {list: []string{"10.0.0.1"}},
		"meta.example":    {list: []string{"169.254.169.254"}},
		"outside.example": {list: []string{"127.0.0.1"}}, // reachable in this test
	}
	f := newFetcher(t, Config{AllowLoopback: true, Resolver: resolver, Timeout: 5 * time.Second})
	for path, want := range map[string]claim.Code{
		"/hops/0": "", "/hops/3": "", "/hops/4": claim.CodePhotoURLRedirects, "/hops/100": claim.CodePhotoURLRedirects,
		"/?to=/photo": "",
		"/?to=//outside.example:" + port(srv) + "/":                          "",
		"/?to=http://outside.example:" + port(srv):                           "",
		"/?to=http://10.0.0.1/":                                              claim.CodePhotoURLAddress,
		"/?to=//10.0.0.1/":                                                   claim.CodePhotoURLAddress,
		"/?to=http://169.254.169.254/latest/meta-data/":                      claim.CodePhotoURLAddress,
		"/?to=http://[fd00:ec2::254]/":                                       claim.CodePhotoURLAddress,
		"/?to=http://[::ffff:192.168.0.1]/":                                  claim.CodePhotoURLAddress,
		"/?to=http://inside.example/":                                        claim.CodePhotoURLAddress,
		"/?to=http://meta.example/":                                          claim.CodePhotoURLAddress,
		"/?to=http://2852039166/":                                            claim.CodePhotoURL,
		"/?to=http://a:b@outside.example/":                                   claim.CodePhotoURLUserinfo,
		"/?to=file:///etc/passwd":                                            claim.CodePhotoURLScheme,
		"/?to=gopher://127.0.0.1:6379/":                                      claim.CodePhotoURLScheme,
		"/?to=data:image/png%3Bbase64,AAAA":                                  claim.CodePhotoURLScheme,
		"/?to=http://nowhere.example/":                                       claim.CodePhotoURLUnresolved,
		"/?to=http://outside.example:" + port(srv) + "/?to=http://10.0.0.1/": claim.CodePhotoURLAddress,
	} {
		if _, err := f.Read(t.Context(), srv.URL+path, 1000); code(err) != want {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

// TestAnswersThatChange: a name that is fine for the first connection and leads inside for
// the next, as rebinding does; and one that is fine again later.
func TestAnswersThatChange(t *testing.T) {
	var served atomic.Int64
	srv := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served.Add(1)
		w.Header().Set("Connection", "close") // so that the name is asked for each time
		io.WriteString(w, "photo")
	}))
	resolver := names{"fickle.example": {list: []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "127.0.0.1"}}}
	f := newFetcher(t, Config{AllowLoopback: true, Resolver: resolver})
	for i, want := range []claim.Code{"", claim.CodePhotoURLAddress, claim.CodePhotoURLAddress, ""} {
		if _, err := f.Read(t.Context(), "http://fickle.example:"+port(srv)+"/", 1000); code(err) != want {
			t.Errorf("%d: %v, want %q", i, err, want)
		}
	}
	if served.Load() != 2 {
		t.Errorf("served %d, want 2", served.Load())
	}
}

// TestLog: operators learn the address, and never a URL's path or signature.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	f := newFetcher(t, Config{
		Resolver: names{"inside.example": {list: []string{"10.9.8.7"}}},
		Logger:   slog.New(slog.NewTextHandler(&log, nil)),
	})
	_, err := f.Read(t.Context(), "http://inside.example/path?signature=topsecret", 1000)
	if code(err) != claim.CodePhotoURLAddress {
		t.Fatal(err)
	}
	for _, want := range []string{"code=photo_url_address", "host=inside.example", "10.9.8.7"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s: %s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "topsecret") || strings.Contains(log.String(), "/path") {
		t.Errorf("the log tells too much: %s", log.String())
	}
}
