package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

func TestClaimShowsEverything(t *testing.T) {
	d := newSite(t, world(t), nil).get(t, "/claims/"+full, 200)
	for _, c := range []struct{ selector, want string }{
		{"title", "wooden drawer front, claim 0a3fb99a"},
		{"h1", "wooden drawer front"},
		{"p.meta", "classified 19 Mar 2026, 11:50 UTC demo-08"},
		{"figure figcaption", "drawn"},
		{"figure div.none", "did not arrive whole"},
		{"blockquote", "Drawer front split along the grain the first cold week"},
		{"mark.for", "split"},
		{"mark.w3", "split"},
		{"mark.against", "f"},
		{".legend", "Speaks for an answer: a little more most against one: a little more most"},
		{".answer h3", "Severity"},
		{".answer p", "How bad is it for the person and the product?"},
		{".open .look", "A person should decide: probability 0.51 is below the threshold 0.69"},
		{".answer tr.best", "? perhaps Joint and fastener 51 %"},
		{".answer tr", "Housing 25 %"},
		{".evidence tr", "broken +1.90"},
		{".evidence tr", "it's \u22120.70"},
		{".evidence tr", "what the photos show (photos) +0.80"},
		{"#problems li", "Photo 5 : The photo did not arrive whole. Please send it again."},
		{"#problems li", "Photo 1 (counted nevertheless) : The photo is too dark"},
		{"#problems code", "photo_truncated"},
		{"#facts tr", "Serial SN26-480222"},
		{"#facts tr", "Supplier Nordmetal"},
		{"#facts tr", "Days since delivery 130"},
		{"#facts tr", "Taxonomy starter@1"},
		{"#facts tr", "Model sha256:6488"},
		{"#facts tr", "Program devel"},
		{"#similar h3", "Alike in text"},
		{"#similar h3", "Alike in photos"},
		{"#similar .hit", "Similarity 1.00"},
		{"#similar .tags", "Crack or break"},
		{"#twins .look", "A hint, no proof"},
		{"#twins li", "Photo 1 here, and chair"},
		{"#twins li", "3 of 64 bits differ"},
		{"#cluster h3", "snapped, hinge, split, broken"},
		{"#history tr", "claim.done https://claims.example delivered 2"},
		{"#history tr", "an address that was deleted failed so far 503 Service Unavailable 5"},
		{"#history tr", "claim.accepted key-1"},
	} {
		d.has(t, c.selector, c.want)
	}
	if got := d.link(t, "Raw JSON"); got != "/claims/"+full+"/json" {
		t.Errorf("raw JSON is at %s", got)
	}
	if got := d.link(t, "SN26-480222"); got != "/?serial=SN26-480222" {
		t.Errorf("the serial leads to %s", got)
	}
	if body := content(d.root); strings.Contains(body, "secret") {
		t.Error("the webhook's token is shown")
	}
	if strings.Contains(content(d.find("#similar")[0]), "index") {
		t.Error("an exact search is called approximate")
	}
}

func TestClaimSaysWhatSearchDid(t *testing.T) {
	f := world(t)
	f.inexact = true
	d := newSite(t, f, nil).get(t, "/claims/"+full, 200)
	d.has(t, "#similar p", "Found with an index")
	d.has(t, "#similar p", "there are more")
}

func TestClaimStates(t *testing.T) {
	s := newSite(t, world(t), nil)
	d := s.get(t, "/claims/"+uuid(2, 1), 200)
	d.has(t, "#answers p", "waits for its labels")
	d.has(t, "#similar p", "once the claim is classified")
	d = s.get(t, "/claims/"+uuid(2, 2), 200)
	d.has(t, "#answers .fault", "Could not be classified: the model's library could not be loaded")
	s.get(t, "/claims/unknown", http.StatusNotFound).has(t, "h1", "Not found")
	s.get(t, "/claims/unknown/json", http.StatusNotFound)
}

// A claim with nothing but an id must give a page too.
func TestClaimBare(t *testing.T) {
	f := newFake()
	f.claims = []store.Claim{{ID: "a", State: store.Done, Prediction: &claim.Prediction{}}, {ID: "b", State: store.Done}}
	s := newSite(t, f, nil)
	for _, id := range []string{"a", "b"} {
		d := s.get(t, "/claims/"+id, 200)
		d.has(t, "#answers .look", "No answer")
		d.has(t, "h1", "Product not named")
		d.has(t, "#similar p", "no vectors to compare")
		d.has(t, "#cluster p", "no cluster so far")
		d.has(t, "#history p", "No entries.")
		d.lacks(t, "#twins")
		d.lacks(t, "#problems")
	}
	s.get(t, "/", 200).has(t, ".row .look", "No answer")
}

// A part that fails must say so in its place, and the others must stand.
func TestClaimPartsFail(t *testing.T) {
	for method, place := range map[string]string{
		"Nearest": "#similar .look", "VectorsOf": "#similar .look", "Twins": "#twins .look", "ClusterOf": "#cluster .look",
		"Cluster": "#cluster .look", "Webhooks": "#history .look", "Deliveries": "#history .look", "Trail": "#history .look",
	} {
		t.Run(method, func(t *testing.T) {
			f := world(t)
			f.fail[method] = errors.New("secret detail")
			s := newSite(t, f, nil)
			d := s.get(t, "/claims/"+full, 200)
			d.has(t, place, " in time")
			d.has(t, ".answer h3", "Severity")
			if strings.Contains(content(d.root), "secret") || !strings.Contains(s.log.String(), "secret detail") {
				t.Error("the error must be logged and not shown")
			}
		})
	}
}

// A store that hangs costs a page its parts, not its answer, and leaves nothing running.
func TestClaimSlowParts(t *testing.T) {
	f := world(t)
	synctest.Test(t, func(t *testing.T) {
		defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
		s := newSite(t, f, func(c *Config) {
			c.Probes = func(ctx context.Context, _ string) ([]store.Vector, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
		})
		start := time.Now()
		d := s.get(t, "/claims/"+full, 200)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("the page took %v, want the part's limit of 3 s", took)
		}
		d.has(t, "#similar .look", "could not be found in time")
		d.has(t, "#cluster h3", "snapped")
	})
}

func TestRawClaim(t *testing.T) {
	w := newSite(t, world(t), nil).do(t, http.MethodGet, "/claims/"+full+"/json")
	var got struct {
		ID         string
		State      string
		Claim      claim.Claim
		Prediction claim.Prediction
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != full || got.State != "done" || got.Claim.Serial != "SN26-480222" || got.Prediction.Axes["severity"].Label != "critical" {
		t.Errorf("got %+v", got)
	}
	if kind := w.Header().Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Errorf("type %s", kind)
	}
}
