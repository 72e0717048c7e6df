package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

func addExchangeOperations(ops map[string]deskExercise) {
	ops["export-reviews"] = func(t *testing.T, d *desk) {
		c, _ := d.queued("the hinge broke", nil)
		anna := d.person("anna")
		d.decided(anna, "major")
		if rows := d.rows(d.front(), time.Time{}); len(rows) != 0 {
			t.Errorf("what may be taken back is exported: %+v", rows)
		}
		d.ahead = 11 * time.Minute
		rows := d.rows(d.front(), time.Time{})
		if len(rows) != 1 || rows[0].ID != c.ID || rows[0].Labels["severity"] != "major" || rows[0].Text != "the hinge broke" || len(rows[0].Photos) != 1 {
			t.Errorf("%s", asText(rows))
		}
		if rows := d.rows(d.front(), d.now().Add(-time.Hour)); len(rows) != 0 {
			t.Errorf("before an hour ago: %s", asText(rows))
		}
		for want, r := range map[claim.Code]*client.Reviewer{review.CodeRole: anna, codeParameter: d.front()} {
			for _, err := range r.Dataset(t.Context(), d.now()) {
				wantCode(t, err, want)
			}
		}
		if config := must[[]byte](t)(d.as(ScopeReview).LabelStudioConfig(t.Context())); !bytes.Contains(config, []byte(`name="severity"`)) {
			t.Errorf("%s", config)
		}
	}
	ops["import-reviews"] = func(t *testing.T, d *desk) {
		_, id := d.queued("x", nil)
		anna := d.person("anna")
		tasks := d.tasks(anna)
		got := must[wire.ImportResult](t)(anna.Import(t.Context(), annotated(tasks[0], labelled("severity", "major")), ""))
		if got.Decided != 1 || got.Items[0].Item != id || d.item(id).State != store.ReviewSettled {
			t.Errorf("%s", asText(got))
		}
	}
}

// rows reads a whole export.
func (d *desk) rows(r *client.Reviewer, before time.Time) (rows []claim.Claim) {
	d.t.Helper()
	for c, err := range r.Dataset(d.t.Context(), before) {
		if err != nil {
			d.t.Fatal(err)
		}
		rows = append(rows, c)
	}
	return rows
}

// lsTask is what these tests look at of a task.
type lsTask struct {
	Data struct {
		ID     string   `json:"claim_id"`
		Text   string   `json:"text"`
		Photos []string `json:"photos"`
	} `json:"data"`
	Predictions []struct {
		Result []struct {
			FromName string `json:"from_name"`
		} `json:"result"`
	} `json:"predictions"`
	Annotations []any `json:"annotations"`
}

func (d *desk) tasks(r *client.Reviewer) []lsTask {
	d.t.Helper()
	var out []lsTask
	if err := json.Unmarshal(must[[]byte](d.t)(r.LabelStudio(d.t.Context(), 0, "https://proxy.example/")), &out); err != nil {
		d.t.Fatal(err)
	}
	return out
}

func labelled(axis, label string) map[string]any {
	return map[string]any{"completed_by": map[string]any{"email": "anna@x"}, "lead_time": 3.5, "result": []any{
		map[string]any{"from_name": axis, "to_name": "text", "type": "choices", "value": map[string]any{"choices": []string{label}}}}}
}

// annotated is Label Studio's export of one task.
func annotated(t lsTask, annotations ...any) []byte {
	return []byte(asText([]any{map[string]any{"id": 7, "data": map[string]any{"claim_id": t.Data.ID, "text": t.Data.Text}, "annotations": annotations}}))
}

// TestLabelStudioInPlaceOfThePage goes out and comes back.
func TestLabelStudioInPlaceOfThePage(t *testing.T) {
	d := newDesk(t, func(c *review.Config) { c.KnownShare, c.SliceShare = 0.3, 0.3 })
	anna, ben := d.person("anna"), d.person("ben")
	var ids []string
	for i := range 6 {
		_, id := d.queued(fmt.Sprint("claim ", i), func(n *store.NewReview) { n.Looks = 1 + i%2 })
		ids = append(ids, id)
	}
	_, known := d.queued("known", func(n *store.NewReview) {
		n.Reasons, n.Known = []store.ReviewReason{store.ReasonKnown}, map[string]string{"severity": "critical"}
	})
	tasks := d.tasks(anna)
	if len(tasks) != 7 || len(tasks[0].Predictions) != 1 || tasks[0].Predictions[0].Result[0].FromName != "severity" || len(tasks[0].Annotations) != 0 {
		t.Fatalf("%+v", tasks)
	}
	if want := "https://proxy.example" + itemPhoto(strings.Split(tasks[0].Data.ID, ":")[0], 0); !slices.Equal(tasks[0].Data.Photos, []string{want}) {
		t.Errorf("photos %v, want %s", tasks[0].Data.Photos, want)
	}
	of := func(item string) lsTask {
		for _, task := range tasks {
			if strings.HasPrefix(task.Data.ID, item+":") {
				return task
			}
		}
		t.Fatalf("no task of %s", item)
		return lsTask{}
	}
	undetermined := labelled("severity", taxonomy.Undetermined)
	both := labelled("severity", "major")
	both["result"] = append(both["result"].([]any), map[string]any{"from_name": "symptom", "to_name": "text", "type": "choices", "value": map[string]any{"choices": []string{"noise"}}})
	skip := map[string]any{"completed_by": 1, "was_cancelled": true, "result": []any{}}
	stranger := labelled("severity", "minor")
	stranger["completed_by"] = map[string]any{"email": "carl@x"}

	d.decided(ben, "major") // somebody had it meanwhile
	taken := ""
	for _, id := range ids {
		if len(d.item(id).Touched) > 0 {
			taken = id
		}
	}
	rest := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == taken })
	for _, c := range []struct {
		name    string
		task    lsTask
		answers []any
		rater   string
		status  int
		code    claim.Code
		check   func(wire.ImportItem) error
	}{
		{"plain", of(rest[0]), []any{labelled("severity", "major")}, "", 201, "", nil},
		{"again", of(rest[0]), []any{labelled("severity", "major")}, "", 201, "", nil},
		{"again, otherwise", of(rest[0]), []any{labelled("severity", "minor")}, "", 409, review.CodeStale, nil},
		{"changed meanwhile", of(taken), []any{labelled("severity", "major")}, "", 409, review.CodeStale, nil},
		{"nobody", of(rest[1]), nil, "", 404, codeImportNone, nil},
		{"several people", of(rest[1]), []any{labelled("severity", "major"), stranger}, "", 422, codeImportSeveral, nil},
		{"no such rater", of(rest[1]), []any{stranger}, "anna@x", 404, codeImportNone, nil},
		{"a label that is none", of(rest[1]), []any{labelled("severity", "terrible")}, "", 422, review.CodeLabels, nil},
		{"an axis that was not asked", of(rest[1]), []any{labelled("symptom", "noise")}, "", 422, review.CodeLabels, nil},
		{"one of several", of(rest[1]), []any{stranger, both}, "anna@x", 201, "", func(i wire.ImportItem) error {
			if !slices.Equal(i.Ignored, []string{"symptom"}) {
				return errors.New("nothing was ignored")
			}
			return nil
		}},
		{"cannot be told", of(rest[2]), []any{undetermined}, "", 201, "", nil},
		{"skipped", of(rest[3]), []any{skip}, "", 204, "", nil},
		{"known", of(known), []any{labelled("severity", "critical")}, "", 201, "", nil},
	} {
		got := must[wire.ImportResult](t)(anna.Import(t.Context(), annotated(c.task, c.answers...), c.rater))
		if len(got.Items) != 1 || got.Items[0].Status != c.status || c.code != "" && (got.Items[0].Problem == nil || got.Items[0].Problem.Code != string(c.code)) {
			t.Errorf("%s: %s", c.name, asText(got))
			continue
		}
		if c.check != nil {
			if err := c.check(got.Items[0]); err != nil {
				t.Errorf("%s: %v in %s", c.name, err, asText(got))
			}
		}
	}
	for _, id := range append(ids, known) {
		if r := d.item(id); r.Holder != "" {
			t.Errorf("%s is held by %s", id, r.Holder)
		}
		if faults, err := review.Faults(t.Context(), d.store, id); err != nil || len(faults) > 0 {
			t.Errorf("%s: %v %v", id, err, faults)
		}
	}
	decisions := must[[]store.ReviewDecision](t)(d.store.Decisions(t.Context(), store.DecisionFilter{Item: rest[2], Limit: 10}))
	if len(decisions) != 1 || decisions[0].Labels["severity"] != "" || decisions[0].Took != 3500*time.Millisecond || !decisions[0].Shown {
		t.Errorf("%+v", decisions)
	}
	if got := must[wire.ImportResult](t)(ben.Import(t.Context(), annotated(of(rest[4]), labelled("severity", "major")), "")); got.Refused != 1 {
		t.Errorf("another's export was taken: %s", asText(got))
	}
}

// TestFilesThatAreNoExport are refused whole.
func TestFilesThatAreNoExport(t *testing.T) {
	d := newDesk(t, nil)
	anna := d.person("anna")
	for want, file := range map[claim.Code]string{
		codeBodyMissing: " ", codeBodyMalformed: "[", codeBodyInvalid: `{"a":1}`, codeBatchTooLong: "[" + strings.TrimSuffix(strings.Repeat(`{"data":{"claim_id":"%"}},`, MaxImport+1), ",") + "]",
	} {
		for i := 0; strings.Contains(file, "%"); i++ {
			file = strings.Replace(file, "%", fmt.Sprint(i), 1)
		}
		_, err := anna.Import(t.Context(), []byte(file), "")
		wantCode(t, err, want)
	}
	_, err := anna.Import(t.Context(), []byte("\x1f\x8b\x08\x00"), "")
	wantCode(t, err, codeBodyMalformed)
	got := must[wire.ImportResult](t)(anna.Import(t.Context(), []byte(`[{"data":{"text":"a"},"annotations":[]},{"data":{"claim_id":"x:y"}}]`), ""))
	if got.Refused != 2 || got.Items[0].Problem.Code != string(codeImportTask) || got.Items[1].Problem.Code != string(codeImportTask) {
		t.Errorf("%s", asText(got))
	}
}

// TestABrokenExportDoesNotLookWhole: after the first rows an error cuts the connection.
func TestABrokenExportDoesNotLookWhole(t *testing.T) {
	d := newDesk(t, nil)
	anna := d.person("anna")
	for range 3 {
		d.queued("x", nil)
		d.decided(anna, "major")
	}
	d.ahead = time.Hour
	claims := d.server.cfg.Claims
	d.server.cfg.Claims = failing{claims, new(int)}
	var rows int
	var failure error
	for _, err := range d.front().Dataset(t.Context(), time.Time{}) {
		if err != nil {
			failure = err
			break
		}
		rows++
	}
	if failure == nil || rows >= 3 {
		t.Errorf("%d rows, %v", rows, failure)
	}
	d.server.cfg.Claims = failing{claims, ptr(5)}
	for _, err := range d.front().Dataset(t.Context(), time.Time{}) {
		wantCode(t, err, claim.CodeInternal)
	}
}

// failing fails from the second claim on.
type failing struct {
	Claims
	n *int
}

func (f failing) Claim(ctx context.Context, id string) (store.Claim, error) {
	if *f.n++; *f.n > 1 {
		return store.Claim{}, errDisk
	}
	return f.Claims.Claim(ctx, id)
}
