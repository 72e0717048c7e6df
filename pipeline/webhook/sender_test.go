package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/fetch/guard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type resolver map[string]string

func (r resolver) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a, ok := r[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return []netip.Addr{netip.MustParseAddr(a)}, nil
}

func newSender(t *testing.T, cfg Config) *Sender {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func receiver(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func message(url, secret string) Message {
	at := time.Date(2026, 11, 26, 15, 0, 0, 0, time.FixedZone("CET", 3600))
	return Message{
		ID: "0193a1b2-7c3d", URL: url, Secret: secret,
		Event: Event{Type: "claim.done", Timestamp: at, Data: map[string]string{"id": "c1"}},
	}
}

// TestReceiversCanVerify checks with the specification's own library, as a receiver would.
func TestReceiversCanVerify(t *testing.T) {
	old, fresh := NewSecret(), NewSecret()
	type got struct {
		header http.Header
		body   []byte
	}
	received := make(chan got, 1)
	url := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		received <- got{r.Header, body}
	})
	s := newSender(t, Config{AllowLoopback: true})
	for name, c := range map[string]struct {
		signedWith, known string
		valid             bool
	}{
		"one secret":           {old, old, true},
		"rotation, old known":  {fresh + " " + old, old, true},
		"rotation, new known":  {fresh + " " + old, fresh, true},
		"another one's secret": {old, fresh, false},
	} {
		if err := s.Send(t.Context(), message(url, c.signedWith)); err != nil {
			t.Fatal(err)
		}
		g := <-received
		verifier, err := standardwebhooks.NewWebhook(c.known)
		if err != nil {
			t.Fatal(err)
		}
		if err := verifier.Verify(g.body, g.header); (err == nil) != c.valid {
			t.Errorf("%s: %v", name, err)
		}
		if err := verifier.Verify(append(g.body, ' '), g.header); err == nil {
			t.Errorf("%s: a changed body is valid", name)
		}
		if g.header.Get("webhook-id") != "0193a1b2-7c3d" || g.header.Get("Content-Type") != "application/json" || g.header.Get("User-Agent") != "Defekt" {
			t.Errorf("%s: headers %v", name, g.header)
		}
		if want := `{"type":"claim.done","timestamp":"2026-11-26T14:00:00Z","data":{"id":"c1"}}`; string(g.body) != want {
			t.Errorf("%s: body %s, want %s", name, g.body, want)
		}
	}
}

// TestSignature has the specification's own example.
func TestSignature(t *testing.T) {
	got, err := sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestAnswers(t *testing.T) {
	status := func(n int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n); io.WriteString(w, body) }
	}
	now := time.Date(2026, 11, 26, 14, 0, 0, 0, time.UTC)
	after := func(n int, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", value); w.WriteHeader(n) }
	}
	var redirected atomic.Int64
	elsewhere := receiver(t, func(http.ResponseWriter, *http.Request) { redirected.Add(1) })
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   *Failure
	}{
		"200": {status(200, "thanks"), nil},
		"204": {status(204, ""), nil},
		"299": {status(299, ""), nil},
		"200, cut short": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			w.Write([]byte("x"))
		}, nil},
		"301": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusMovedPermanently)
		}, &Failure{Status: 301, Retry: true}},
		"307": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere)
			w.WriteHeader(307)
		}, &Failure{Status: 307, Retry: true}},
		"400":             {status(400, "no\r\n\x1b[31msuch\x00 \xff field"), &Failure{Status: 400, Retry: true, Answer: "no [31msuch ? field"}},
		"404":             {status(404, ""), &Failure{Status: 404, Retry: true}},
		"410":             {status(410, "go away"), &Failure{Status: 410, Gone: true, Answer: "go away"}},
		"429":             {after(429, "120"), &Failure{Status: 429, Retry: true, After: 2 * time.Minute}},
		"503, date":       {after(503, "Thu, 26 Nov 2026 14:10:00 GMT"), &Failure{Status: 503, Retry: true, After: 10 * time.Minute}},
		"503, past":       {after(503, "Thu, 26 Nov 2026 13:10:00 GMT"), &Failure{Status: 503, Retry: true}},
		"503, negative":   {after(503, "-5"), &Failure{Status: 503, Retry: true}},
		"503, nonsense":   {after(503, "soon"), &Failure{Status: 503, Retry: true}},
		"500, long":       {status(500, strings.Repeat("ü", 5000)), &Failure{Status: 500, Retry: true, Answer: strings.Repeat("ü", 100)}},
		"500, odd border": {status(500, "x"+strings.Repeat("ü", 5000)), &Failure{Status: 500, Retry: true, Answer: "x" + strings.Repeat("ü", 99)}},
	} {
		s := newSender(t, Config{AllowLoopback: true, Now: func() time.Time { return now }})
		err := s.Send(t.Context(), message(receiver(t, c.answer), NewSecret()))
		if c.want == nil {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		got := AsFailure(err)
		if strings.HasPrefix(name, "3") {
			got.Answer = "" // the standard library's page
		}
		if *got != *c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if redirected.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestEndlessAnswersAreCutOff(t *testing.T) {
	var sent atomic.Int64
	done := make(chan struct{})
	url := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(done)
		w.WriteHeader(500)
		for {
			n, err := w.Write(make([]byte, 4096))
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	err := newSender(t, Config{AllowLoopback: true}).Send(t.Context(), message(url, NewSecret()))
	<-done
	if f := AsFailure(err); f.Status != 500 || sent.Load() > 16<<20 {
		t.Errorf("%v after %d bytes", err, sent.Load())
	}
}

// TestNoAnswer: what may be tried again and what not.
func TestNoAnswer(t *testing.T) {
	url := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("the receiver was reached") })
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	inHouse := Config{AllowPrivate: true, AllowLoopback: true, Timeout: time.Second, Resolver: resolver{"meta.example": "169.254.169.254"}}
	secret := NewSecret()
	change := func(f func(*Message)) Message { m := message(url, secret); f(&m); return m }
	for name, c := range map[string]struct {
		cfg   Config
		m     Message
		retry bool
		want  string
	}{
		"loopback":        {Config{}, message(url, secret), false, "loopback"},
		"private allowed": {Config{AllowPrivate: true}, message(url, secret), false, "loopback"},
		"private":         {Config{Resolver: resolver{"crm.example": "10.0.0.5"}}, message("http://crm.example/", secret), false, "private"},
		"metadata":        {inHouse, message("http://meta.example/", secret), false, "metadata"},
		"userinfo":        {inHouse, message("http://u:topsecret@crm.example/", secret), false, "password"},
		"scheme":          {inHouse, message("ftp://crm.example/", secret), false, "scheme"},
		"unknown name":    {inHouse, message("http://crm.example/?token=topsecret", secret), true, "no such host"},
		"nobody there":    {inHouse, message(closed.URL+"/?token=topsecret", secret), true, "refused"},
		"no secret":       {inHouse, message(url, ""), false, "no secret"},
		"raw secret":      {inHouse, message(url, "topsecret"), false, "start with"},
		"short secret":    {inHouse, message(url, "whsec_dG9wc2VjcmV0"), false, "9 bytes"},
		"no base64":       {inHouse, message(url, "whsec_topsecret!"), false, "base64"},
		"no id":           {inHouse, change(func(m *Message) { m.ID = "" }), false, "message id"},
		"header in id":    {inHouse, change(func(m *Message) { m.ID = "a\r\nX: y" }), false, "message id"},
		"dot in id":       {inHouse, change(func(m *Message) { m.ID = "a.1" }), false, "message id"},
		"no type":         {inHouse, change(func(m *Message) { m.Event.Type = "claim..done" }), false, "event type"},
		"no JSON":         {inHouse, change(func(m *Message) { m.Event.Data = make(chan int) }), false, "unsupported type"},
		"too large":       {inHouse, change(func(m *Message) { m.Event.Data = strings.Repeat("x", MaxBody) }), false, "at most"},
	} {
		err := newSender(t, c.cfg).Send(t.Context(), c.m)
		var f *Failure
		if !errors.As(err, &f) || f.Retry != c.retry || f.Gone || f.Status != 0 || !strings.Contains(f.Error(), c.want) {
			t.Errorf("%s: %+v, want one with %q, retry %v", name, err, c.want, c.retry)
		}
		if err != nil && strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%s: a secret is told: %v", name, err)
		}
	}
}

func TestPrivateReceiversByLeave(t *testing.T) {
	private := "http://10.20.30.40:8080/hook"
	for allow, want := range map[bool]bool{true: true, false: false} {
		err := newSender(t, Config{AllowPrivate: allow}).CheckURL(private)
		var refused *guard.Refused
		if (err == nil) != want || err != nil && !errors.As(err, &refused) {
			t.Errorf("allowed %v: %v", allow, err)
		}
	}
}

func TestSlowReceivers(t *testing.T) {
	url := receiver(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); <-r.Context().Done() })
	start := time.Now()
	err := newSender(t, Config{AllowLoopback: true, Timeout: 100 * time.Millisecond}).Send(t.Context(), message(url, NewSecret()))
	if f := AsFailure(err); !f.Retry || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = newSender(t, Config{AllowLoopback: true}).Send(ctx, message(url, NewSecret()))
	if f := AsFailure(err); !f.Retry || !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestSecrets(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		s := NewSecret()
		if err := CheckSecret(s); err != nil || seen[s] || len(s) != len("whsec_")+44 {
			t.Fatalf("%q: %v", s, err)
		}
		seen[s] = true
	}
}

func TestEventTypes(t *testing.T) {
	for name, want := range map[string]bool{
		"claim.done": true, "a": true, "claim_v2.done.again": true,
		"": false, ".": false, "claim.": false, ".done": false, "claim..done": false, "claim done": false, "claim-done": false, "claim.döne": false,
	} {
		body, err := Event{Type: name}.Encode()
		if (err == nil) != want || want && !json.Valid(body) {
			t.Errorf("%q: %s, %v", name, body, err)
		}
	}
}

func TestConfigValidate(t *testing.T) {
	if _, err := New(Config{Timeout: -1}); err == nil {
		t.Error("a negative time was taken")
	}
}
