package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// live is a server that runs in this process.
type live struct {
	url  string
	stop func() int // ends it and gives its exit code
}

// serve starts `defekt serve` on a free port and waits until it says where it listens.
func serve(t *testing.T, flags ...string) *live {
	t.Helper()
	return serveIn(t, func(string) string { return "" }, flags...)
}

// serveIn is serve in an environment.
func serveIn(t *testing.T, getenv func(string) string, flags ...string) *live {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	exit := make(chan int, 1)
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--log-level", "error"}, flags...)
	go func() {
		exit <- run(ctx, args, strings.NewReader(""), io.Discard, w, getenv)
		w.Close()
	}()
	lines := bufio.NewScanner(r)
	said := ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if m := regexp.MustCompile(`serves (http://\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, r) }()
			s := &live{url: m[1]}
			ended := false
			s.stop = func() int {
				if ended {
					return exitOK
				}
				ended = true
				cancel()
				select {
				case code := <-exit:
					return code
				case <-time.After(30 * time.Second):
					t.Error("the server does not drain")
					return -1
				}
			}
			t.Cleanup(func() { s.stop() })
			return s
		}
	}
	cancel()
	t.Fatalf("no server: exit %d\n%s", <-exit, said)
	return nil
}

// ask sends a request and decodes a JSON answer.
func ask(t *testing.T, method, url string, header map[string]string, body any, into any) int {
	t.Helper()
	var r io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatalf("%s %s: %d %s: %v", method, url, resp.StatusCode, data, err)
		}
	}
	return resp.StatusCode
}

// stored is what the tests look at of a claim.
type stored struct {
	ID, State  string
	Prediction struct {
		Axes map[string]struct{ Label string }
	}
}

func storage(t *testing.T) (dir string, flags []string) {
	dir = t.TempDir()
	return dir, []string{"--db", "sqlite://" + filepath.Join(dir, "defekt.db"), "--blobs", filepath.Join(dir, "blobs")}
}

func TestServeTakesClassifiesFindsAndErases(t *testing.T) {
	_, flags := storage(t)
	s := serve(t, flags...)
	var now stored
	if status := ask(t, "POST", s.url+"/v1/claims", map[string]string{"Prefer": "wait=10"}, map[string]any{"text": "The hinge of the door snapped off", "product": "cabinet"}, &now); status != http.StatusCreated || now.State != "done" {
		t.Fatalf("at once: status %d, %+v", status, now)
	}
	if got := now.Prediction.Axes["symptom"].Label; got != "crack_break" {
		t.Errorf("symptom %q, want crack_break", got)
	}
	var later stored
	if status := ask(t, "POST", s.url+"/v1/claims", map[string]string{"Idempotency-Key": "k1"}, map[string]any{"text": "hinge snapped, door hangs"}, &later); status != http.StatusAccepted {
		t.Fatalf("later: status %d", status)
	}
	for n := 0; later.State != "done"; n++ {
		if n == 200 {
			t.Fatal("the queued claim is not classified")
		}
		time.Sleep(50 * time.Millisecond)
		ask(t, "GET", s.url+"/v1/claims/"+later.ID, nil, nil, &later)
	}
	var alike struct {
		Hits []struct {
			Claim struct{ ID string }
			Score float64
		}
		Exact bool
	}
	if ask(t, "GET", s.url+"/v1/claims/"+later.ID+"/similar", nil, nil, &alike); len(alike.Hits) != 1 || alike.Hits[0].Claim.ID != now.ID || !alike.Exact {
		t.Errorf("similar: %+v", alike)
	}
	if status := ask(t, "DELETE", s.url+"/v1/claims/"+now.ID, nil, nil, nil); status != http.StatusNoContent {
		t.Errorf("erase: status %d", status)
	}
	for path, want := range map[string]int{"/v1/claims/" + now.ID: 404, "/": 200, "/claims/" + later.ID: 200, "/livez": 204, "/readyz": 200, "/metrics": 200, "/openapi.json": 200, "/nowhere": 404} {
		if status := ask(t, "GET", s.url+path, nil, nil, nil); status != want {
			t.Errorf("GET %s: status %d, want %d", path, status, want)
		}
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// command runs a command that ends by itself.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs, func(string) string { return "" })
	return code, out.String(), errs.String()
}

func TestKeysOpenTheServer(t *testing.T) {
	_, flags := storage(t)
	db := flags[:2]
	code, secret, _ := command(t, append([]string{"keys", "create", "shop", "--scope", "ingest,read"}, db...)...)
	if code != exitOK || !strings.HasPrefix(secret, "dfk_") {
		t.Fatalf("keys create: %d %q", code, secret)
	}
	s := serve(t, flags...)
	claim := map[string]any{"text": "dead on arrival"}
	if status := ask(t, "POST", s.url+"/v1/claims", nil, claim, nil); status != http.StatusUnauthorized {
		t.Errorf("without a key: status %d", status)
	}
	bearer := map[string]string{"Authorization": "Bearer " + strings.TrimSpace(secret)}
	if status := ask(t, "POST", s.url+"/v1/claims", bearer, claim, nil); status != http.StatusAccepted {
		t.Errorf("with a key: status %d", status)
	}
	if status := ask(t, "GET", s.url+"/", nil, nil, nil); status != http.StatusUnauthorized {
		t.Errorf("pages without a key: status %d", status)
	}
	if code, _, said := command(t, append([]string{"keys", "create", "shop", "--scope", "read"}, db...)...); code != exitFailed || !strings.Contains(said, "revoke") {
		t.Errorf("the same name again: %d %s", code, said)
	}
	if _, list, _ := command(t, append([]string{"keys", "list"}, db...)...); !strings.Contains(list, "ingest,read") || strings.Contains(list, strings.TrimSpace(secret)) {
		t.Errorf("keys list:\n%s", list)
	}
}

// A key that was revoked still says that the server is not for everybody.
func TestRevokedKeysDoNotOpenTheServer(t *testing.T) {
	_, flags := storage(t)
	if code, _, said := command(t, append([]string{"keys", "create", "old", "--scope", "admin"}, flags[:2]...)...); code != exitOK {
		t.Fatal(said)
	}
	_, list, _ := command(t, append([]string{"keys", "list"}, flags[:2]...)...)
	id := strings.Fields(strings.Split(list, "\n")[1])[0]
	if code, _, said := command(t, append([]string{"keys", "revoke", id}, flags[:2]...)...); code != exitOK {
		t.Fatal(said)
	}
	s := serve(t, flags...)
	if status := ask(t, "GET", s.url+"/v1/claims", nil, nil, nil); status != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", status)
	}
}

func TestOpenServerAnswersNoProxy(t *testing.T) {
	_, flags := storage(t)
	s := serve(t, flags...)
	for _, path := range []string{"/v1/claims", "/"} {
		if status := ask(t, "GET", s.url+path, map[string]string{"X-Forwarded-For": "203.0.113.9"}, nil, nil); status != http.StatusMisdirectedRequest {
			t.Errorf("GET %s through a proxy: status %d", path, status)
		}
	}
}

// Addresses of the house are refused as the sender's fault, and nothing is said of them.
func TestWebhooksToTheHouseAreRefused(t *testing.T) {
	_, flags := storage(t)
	s := serve(t, flags...)
	var p struct{ Code string }
	if status := ask(t, "POST", s.url+"/v1/webhooks", nil, map[string]any{"url": "http://127.0.0.1:9/x"}, &p); status != http.StatusUnprocessableEntity || p.Code != "webhook_url_invalid" {
		t.Errorf("status %d, code %q", status, p.Code)
	}
}

func TestServeRefusesToBeOpenToTheNetwork(t *testing.T) {
	_, flags := storage(t)
	code, _, said := command(t, append([]string{"serve", "--listen", "0.0.0.0:0"}, flags...)...)
	if code != exitFailed || !strings.Contains(said, "defekt keys create") {
		t.Errorf("exit %d: %s", code, said)
	}
}

func TestBackupAndRestore(t *testing.T) {
	dir, flags := storage(t)
	s := serve(t, flags...)
	var c stored
	ask(t, "POST", s.url+"/v1/claims", map[string]string{"Prefer": "wait=10"}, map[string]any{"text": "rust on the frame"}, &c)
	copied := filepath.Join(dir, "copy.db")
	if code, _, said := command(t, append([]string{"backup", copied}, flags[:2]...)...); code != exitOK {
		t.Fatalf("backup: %s", said)
	}
	if code, _, _ := command(t, append([]string{"backup", copied}, flags[:2]...)...); code != exitUsage {
		t.Error("a backup over a file that exists")
	}
	s.stop()
	other := filepath.Join(dir, "other.db")
	if code, _, said := command(t, "restore", copied, "--db", "sqlite://"+other); code != exitOK {
		t.Fatalf("restore: %s", said)
	}
	again := serve(t, "--db", "sqlite://"+other, "--blobs", filepath.Join(dir, "blobs"))
	var back stored
	if status := ask(t, "GET", again.url+"/v1/claims/"+c.ID, nil, nil, &back); status != http.StatusOK || back.State != "done" {
		t.Errorf("after restore: status %d, %+v", status, back)
	}
}

// What the model is not sure of waits for people with the claim's outcome, whether it was
// answered at once or by the queue; the desk asks who comes to sign in.
func TestDoubtfulClaimsComeToPeople(t *testing.T) {
	_, flags := storage(t)
	s := serve(t, flags...)
	var c stored
	for _, header := range []map[string]string{{"Prefer": "wait=10"}, nil} {
		ask(t, "POST", s.url+"/v1/claims", header, map[string]any{"text": "it's broken"}, &c)
	}
	var counts struct {
		Open struct{ N int }
	}
	for n := 0; counts.Open.N < 2; n++ {
		if n == 200 {
			t.Fatalf("%d claims wait for people, want 2", counts.Open.N)
		}
		time.Sleep(50 * time.Millisecond)
		ask(t, "GET", s.url+"/v1/review/counts", nil, nil, &counts)
	}
	var sent bytes.Buffer
	resp, err := http.Get(s.url + "/review/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := sent.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || !strings.Contains(sent.String(), `type="password"`) {
		t.Errorf("the desk: status %d\n%s", resp.StatusCode, sent.String())
	}
}
