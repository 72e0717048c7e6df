package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// TestFullServerRefusesAtOnce holds the heavy places with requests whose model does not
// answer, and checks that the next is refused at once, that light requests still pass, and
// that all is well afterwards.
func TestFullServerRefusesAtOnce(t *testing.T) {
	r := start(t, func(c *Config) { c.Open, c.Heavy = true, 2 })
	r.slow = make(chan struct{})
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if got := r.post(t, "/v1/classify", `{"text":"a"}`); got.StatusCode != 200 {
				t.Errorf("%d %s", got.StatusCode, got.body)
			}
		})
	}
	waitFor(t, func() bool {
		free := r.server.admit.heavy.TryAcquire(1)
		if free {
			r.server.admit.heavy.Release(1)
		}
		return !free
	})
	before := time.Now()
	got := r.post(t, "/v1/classify", `{"text":"a"}`)
	got.problem(t, 503, string(codeFull))
	if took := time.Since(before); took > time.Second || got.Header.Get("Retry-After") != "1" {
		t.Errorf("after %v, Retry-After %q", took, got.Header.Get("Retry-After"))
	}
	if got := r.ask(t, "GET", "/v1/claims", nil); got.StatusCode != 200 {
		t.Errorf("a light request: %d", got.StatusCode)
	}
	close(r.slow)
	group.Wait()
	if got := r.post(t, "/v1/classify", `{"text":"a"}`); got.StatusCode != 200 {
		t.Errorf("afterwards: %d", got.StatusCode)
	}
}

func TestOneKeyCannotTakeAllPlaces(t *testing.T) {
	a := newAdmission(Config{InFlight: 9, Heavy: 4, KeyHeavy: 3, BodyBytes: 1})
	one, other := principal{bucket: newBucket(60, time.Now())}, principal{bucket: newBucket(60, time.Now())}
	var leave func()
	for range 3 {
		var err error
		if leave, err = a.enterHeavy(one); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.enterHeavy(one); codeOf(err).Code != codeKeyBusy {
		t.Errorf("a fourth of one key: %v", err)
	}
	if _, err := a.enterHeavy(other); err != nil {
		t.Errorf("another key: %v", err)
	}
	if _, err := a.enterHeavy(other); codeOf(err).Code != codeFull {
		t.Errorf("a fifth: %v", err)
	}
	leave()
	if _, err := a.enterHeavy(one); err != nil {
		t.Errorf("after one left: %v", err)
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not come to that")
		}
	}
}

func TestInFlightBound(t *testing.T) {
	a := newAdmission(Config{InFlight: 2, Heavy: 1, BodyBytes: 10})
	leave, err := a.enter()
	if err != nil {
		t.Fatal(err)
	}
	other, err := a.enter()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.enter(); codeOf(err).Code != codeFull {
		t.Errorf("a third: %v", err)
	}
	leave()
	other()
	if leave, err = a.enterHeavy(principal{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.enterHeavy(principal{}); codeOf(err).Code != codeFull {
		t.Errorf("a second heavy one: %v", err)
	}
	leave()
	release, err := a.hold(8)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.hold(3); codeOf(err).Code != codeFull {
		t.Errorf("beyond the memory: %v", err)
	}
	release()
	release() // twice is once
	if _, err := a.hold(10); err != nil {
		t.Error(err)
	}
	if _, err := a.hold(1); err == nil {
		t.Error("releasing twice made room for more than there is")
	}
}

// TestNothingStaysHeld sends good and bad requests of every kind and looks whether all
// places and all memory are free after them.
func TestNothingStaysHeld(t *testing.T) {
	r := start(t, open)
	r.fetchable["https://example.com/a.png"] = picture(1)
	for _, body := range []string{
		`{"text":"a"}`, `{"photos":[{"url":"https://example.com/a.png"}]}`, `{"photos":[{"url":"https://example.com/b.png"}]}`,
		`{`, `{"text":" "}`, `{"photos":[{"data":"aGVsbG8="}]}`, ``,
	} {
		for _, path := range []string{"/v1/claims", "/v1/classify", "/v1/search", "/v1/webhooks"} {
			r.post(t, path, body)
			r.post(t, path, body, "Content-Type", "multipart/form-data; boundary=x")
		}
		r.batch(t, strings.NewReader(body+"\n"+body))
	}
	r.ask(t, "GET", "/v1/claims/"+r.claims[0].ID+"/photos/0", nil)
	waitFor(t, func() bool {
		a, cfg := r.server.admit, r.server.cfg
		if !a.all.TryAcquire(int64(cfg.InFlight)) {
			return false
		}
		defer a.all.Release(int64(cfg.InFlight))
		if !a.heavy.TryAcquire(int64(cfg.Heavy)) || !a.bytes.TryAcquire(cfg.BodyBytes) {
			t.Fatal("places or memory are still held")
		}
		return true
	})
}

func TestQueueIsBounded(t *testing.T) {
	r := start(t, func(c *Config) { c.Open, c.MaxQueued = true, 3 })
	for range 3 {
		if got := r.post(t, "/v1/claims", `{"text":"a"}`); got.StatusCode != 202 {
			t.Fatalf("%d %s", got.StatusCode, got.body)
		}
	}
	got := r.post(t, "/v1/claims", `{"text":"a"}`)
	got.problem(t, 503, string(codeQueueFull))
	if got.Header.Get("Retry-After") != "5" || len(r.claims) != 3 {
		t.Errorf("Retry-After %q, %d claims", got.Header.Get("Retry-After"), len(r.claims))
	}
	if got := r.batch(t, strings.NewReader(`{"text":"a"}`)); got[0].Status != 503 {
		t.Errorf("a line: %+v", got)
	}
	for _, c := range r.claims {
		r.finish(c.ID)
	}
	waitFor(t, func() bool { return r.post(t, "/v1/claims", `{"text":"a"}`).StatusCode == 202 })
}

// drip sends raw bytes with pauses and gives the answer's first line.
func drip(t *testing.T, r *running, head string, pause time.Duration, piece string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, head); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(pause):
				if _, err := io.WriteString(conn, piece); err != nil {
					return
				}
			}
		}
	})
	defer group.Wait()
	defer close(stop)
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	answer, err := io.ReadAll(conn)
	if err != nil && len(answer) == 0 {
		t.Fatal(err)
	}
	return string(answer)
}

const slowHead = "POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"text\":\""

func TestSlowBodiesAreCut(t *testing.T) {
	r := start(t, func(c *Config) { c.Open, c.BodyIdle, c.MinBodyRate = true, 200*time.Millisecond, 1000 })
	for name, pause := range map[string]time.Duration{"silent": time.Hour, "dripping": 20 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			before := time.Now()
			got := drip(t, r, slowHead, pause, "a")
			if !strings.HasPrefix(got, "HTTP/1.1 408 ") || !strings.Contains(got, string(codeBodyTooSlow)) || !strings.Contains(got, "Connection: close") {
				t.Errorf("answer %q", got)
			}
			if took := time.Since(before); took > 2*time.Second {
				t.Errorf("after %v", took)
			}
		})
	}
}

// TestSteadyBodiesMayTakeLong sends a body for five times the idle limit, fast enough.
func TestSteadyBodiesMayTakeLong(t *testing.T) {
	r := start(t, func(c *Config) { c.Open, c.BodyIdle, c.MinBodyRate = true, 200*time.Millisecond, 1000 })
	body, send := io.Pipe()
	go func() {
		io.WriteString(send, `{"text":"`)
		for range 50 {
			time.Sleep(20 * time.Millisecond)
			io.WriteString(send, strings.Repeat("a", 100))
		}
		io.WriteString(send, `"}`)
		send.Close()
	}()
	got := r.ask(t, "POST", "/v1/claims", body, "Content-Type", typeJSON)
	if got.StatusCode != 202 {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestSlowBatchIsToldInItsStream(t *testing.T) {
	r := start(t, func(c *Config) { c.Open, c.BodyIdle = true, 200*time.Millisecond })
	head := "POST /v1/claims:batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n{\"text\":\"a\"}\n"
	got := drip(t, r, head, time.Hour, "")
	if !strings.Contains(got, `"status":202`) || !strings.Contains(got, `"status":408`) || len(r.claims) != 1 {
		t.Errorf("answer %q", got)
	}
}

func TestRequestsThatBreakOff(t *testing.T) {
	r := start(t, open)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, slowHead)
	conn.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") || !strings.Contains(string(answer), string(codeBodyCut)) {
		t.Errorf("%v %q", err, answer)
	}
}

func TestPanicsAreContained(t *testing.T) {
	r := start(t, open)
	r.classify = func(context.Context, claim.Claim) error { panic("secret of the model") }
	got := r.post(t, "/v1/classify", `{"text":"a"}`, HeaderRequestID, "req-1")
	if p := got.problem(t, 500, "internal"); p.RequestID != "req-1" || strings.Contains(string(got.body), "secret") {
		t.Errorf("%s", got.body)
	}
	if log := r.log.String(); !strings.Contains(log, "secret of the model") || !strings.Contains(log, "admit_test.go") {
		t.Errorf("no stack in the log: %s", log)
	}
	r.classify = nil
	if got := r.post(t, "/v1/classify", `{"text":"a"}`); got.StatusCode != 200 {
		t.Errorf("afterwards: %d", got.StatusCode)
	}
}

func TestUnknownErrorsAreLoggedAndNeverShown(t *testing.T) {
	r := start(t, open)
	r.fail = errDisk
	got := r.post(t, "/v1/claims", `{"text":"a"}`, HeaderRequestID, "req-2")
	got.problem(t, 500, "internal")
	if strings.Contains(string(got.body), "fire") {
		t.Errorf("shown: %s", got.body)
	}
	if log := r.log.String(); !strings.Contains(log, "disk on fire") || !strings.Contains(log, "req-2") {
		t.Errorf("not logged: %s", log)
	}
	for _, c := range []struct {
		err    error
		status int
		code   claim.Code
	}{
		{store.ErrBusy, 503, codeBusy}, {fmt.Errorf("x: %w", store.ErrCursor), 400, codeCursor},
		{store.ErrFinished, 409, codeFinished}, {context.DeadlineExceeded, 503, codeTimeout}, {errors.New("x"), 500, claim.CodeInternal},
	} {
		r.fail = c.err
		r.ask(t, "GET", "/v1/claims", nil).problem(t, c.status, string(c.code))
	}
}

func TestRequestIDsAndHeaders(t *testing.T) {
	r := start(t, open)
	for given, kept := range map[string]bool{
		"abc-1.2_X": true, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, "a b": false, "a;b": false, "ä": false, "<x>": false, "a\tb": false,
	} {
		got := r.ask(t, "GET", "/v1/models", nil, HeaderRequestID, given)
		id := got.Header.Get(HeaderRequestID)
		if (id == given) != kept || id == "" {
			t.Errorf("%q came back as %q", given, id)
		}
		if !strings.Contains(r.log.String(), `"request":"`+id+`"`) {
			t.Errorf("%q is not in the log", id)
		}
		for _, name := range []string{"X-Content-Type-Options", "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "Cache-Control"} {
			if got.Header.Get(name) == "" {
				t.Errorf("no %s", name)
			}
		}
	}
}

func TestLogLineNamesKeyAndClaim(t *testing.T) {
	r := start(t, nil)
	got := send(t, r.as("key-7", ScopeIngest), "a")
	waitFor(t, func() bool {
		log := r.log.String()
		return strings.Contains(log, `"key":"key-7"`) && strings.Contains(log, `"claim":"`+got.ID+`"`) && strings.Contains(log, `"route":"POST /v1/claims"`)
	})
}

func TestFallbackAnswersWhatIsNotOurs(t *testing.T) {
	r := start(t, func(c *Config) {
		c.Open = true
		c.Fallback = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "page") })
	})
	if got := r.ask(t, "GET", "/claims", nil); string(got.body) != "page" {
		t.Errorf("%s", got.body)
	}
	r.ask(t, "GET", "/v1/nothing", nil).problem(t, 404, string(codeNotFound))
	r.ask(t, "GET", "/x/../v1/claims", nil).problem(t, 404, string(codeNotFound))
}
