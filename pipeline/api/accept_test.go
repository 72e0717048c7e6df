package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func TestAcceptAnswersLaterUnlessAskedToWait(t *testing.T) {
	r := start(t, open)
	got := r.post(t, "/v1/claims", `{"text":"torn"}`)
	id := r.claims[0].ID
	if got.StatusCode != 202 || got.Header.Get("Location") != "/v1/claims/"+id || got.Header.Get("Preference-Applied") != "" {
		t.Errorf("%d %v", got.StatusCode, got.Header)
	}
	if r.claims[0].State != store.Queued {
		t.Errorf("state %s", r.claims[0].State)
	}
	got = r.post(t, "/v1/claims", `{"text":"torn"}`, "Prefer", "respond-async, wait=5")
	if got.StatusCode != 201 || got.Header.Get("Preference-Applied") != "wait=5" || !strings.Contains(string(got.body), `"major"`) {
		t.Errorf("%d %v %s", got.StatusCode, got.Header, got.body)
	}
}

func TestPreferredWait(t *testing.T) {
	for prefer, want := range map[string]time.Duration{
		"": 0, "wait=2": 2 * time.Second, "wait=9999": MaxWait, "return=minimal, wait=3": 3 * time.Second, `wait="4"`: 4 * time.Second,
		"wait=-1": 0, "wait=x": 0, "wait": 0, "wait=99999999999999999999": 0, "WAIT = 2": 2 * time.Second,
	} {
		if got := preferredWait(prefer); got != want {
			t.Errorf("%q: %v, want %v", prefer, got, want)
		}
	}
}

// A model that is too slow or broken must not lose the claim: it is queued, and finished by
// whoever takes the job, within the same wait if that works out.
func TestWaitFallsBackToTheQueue(t *testing.T) {
	r := start(t, open)
	r.slow = make(chan struct{})
	got := r.post(t, "/v1/claims", `{"text":"torn"}`, "Prefer", "wait=1")
	if got.StatusCode != 202 || len(r.claims) != 1 {
		t.Fatalf("%d, %d claims", got.StatusCode, len(r.claims))
	}
	close(r.slow)
	r.classify = func(context.Context, claim.Claim) error { return errors.New("no library") }
	done := make(chan answer)
	go func() {
		done <- r.post(t, "/v1/claims", `{"text":"torn"}`, "Prefer", "wait=10")
	}()
	for finished := false; !finished; time.Sleep(time.Millisecond) {
		r.mu.Lock()
		finished = len(r.claims) == 2
		r.mu.Unlock()
	}
	r.finish(r.claims[1].ID)
	if got := <-done; got.StatusCode != 201 || !strings.Contains(string(got.body), `"done"`) {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	if !strings.Contains(r.log.String(), "no library") {
		t.Error("the fault was not logged")
	}
}

// bell is a Watcher that rings for everything.
type bell chan struct{}

func (b bell) Watch(string) (<-chan struct{}, func()) { return b, func() {} }

func TestWaitHearsOfResults(t *testing.T) {
	b := make(bell)
	r := start(t, func(c *Config) { c.Open, c.Watcher = true, b })
	r.classify = func(context.Context, claim.Claim) error { return errors.New("no") }
	go func() {
		for {
			r.mu.Lock()
			n := len(r.claims)
			r.mu.Unlock()
			if n == 1 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		r.finish(r.claims[0].ID)
		close(b)
	}()
	if got := r.post(t, "/v1/claims", `{"text":"torn"}`, "Prefer", "wait=10"); got.StatusCode != 201 {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestIdempotency(t *testing.T) {
	r := start(t, nil)
	a, b := r.as("a", ScopeIngest), r.as("b", ScopeIngest)
	o := client.Options{IdempotencyKey: "k1"}
	in := wire.ClaimRequest{Text: "torn", Photos: []wire.Photo{{Data: picture(1)}}, Context: map[string]any{"batch": "B", "n": 1.0}}
	first := must[wire.Claim](t)(a.Send(t.Context(), in, o))
	if again := must[wire.Claim](t)(a.Send(t.Context(), in, o)); again.ID != first.ID {
		t.Errorf("a repetition made another claim")
	}
	// The same claim in another form is the same claim.
	files := in
	files.Photos = nil
	if again := must[wire.Claim](t)(a.SendFiles(t.Context(), files, [][]byte{picture(1)}, o)); again.ID != first.ID {
		t.Errorf("multipart made another claim")
	}
	if other := must[wire.Claim](t)(b.Send(t.Context(), in, o)); other.ID == first.ID {
		t.Errorf("another owner's key found the claim")
	}
	in.Text = "dent"
	_, err := a.Send(t.Context(), in, o)
	if p, ok := errors.AsType[*wire.Problem](err); !ok || p.Status != 409 || p.Code != string(codeConflict) {
		t.Errorf("got %v", err)
	}
	r.finish(first.ID)
	in.Text = "torn"
	if again := must[wire.Claim](t)(a.Send(t.Context(), in, o)); again.State != "done" {
		t.Errorf("a repetition after the result: %s", again.State)
	}
}

func TestMultipartKeepsThePhotosInOrder(t *testing.T) {
	r := start(t, open)
	c := &client.Client{URL: r.url, HTTP: r.http}
	r.fetchable["https://example.com/1.png"] = picture(0)
	in := wire.ClaimRequest{Photos: []wire.Photo{{URL: "https://example.com/1.png"}, {Data: picture(1)}}}
	got := must[wire.Claim](t)(c.SendFiles(t.Context(), in, [][]byte{picture(2), picture(3)}, client.Options{}))
	if len(got.Photos) != 4 {
		t.Fatalf("%d photos", len(got.Photos))
	}
	for i := range got.Photos {
		if data := must[[]byte](t)(c.Photo(t.Context(), got.ID, i)); string(data) != string(picture(uint8(i))) {
			t.Errorf("photo %d is another one", i)
		}
	}
}

// A repetition is answered before its photos are fetched again, and told from another claim.
func TestARepetitionFetchesNothing(t *testing.T) {
	r := start(t, open)
	c := &client.Client{URL: r.url, HTTP: r.http}
	r.fetchable["https://example.com/1.png"] = picture(0)
	in := wire.ClaimRequest{Text: "torn", Photos: []wire.Photo{{URL: "https://example.com/1.png"}}}
	first := must[wire.Claim](t)(c.Send(t.Context(), in, client.Options{IdempotencyKey: "k"}))
	if again := must[wire.Claim](t)(c.Send(t.Context(), in, client.Options{IdempotencyKey: "k"})); again.ID != first.ID {
		t.Errorf("a repetition made claim %s", again.ID)
	}
	in.Photos[0].URL = "https://example.com/2.png"
	if _, err := c.Send(t.Context(), in, client.Options{IdempotencyKey: "k"}); err == nil || !strings.Contains(err.Error(), string(codeConflict)) {
		t.Errorf("another claim with the same key: %v", err)
	}
	if len(r.fetched) != 1 {
		t.Errorf("fetched %v, want one photo once", r.fetched)
	}
}

// Fetched photos may together have no more bytes than a body that brings them.
func TestFetchedPhotosAreBoundedTogether(t *testing.T) {
	r := start(t, open)
	large := make([]byte, MaxPhotoBytes)
	var photos []wire.Photo
	for n := 0; n*len(large) <= MaxBody; n++ {
		url := fmt.Sprintf("https://example.com/%d.png", n)
		r.fetchable[url] = large
		photos = append(photos, wire.Photo{URL: url})
	}
	body, err := json.Marshal(wire.ClaimRequest{Photos: photos})
	if err != nil {
		t.Fatal(err)
	}
	r.post(t, "/v1/claims", string(body)).problem(t, 413, string(codeBodyTooLarge))
	if len(r.claims) != 0 {
		t.Errorf("%d claims were kept", len(r.claims))
	}
}

// TestLimits holds every limit on what is sent to its code, one below and one above.
func TestLimits(t *testing.T) {
	r := start(t, open)
	text := func(n int) string { return fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", n)) }
	field := func(name string, n int) string {
		return fmt.Sprintf(`{"text":"a",%q:%q}`, name, strings.Repeat("x", n))
	}
	one := fmt.Sprintf(`{"data":%q}`, base64.StdEncoding.EncodeToString(picture(1)))
	photos := func(n int) string {
		return `{"photos":[` + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + `]}`
	}
	facts := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"f%d":1`, i)
		}
		return `{"text":"a","context":{` + strings.TrimPrefix(b.String(), ",") + `}}`
	}
	fact := func(n int) string { return fmt.Sprintf(`{"text":"a","context":{"f":%q}}`, strings.Repeat("x", n)) }
	deep := func(n int) string { // objects in all, one is the claim
		return `{"text":"a","context":` + strings.Repeat(`{"a":`, n-1) + "1" + strings.Repeat("}", n)
	}
	for _, c := range []struct {
		name, good, bad string
		status          int
		code            claim.Code
	}{
		{"text", text(MaxText), text(MaxText + 1), 413, claim.CodeTextTooLong},
		{"product", field("product", MaxField), field("product", MaxField+1), 422, codeBodyInvalid},
		{"serial", field("serial", MaxField), field("serial", MaxField+1), 422, codeBodyInvalid},
		{"photos", photos(MaxPhotos), photos(MaxPhotos + 1), 422, claim.CodePhotosTooMany},
		{"facts", facts(MaxContext), facts(MaxContext + 1), 422, codeBodyInvalid},
		{"fact", fact(MaxContextString), fact(MaxContextString + 1), 422, codeBodyInvalid},
		{"depth", "", deep(MaxDepth + 1), 400, codeBodyMalformed},
		{"depth of facts", deep(2), deep(3), 422, codeBodyInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.good != "" {
				if got := r.post(t, "/v1/claims", c.good); got.StatusCode != 202 {
					t.Errorf("at the limit: %d %s", got.StatusCode, got.body)
				}
			}
			r.post(t, "/v1/claims", c.bad).problem(t, c.status, string(c.code))
		})
	}
	key := func(n int) []string { return []string{"Idempotency-Key", strings.Repeat("k", n)} }
	if got := r.post(t, "/v1/claims", `{"text":"a"}`, key(MaxKey)...); got.StatusCode != 202 {
		t.Errorf("key: %d %s", got.StatusCode, got.body)
	}
	r.post(t, "/v1/claims", `{"text":"a"}`, key(MaxKey+1)...).problem(t, 422, string(codeParameter))
	r.post(t, "/v1/claims", `{"text":"a"}`, "Idempotency-Key", "a b").problem(t, 400, string(codeIdempotency))
	r.ask(t, "GET", "/v1/claims?text="+strings.Repeat("a", MaxURL), nil).problem(t, 414, string(codeURLTooLong))
	r.ask(t, "GET", "/v1/claims", nil, "X-Long", strings.Repeat("a", MaxHeader)).problem(t, 431, string(codeHeaderTooLarge))
	r.ask(t, "GET", "/v1/claims?limit=501", nil).problem(t, 422, string(codeParameter))
	if got := r.ask(t, "GET", "/v1/claims?limit=500", nil); got.StatusCode != 200 {
		t.Errorf("limit=500: %d", got.StatusCode)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	r := start(t, open)
	small := fmt.Sprintf(`{"url":%q}`, "https://example.com/"+strings.Repeat("a", MaxSmallBody))
	r.post(t, "/v1/webhooks", small).problem(t, 413, string(codeBodyTooLarge))
	// A chunked body says nothing of its length before.
	r.ask(t, "POST", "/v1/webhooks", struct{ *strings.Reader }{strings.NewReader(small)}, "Content-Type", typeJSON).problem(t, 413, string(codeBodyTooLarge))
	// One that says too much is refused before it is read.
	req, err := http.NewRequestWithContext(t.Context(), "POST", r.url+"/v1/claims", strings.NewReader("{"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", typeJSON)
	req.ContentLength = MaxBody + 1
	if res, err := r.http.Do(req); err == nil {
		defer res.Body.Close()
		if res.StatusCode != 413 {
			t.Errorf("status %d", res.StatusCode)
		}
	} else if !strings.Contains(err.Error(), "ContentLength=") {
		t.Error(err)
	}
}

func TestPhotosAreCheckedAtTheDoor(t *testing.T) {
	r := start(t, open)
	for body, want := range map[string]struct {
		status int
		code   claim.Code
	}{
		`{"photos":[{"data":"aGVsbG8="}]}`:                      {415, claim.CodePhotoFormat},
		`{"photos":[{}]}`:                                       {422, codeBodyInvalid},
		`{"photos":[{"data":"aGVsbG8=","url":"https://a.b/"}]}`: {422, codeBodyInvalid},
		`{"photos":[{"url":"https://10.0.0.1/a.jpg"}]}`:         {422, claim.CodePhotoURLAddress},
		`{"photos":[{"url":"file:///etc/passwd"}]}`:             {422, claim.CodePhotoURL},
		`{"photos":[{"url":"https://u:p@example.com/"}]}`:       {422, claim.CodePhotoURL},
	} {
		r.post(t, "/v1/claims", body).problem(t, want.status, string(want.code))
	}
	if len(r.blobs) != 0 || len(r.claims) != 0 {
		t.Errorf("%d photos and %d claims were kept", len(r.blobs), len(r.claims))
	}
	if fmt.Sprint(r.fetched) != "[https://10.0.0.1/a.jpg]" {
		t.Errorf("fetched %v", r.fetched)
	}
}
