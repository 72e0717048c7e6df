package api

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/sqlite"
	"github.com/defekt/defekt/pipeline/trace"
)

// asAdmin sends a request and reads the answer, whose status must be want.
func asAdmin[T any](t *testing.T, d *desk, want int, method, path string, body any) (out T) {
	t.Helper()
	text := ""
	if body != nil {
		text = asText(body)
	}
	got := d.call(d.secret(ScopeAdmin), method, path, text)
	if got.StatusCode != want {
		t.Fatalf("%s %s: %d %s", method, path, got.StatusCode, got.body)
	}
	if err := json.Unmarshal(got.body, &out); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, got.body)
	}
	return out
}

// testQuality is quality work on a store.
func testQuality(t *testing.T, s *sqlite.Store, now func() time.Time) *Quality {
	t.Helper()
	tracer, err := trace.NewTracer(trace.TracerConfig{Units: s, Claims: s, Issues: trace.AlarmIssues{From: s}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return &Quality{Store: s, Tracer: tracer, Issuer: "Kettles Ltd"}
}

const unitLines = `{"serial":"A-1","sku":"K-1","batch":"B-1","made_at":"2025-06-01","sold_at":"2025-07-01","lots":[{"component":"hinge","lot":"L-17","supplier":"ACME"}]}
{"serial":"A-2","sku":"K-1","batch":"B-1","made_at":"2025-06-01","sold_at":"2025-07-02","lots":[{"component":"hinge","lot":"L-17","supplier":"ACME"}]}
`

// imported sends units, and a claim about one of them with a cost.
func (d *desk) imported() store.Claim {
	d.t.Helper()
	got := d.ask(d.t, "POST", "/v1/units:import?source=maker", strings.NewReader(unitLines), "Authorization", "Bearer "+d.secret(ScopeAdmin), "Content-Type", typeNDJSON)
	if got.StatusCode != 200 {
		d.t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	axis := func(l string) claim.AxisPrediction { return claim.AxisPrediction{Label: l, Probability: .9} }
	c, _, err := d.store.Accept(d.t.Context(), store.New{Claim: claim.Claim{ID: "r1", Text: "broke", SKU: "K-1", Serial: "A-1"}, Outcome: &store.Outcome{Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{"symptom": axis("crack_break"), "component": axis("hinge")}}}})
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.store.PutCosts(d.t.Context(), []store.Cost{{ID: "c1", Claim: c.ID, Serial: "A-1", SKU: "K-1", At: time.Now(), Kind: "repair", Amount: store.Money{Minor: 2490, Currency: "EUR"}}}); err != nil {
		d.t.Fatal(err)
	}
	return c
}

// alarmed keeps an alarm about the lot.
func (d *desk) alarmed() string {
	d.t.Helper()
	a := store.Alarm{ID: "01980000-0000-7000-8000-000000000001", Version: 1, State: store.AlarmOpen, Cause: store.Cause{Kind: "lot", Name: "L-17|hinge|ACME", Label: "symptom=crack_break"}, OpenedAt: d.now()}
	if err := d.store.AddAlarm(d.t.Context(), a); err != nil {
		d.t.Fatal(err)
	}
	return a.ID
}

// opened opens an action about the lot.
func (d *desk) opened() (path string) {
	d.t.Helper()
	body := map[string]any{"kind": "lot", "name": "L-17|hinge|ACME", "label": "symptom=crack_break", "owner": "ben", "supplier": "ACME", "key": "k", "why": "too many", "by": "anna"}
	c := asAdmin[capaShown](d.t, d, 201, "POST", "/v1/capas", body)
	return "/v1/capas/" + c.ID
}

// qualityOperations are those of units, patterns and quality work.
func qualityOperations() map[string]deskExercise {
	ops := map[string]deskExercise{
		"import-units": func(t *testing.T, d *desk) {
			d.imported()
			got := d.ask(t, "POST", "/v1/units:import", strings.NewReader(unitLines+"{\"serial\":\"A-3\",\"made_at\":\"someday\"}\n"), "Authorization", "Bearer "+d.secret(ScopeAdmin), "Content-Type", typeNDJSON)
			var r trace.Report
			if err := json.Unmarshal(got.body, &r); err != nil || r.Rows != 3 || r.Units.Same != 2 || len(r.Problems) != 1 || r.Problems[0].Line != 3 {
				t.Errorf("%v %s", err, got.body)
			}
			got = d.ask(t, "POST", "/v1/units:import?strict=true", strings.NewReader("serial,made_at\nA-4,2025-01-01\nA-5,someday\n"), "Authorization", "Bearer "+d.secret(ScopeAdmin), "Content-Type", typeCSV)
			if got.StatusCode != 422 || !strings.Contains(string(got.body), `"where":"line 3"`) {
				t.Errorf("%d %s", got.StatusCode, got.body)
			}
			got = d.ask(t, "POST", "/v1/units:import", strings.NewReader("x"), "Authorization", "Bearer "+d.secret(ScopeAdmin), "Content-Type", "image/png")
			got.problem(t, 415, string(codeMediaType))
		},
		"get-unit": func(t *testing.T, d *desk) {
			c := d.imported()
			got := asAdmin[struct{ Units []trace.Dossier }](t, d, 200, "GET", "/v1/units/a%201?sku=K-1", nil)
			if len(got.Units) != 1 || got.Units[0].Unit.Batch != "B-1" || len(got.Units[0].Costs) != 1 || len(got.Units[0].Check.Repeats) != 0 && got.Units[0].Check.Repeats[0].Claim != c.ID {
				t.Errorf("%s", asText(got))
			}
			d.call(d.secret(ScopeAdmin), "GET", "/v1/units/nobody", "").problem(t, 404, string(codeNotFound))
		},
	}
	addAlarmOperations(ops)
	addCAPAOperations(ops)
	addSupplierOperations(ops)
	return ops
}

func addAlarmOperations(ops map[string]deskExercise) {
	ops["list-alarms"] = func(t *testing.T, d *desk) {
		id := d.alarmed()
		got := asAdmin[struct {
			Alarms []store.Alarm
			Next   string
		}](t, d, 200, "GET", "/v1/alarms?state=open,closed&limit=1&kind=lot&name="+url.QueryEscape("L-17|hinge|ACME"), nil)
		if len(got.Alarms) != 1 || got.Alarms[0].ID != id || got.Next != "" {
			t.Errorf("%s", asText(got))
		}
		d.call(d.secret(ScopeAdmin), "GET", "/v1/alarms?state=loud", "").problem(t, 422, string(codeParameter))
	}
	ops["get-alarm"] = func(t *testing.T, d *desk) {
		got := asAdmin[alarmShown](t, d, 200, "GET", "/v1/alarms/"+d.alarmed(), nil)
		if got.Cause.Kind != "lot" || got.Trail == nil {
			t.Errorf("%s", asText(got))
		}
		d.call(d.secret(ScopeAdmin), "GET", "/v1/alarms/x", "").problem(t, 404, string(codeNotFound))
	}
	ops["acknowledge-alarm"] = func(t *testing.T, d *desk) {
		id := d.alarmed()
		got := asAdmin[alarmShown](t, d, 200, "POST", "/v1/alarms/"+id+"/acknowledge", map[string]any{"version": 1, "by": "anna", "why": "mine"})
		if got.State != store.AlarmAcknowledged || len(got.Trail) != 1 || got.Trail[0].By != "anna (key-admin)" || got.Trail[0].Detail != "mine" {
			t.Errorf("%s", asText(got))
		}
		d.call(d.secret(ScopeAdmin), "POST", "/v1/alarms/"+id+"/acknowledge", `{"version":1}`).problem(t, 409, string(codeAlarmStale))
		d.call(d.secret(ScopeAdmin), "POST", "/v1/alarms/"+id+"/acknowledge", `{}`).problem(t, 409, string(codeAlarmState))
	}
	ops["dismiss-alarm"] = func(t *testing.T, d *desk) {
		id := d.alarmed()
		d.call(d.secret(ScopeAdmin), "POST", "/v1/alarms/"+id+"/dismiss", `{"why":" "}`).problem(t, 422, string(codeWhy))
		if got := asAdmin[alarmShown](t, d, 200, "POST", "/v1/alarms/"+id+"/dismiss", map[string]any{"why": "a promotion"}); got.State != store.AlarmDismissed || got.Why != "a promotion" {
			t.Errorf("%s", asText(got))
		}
	}
	ops["close-alarm"] = func(t *testing.T, d *desk) {
		if got := asAdmin[alarmShown](t, d, 200, "POST", "/v1/alarms/"+d.alarmed()+"/close", map[string]any{"why": "recalled"}); got.State != store.AlarmClosed {
			t.Errorf("%s", asText(got))
		}
	}
	ops["set-alarm-issue"] = func(t *testing.T, d *desk) {
		path := "/v1/alarms/" + d.alarmed() + "/issue"
		if got := asAdmin[alarmShown](t, d, 200, "POST", path, map[string]any{"text": "brittle", "resolution": "new lid"}); got.Known == nil || got.Known.Resolution != "new lid" {
			t.Errorf("%s", asText(got))
		}
		if got := asAdmin[alarmShown](t, d, 200, "POST", path, map[string]any{"version": 2}); got.Known != nil {
			t.Errorf("%s", asText(got))
		}
		d.call(d.secret(ScopeAdmin), "POST", path, `{"resolution":"x"}`).problem(t, 422, string(codeWhy))
	}
}

func addCAPAOperations(ops map[string]deskExercise) {
	ops["open-capa"] = func(t *testing.T, d *desk) {
		path := d.opened()
		again := asAdmin[capaShown](t, d, 200, "POST", "/v1/capas", map[string]any{"kind": "lot", "name": "L-17|hinge|ACME", "label": "symptom=crack_break", "key": "other", "why": "more"})
		if !strings.HasSuffix(path, again.ID) || len(again.Firings) != 2 {
			t.Errorf("%s", asText(again))
		}
		d.call(d.secret(ScopeAdmin), "POST", "/v1/capas", `{"kind":"","name":"","why":"x"}`).problem(t, 422, string(capa.CodeCause))
		d.call(d.secret(ScopeAdmin), "POST", "/v1/capas", `{"kind":"lot","name":"x","why":""}`).problem(t, 422, string(codeWhy))
	}
	ops["list-capas"] = func(t *testing.T, d *desk) {
		d.opened()
		got := asAdmin[struct{ CAPAs []store.CAPA }](t, d, 200, "GET", "/v1/capas?state=open&owner=ben&supplier=ACME", nil)
		if len(got.CAPAs) != 1 || len(got.CAPAs[0].Steps) != 8 {
			t.Errorf("%s", asText(got))
		}
	}
	ops["get-capa"] = func(t *testing.T, d *desk) {
		got := asAdmin[capaShown](t, d, 200, "GET", d.opened(), nil)
		if len(got.Undone) != 8 || got.Unproven == "" || len(got.Log) != 1 || got.Log[0].Who != "anna (key-admin)" {
			t.Errorf("%s", asText(got))
		}
	}
	ops["edit-capa"] = func(t *testing.T, d *desk) {
		got := asAdmin[capaShown](t, d, 200, "PATCH", d.opened(), map[string]any{"version": 1, "title": "Hinges", "due": map[string]any{"D3": "2030-01-01T00:00:00Z"}})
		if got.Title != "Hinges" || got.Owner != "ben" || got.Steps[2].Due.Year() != 2030 {
			t.Errorf("%s", asText(got))
		}
	}
	ops["note-capa-step"] = func(t *testing.T, d *desk) {
		path := d.opened()
		got := asAdmin[capaShown](t, d, 200, "POST", path+"/steps", map[string]any{"version": 1, "step": "D6", "text": "new mould", "fixed_at": "2025-08-01T00:00:00Z", "evidence": []string{"https://example.com/a"}})
		if got.FixedAt.IsZero() || got.Steps[5].Who != "key-admin" {
			t.Errorf("%s", asText(got))
		}
		d.call(d.secret(ScopeAdmin), "POST", path+"/steps", `{"version":1,"step":"D1","text":"x"}`).problem(t, 409, string(capa.CodeStale))
		d.call(d.secret(ScopeAdmin), "POST", path+"/steps", `{"step":"D6","text":"x"}`).problem(t, 422, string(capa.CodeFixDate))
	}
	ops["check-capa"] = func(t *testing.T, d *desk) {
		d.imported()
		path := d.opened()
		d.call(d.secret(ScopeAdmin), "POST", path+"/checks", `{}`).problem(t, 409, string(capa.CodeNotFixed))
		asAdmin[capaShown](t, d, 200, "POST", path+"/steps", map[string]any{"step": "D6", "text": "new mould", "fixed_at": "2025-08-01T00:00:00Z"})
		got := asAdmin[capaShown](t, d, 200, "POST", path+"/checks", map[string]any{"split": "report", "kind": "supplier", "name": "ACME", "label": "symptom=crack_break"})
		if len(got.Checks) != 1 || got.Checks[0].Scope.Name != "ACME" || got.Checks[0].Verdict == capa.Effective {
			t.Errorf("%s", asText(got))
		}
	}
	ops["close-capa"] = func(t *testing.T, d *desk) {
		path := d.opened()
		d.call(d.secret(ScopeAdmin), "POST", path+"/close", `{"text":"done"}`).problem(t, 409, string(capa.CodeUndone))
		c := must[store.CAPA](t)(d.store.CAPA(t.Context(), strings.TrimPrefix(path, "/v1/capas/")))
		for i := range c.Steps[:7] {
			c.Steps[i].At, c.Steps[i].Text = d.now(), "x"
		}
		if err := d.store.ChangeCAPA(t.Context(), c, nil, nil); err != nil {
			t.Fatal(err)
		}
		d.call(d.secret(ScopeAdmin), "POST", path+"/close", `{"text":"done"}`).problem(t, 409, string(capa.CodeUnproven))
		c.Version, c.FixedAt = 2, d.now()
		c.Checks = []store.CAPACheck{{At: d.now(), FixedAt: c.FixedAt, Verdict: capa.Effective}}
		if err := d.store.ChangeCAPA(t.Context(), c, nil, nil); err != nil {
			t.Fatal(err)
		}
		if got := asAdmin[capaShown](t, d, 200, "POST", path+"/close", map[string]any{"text": "done", "version": 3}); got.State != store.CAPAClosed || got.Unproven != "" {
			t.Errorf("%s", asText(got))
		}
	}
	ops["drop-capa"] = func(t *testing.T, d *desk) {
		path := d.opened()
		if got := asAdmin[capaShown](t, d, 200, "POST", path+"/drop", map[string]any{"text": "a false alarm"}); got.State != store.CAPADropped || got.Why != "a false alarm" {
			t.Errorf("%s", asText(got))
		}
		d.call(d.secret(ScopeAdmin), "POST", path+"/drop", `{"text":"again"}`).problem(t, 409, string(capa.CodeNotOpen))
	}
}

func addSupplierOperations(ops map[string]deskExercise) {
	ops["get-scorecard"] = func(t *testing.T, d *desk) {
		d.imported()
		got := asAdmin[struct {
			Of   int
			Card struct {
				Supplier string
				Units    int
			}
		}](t, d, 200, "GET", "/v1/suppliers/ACME/scorecard?from=2025-06-01", nil)
		if got.Of != 1 || got.Card.Supplier != "ACME" || got.Card.Units != 2 {
			t.Errorf("%s", asText(got))
		}
		d.call(d.secret(ScopeAdmin), "GET", "/v1/suppliers/NOBODY/scorecard", "").problem(t, 404, string(codeNotFound))
		d.call(d.secret(ScopeAdmin), "GET", "/v1/suppliers/ACME/scorecard?from=2026-01-01&until=2025-01-01", "").problem(t, 422, "scorecard_period")
	}
	ops["get-measures"] = func(t *testing.T, d *desk) {
		d.imported()
		got := asAdmin[map[string]any](t, d, 200, "GET", "/v1/measures", nil)
		definitions, _ := got["definitions"].(map[string]any)
		for _, name := range []string{"detection_speed", "category_accuracy", "supplier_trend", "warranty_cost_per_unit", "capa_cycle_time"} {
			if _, ok := got[name]; !ok || definitions[name] == "" {
				t.Errorf("no %s in %s", name, asText(got))
			}
		}
	}
	ops["make-chargeback"] = func(t *testing.T, d *desk) {
		d.imported()
		body := `{"supplier":"ACME","lot":"L-17","label":"component=hinge","book":%t}`
		first := d.call(d.secret(ScopeAdmin), "POST", "/v1/chargebacks", fmt.Sprintf(body, false))
		booked := d.call(d.secret(ScopeAdmin), "POST", "/v1/chargebacks", fmt.Sprintf(body, true))
		z, err := zip.NewReader(bytes.NewReader(first.body), int64(len(first.body)))
		if err != nil || len(z.File) < 5 || first.Header.Get("Content-Type") != "application/zip" || !bytes.Equal(first.body, booked.body) || first.Header.Get(HeaderCredit) != "" {
			t.Errorf("%v %d %s", err, first.StatusCode, first.Header)
		}
		c := must[store.Credit](t)(d.store.Credit(t.Context(), booked.Header.Get(HeaderCredit)))
		if c.Claimed != 2490 || c.State != store.CreditDraft {
			t.Errorf("%+v", c)
		}
		if again := d.call(d.secret(ScopeAdmin), "POST", "/v1/chargebacks", fmt.Sprintf(body, true)); again.StatusCode != 409 && again.StatusCode != 422 {
			t.Errorf("charged twice: %d", again.StatusCode)
		}
	}
	ops["make-recall"] = func(t *testing.T, d *desk) {
		d.imported()
		id := d.alarmed()
		got := d.call(d.secret(ScopeAdmin), "POST", "/v1/recalls", asText(map[string]any{"alarm": id, "targets": []any{map[string]any{"kind": "batch", "name": "B-1", "reason": "mould 7"}}}))
		rows, err := csv.NewReader(bytes.NewReader(got.body)).ReadAll()
		if err != nil || got.StatusCode != http.StatusOK || len(rows) != 3 || !strings.Contains(string(got.body), "mould 7") {
			t.Errorf("%v %d %s", err, got.StatusCode, got.body)
		}
		if trail := must[[]store.Entry](t)(d.store.Trail(t.Context(), id)); len(trail) != 1 {
			t.Errorf("%+v", trail)
		}
		d.call(d.secret(ScopeAdmin), "POST", "/v1/recalls", `{}`).problem(t, 422, "recall_targets")
	}
	ops["list-credits"] = func(t *testing.T, d *desk) {
		d.imported()
		d.call(d.secret(ScopeAdmin), "POST", "/v1/chargebacks", `{"supplier":"ACME","book":true}`)
		got := asAdmin[struct{ Credits []store.Credit }](t, d, 200, "GET", "/v1/credits?supplier=ACME&state=draft", nil)
		if len(got.Credits) != 1 || got.Credits[0].Claims != 1 {
			t.Errorf("%s", asText(got))
		}
	}
	ops["move-credit"] = func(t *testing.T, d *desk) {
		d.imported()
		id := d.call(d.secret(ScopeAdmin), "POST", "/v1/chargebacks", `{"supplier":"ACME","book":true}`).Header.Get(HeaderCredit)
		path := "/v1/credits/" + id
		asAdmin[store.Credit](t, d, 200, "POST", path, map[string]any{"to": "sent"})
		d.call(d.secret(ScopeAdmin), "POST", path, `{"to":"accepted","amount":99999}`).problem(t, 422, "credit_amount")
		if got := asAdmin[store.Credit](t, d, 200, "POST", path, map[string]any{"to": "accepted", "amount": 1000, "version": 2}); got.Accepted != 1000 {
			t.Errorf("%+v", got)
		}
		d.call(d.secret(ScopeAdmin), "POST", path, `{"to":"recovered","amount":1,"version":1}`).problem(t, 409, "credit_changed")
		d.call(d.secret(ScopeAdmin), "POST", path, `{"to":"sent"}`).problem(t, 409, "credit_state")
	}
}

// Servers without quality work say so, and keys without the scope are kept out.
func TestQualityRoutesAreGuarded(t *testing.T) {
	without, d := start(t, open), newDesk(t, nil)
	for pattern, id := range documentedOperations(t, without.server) {
		if qualityOperations()[id] == nil {
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{id}", "01980000-0000-7000-8000-000000000001", "{serial}", "x", "{name}", "x").Replace(path)
		body, header := "", []string{}
		if method != "GET" {
			body, header = "{}", []string{"Content-Type", typeJSON}
		}
		got := without.ask(t, method, path, strings.NewReader(body), header...)
		got.problem(t, 404, string(codeQualityOff))
		d.call(d.secret(ScopeRead, ScopeIngest, ScopeReview), method, path, body).problem(t, 403, string(codeScope))
	}
}
