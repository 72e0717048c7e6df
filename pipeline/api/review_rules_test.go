package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// TestAdjudication: two disagree, a third decides what counts.
func TestAdjudication(t *testing.T) {
	d := newDesk(t, nil)
	anna, ben, judge := d.person("anna"), d.person("ben"), d.person("judge", store.AdjudicatorRole)
	c, id := d.queued("x", func(n *store.NewReview) { n.Looks = 2 })
	d.decided(anna, "major")
	d.decided(ben, "minor")
	_, err := d.person("carl").Next(t.Context())
	wantCode(t, err, review.CodeQueueEmpty)
	task := must[wire.ReviewTask](t)(judge.Next(t.Context()))
	if !task.Disputed || len(task.Others) != 2 || task.Others[0].Labels["severity"] != "major" || task.Others[1].Labels["severity"] != "minor" || strings.Contains(asText(task), "anna") {
		t.Errorf("%s", asText(task))
	}
	must[wire.Decision](t)(judge.Decide(t.Context(), task, wire.DecisionRequest{Labels: map[string]string{"severity": "critical"}}))
	if l := must[wire.ClaimLabels](t)(d.as(ScopeAdmin).Labels(t.Context(), c.ID)).Labels["severity"]; l.Label != "critical" || l.By != "judge" {
		t.Errorf("%+v", l)
	}
	if faults, err := review.Faults(t.Context(), d.store, id); err != nil || len(faults) > 0 {
		t.Errorf("%v %v", err, faults)
	}
}

// TestLooksAreAskedForOnce: the same request finds the first one's look while that counts, and
// whatever else is asked does not.
func TestLooksAreAskedForOnce(t *testing.T) {
	d := newDesk(t, nil)
	c := d.claim("x")
	system, other := d.as(ScopeIngest, ScopeRead), d.as(ScopeIngest)
	deadline := d.now().Add(48 * time.Hour)
	in := wire.LookRequest{Axes: []string{"severity", "component", "severity"}, Deadline: deadline, Why: "w"}
	first := must[wire.Look](t)(system.RequestLook(t.Context(), c.ID, in))
	if got := d.call(d.secret(ScopeIngest, ScopeRead), "POST", "/v1/claims/"+c.ID+"/review", asText(in)); got.StatusCode != 200 || got.Header.Get("Location") != "/v1/claims/"+c.ID+"/reviews" {
		t.Errorf("again: %d %s", got.StatusCode, got.body)
	}
	_, err := other.RequestLook(t.Context(), c.ID, in)
	wantCode(t, err, codeNotFound)

	anna := d.person("anna")
	task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
	must[wire.Decision](t)(anna.Decide(t.Context(), task, wire.DecisionRequest{Labels: map[string]string{"severity": "major"}}))
	for _, ask := range []struct {
		name string
		in   wire.LookRequest
		same bool
	}{
		{"the same, though it is settled", in, true},
		{"fewer axes", wire.LookRequest{Axes: []string{"severity"}, Deadline: deadline, Why: "w"}, true},
		{"another axis", wire.LookRequest{Axes: []string{"symptom"}, Why: "w"}, false},
		{"the whole claim", wire.LookRequest{Why: "w"}, false},
		{"sooner", wire.LookRequest{Axes: in.Axes, Deadline: d.now().Add(time.Hour), Why: "w"}, false},
		{"other words", wire.LookRequest{Axes: in.Axes, Deadline: deadline, Why: "W"}, false},
		{"no words", wire.LookRequest{Axes: in.Axes, Deadline: deadline}, false},
	} {
		got := must[wire.Look](t)(system.RequestLook(t.Context(), c.ID, ask.in))
		if (got.ID == first.ID) != ask.same {
			t.Errorf("%s: %s, first %s", ask.name, got.ID, first.ID)
		}
	}
	d.ahead = 25 * time.Hour
	if got := must[wire.Look](t)(system.RequestLook(t.Context(), c.ID, in)); got.ID == first.ID {
		t.Error("a day later it is still the first one")
	}
	for name, in := range map[string]wire.LookRequest{
		"unknown axis": {Axes: []string{"smell"}}, "past": {Deadline: d.now().Add(-time.Hour)}, "far": {Deadline: d.now().Add(20 * 366 * 24 * time.Hour)},
	} {
		if _, err := system.RequestLook(t.Context(), c.ID, in); code(err) != string(codeBodyInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = system.RequestLook(t.Context(), c.ID, wire.LookRequest{Why: strings.Repeat("a", review.MaxWhy+1)})
	wantCode(t, err, review.CodeWhyTooLong)
}

// TestActing: who may act, and what versions are good for.
func TestActing(t *testing.T) {
	d := newDesk(t, nil)
	_, id := d.queued("x", nil)
	anna, ben := d.person("anna"), d.person("ben")
	for want, r := range map[claim.Code]*client.Reviewer{codeReviewerMissing: d.front(), codeReviewerUnknown: d.as(ScopeReview).As("nobody")} {
		_, err := r.Next(t.Context())
		wantCode(t, err, want)
	}
	task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
	in := wire.DecisionRequest{Labels: map[string]string{"severity": "major"}}
	_, err := ben.Decide(t.Context(), task, in) // another's version is no version
	wantCode(t, err, review.CodeStale)
	for _, version := range []string{"", "1", "AAAAAAAAAAA", "!", strings.Repeat("A", 64), task.Version + "A"} {
		stale := task
		stale.Version = version
		_, err := anna.Decide(t.Context(), stale, in)
		wantCode(t, err, review.CodeStale)
	}
	d.ahead = 10 * time.Minute // the lease is over: ben gets it, and anna's answer comes too late
	must[wire.ReviewTask](t)(ben.Next(t.Context()))
	_, err = anna.Decide(t.Context(), task, in)
	wantCode(t, err, review.CodeStale)
	for want, in := range map[claim.Code]wire.DecisionRequest{
		review.CodeLabels: {Labels: map[string]string{"symptom": "noise"}}, review.CodeTook: {Labels: in.Labels, TookMS: 1 << 60}, review.CodeWhyTooLong: {Labels: in.Labels, Why: strings.Repeat("a", 3000)},
	} {
		held := must[wire.ReviewTaskList](t)(ben.Held(t.Context())).Tasks[0]
		_, err := ben.Decide(t.Context(), held, in)
		wantCode(t, err, want)
	}
	if d.item(id).Decided != 0 {
		t.Error("something was decided")
	}
}

// TestServersWithoutAQueueSaySo for every route of it.
func TestServersWithoutAQueueSaySo(t *testing.T) {
	r := start(t, open)
	sent := send(t, &client.Client{URL: r.url, HTTP: r.http}, "x")
	for pattern, id := range documentedOperations(t, r.server) {
		if reviewOperations()[id] == nil {
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{id}", sent.ID, "{n}", "0").Replace(path)
		var got answer
		if method == "GET" {
			got = r.ask(t, method, path+"?axis=severity", nil)
			if !strings.Contains(path, "accuracy") {
				got = r.ask(t, method, path, nil)
			}
		} else {
			body := "{}"
			if id == "import-reviews" {
				body = "[]"
			}
			got = r.ask(t, method, path, strings.NewReader(body), "Content-Type", typeJSON)
		}
		got.problem(t, 404, string(codeReviewOff))
	}
}

// TestExamplesAreWhatTheySay: every operation of the queue has an example of what it is asked
// and answers, and these are read as strictly as real ones.
func TestExamplesAreWhatTheySay(t *testing.T) {
	s := start(t, open).server
	examples := reviewExamples()
	for pattern, id := range documentedOperations(t, s) {
		if reviewOperations()[id] == nil && promotionOperations()[id] == nil {
			continue
		}
		e, ok := examples[id]
		method, path, _ := strings.Cut(pattern, " ")
		op := s.operation(route{method: method, path: path})
		if !ok || (op.RequestBody != nil) != (e.in != nil) {
			t.Errorf("%s: no example of what it is asked", id)
		}
		shown := false
		for code, r := range op.Responses {
			for _, media := range r.Content {
				shown = shown || code != "default" && media.Example != nil
			}
		}
		if (e.out != nil) != shown || e.out == nil && op.Responses["204"] == nil && id != "get-review-photo" {
			t.Errorf("%s: no example of what it answers", id)
		}
		delete(examples, id)
	}
	for id := range examples {
		t.Errorf("%s is no operation", id)
	}
	var in wire.DecisionRequest
	if err := decode([]byte(asText(reviewExamples()["decide-review"].in)), &in); err != nil || in.Reviewer != "anna" {
		t.Errorf("%v %+v", err, in)
	}
	if !json.Valid(s.OpenAPI()) {
		t.Error("no JSON")
	}
}
