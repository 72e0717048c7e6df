package lead

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/store"
)

// both runs a test on every store.
func both(t *testing.T, run func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { run(t, sqliteWorld(t)) })
	t.Run("postgres", func(t *testing.T) { run(t, postgresWorld(t)) })
}

// rows gives the rows of a page's tables, cells parted by bars.
func (p answerPage) rows() []string {
	var out []string
	for _, e := range p.all {
		switch e.Name {
		case "tr":
			out = append(out, "")
		case "th", "td":
			if last := &out[len(out)-1]; *last != "" {
				*last += " | "
			}
			out[len(out)-1] += looktest.Texts([]*looktest.Element{e})[0]
		}
	}
	for i := range out {
		out[i] = strings.Join(strings.Fields(out[i]), " ")
	}
	return out
}

// has checks that rows are on the page.
func (p answerPage) has(t *testing.T, rows ...string) {
	t.Helper()
	all := p.rows()
	for _, want := range rows {
		if !slices.ContainsFunc(all, func(row string) bool { return strings.HasPrefix(row, want) }) {
			t.Errorf("%s lacks the row %q; it has %q", p.Request.URL, want, slices.DeleteFunc(slices.Clone(all), func(row string) bool { return !strings.HasPrefix(row, strings.Fields(want)[0]) }))
		}
	}
}

// TestWhoComesIn: nobody without signing in, no mere reviewers, and only admins change anything.
func TestWhoComesIn(t *testing.T) {
	w := sqliteWorld(t)
	w.team(t)
	paths := []string{"/", "/agreement", "/confusions", "/claims/x", "/taxonomy", "/taxonomy/versions", "/taxonomy/versions/starter@1", "/taxonomy/edit"}
	for _, path := range paths {
		p := w.signedIn(t, "").get(t, "/review/lead"+path)
		if want := "/review/sign-in?to=" + url.QueryEscape("/review/lead"+path); p.StatusCode != http.StatusSeeOther || p.Header.Get("Location") != want {
			t.Errorf("a stranger at %s: %d to %s", path, p.StatusCode, p.Header.Get("Location"))
		}
		if p := w.signedIn(t, "anna").get(t, "/review/lead"+path); p.StatusCode != http.StatusForbidden || !strings.Contains(p.body, "for adjudicators and admins") {
			t.Errorf("a reviewer at %s: %d", path, p.StatusCode)
		}
	}
	for who, want := range map[string]int{"": http.StatusUnauthorized, "anna": http.StatusForbidden, "cleo": http.StatusForbidden} {
		if p := w.signedIn(t, who).post(t, "/review/lead/taxonomy/edit", url.Values{"do": {"publish"}}); p.StatusCode != want {
			t.Errorf("%q publishes: %d", who, p.StatusCode)
		}
	}
	for who, want := range map[string]int{"": http.StatusUnauthorized, "anna": http.StatusForbidden, "cleo": http.StatusNotFound} {
		if p := w.signedIn(t, who).get(t, "/review/lead/taxonomy/versions/starter@1/taxonomy.yaml"); p.StatusCode != want {
			t.Errorf("%q downloads: %d", who, p.StatusCode)
		}
	}
	cleo := w.signedIn(t, "cleo")
	if p := cleo.get(t, "/review/lead/taxonomy"); p.StatusCode != http.StatusOK || strings.Contains(p.body, "/taxonomy/edit") {
		t.Errorf("an adjudicator at the taxonomy: %d", p.StatusCode)
	}
	if p := cleo.get(t, "/review/lead/taxonomy/edit"); p.StatusCode != http.StatusForbidden {
		t.Errorf("an adjudicator at the editor: %d", p.StatusCode)
	}
	r, err := http.NewRequest("POST", w.server.URL+"/review/lead/taxonomy/edit", strings.NewReader("do=publish"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	got, err := w.signedIn(t, "dora").Do(r)
	if err != nil || got.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site: %v %v", got, err)
	}
	got.Body.Close()
}

// TestEmptyWorld: every page of a team that has done nothing yet.
func TestEmptyWorld(t *testing.T) {
	w := sqliteWorld(t)
	w.team(t)
	v := w.signedIn(t, "dora")
	for path, want := range map[string]string{"/": "Nothing waits.", "/agreement": "No two people", "/confusions": "no other label", "/taxonomy": "None that is sure", "/taxonomy/versions": "starter@1, that of the model, holds", "/taxonomy/edit": "version <b>2</b>", "/models": "None is registered"} {
		if p := v.get(t, "/review/lead"+path); p.StatusCode != http.StatusOK || !strings.Contains(p.body, want) {
			t.Errorf("%s: %d %q", path, p.StatusCode, p.texts("p", ""))
		}
	}
	for _, path := range []string{"/?days=7", "/agreement?by=year", "/confusions?axis=colour", "/taxonomy/edit?do=turn", "/taxonomy/edit?do=merge&axis=symptom&label=leak&other=none"} {
		if p := v.get(t, "/review/lead"+path); p.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
	for _, path := range []string{"/nowhere", "/claims/01940000-0000-7000-8000-00000000000f", "/taxonomy/versions/starter@9", "/taxonomy/versions/starter@9/mapping.yaml"} {
		if p := v.get(t, "/review/lead"+path); p.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
}

// TestFigures: what the pages say of a team's five months.
func TestFigures(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.story(t)
		v := w.signedIn(t, "cleo")
		p := v.get(t, "/review/lead/?days=365")
		p.has(t, "Open, for any reviewer | 12 | | 36 hours | overdue", "the model was not sure enough | 12 | | 36 hours", "Disputed, for an adjudicator | 1 | | 36 hours | none",
			"Severity | 67 % 54 % to 77 % (40 of 60) | 67 %", "Root cause | 100 %", "anna | 181 |", "cleo | 40 |")
		if text := strings.Join(p.texts("p", ""), " "); !strings.Contains(text, "13 wait. At the pace of the last 7 days") || !strings.Contains(text, "the queue is empty on") {
			t.Errorf("the forecast: %s", text)
		}
		if n := len(looktest.Find(p.all, "svg", "days")); n != 3 {
			t.Errorf("%d drawings of a day's work", n)
		}
		if n := len(looktest.Find(p.all, "figure", "plot")); n != 3 {
			t.Errorf("%d plots of accuracy by month", n)
		}
		v.get(t, "/review/lead/agreement").has(t, "Symptom | 121 | 66 %", "anna and benjamin | Symptom | 34 %")
		weeks := len(v.get(t, "/review/lead/agreement?by=week").rows())
		if months := len(v.get(t, "/review/lead/agreement").rows()); weeks < months+12 {
			t.Errorf("%d rows by week, %d by month", weeks, months)
		}

		p = v.get(t, "/review/lead/confusions?days=365")
		got := p.rows()[1:]
		want := []string{"Minor | Critical | Severity | 150 |", "Minor | Major | Severity | 35 |"}
		for i, row := range want {
			if !strings.HasPrefix(got[i], row) {
				t.Errorf("confusion %d is %q, want %q", i, got[i], row)
			}
		}
		if one := v.get(t, "/review/lead/confusions?axis=symptom").rows()[1:]; len(one) != 2 || !strings.Contains(one[0], "Symptom") {
			t.Errorf("on one axis: %q", one)
		}
		for _, e := range looktest.Find(p.all, "a", "") {
			if strings.Contains(e.Attrs["href"], "/claims/") {
				c := v.get(t, e.Attrs["href"])
				if text := strings.Join(c.texts("li", ""), " "); c.StatusCode != http.StatusOK || !strings.Contains(text, "Severity: Critical") {
					t.Errorf("the example says %s", text)
				}
				break
			}
		}
	})
}

// TestOpenAnswersStayHidden: an adjudicator may yet have to answer what is open or disputed, so
// that the claim's page does not show who said what.
func TestOpenAnswersStayHidden(t *testing.T) {
	w := sqliteWorld(t)
	w.team(t)
	claim, id := w.queued(t, item{text: "x", suggested: map[string]string{"symptom": "leak"}, looks: 2})
	w.answer(t, "anna", id, map[string]string{"symptom": "tear_seam"})
	v := w.signedIn(t, "cleo")
	if p := v.get(t, "/review/lead/claims/"+claim); !strings.Contains(p.body, "Nothing that is settled") || strings.Contains(p.body, "Tear") {
		t.Error("an open look is shown")
	}
	w.answer(t, "benjamin", id, map[string]string{"symptom": "leak"})
	if p := v.get(t, "/review/lead/claims/"+claim); strings.Contains(p.body, "Tear") {
		t.Error("a disputed look is shown")
	}
	w.answer(t, "cleo", id, map[string]string{"symptom": ""})
	if text := strings.Join(v.get(t, "/review/lead/claims/"+claim).texts("article", ""), " "); !strings.Contains(text, "anna looked") || !strings.Contains(text, "cleo adjudicated") || !strings.Contains(text, "cannot be told") {
		t.Errorf("settled: %s", text)
	}
}

// TestTroubleStartsRevisions: every suggestion's button fills the editor with a proposal that
// previews as it stands.
func TestTroubleStartsRevisions(t *testing.T) {
	w := sqliteWorld(t)
	w.story(t)
	v := w.signedIn(t, "dora")
	p := v.get(t, "/review/lead/taxonomy")
	p.has(t, "Minor minor", "Tear or open seam tear_seam")
	kinds := p.texts("span", "state")
	if want := []string{"Mixed up", "Two things under one name", "Two things under one name", "Often cannot be told"}; !cmp.Equal(kinds, want) {
		t.Errorf("trouble: %q, want %q", kinds, want)
	}
	buttons := looktest.Find(p.all, "a", "button")
	if len(buttons) != 8 {
		t.Fatalf("%d buttons: %q", len(buttons), looktest.Texts(buttons))
	}
	for _, b := range buttons {
		form := v.get(t, b.Attrs["href"]).form(t)
		got := v.post(t, "/review/lead/taxonomy/edit", with(form, "do", "preview"))
		if got.StatusCode != http.StatusOK || len(looktest.Find(got.all, "section", "sheet")) != 1 {
			t.Errorf("%s does not preview: %d %q", b.Attrs["href"], got.StatusCode, got.texts("li", ""))
		}
		text := got.body
		switch want := strings.Contains(b.Attrs["href"], "do=split") || strings.Contains(b.Attrs["href"], "do=remove"); {
		case strings.Contains(text, "people decide anew") != want && !strings.Contains(b.Attrs["href"], "remove-axis"):
			t.Errorf("%s: people decide anew: %v", b.Attrs["href"], !want)
		}
	}
}

func storeVersions(t *testing.T, w *world) []store.TaxonomyVersion {
	t.Helper()
	list, err := w.store.Taxonomies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFiguresAreInTheLatestLabels: once two labels are one, nobody confuses them any more, and
// what people decided before counts for the one.
func TestFiguresAreInTheLatestLabels(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.story(t)
		v := w.signedIn(t, "dora")
		before := v.get(t, "/review/lead/taxonomy")
		before.has(t, "Crack or break crack_break Cracked, broken, snapped, shattered | 30 | | 34", "Tear or open seam tear_seam Torn, hole, seam or stitch open, zip failed | 31 | | 26")
		form := v.get(t, editPath+"?do=merge&axis=symptom&label=crack_break&other=tear_seam").form(t)
		if p := v.post(t, editPath, with(form, "do", "publish", "why", "alike")); p.StatusCode != http.StatusOK {
			t.Fatal(p.StatusCode)
		}
		w.later(day / 4)
		w.decided(t, "anna", item{text: "cracked", suggested: map[string]string{"symptom": "crack_break"}}, map[string]string{"symptom": "crack_break"})
		w.decided(t, "anna", item{text: "torn, on an old page", suggested: map[string]string{"symptom": "tear_seam"}}, map[string]string{"symptom": "tear_seam"})
		w.later(day / 24)
		v = w.signedIn(t, "dora")
		after := v.get(t, "/review/lead/taxonomy")
		after.has(t, "Crack or break or Tear or open seam crack_break Cracked, broken, snapped, shattered; Torn, hole, seam or stitch open, zip failed | 63 | | 62")
		if kinds := after.texts("span", "state"); slices.Contains(kinds, "Mixed up") {
			t.Errorf("trouble: %q", kinds)
		}
		if p := v.get(t, "/review/lead/confusions?axis=symptom&days=365"); len(p.rows()) != 0 {
			t.Errorf("confusions: %q", p.rows())
		}
		v.get(t, "/review/lead/agreement").has(t, "Symptom | 121 | 100 %")
	})
}

// TestMarkKnown: a lead lets a settled claim measure reviewers, by a plain form.
func TestMarkKnown(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.team(t)
		c, id := w.queued(t, item{text: "leaks", suggested: map[string]string{"severity": "minor"}})
		v := w.signedIn(t, "cleo")
		if p := v.get(t, "/review/lead/claims/"+c); strings.Contains(p.body, "Mark as known") {
			t.Error("a claim that waits can be marked")
		}
		w.answer(t, "anna", id, map[string]string{"severity": "major"})
		path := "/review/lead/claims/" + c + "/known"
		if p := v.post(t, path, nil); p.StatusCode != http.StatusOK || !strings.Contains(p.body, "may still change") {
			t.Errorf("an answer that can be taken back: %d", p.StatusCode)
		}
		w.later(time.Hour)
		for who, want := range map[string]int{"": http.StatusUnauthorized, "anna": http.StatusForbidden} {
			if p := w.signedIn(t, who).post(t, path, nil); p.StatusCode != want {
				t.Errorf("%q marks: %d", who, p.StatusCode)
			}
		}
		if p := w.signedIn(t, "anna").get(t, "/review/lead/"); strings.Contains(p.body, ">Lead<") {
			t.Error("the navigation shows a reviewer what is not for him")
		}
		p := v.get(t, "/review/lead/claims/"+c)
		if !strings.Contains(p.body, ">Lead<") || !strings.Contains(p.body, "Mark as known") {
			t.Error("the page has no button, or no way back")
		}
		p = v.post(t, path, url.Values{"why": {"clear"}})
		if p.StatusCode != http.StatusOK || !strings.Contains(p.body, "measures reviewers from now on") || strings.Contains(p.body, "Mark as known") {
			t.Errorf("marked: %d %s", p.StatusCode, p.body)
		}
		// Dora may get it, so that her page does not tell.
		if p := w.signedIn(t, "dora").get(t, "/review/lead/claims/"+c); !strings.Contains(p.body, "Mark as known") {
			t.Error("who may get a known item reads that it is one")
		}
		items, err := w.store.ReviewsOf(t.Context(), c)
		if err != nil || len(items) != 2 || items[1].State != store.ReviewKnown {
			t.Fatalf("%+v, %v", items, err)
		}
		w.answer(t, "benjamin", items[1].ID, map[string]string{"severity": "major"})
		w.later(time.Minute)
		v.get(t, "/review/lead/").has(t, "benjamin | 1 | ")
		if row := strings.Join(v.get(t, "/review/lead/").rows(), "\n"); !strings.Contains(row, "(1 of 1)") {
			t.Errorf("the overview does not tell how benjamin did:\n%s", row)
		}
		if p := v.get(t, "/review/lead/claims/"+c); !strings.Contains(p.body, "answered 1 time.") {
			t.Error("the page does not count answers")
		}
	})
}

// registered keeps three models: one that answers, one that missed its gates, one never judged.
func (w *world) registered(t testing.TB) {
	t.Helper()
	for n, gate := range []string{`{"passed":true,"sets":[{"name":"reviewed","claims":412}]}`, `{"passed":false,"sets":[{"name":"reviewed","claims":412}],"reasons":["severity lost 4 points"]}`, ""} {
		m := store.Model{Digest: fmt.Sprintf("sha256:%064x", n+1), Name: fmt.Sprint("model ", n+1), Taxonomy: "starter@1", By: "anna", At: w.now().Add(time.Duration(n) * time.Minute), Passed: n == 0, Archive: "a", Gate: json.RawMessage(gate)}
		if err := w.store.AddModel(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.store.Promote(t.Context(), store.Promotion{Model: fmt.Sprintf("sha256:%064x", 1), By: "anna"}); err != nil {
		t.Fatal(err)
	}
}

// TestModels: what was registered, with what judging gave.
func TestModels(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.team(t)
		w.registered(t)
		rows := strings.Join(w.signedIn(t, "cleo").get(t, "/review/lead/models").rows(), "\n")
		for _, want := range []string{"model 1 000000000000 live | passed | reviewed (412 claims) | starter@1", "model 2 000000000000 | missed severity lost 4 points | reviewed (412 claims)", "model 3 000000000000 | not judged"} {
			if !strings.Contains(rows, want) {
				t.Errorf("no row %q in\n%s", want, rows)
			}
		}
		if p := w.signedIn(t, "anna").get(t, "/review/lead/models"); p.StatusCode != http.StatusForbidden {
			t.Errorf("a reviewer: %d", p.StatusCode)
		}
	})
}
