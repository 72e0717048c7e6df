package guard

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answers is a Resolver that gives the next list of addresses each time it is asked.
type answers struct {
	mu    sync.Mutex
	lists []string
	asked []string
}

func (a *answers) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, host)
	list := a.lists[min(len(a.asked), len(a.lists))-1]
	if list == "error" {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	var addrs []netip.Addr
	for s := range strings.FieldsSeq(list) {
		addrs = append(addrs, netip.MustParseAddr(s))
	}
	return addrs, nil
}

var errDialled = errors.New("dialled")

// recording makes a guard that notes what it would dial, and reaches nothing.
func recording(t *testing.T, cfg Config) (*Guard, *[]string) {
	g := newGuard(t, cfg)
	dialled := new([]string)
	g.dial = func(_ context.Context, _, address string) (net.Conn, error) {
		*dialled = append(*dialled, address)
		return nil, errDialled
	}
	return g, dialled
}

func TestAllAddressesOfANameAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		list    string
		want    Reason
		dialled string
	}{
		"public":             {"8.8.8.8 2606:4700::1111", "", "8.8.8.8:80 [2606:4700::1111]:80"},
		"mapped":             {"::ffff:8.8.8.8", "", "8.8.8.8:80"},
		"private":            {"10.0.0.1", Address, ""},
		"private at the end": {"8.8.8.8 1.1.1.1 192.168.0.1", Address, ""},
		"beyond those tried": {"8.8.8.1 8.8.8.2 8.8.8.3 8.8.8.4 8.8.8.5 8.8.8.6 8.8.8.7 ::1", Address, ""},
		"many":               {"8.8.8.1 8.8.8.2 8.8.8.3 8.8.8.4 8.8.8.5 8.8.8.6 8.8.8.7", "", "8.8.8.1:80 8.8.8.2:80 8.8.8.3:80 8.8.8.4:80 8.8.8.5:80 8.8.8.6:80"},
		"metadata":           {"169.254.169.254", Address, ""},
		"mapped private":     {"::ffff:10.0.0.1", Address, ""},
	} {
		g, dialled := recording(t, Config{Resolver: &answers{lists: []string{c.list}}})
		_, err := g.DialContext(t.Context(), "tcp", "photos.example:80")
		if c.want != "" {
			wantReason(t, name, err, c.want)
		} else if !errors.Is(err, errDialled) {
			t.Errorf("%s: %v", name, err)
		}
		if got := strings.Join(*dialled, " "); got != c.dialled {
			t.Errorf("%s: dialled %q, want %q", name, got, c.dialled)
		}
	}
}

// TestRebinding: a name that was public when checked and is loopback when asked again.
func TestRebinding(t *testing.T) {
	resolver := &answers{lists: []string{"8.8.8.8", "127.0.0.1"}}
	g, dialled := recording(t, Config{Resolver: resolver})
	_, err := g.DialContext(t.Context(), "tcp", "photos.example:80")
	if !errors.Is(err, errDialled) || !slices.Equal(*dialled, []string{"8.8.8.8:80"}) || len(resolver.asked) != 1 {
		t.Errorf("dialled %q after asking %d times: %v; want the checked answer, asked for once", *dialled, len(resolver.asked), err)
	}
	_, err = g.DialContext(t.Context(), "tcp", "photos.example:80")
	wantReason(t, "the second time", err, Address)
}

// TestLastCheck goes round the check of answers: the socket itself must be refused.
func TestLastCheck(t *testing.T) {
	reached := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer srv.Close()
	address := srv.Listener.Addr().String()
	conn, err := newGuard(t, Config{}).dial(t.Context(), "tcp", address)
	wantReason(t, "loopback", err, Address)
	if conn != nil || reached {
		t.Error("the socket was connected")
	}
	_, err = newGuard(t, Config{AllowLoopback: true, Ports: []int{80}}).dial(t.Context(), "tcp", address)
	wantReason(t, "port", err, Port)
	conn, err = newGuard(t, Config{AllowLoopback: true}).dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	wantReason(t, "no address", newGuard(t, Config{}).control("tcp", "photos.example:80", nil), Address)
}

func TestDialRefuses(t *testing.T) {
	for address, want := range map[string]Reason{
		"photos.example":         Malformed,
		"127.1:80":               Malformed,
		"2130706433:80":          Malformed,
		"a@b:80":                 Malformed,
		":80":                    Malformed,
		"photos.example:25":      Port,
		"photos.example:http":    Port,
		"127.0.0.1:80":           Address,
		"127.0.0.1.:80":          Address,
		"[::1]:80":               Address,
		"[fe80::1%eth0]:80":      Address,
		"[::ffff:10.0.0.1]:80":   Address,
		"[64:ff9b::a00:1]:80":    Address,
		"169.254.169.254:80":     Address,
		"[::ffff:169.254.1.1]:1": Port,
	} {
		resolver := &answers{lists: []string{"8.8.8.8"}}
		g, dialled := recording(t, Config{Ports: []int{80}, Resolver: resolver})
		_, err := g.DialContext(t.Context(), "tcp", address)
		wantReason(t, address, err, want)
		if len(*dialled) > 0 || len(resolver.asked) > 0 {
			t.Errorf("%s: dialled %q, asked for %q", address, *dialled, resolver.asked)
		}
	}
}

func TestNamesWithoutAddress(t *testing.T) {
	for _, list := range []string{"", "error"} {
		g, _ := recording(t, Config{Resolver: &answers{lists: []string{list}}})
		_, err := g.DialContext(t.Context(), "tcp", "photos.example:80")
		var u *Unresolved
		if !errors.As(err, &u) {
			t.Errorf("%q: %v", list, err)
		}
	}
}

// TestDialGoesOnToTheNextAddress: an address that swallows packets does not use up the time
// of the others.
func TestDialGoesOnToTheNextAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, Config{Resolver: &answers{lists: []string{"2606:4700::1111 8.8.8.8"}}})
		client, server := net.Pipe()
		defer server.Close()
		g.dial = func(ctx context.Context, _, address string) (net.Conn, error) {
			if address == "8.8.8.8:80" {
				return client, nil
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}
		start := time.Now()
		conn, err := g.DialContext(t.Context(), "tcp", "photos.example:80")
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %v, want half of the 10 s", took)
		}
	})
}

func TestDialEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, Config{Timeout: 3 * time.Second, Resolver: &answers{lists: []string{"8.8.8.8 1.1.1.1"}}})
		g.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		start := time.Now()
		_, err := g.DialContext(t.Context(), "tcp", "photos.example:80")
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 3*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// TestTransport: names that only become an address on the way, and a proxy that must not be used.
func TestTransport(t *testing.T) {
	proxied := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { proxied = true }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	g, dialled := recording(t, Config{Resolver: &answers{lists: []string{"8.8.8.8"}}})
	transport := g.Transport()
	defer transport.CloseIdleConnections()
	for u, want := range map[string]Reason{
		"http://127。0。0。1/":     Address, // full stops of another script
		"http://①②⑦.0.0.1/":     Address,
		"http://１２７.１/":         Malformed,
		"http://photos.example": "",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		_, err = transport.RoundTrip(req) //nolint:bodyclose // there is no answer
		if want != "" {
			wantReason(t, u, err, want)
		} else if !errors.Is(err, errDialled) {
			t.Errorf("%s: %v", u, err)
		}
	}
	if proxied || !slices.Equal(*dialled, []string{"8.8.8.8:80"}) {
		t.Errorf("dialled %q; through the proxy: %v", *dialled, proxied)
	}
}

func TestTransportTakesFewHeaders(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X", strings.Repeat("x", 100<<10))
		io.WriteString(w, "hello")
	}))
	defer srv.Close()
	transport := newGuard(t, Config{AllowLoopback: true}).Transport()
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Get(srv.URL)
	if err == nil {
		res.Body.Close()
		t.Error("100 KiB of headers were taken")
	}
}

func TestConfigValidate(t *testing.T) {
	for _, cfg := range []Config{{Timeout: -1}, {Ports: []int{0}}, {Ports: []int{80, 65536}}} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
}
