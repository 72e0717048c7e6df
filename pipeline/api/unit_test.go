package api

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/serial/suggest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

// table is an intake that knows one unit, and counts what it is asked.
type table struct {
	prepared, suggested, looked int
	owner                       string
	fail                        error
}

func (k *table) Prepare(_ context.Context, owner string, c claim.Claim) (claim.Claim, intake.Unit, error) {
	k.prepared, k.owner = k.prepared+1, owner
	if k.fail != nil {
		return c, intake.Unit{}, k.fail
	}
	c.Serial = strings.ToUpper(c.Serial)
	c = trace.AddFacts(c, map[string]any{"batch": "B-9"})
	return c, intake.Unit{Serial: c.Serial, Status: intake.StatusUnknown}, nil
}

func (k *table) Suggest(_ context.Context, u intake.Unit) (intake.Unit, error) {
	k.suggested++
	u.Suggestions = []suggest.Suggestion{{Serial: "S-2", Price: 0.5}}
	return u, k.fail
}

func (k *table) Unit(_ context.Context, owner string, c store.Claim) (intake.Unit, error) {
	k.looked, k.owner = k.looked+1, owner
	if c.Claim.Serial == "" {
		return intake.Unit{}, k.fail
	}
	end := time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)
	return intake.Unit{Serial: c.Claim.Serial, Typed: "s-1", Status: intake.StatusKnown, Check: trace.Check{
		Unit: &store.Unit{Serial: "S-1", SKU: "K-1", Batch: "B-9"}, Chain: []store.Unit{{Serial: "S-0"}},
		Warranty: &trace.Warranty{Standing: trace.Covered, Reason: trace.ReasonTerm, Why: "within its term", End: end, DaysLeft: 3},
		Repeats:  []trace.Repeat{{Claim: "c", Serial: "S-0", At: end}},
		Issues:   []trace.Issue{{ID: "a", Group: store.Group{Kind: store.GroupBatch, Name: "B-9"}, Text: "hinges break", Resolution: "send a hinge"}},
	}, Readings: &store.PhotoReadings{Conflict: "photo 1 shows S-3", Codes: []store.Reading{{Photo: 0, Symbology: "qr", Text: "S-3", Serial: "S-3"}}}}, k.fail
}

func TestClaimsAreTiedToTheirUnit(t *testing.T) {
	k := &table{}
	r := start(t, func(c *Config) { open(c); c.Intake = k })
	api := &client.Client{URL: r.url, HTTP: r.http}
	got, err := api.Send(t.Context(), wire.ClaimRequest{Text: "x", Serial: "s-1"}, client.Options{Wait: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if got.Serial != "S-1" || got.Context["batch"] != "B-9" || got.Unit == nil || got.Unit.Status != "unknown" || len(got.Unit.Suggestions) != 1 {
		t.Errorf("sent: %+v %+v", got, got.Unit)
	}
	if got, err = api.Send(t.Context(), wire.ClaimRequest{Text: "y", Serial: "s-1"}, client.Options{}); err != nil || got.Unit == nil || len(got.Unit.Suggestions) > 0 {
		t.Errorf("without waiting: %+v, %v", got.Unit, err)
	}
	if k.prepared != 2 || k.suggested != 1 || k.looked != 0 {
		t.Errorf("asked %+v", k)
	}
	if got, err = api.Claim(t.Context(), got.ID); err != nil {
		t.Fatal(err)
	}
	u := got.Unit
	if u == nil || u.Warranty.Standing != "covered" || u.Replaces[0] != "S-0" || u.Repeats[0].Claim != "c" || u.Issues[0].Group != "batch B-9" || u.Conflict == "" || u.Codes[0].Text != "S-3" {
		t.Errorf("later: %+v", u)
	}
	if _, err := api.Classify(t.Context(), wire.ClaimRequest{Text: "x", Serial: "s-1"}); err != nil || k.prepared != 3 {
		t.Errorf("a claim that is not kept is not prepared: %v, %+v", err, k)
	}
	before := *k
	if got, err = api.Send(t.Context(), wire.ClaimRequest{Text: "no serial"}, client.Options{}); err != nil || got.Unit != nil || k.prepared != before.prepared {
		t.Errorf("without serial: %+v, %v, %+v", got.Unit, err, k)
	}
}

// What fails on our side never refuses a claim.
func TestUnitFailuresAreOurs(t *testing.T) {
	k := &table{fail: errors.New("the database of units is away")}
	r := start(t, func(c *Config) { open(c); c.Intake = k })
	api := &client.Client{URL: r.url, HTTP: r.http}
	got, err := api.Send(t.Context(), wire.ClaimRequest{Text: "x", Serial: "s-1"}, client.Options{Wait: 5 * time.Second})
	if err != nil || got.Serial != "s-1" || got.State != "done" || got.Unit != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = api.Claim(t.Context(), got.ID); err != nil || got.Unit != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if !strings.Contains(r.log.String(), "the database of units is away") {
		t.Error("nothing of it is in the log")
	}
}
