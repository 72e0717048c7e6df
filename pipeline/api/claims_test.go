package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func TestPagesLeadThroughAllClaims(t *testing.T) {
	r := start(t, open)
	c := &client.Client{URL: r.url, HTTP: r.http}
	var want []string
	for i := range 7 {
		got := must[wire.Claim](t)(c.Send(t.Context(), wire.ClaimRequest{Text: "a", Product: "P & Q", ID: fmt.Sprint(i)}, client.Options{}))
		want = append([]string{got.ID}, want...)
		send(t, c, "another product")
	}
	var got []string
	for next := "/v1/claims?limit=3&product=P+%26+Q"; next != ""; {
		page := r.ask(t, http.MethodGet, next, nil)
		for part := range strings.SplitSeq(string(page.body), `{"id":"`) {
			if len(part) > 36 && isUUID(part[:36]) {
				got = append(got, part[:36])
			}
		}
		next = ""
		if link := page.Header.Get("Link"); link != "" {
			next = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	var all []string
	for claim, err := range c.Claims(t.Context(), wire.Filter{Product: "P & Q"}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, claim.ID)
	}
	if !slices.Equal(all, want) {
		t.Errorf("client: %v", all)
	}
}

// TestFiltersReachTheStore sets each filter by query and checks what the store was asked.
func TestFiltersReachTheStore(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	f, err := Filters{
		State: "done", Product: "p", SKU: "s", Serial: "n", Batch: "b", Supplier: "u", Lang: "EN", Reference: "r",
		From: "2026-03-01T10:00:00Z", Until: "2026-03-02", Label: []string{"severity=major"}, Abstained: true, Text: "t", Cluster: uuid.Nil.String(),
	}.filter()
	want := store.Filter{
		State: store.Done, Product: "p", SKU: "s", Serial: "n", Batch: "b", Supplier: "u", Lang: "en", Reference: "r",
		From: at, Until: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Labels: []store.Label{{Axis: "severity", Label: "major"}},
		Abstained: true, Text: "t", Cluster: uuid.Nil.String(),
	}
	if fmt.Sprint(f) != fmt.Sprint(want) || err != nil {
		t.Errorf("%v\n%+v\n%+v", err, f, want)
	}
	r := start(t, open)
	for _, bad := range []string{"state=open", "from=yesterday", "until=1969-01-01", "label=severity", "label==", "cluster=x", "abstained=maybe", "unknown=1", "limit=0", "product=" + strings.Repeat("a", 201)} {
		r.ask(t, "GET", "/v1/claims?"+bad, nil).problem(t, 422, string(codeParameter))
	}
	r.ask(t, "GET", "/v1/claims?after=nonsense", nil).problem(t, 400, string(codeCursor))
	r.ask(t, "GET", "/v1/claims?product=a&product=b", nil).problem(t, 422, string(codeParameter))
	good := url.Values{"label": {"severity=major", "symptom=torn"}, "state": {"done"}, "from": {"2026-01-01"}}
	if got := r.ask(t, "GET", "/v1/claims?"+good.Encode(), nil); got.StatusCode != 200 {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

// TestSimilarKeepsTheBestOfAllVectors has claims that are near by text or by photo.
func TestSimilarKeepsTheBestOfAllVectors(t *testing.T) {
	r := start(t, open)
	c := &client.Client{URL: r.url, HTTP: r.http}
	a, b := send(t, c, "crack"), send(t, c, "dent")
	text := must[wire.Similar](t)(c.Similar(t.Context(), a.ID, 0, "text", wire.Filter{}))
	both := must[wire.Similar](t)(c.Similar(t.Context(), a.ID, 0, "", wire.Filter{}))
	if len(text.Hits) != 1 || text.Hits[0].Score > 0.61 {
		t.Errorf("text: %+v", text.Hits)
	}
	if len(both.Hits) != 1 || both.Hits[0].Claim.ID != b.ID || both.Hits[0].Score != 1 || len(both.Hits[0].Scores) != 2 {
		t.Errorf("both: %+v", both.Hits)
	}
	got := must[wire.Claim](t)(c.Send(t.Context(), wire.ClaimRequest{Text: "crack"}, client.Options{}))
	_, err := c.Similar(t.Context(), got.ID, 0, "", wire.Filter{})
	if code(err) != string(codeVectorsNone) {
		t.Errorf("a claim without vectors: %v", err)
	}
}

// TestEveryCodeIsInTheTable looks at all codes that the package names.
func TestEveryCodeIsInTheTable(t *testing.T) {
	table := kinds()
	for code, k := range table {
		if k.status < 400 || k.title == "" || strings.Trim(string(code), "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			t.Errorf("%s: %+v", code, k)
		}
	}
	s := start(t, open).server
	if p := s.describe(claim.Problem{Code: claim.CodePhotoBlurred, Message: "m"}); p.Status != 422 || p.Detail != "m" {
		t.Errorf("a code of claims: %+v", p)
	}
}
