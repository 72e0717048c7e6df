package board

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/recall"
	"github.com/defekt/defekt/pipeline/store"
)

func (w *world) act(version int64, do string, fields ...string) reply {
	w.Helper()
	form := url.Values{"do": {do}, "version": {fmt.Sprint(version)}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.post("/quality/patterns/"+w.alarm().ID, form)
}

// TestActOnPattern: what people do with a pattern is kept with their name and reason.
func TestActOnPattern(t *testing.T) {
	w := newWorld(t, nil)
	if p := w.act(1, "dismiss"); p.StatusCode != 422 || !strings.Contains(p.body, "A reason is needed") {
		t.Errorf("without a reason: %d", p.StatusCode)
	}
	p := w.act(1, "acknowledge", "why", "I ask ACME")
	if p.StatusCode != 200 {
		t.Errorf("%d %s", p.StatusCode, p.body)
	}
	a := w.alarm()
	if a.State != store.AlarmAcknowledged || a.Version != 2 {
		t.Fatalf("%+v", a)
	}
	has(t, "trail", texts(t, w.get("/quality/patterns/"+a.ID), "tr", ""), "annaI ask ACME")
	if p := w.act(2, "issue", "text", "brittle hinge", "resolution", "replace the lid"); p.StatusCode != 200 {
		t.Error(p.StatusCode)
	}
	if a := w.alarm(); a.Known == nil || a.Known.Resolution != "replace the lid" {
		t.Errorf("%+v", a.Known)
	}
	has(t, "the unit's page", texts(t, w.get("/quality/units/BAD-0005"), "p", ""), "replace the lid")
	if p := w.act(3, "no-issue"); p.StatusCode != 200 || w.alarm().Known != nil {
		t.Errorf("%d %+v", p.StatusCode, w.alarm().Known)
	}
	if p := w.act(4, "close", "why", "recalled"); p.StatusCode != 200 || w.alarm().State != store.AlarmClosed {
		t.Errorf("%d %+v", p.StatusCode, w.alarm())
	}
	has(t, "over this week", texts(t, w.get("/quality/"), "tr", ""), "recalled")
	for _, bad := range []string{"explode", ""} {
		if p := w.act(5, bad, "why", "x"); p.StatusCode != 422 {
			t.Errorf("button %q: %d", bad, p.StatusCode)
		}
	}
	if p := w.act(5, "acknowledge"); p.StatusCode != 409 || !strings.Contains(p.body, "Not in this state") {
		t.Errorf("a closed one: %d", p.StatusCode)
	}
	if p := w.post("/quality/patterns/"+w.alarm().ID, url.Values{"do": {"close"}}); p.StatusCode != 400 {
		t.Errorf("without a version: %d", p.StatusCode)
	}
}

// TestConflict: who comes second is told, changes nothing, and keeps what he wrote.
func TestConflict(t *testing.T) {
	w := newWorld(t, nil)
	w.act(1, "acknowledge", "why", "first")
	p := w.act(1, "dismiss", "why", "a long thought")
	all := looktest.Elements(t, p.body)
	if p.StatusCode != 409 || w.alarm().State != store.AlarmAcknowledged {
		t.Errorf("%d, %s", p.StatusCode, w.alarm().State)
	}
	has(t, "notice", looktest.Texts(looktest.Find(all, "div", "notice")), "It was changed after you had opened the page. Nothing of yours was done.")
	has(t, "what was written", looktest.Texts(looktest.Find(all, "textarea", "")), "a long thought")
	for _, in := range looktest.Find(all, "input", "") {
		if in.Attrs["name"] == "version" && in.Attrs["value"] != "2" {
			t.Errorf("the form is of version %s", in.Attrs["value"])
		}
	}
}

// TestCAPA: from the pattern to the closed action, which cannot close before its check says so.
func TestCAPA(t *testing.T) {
	w := newWorld(t, nil)
	if p := w.act(1, "capa", "owner", "ben", "why", " "); p.StatusCode != 422 || !strings.Contains(p.body, "Say why") {
		t.Errorf("without a reason: %d", p.StatusCode)
	}
	p := w.act(1, "capa", "owner", "ben", "why", "too many cracks")
	path := p.Request.URL.Path
	if p.StatusCode != 200 || !strings.HasPrefix(path, "/quality/capas/") {
		t.Fatalf("%d %s", p.StatusCode, path)
	}
	id := strings.TrimPrefix(path, "/quality/capas/")
	c := must[store.CAPA](t)(w.store.CAPA(t.Context(), id))
	if c.Supplier != "ACME" || c.SKU != "K-1" || c.Owner != "ben" || c.Firings[0].Key != w.alarm().ID {
		t.Errorf("%+v", c)
	}
	if again := w.act(1, "capa", "owner", "ben", "why", "more"); again.Request.URL.Path != path {
		t.Errorf("a second action of the same cause: %s", again.Request.URL)
	}
	do := func(want int, do string, fields ...string) reply {
		t.Helper()
		form := url.Values{"do": {do}, "version": {fmt.Sprint(must[store.CAPA](t)(w.store.CAPA(t.Context(), id)).Version)}}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		p := w.post(path, form)
		if p.StatusCode != want {
			t.Errorf("%s %v: %d, want %d: %q", do, fields, p.StatusCode, want, texts(t, p, "div", "notice"))
		}
		return p
	}
	has(t, "why not", texts(t, p, "li", ""), "Steps are not done: D1, D2")
	do(422, "close", "text", "done?")
	do(422, "step", "step", "D6", "text", "no day")
	do(422, "check")
	for _, s := range capa.Steps()[:7] {
		fixed := ""
		if s.ID == "D6" {
			fixed = "2025-12-01"
		}
		do(200, "step", "step", s.ID, "text", "did "+s.Title, "fixed", fixed, "evidence", "https://example.com/a\n/claims/1")
	}
	p = do(200, "check", "split", "report")
	check := must[store.CAPA](t)(w.store.CAPA(t.Context(), id)).Checks[0]
	if check.Who != "anna" || check.Split != "report" || check.ClaimsBefore == 0 {
		t.Errorf("%+v", check)
	}
	if check.Verdict == capa.Effective {
		t.Fatalf("the fix is effective in a world without one: %+v", check)
	}
	has(t, "why not", texts(t, p, "li", ""), "The last check did not find the fix effective")
	p = do(422, "close", "text", "lessons")
	has(t, "the fault", texts(t, p, "div", "notice"), "did not find the fix effective")
	has(t, "what was written", texts(t, p, "textarea", ""), "lessons")
	if len(looktest.Find(looktest.Elements(t, p.body), "li", "done")) != 7 {
		t.Error("steps that are done do not show so")
	}
	do(200, "edit", "title", "Hinges", "owner", "cleo", "severity", "critical", "supplier", "ACME", "sku", "K-1", "due.D8", "2026-06-30")
	c = must[store.CAPA](t)(w.store.CAPA(t.Context(), id))
	if c.Title != "Hinges" || c.Owner != "cleo" || c.Steps[7].Due.Format(time.DateOnly) != "2026-06-30" || c.Steps[0].At.IsZero() {
		t.Errorf("%+v", c)
	}
	p = do(200, "drop", "text", "nothing new came")
	has(t, "log", texts(t, p, "tr", ""), "capa.dropped")
	if c = must[store.CAPA](t)(w.store.CAPA(t.Context(), id)); c.State != store.CAPADropped {
		t.Errorf("%+v", c.State)
	}
	do(422, "step", "step", "D1", "text", "late")
}

// An action can close once its check found the fix effective; then the page has the button.
func TestCAPACloses(t *testing.T) {
	w := newWorld(t, nil)
	form := url.Values{"kind": {"lot"}, "name": {badLot}, "label": {"symptom=crack_break"}, "why": {"by hand"}}
	p := w.post("/quality/capas", form)
	path := p.Request.URL.Path
	c := must[store.CAPA](t)(w.store.CAPA(t.Context(), strings.TrimPrefix(path, "/quality/capas/")))
	desk := capa.NewDesk(w.store, w.now)
	for _, s := range capa.Steps()[:7] {
		d := capa.Done{Step: s.ID, Text: "x"}
		if s.ID == "D6" {
			d.FixedAt = made
		}
		must[store.CAPA](t)(desk.Step(t.Context(), c.ID, 0, "ben", d))
	}
	c = must[store.CAPA](t)(w.store.CAPA(t.Context(), c.ID))
	c.Checks = []store.CAPACheck{{At: today, FixedAt: made, Verdict: capa.Effective, Reason: "3 claims where 20 would have come"}}
	if err := w.store.ChangeCAPA(t.Context(), c, nil, nil); err != nil {
		t.Fatal(err)
	}
	p = w.get(path)
	has(t, "buttons", texts(t, p, "button", ""), "Close the action")
	if strings.Contains(p.body, "cannot be closed yet") {
		t.Error("it says that it cannot be closed")
	}
	p = w.post(path, url.Values{"do": {"close"}, "version": {fmt.Sprint(c.Version + 1)}, "text": {"mould check added"}})
	has(t, "log", texts(t, p, "tr", ""), "capa.closed")
	if p := w.post("/quality/capas", url.Values{"kind": {"lot"}, "name": {"L-99"}, "why": {"x"}}); p.StatusCode != 422 || !strings.Contains(p.body, "No unit is in this group") {
		t.Errorf("a group without units: %d", p.StatusCode)
	}
	has(t, "closed", texts(t, w.get("/quality/capas?state=closed"), "tr", ""), "L-17")
}

func TestRecallList(t *testing.T) {
	w := newWorld(t, nil)
	a := w.alarm()
	p := w.post("/quality/recalls", url.Values{"alarm": {a.ID}})
	if kind := p.Header.Get("Content-Type"); kind != "text/csv; charset=utf-8" || !strings.Contains(p.Header.Get("Content-Disposition"), "recall-2026-02-02-L-17") {
		t.Fatalf("%d %s %s", p.StatusCode, kind, p.Header.Get("Content-Disposition"))
	}
	rows, err := csv.NewReader(strings.NewReader(p.body)).ReadAll()
	if err != nil || len(rows) != badUnits+1 || len(rows[0]) != len(recall.Columns()) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	has(t, "trail", texts(t, w.get("/quality/patterns/"+a.ID), "tr", ""), "recall.listed")
	p = w.post("/quality/recalls", url.Values{"kind": {"batch"}, "name": {"B-1"}, "sold_from": {"2025-08-01"}, "why": {"mould 7"}})
	if !strings.Contains(p.body, "mould 7") || p.StatusCode != 200 {
		t.Errorf("%d", p.StatusCode)
	}
	for name, form := range map[string]url.Values{"no group": {}, "a day that is none": {"alarm": {a.ID}, "made_from": {"soon"}}, "turned round": {"alarm": {a.ID}, "made_from": {"2026-01-01"}, "made_until": {"2025-01-01"}}} {
		if p := w.post("/quality/recalls", form); p.StatusCode < 400 || p.StatusCode >= 500 || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d", name, p.StatusCode)
		}
	}
	if p := w.post("/quality/recalls", url.Values{"alarm": {"x"}}); p.StatusCode != 404 {
		t.Errorf("no alarm: %d", p.StatusCode)
	}
}

func TestChargeback(t *testing.T) {
	w := newWorld(t, nil)
	form := url.Values{"supplier": {"ACME"}, "lot": {"L-17"}, "component": {"hinge"}, "label": {"symptom=crack_break"}, "only": {"1"}, "findings": {"brittle"}}
	first := w.post("/quality/chargebacks", form)
	if first.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %s", first.StatusCode, first.body)
	}
	z, err := zip.NewReader(strings.NewReader(first.body), int64(len(first.body)))
	if err != nil || len(z.File) < 6 {
		t.Fatalf("%v, %d files", err, len(z.File))
	}
	if again := w.post("/quality/chargebacks", form); again.body != first.body {
		t.Error("the second package has other bytes")
	}
	if list := must[[]store.Credit](t)(w.store.Credits(t.Context(), store.CreditFilter{Limit: 10})); len(list) != 0 {
		t.Errorf("booked without being asked: %+v", list)
	}
	form.Set("book", "1")
	if p := w.post("/quality/chargebacks", form); p.body != first.body {
		t.Error("the booked package has other bytes")
	}
	list := must[[]store.Credit](t)(w.store.Credits(t.Context(), store.CreditFilter{Limit: 10}))
	if len(list) != 1 || list[0].Claims != len(w.bad) {
		t.Fatalf("%+v", list)
	}
	if p := w.post("/quality/chargebacks", form); p.StatusCode != 422 && p.StatusCode != 409 || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		t.Errorf("charged twice: %d %s", p.StatusCode, p.Header.Get("Content-Type"))
	}
	if p := w.post("/quality/chargebacks", url.Values{}); p.StatusCode != 400 {
		t.Errorf("nobody to charge: %d", p.StatusCode)
	}
	w.moved(t, list[0])
}

// moved books what the supplier answers.
func (w *world) moved(t *testing.T, c store.Credit) {
	t.Helper()
	path := "/quality/credits/" + c.ID
	move := func(want int, to, amount string) {
		t.Helper()
		version := must[store.Credit](t)(w.store.Credit(t.Context(), c.ID)).Version
		if p := w.post(path, url.Values{"to": {to}, "amount": {amount}, "version": {fmt.Sprint(version)}, "note": {"by phone"}}); p.StatusCode != want {
			t.Errorf("%s %s: %d, want %d: %q", to, amount, p.StatusCode, want, texts(t, p, "div", "notice"))
		}
	}
	move(200, "sent", "")
	move(422, "accepted", "many")
	move(422, "accepted", "1.005")
	move(200, "accepted", "500.50")
	move(422, "sent", "")
	move(200, "recovered", "200")
	if got := must[store.Credit](t)(w.store.Credit(t.Context(), c.ID)); got.Accepted != 50050 || got.Recovered != 20000 || got.State != store.CreditRecovered {
		t.Errorf("%+v", got)
	}
	if p := w.post(path, url.Values{"to": {"recovered"}, "amount": {"1"}, "version": {"1"}}); p.StatusCode != http.StatusConflict {
		t.Errorf("an old page: %d", p.StatusCode)
	}
}
