package api

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/review/reviewtest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/taxonomy"
)

// desk is a server with a review queue on the default store.
type desk struct {
	*running
	t        *testing.T
	store    *sqlite.Store
	accounts *review.Accounts
	ahead    time.Duration // how far the clock was moved on
	keys     map[string]string
}

func (d *desk) now() time.Time { return time.Now().Add(d.ahead) }

// newDesk starts one whose queue draws nothing, so that tests know what comes.
func newDesk(t *testing.T, change func(*review.Config)) *desk {
	t.Helper()
	d := &desk{t: t, keys: map[string]string{}}
	d.running, d.store, _ = onSQLite(t, func(c *Config) {
		s := c.Claims.(*sqlite.Store)
		versions := reviewtest.Versions(t, s, taxonomy.Starter())
		cfg := review.Config{Reviews: s, Claims: s, Versions: versions, KnownShare: -1, SliceShare: -1, Seed: 1, Now: d.now}
		if change != nil {
			change(&cfg)
		}
		planner, err := review.NewPlanner(review.PlanConfig{DoubleShare: -1, SliceShare: -1, Now: d.now})
		if err != nil {
			t.Fatal(err)
		}
		d.accounts = review.NewAccounts(review.AccountsConfig{Reviewers: s, Hash: review.HashConfig{MemoryKiB: 64, Passes: 1}, Now: d.now})
		figures, err := insight.New(insight.Config{Reviews: s, Reviewers: s, Claims: s, Versions: versions, Clusters: s, Space: fixedModels{}.ClusterSpace, Now: d.now})
		if err != nil {
			t.Fatal(err)
		}
		c.Review = &Review{Queue: review.New(cfg), Store: s, People: s, Accounts: d.accounts, Planner: planner, Insight: figures}
		c.Promotions = testOffice(s, d.now)
		c.Quality = testQuality(t, s, d.now)
		c.Now = d.now
	})
	return d
}

// secret makes a key with these scopes, once for each list of them.
func (d *desk) secret(scopes ...string) string {
	d.t.Helper()
	name := strings.Join(scopes, "+")
	if d.keys[name] == "" {
		secret, hash := NewKey()
		if err := d.store.AddKey(d.t.Context(), store.Key{ID: "key-" + name, Name: name, Hash: hash, Scopes: scopes, PerMinute: 1_000_000, CreatedAt: time.Now()}); err != nil {
			d.t.Fatal(err)
		}
		d.keys[name] = secret
	}
	return d.keys[name]
}

func (d *desk) as(scopes ...string) *client.Client {
	d.t.Helper()
	return &client.Client{URL: d.url, Key: d.secret(scopes...), HTTP: d.http}
}

// person adds a reviewer and gives a client that acts for him by a front end's key.
func (d *desk) person(name string, roles ...store.ReviewRole) *client.Reviewer {
	d.t.Helper()
	if len(roles) == 0 {
		roles = []store.ReviewRole{store.ReviewerRole}
	}
	if _, err := d.accounts.Add(d.t.Context(), store.Reviewer{Name: name, Roles: roles}, ""); err != nil {
		d.t.Fatal(err)
	}
	return d.as(ScopeReview).As(name)
}

// front is the front end itself.
func (d *desk) front() *client.Reviewer { return d.as(ScopeReview).As("") }

// claim stores one that the model was not sure of.
func (d *desk) claim(text string) store.Claim {
	d.t.Helper()
	p := claim.Prediction{Model: "sha256:m", Taxonomy: "starter@1", Axes: map[string]claim.AxisPrediction{"severity": {Label: "minor", Probability: 0.5, Abstained: true}}}
	blob := string(picture(3))
	ref, err := d.server.cfg.Blobs.Put(d.t.Context(), []byte(blob))
	if err != nil {
		d.t.Fatal(err)
	}
	c, _, err := d.store.Accept(d.t.Context(), store.New{Claim: claim.Claim{ID: "ref", Text: text, Photos: []string{ref}, Lang: "en", Product: "Cabinet"}, Owner: "key-ingest+read", Outcome: &store.Outcome{Prediction: p}})
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// queued adds an item for a new claim; change may alter it.
func (d *desk) queued(text string, change func(*store.NewReview)) (store.Claim, string) {
	d.t.Helper()
	c := d.claim(text)
	n := store.NewReview{
		Claim: c.ID, Axes: []string{"severity"}, Reasons: []store.ReviewReason{store.ReasonAbstained}, Uncertainty: 0.5, Cost: 1, Rank: 1, Looks: 1,
		Lang: "en", Product: "Cabinet", Label: "minor", Model: "sha256:m", Suggested: map[string]store.Suggestion{"severity": {Label: "minor", Probability: 0.5, Abstained: true}},
	}
	if change != nil {
		change(&n)
	}
	ids, err := d.store.AddReviews(d.t.Context(), []store.NewReview{n})
	if err != nil {
		d.t.Fatal(err)
	}
	return c, ids[0]
}

// decided answers the next item of a reviewer.
func (d *desk) decided(r *client.Reviewer, label string) wire.Decision {
	d.t.Helper()
	t := must[wire.ReviewTask](d.t)(r.Next(d.t.Context()))
	return must[wire.Decision](d.t)(r.Decide(d.t.Context(), t, wire.DecisionRequest{Labels: map[string]string{"severity": label}, TookMS: 1500, Shown: true}))
}

func (d *desk) item(id string) store.Review {
	d.t.Helper()
	return must[store.Review](d.t)(d.store.Review(d.t.Context(), id))
}

// call sends a request with a key and gives status and body.
func (d *desk) call(secret, method, path, body string) answer {
	d.t.Helper()
	var in io.Reader = http.NoBody
	header := []string{"Authorization", "Bearer " + secret}
	if body != "" {
		in, header = strings.NewReader(body), append(header, "Content-Type", typeJSON)
	}
	return d.ask(d.t, method, path, in, header...)
}

func asText(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func wantCode(t *testing.T, err error, want claim.Code) {
	t.Helper()
	if code(err) != string(want) {
		t.Errorf("error %v, want code %s", err, want)
	}
}
