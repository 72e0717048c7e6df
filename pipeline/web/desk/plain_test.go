package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// both runs a test on every store.
func both(t *testing.T, set settings, run func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { run(t, sqliteWorld(t, set)) })
	t.Run("postgres", func(t *testing.T) { run(t, postgresWorld(t, set)) })
}

func with(fields url.Values, more ...string) url.Values {
	out := url.Values{}
	for k, v := range fields {
		out[k] = v
	}
	for i := 0; i+1 < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// decisions are all that stand of an item's claim.
func (w *world) decisions(t testing.TB, claim string) []store.ReviewDecision {
	t.Helper()
	all, err := w.store.Decisions(t.Context(), store.DecisionFilter{Claim: claim, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return review.Standing(all)
}

// TestWithoutScript is a reviewer's day by plain forms: sign in, answer, what is wrong with an
// answer, skip, hold, undo, sign out.
func TestWithoutScript(t *testing.T) {
	both(t, settings{}, func(t *testing.T, w *world) {
		anna := w.person(t, "anna")
		claims := w.fill(t, 4, 1, "severity", "symptom")
		v := w.visitor(t)
		if p := v.get(t, "/review/history"); p.Request.URL.String() != w.server.URL+"/review/sign-in?to=%2Freview%2Fhistory" {
			t.Fatalf("a stranger is led to %s", p.Request.URL)
		}
		p := v.post(t, "/review/sign-in", url.Values{"name": {"anna"}, "password": {"wrong"}})
		p.has(t, "Name or password is wrong", `value="anna"`)
		p = v.post(t, "/review/sign-in", url.Values{"name": {"anna"}, "password": {password}, "to": {"/review/history"}})
		p.has(t, "Nothing on this day")
		v.get(t, "/review/").has(t, "<b>4</b> wait", "Begin")

		first := v.post(t, "/review/next", nil)
		path, form := first.form(t)
		first.has(t, claims[0].Claim.Product, `name="axis.severity"`, `name="axis.symptom"`, "Cannot be told", "the model was not sure enough", `lang="en"`, "<mark class=")
		if strings.Contains(first.body, `name="axis.component"`) {
			t.Error("an axis is shown that was not asked for")
		}
		p = v.post(t, path, with(form, "axis.severity", "=major", "why", "looks bad"))
		if p.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("an answer that lacks a label gets %d", p.StatusCode)
		}
		p.has(t, "Still open: Symptom", `value="=major" checked`, `value="looks bad"`)
		p = v.post(t, path, with(form, "axis.severity", "=nonsense", "axis.symptom", "?"))
		p.has(t, "The taxonomy has no label")
		second := v.post(t, path, with(form, "axis.severity", "=major", "axis.symptom", "?", "why", "looks bad", "took", "2500", "shown", "1"))
		second.has(t, "Kept: Symptom: cannot be told, Severity: Major.", claims[1].Claim.Product, "Take it back")
		d := w.decisions(t, claims[0].ID)
		if len(d) != 1 || d[0].Reviewer != anna.ID || d[0].Labels["severity"] != "major" || d[0].Labels["symptom"] != "" || d[0].Why != "looks bad" || d[0].Took != 2500*time.Millisecond || !d[0].Shown {
			t.Errorf("kept was %+v", d)
		}

		path, form = second.form(t)
		third := v.post(t, path, with(form, "do", "later"))
		third.has(t, "Held for later", claims[2].Claim.Product)
		path, form = third.form(t)
		p = v.post(t, path, with(form, "do", "skip"))
		p.has(t, "Say in a word why")
		back := v.post(t, path, with(form, "do", "skip", "skip", "no idea"))
		back.has(t, "Skipped", claims[1].Claim.Product) // what was held comes again
		again := v.post(t, "/review/undo", url.Values{"decision": {d[0].ID}})
		again.has(t, "Taken back", claims[0].Claim.Product, `value="=major" checked`)
		if len(w.decisions(t, claims[0].ID)) != 0 {
			t.Error("a decision that was taken back stands")
		}
		v.get(t, "/review/history").has(t, "taken back", "looks bad")
		p = v.post(t, "/review/sign-out", nil)
		p.has(t, "You are signed out")
		held, err := w.store.Held(t.Context(), anna.ID, time.Now())
		if err != nil || len(held) != 0 {
			t.Errorf("whoever left still has %d items (%v)", len(held), err)
		}
	})
}

// An item that went to somebody else: told in plain words, and nothing that was entered is lost.
func TestConflict(t *testing.T) {
	w := sqliteWorld(t, settings{queue: func(c *review.Config) { c.Lease = 300 * time.Millisecond }})
	w.person(t, "anna")
	w.person(t, "ben-jamin")
	claims := w.fill(t, 1, 1, "severity")
	anna, ben := w.visitor(t), w.visitor(t)
	anna.signIn(t, "anna")
	ben.signIn(t, "ben-jamin")
	path, form := anna.post(t, "/review/next", nil).form(t)
	time.Sleep(400 * time.Millisecond)
	item := strings.TrimPrefix(path, "/review/items/")
	who, err := w.store.ReviewerByName(t.Context(), "ben-jamin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.LeaseReview(t.Context(), store.Lease{IDs: []string{item}, Holder: who.ID, At: time.Now(), Until: time.Now().Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	p := anna.post(t, path, with(form, "axis.severity", "=minor", "why", "a long thought"))
	if p.StatusCode != http.StatusConflict {
		t.Errorf("status %d", p.StatusCode)
	}
	p.has(t, "Somebody else has this claim", "Severity: Minor", "a long thought", "was not kept")
	if len(w.decisions(t, claims[0].ID)) != 0 {
		t.Error("the late answer was kept")
	}
	p = anna.get(t, path)
	if p.StatusCode != http.StatusConflict {
		t.Errorf("the item of another is shown with status %d", p.StatusCode)
	}
}

// TestSuggestionHidden: nothing of the model's answer is on the page until it is asked for, and
// then the decision says so.
func TestSuggestionHidden(t *testing.T) {
	for name, set := range map[string]settings{"queue": {queue: func(c *review.Config) { c.HideSuggestion = true }}, "reviewer": {}} {
		t.Run(name, func(t *testing.T) {
			w := sqliteWorld(t, set)
			w.person(t, "anna")
			claims := w.fill(t, 2, 1, "severity")
			v := w.visitor(t)
			v.signIn(t, "anna")
			if name == "reviewer" {
				v.post(t, "/review/settings", url.Values{"do": {"pages"}, "hide": {"1"}, "keys": {"1"}}).has(t, "Your settings are kept", `name="hide" value="1" checked`)
			}
			p := v.post(t, "/review/next", nil)
			for _, tell := range []string{"<mark", " %", "data-model", `class="choice d0 best`, "The model was not sure"} {
				if strings.Contains(p.body, tell) {
					t.Errorf("the page has %q while the answer is hidden", tell)
				}
			}
			path, form := p.form(t)
			p = v.post(t, path, with(form, "do", "show", "axis.severity", "=minor", "why", "hm"))
			p.has(t, "<mark", "data-model", `name="shown" value="1"`, `value="=minor" checked`, `value="hm"`)
			v.post(t, path, with(form, "axis.severity", "=minor", "shown", "1"))
			if d := w.decisions(t, claims[0].ID); len(d) != 1 || !d[0].Shown {
				t.Errorf("kept: %+v", d)
			}
		})
	}
}

// TestDoubleReview: two decide blindly, a third sees both without names.
func TestDoubleReview(t *testing.T) {
	both(t, settings{}, func(t *testing.T, w *world) {
		w.person(t, "anna")
		w.person(t, "ben-jamin")
		cleo := w.person(t, "cleo", store.AdjudicatorRole)
		claims := w.fill(t, 1, 2, "severity", "symptom")
		answer := func(name, severity string) page {
			v := w.visitor(t)
			v.signIn(t, name)
			p := v.post(t, "/review/next", nil)
			path, form := p.form(t)
			if strings.Contains(p.body, "Answer A") || strings.Contains(p.body, "disagree") {
				t.Errorf("%s sees that there is another answer", name)
			}
			return v.post(t, path, with(form, "axis.severity", severity, "axis.symptom", "=crack_break", "why", "says "+severity))
		}
		answer("anna", "=minor")
		answer("ben-jamin", "=critical").has(t, "Nothing else waits")
		v := w.visitor(t)
		v.signIn(t, "cleo")
		v.get(t, "/review/").has(t, "<b>1</b> on which two disagree")
		p := v.post(t, "/review/next", nil)
		p.has(t, "Two disagree: you decide", "Answer A", "Answer B", "they differ here", "says =minor", "says =critical", `class="by">A`)
		for _, name := range []string{"anna", "ben-jamin"} {
			if strings.Contains(p.body, name) {
				t.Errorf("the adjudicator sees the name of %s", name)
			}
		}
		path, form := p.form(t)
		v.post(t, path, with(form, "axis.severity", "=critical", "axis.symptom", "=crack_break"))
		labels, err := review.Labels(t.Context(), w.store, claims[0].ID)
		if err != nil || labels["severity"].Label != "critical" || labels["severity"].Reviewer != cleo.ID {
			t.Errorf("%+v, %v", labels, err)
		}
	})
}

// TestKnownItems: a page, and a reviewer's history and figures, tell nothing of known items.
func TestKnownItems(t *testing.T) {
	page := func(known bool) string {
		w := sqliteWorld(t, settings{queue: func(c *review.Config) { c.KnownShare = 1 }})
		w.person(t, "anna")
		claims := w.fill(t, 1, 1, "severity")
		if known {
			list, err := w.store.ReviewsOf(t.Context(), claims[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.store.AddReviews(t.Context(), []store.NewReview{w.planner.Known(claims[0], map[string]string{"severity": "minor"}, "admin")})
			if err != nil {
				t.Fatal(err)
			}
			r := list[0]
			r.State = store.ReviewDropped
			if err := w.store.ChangeReview(t.Context(), r, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		v := w.visitor(t)
		v.signIn(t, "anna")
		p := v.post(t, "/review/next", nil)
		path, form := p.form(t)
		text := p.body
		v.post(t, path, with(form, "axis.severity", "=minor"))
		text += v.get(t, "/review/history").body + v.get(t, "/review/").body
		return scrub(text)
	}
	if a, b := page(false), page(true); a != b {
		t.Errorf("pages of a known item differ:\n%s", firstDifference(a, b))
	}
}

// scrub takes away what differs between any two runs: ids, versions and times.
func scrub(s string) string {
	for _, cut := range [][2]string{{"/items/", `"`}, {`data-item="`, `"`}, {`data-version="`, `"`}, {`name="version" value="`, `"`}, {`name="at" value="`, `"`},
		{`name="decision" value="`, `"`}, {`<time datetime="`, `</time>`}, {"<span>", "</span>"}, {"the median", "<"}, {`<td class="p">`, "<"}} {
		var b strings.Builder
		for {
			before, rest, ok := strings.Cut(s, cut[0])
			b.WriteString(before)
			if !ok {
				break
			}
			_, s, _ = strings.Cut(rest, cut[1])
		}
		s = b.String()
	}
	return s
}

func firstDifference(a, b string) string {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(la), len(lb)) {
		if la[i] != lb[i] {
			return la[i] + "\n--\n" + lb[i]
		}
	}
	return "one is longer"
}

// TestUnit: what is known of the unit and its other claims.
func TestUnit(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.person(t, "anna")
	claims := w.fill(t, 8, 1, "severity")
	_, err := w.store.PutUnits(t.Context(), []store.Unit{{Serial: claims[0].Claim.Serial, SKU: claims[0].Claim.SKU, Batch: "B26-99", Plant: "Gera", Lots: []store.LotRef{{Component: "hinge", Code: "L-7", Supplier: "Nordmetal"}}}})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor(t)
	v.signIn(t, "anna")
	v.post(t, "/review/next", nil).has(t, "Unit "+claims[0].Claim.Serial, "B26-99", "Gera", "Lot L-7", "hinge Nordmetal", "Its other claims", "Nearest claims", "Alike in text")
}
