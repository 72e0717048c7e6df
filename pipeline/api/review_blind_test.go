package api

import (
	"regexp"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// seen is what one reviewer's own key is told while he works on the one item there is.
type seenSteps struct {
	name string
	text string
}

// blindWalk asks everything that a reviewer can ask before, while and after he has an item in
// hand. Ids, versions and times are evened out: they differ between any two items.
func blindWalk(t *testing.T, d *desk, claimID, item string) []seenSteps {
	t.Helper()
	key := d.secret(ScopeOf("anna"))
	var out []seenSteps
	step := func(name, method, path, body string) string {
		got := d.call(key, method, path, body)
		out = append(out, seenSteps{evened(name), even(got)})
		return string(got.body)
	}
	look := func(when string) {
		for _, path := range []string{
			"/items", "/items?state=mine", "/items?state=done", "/items?claim=" + claimID, "/items/" + item, "/items/" + item + "/history", "/items/" + item + "/suggestion", "/held", "/figures",
			"/items?state=open", "/items?state=known", "/items?state=settled", "/items?state=disputed", "/counts", "/team", "/accuracy?axis=severity", "/export", "/figures?from=2026-01-01&until=2026-06-01",
		} {
			step(when+" "+path, "GET", "/v1/review"+path, "")
		}
		for _, path := range []string{"/v1/claims/" + claimID, "/v1/claims/" + claimID + "/labels", "/v1/claims/" + claimID + "/reviews", "/v1/reviewers"} {
			step(when+" "+path, "GET", path, "")
		}
	}
	look("before")
	task := step("next", "POST", "/v1/review/next", "{}")
	look("in hand")
	step("hold", "POST", "/v1/review/items/"+item+"/hold", `{"version":"`+versionIn(t, task)+`"}`)
	step("release", "POST", "/v1/review/items/"+item+"/release", `{"version":"`+versionIn(t, task)+`"}`)
	look("released")
	task = step("next again", "POST", "/v1/review/next", "{}")
	decision := step("decide", "POST", "/v1/review/items/"+item+"/decision", `{"version":"`+versionIn(t, task)+`","labels":{"severity":"major"},"took_ms":2000}`)
	step("decide again", "POST", "/v1/review/items/"+item+"/decision", `{"version":"`+versionIn(t, task)+`","labels":{"severity":"major"},"took_ms":2000}`)
	look("decided")
	step("nothing is left", "POST", "/v1/review/next", "{}")
	id := regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(decision)
	if id == nil {
		t.Fatalf("no decision: %s", decision)
	}
	task = step("undo", "POST", "/v1/review/decisions/"+id[1]+"/undo", "{}")
	look("undone")
	step("skip", "POST", "/v1/review/items/"+item+"/skip", `{"version":"`+versionIn(t, task)+`","why":"blurred"}`)
	look("skipped")
	step("drop", "POST", "/v1/review/items/"+item+"/drop", `{"why":"x"}`)
	return out
}

func versionIn(t *testing.T, task string) string {
	t.Helper()
	v := regexp.MustCompile(`"version":"([^"]+)"`).FindStringSubmatch(task)
	if v == nil {
		t.Fatalf("no task: %s", task)
	}
	return v[1]
}

func even(a answer) string { return evened(a.Status + " " + string(a.body)) }

func evened(s string) string {
	for _, r := range []struct{ pattern, with string }{
		{`[0-9a-f]{8}-[0-9a-f-]{27}`, "ID"},
		{`"version":"[^"]*"`, `"version":"V"`},
		{`\d{4}-\d\d-\d\dT[0-9:.]+Z`, "TIME"},
		{`"day":"[^"]*"`, `"day":"DAY"`},
		{`"request_id":"[^"]*"|request [A-Z0-9]{26}`, ""},
		{`sha256:[0-9a-f]{64}`, "BLOB"},
	} {
		s = regexp.MustCompile(r.pattern).ReplaceAllString(s, r.with)
	}
	return s
}

// TestBlindness compares what a reviewer is told, word by word, of an item that he alone looks
// at with what he is told of a second look, first or second, and of an item whose labels are
// known.
func TestBlindness(t *testing.T) {
	kinds := map[string]struct {
		change func(*store.NewReview)
		before func(d *desk)
	}{
		"single":          {},
		"first of two":    {change: func(n *store.NewReview) { n.Looks = 2 }},
		"second, agreed":  {change: func(n *store.NewReview) { n.Looks = 2 }, before: func(d *desk) { d.decided(d.person("ben"), "major") }},
		"second, against": {change: func(n *store.NewReview) { n.Looks = 2 }, before: func(d *desk) { d.decided(d.person("ben"), "critical") }},
		"known": {change: func(n *store.NewReview) {
			n.Reasons, n.Known = []store.ReviewReason{store.ReasonKnown}, map[string]string{"severity": "critical"}
		}, before: func(d *desk) {
			for _, name := range []string{"ben", "carl", "dora"} { // its version goes up with each
				d.decided(d.person(name), "critical")
			}
		}},
	}
	var want []seenSteps
	for _, name := range []string{"single", "first of two", "second, agreed", "second, against", "known"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, func(c *review.Config) { c.KnownShare = 1 }) // with nothing known the rest comes
			d.person("anna")
			c, item := d.queued("the hinge broke", kinds[name].change)
			if kinds[name].before != nil {
				kinds[name].before(d)
			}
			got := blindWalk(t, d, c.ID, item)
			if want == nil {
				want = got
			}
			for i, step := range got {
				if step != want[i] {
					t.Errorf("%s:\n got %s\nwant %s", step.name, step.text, want[i].text)
				}
				for _, word := range []string{"ben", "carl", "looks", "known", `"role"`, "disputed", "settled", "critical", "adjudicat"} {
					// A refusal names what it refuses, the same for every item.
					if strings.Contains(step.text, word) && !strings.Contains(step.text, "review_role") {
						t.Errorf("%s tells %q: %s", step.name, word, step.text)
					}
				}
			}
			if len(got) != len(want) || len(got) < 140 {
				t.Errorf("%d steps, want %d", len(got), len(want))
			}
		})
	}
}

// TestUndoTellsNothing: that somebody went on from a decision is refused as one that is too old.
func TestUndoTellsNothing(t *testing.T) {
	d := newDesk(t, nil)
	anna, ben := d.person("anna"), d.person("ben")
	d.queued("double", func(n *store.NewReview) { n.Looks = 2 })
	first := d.decided(anna, "major")
	d.decided(ben, "major")
	_, built := anna.Undo(t.Context(), first.ID)
	wantCode(t, built, review.CodeUndoLate)
	d.queued("single", nil)
	second := d.decided(anna, "major")
	d.ahead = 20 * 60 * 1e9
	_, late := anna.Undo(t.Context(), second.ID)
	if late == nil || built == nil || evened(late.Error()) != evened(built.Error()) {
		t.Errorf("%v is not %v", built, late)
	}
	if _, err := ben.Undo(t.Context(), first.ID); code(err) != string(review.CodeNotYours) {
		t.Errorf("another's decision: %v", err)
	}
}

// TestOwnKeysActForTheirReviewerOnly also holds when a database has other scopes beside.
func TestOwnKeysActForTheirReviewerOnly(t *testing.T) {
	d := newDesk(t, nil)
	d.person("anna")
	d.person("lead", store.AdminRole)
	c, item := d.queued("x", nil)
	for _, scopes := range [][]string{{ScopeOf("anna")}, {ScopeOf("anna"), ScopeAdmin}, {ScopeRead, ScopeOf("anna"), ScopeReview}} {
		key := d.as(scopes...)
		if _, err := key.As("lead").Next(t.Context()); code(err) != string(codeReviewerOther) {
			t.Errorf("%v acts for another: %v", scopes, err)
		}
		if _, err := key.As("").Counts(t.Context()); code(err) != string(review.CodeRole) {
			t.Errorf("%v counts: %v", scopes, err)
		}
		if got := must[wire.ReviewItem](t)(key.As("").Item(t.Context(), item)); got.Detail != nil || got.State != "waiting" {
			t.Errorf("%v sees %+v", scopes, got)
		}
		if _, err := key.Claim(t.Context(), c.ID); code(err) != string(codeScope) {
			t.Errorf("%v reads claims: %v", scopes, err)
		}
		if _, err := key.Reviewers(t.Context()); code(err) != string(codeScope) {
			t.Errorf("%v lists reviewers: %v", scopes, err)
		}
	}
	if CheckScopes([]string{ScopeOf("anna"), ScopeRead}) == nil || CheckScopes([]string{"review:"}) == nil || CheckScopes([]string{"king"}) == nil {
		t.Error("scopes that no key may have")
	}
	if err := CheckScopes([]string{ScopeOf("anna")}); err != nil {
		t.Error(err)
	}
	if err := CheckScopes(Scopes()); err != nil {
		t.Error(err)
	}
}

// TestWhoSeesWhat: an adjudicator sees what is disputed or done, an admin and the front end all.
func TestWhoSeesWhat(t *testing.T) {
	d := newDesk(t, nil)
	anna, ben := d.person("anna"), d.person("ben")
	judge, lead := d.person("judge", store.AdjudicatorRole), d.person("lead", store.AdminRole)
	_, disputed := d.queued("disputed", func(n *store.NewReview) { n.Looks = 2 })
	d.decided(anna, "major")
	d.decided(ben, "minor")
	_, open := d.queued("open", nil)
	_, known := d.queued("known", func(n *store.NewReview) {
		n.Reasons, n.Known = []store.ReviewReason{store.ReasonKnown}, map[string]string{"severity": "critical"}
	})
	for _, c := range []struct {
		who  string
		item string
		full bool
	}{
		{"anna", disputed, false}, {"anna", open, false}, {"anna", known, false},
		{"judge", disputed, true}, {"judge", open, false}, {"judge", known, false},
		{"lead", disputed, true}, {"lead", open, true}, {"lead", known, true},
		{"", disputed, true}, {"", open, true}, {"", known, true},
	} {
		as := d.as(ScopeReview).As(c.who)
		got := must[wire.ReviewItem](t)(as.Item(t.Context(), c.item))
		if (got.Detail != nil) != c.full {
			t.Errorf("%q sees of %s: %+v", c.who, c.item, got)
		}
		h := must[wire.ReviewHistory](t)(as.History(t.Context(), c.item))
		if c.full && len(h.Events) == 0 || !c.full && c.item != disputed && len(h.Events) > 0 {
			t.Errorf("%q sees of %s: %+v", c.who, c.item, h)
		}
	}
	own := must[wire.ReviewHistory](t)(anna.History(t.Context(), disputed))
	if len(own.Decisions) != 1 || own.Decisions[0].Reviewer != "anna" || own.Decisions[0].Role != "" || len(own.Events) != 2 {
		t.Errorf("anna's history: %s", asText(own))
	}
	all := must[wire.ReviewHistory](t)(lead.History(t.Context(), disputed))
	if len(all.Decisions) != 2 || all.Decisions[1].Reviewer != "ben" || all.Decisions[1].Role != "look" || len(all.Events) != 5 {
		t.Errorf("the lead's history: %s", asText(all))
	}
	if got := must[wire.ReviewItemList](t)(judge.Items(t.Context(), client.ReviewFilter{State: "disputed"})); len(got.Items) != 1 || got.Items[0].ID != disputed {
		t.Errorf("%s", asText(got))
	}
	if _, err := judge.Items(t.Context(), client.ReviewFilter{State: "known"}); code(err) != string(review.CodeRole) {
		t.Errorf("the adjudicator lists known items: %v", err)
	}
	if got := must[wire.ReviewItemList](t)(d.front().Items(t.Context(), client.ReviewFilter{State: "known"})); len(got.Items) != 1 || got.Items[0].Detail.Known["severity"] != "critical" {
		t.Errorf("%s", asText(got))
	}
}
