package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/taxonomy"
)

// publish makes a draft the version that holds.
func (w *world) publish(t testing.TB, d revision.Draft, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	p, err := revision.Read(w.versions.Taxonomy(), d.Document, d.Mapping)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.versions.Publish(t.Context(), p, "lead", "test", time.Now()); err != nil {
		t.Fatal(err)
	}
}

// whole is a form as the page has it, with the version of the taxonomy.
func (p page) whole(t testing.TB) (path string, fields url.Values) {
	t.Helper()
	path, fields = p.form(t)
	_, rest, ok := strings.Cut(p.body, `name="taxonomy" value="`)
	if !ok {
		t.Fatal("the form names no version of the taxonomy")
	}
	version, _, _ := strings.Cut(rest, `"`)
	fields.Set("taxonomy", version)
	return path, fields
}

// TestVersionWhileAPageIsOpen: a lead publishes while a reviewer answers.
func TestVersionWhileAPageIsOpen(t *testing.T) {
	both(t, settings{}, func(t *testing.T, w *world) {
		w.person(t, "anna")
		claims := w.fill(t, 2, 1, "severity", "symptom")
		v := w.visitor(t)
		v.signIn(t, "anna")
		p := v.post(t, "/review/next", nil)
		path, form := p.whole(t)
		if form.Get("taxonomy") != "starter@1" {
			t.Errorf("the page is of %s", form.Get("taxonomy"))
		}
		draft, err := revision.Split(taxonomy.Starter(), "severity", "minor")
		w.publish(t, draft, err)

		// The label is two by now: the page comes back with what still holds.
		p = v.post(t, path, with(form, "axis.severity", "=minor", "axis.symptom", "=crack_break", "why", "clear"))
		if p.StatusCode != http.StatusUnprocessableEntity || len(w.decisions(t, claims[0].ID)) != 0 {
			t.Errorf("%d, kept %v", p.StatusCode, w.decisions(t, claims[0].ID))
		}
		p.has(t, "The taxonomy changed while you had this claim", "starter@2", `value="=minor_1"`, `value="=crack_break" checked`, `value="clear"`, `name="taxonomy" value="starter@2"`)
		if strings.Contains(p.body, `value="=minor"`) {
			t.Error("the old label is still offered")
		}
		_, form = p.whole(t)
		next := v.post(t, path, with(form, "axis.severity", "=minor_2", "axis.symptom", "=crack_break"))
		next.has(t, "Severity: Minor, second kind.")

		// What still exists, or became another label, is taken from an old page.
		path, form = next.whole(t)
		draft, err = revision.Merge(w.versions.Taxonomy(), "severity", "minor_1", "minor_2")
		w.publish(t, draft, err)
		v.post(t, path, with(form, "axis.severity", "=minor_2", "axis.symptom", "=crack_break")).has(t, "Severity: Minor, first kind or Minor, second kind.")
		if d := w.decisions(t, claims[1].ID); len(d) != 1 || d[0].Labels["severity"] != "minor_1" {
			t.Errorf("kept: %+v", d)
		}
		v.get(t, "/review/history").has(t, "Severity: Minor, first kind or Minor, second kind")
		draft, err = revision.Remove(w.versions.Taxonomy(), "severity", "minor_1")
		w.publish(t, draft, err)
		v.get(t, "/review/history").has(t, "not in the taxonomy any more")
	})
}

// TestAxisGivenUp: an item whose only question is gone says what to do with it.
func TestAxisGivenUp(t *testing.T) {
	both(t, settings{}, func(t *testing.T, w *world) {
		w.person(t, "anna")
		w.fill(t, 1, 1, "symptom")
		v := w.visitor(t)
		v.signIn(t, "anna")
		p := v.post(t, "/review/next", nil)
		path, form := p.whole(t)
		draft, err := revision.RemoveAxis(w.versions.Taxonomy(), "symptom")
		w.publish(t, draft, err)
		p = v.post(t, path, with(form, "axis.symptom", "=crack_break"))
		if p.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("status %d", p.StatusCode)
		}
		p.has(t, "does not ask this any more", "Skip it, and say so")
		_, form = p.whole(t)
		v.post(t, path, url.Values{"version": form["version"], "do": {"skip"}, "skip": {"its axis is gone"}}).has(t, "Skipped.")
	})
}
