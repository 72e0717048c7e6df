package api

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

// registered keeps a model; gate is what judging gave, empty for one that was not judged.
func (d *desk) registered(digit, gate string, passed bool) string {
	d.t.Helper()
	m := store.Model{Digest: "sha256:" + strings.Repeat(digit, 64), Name: "model " + digit, Taxonomy: "starter@1", By: "anna", At: d.now(), Passed: passed, Archive: "a"}
	if gate != "" {
		m.Gate = json.RawMessage(gate)
	}
	if err := d.store.AddModel(d.t.Context(), m); err != nil {
		d.t.Fatal(err)
	}
	return m.Digest
}

// testOffice promotes without a model that the program was started with.
func testOffice(s store.Models, now func() time.Time) learning.Office {
	return learning.Office{Registry: learning.Registry{Store: s, Now: now}, Begin: func(context.Context) error { return nil }}
}

func promotionOperations() map[string]deskExercise {
	ops := map[string]deskExercise{}
	const missed = `{"passed":false,"reasons":["severity lost 4 points"]}`
	ops["list-candidates"] = func(t *testing.T, d *desk) {
		admin := d.as(ScopeAdmin)
		if got := must[wire.CandidateList](t)(admin.Candidates(t.Context())); got.Candidates == nil || len(got.Candidates) != 0 {
			t.Errorf("%s", asText(got))
		}
		d.registered("a", "", false)
		b := d.registered("b", missed, false)
		got := must[wire.CandidateList](t)(admin.Candidates(t.Context())).Candidates
		if len(got) != 2 || got[0].Digest != b || !got[0].Judged || got[0].Passed || got[0].Verdict["passed"] != false || got[1].Judged || got[1].Verdict != nil || got[0].Live {
			t.Errorf("%s", asText(got))
		}
		_, err := d.as(ScopeReview, ScopeRead, ScopeIngest).Candidates(t.Context())
		wantCode(t, err, codeScope)
	}
	ops["promote-model"] = func(t *testing.T, d *desk) {
		admin := d.as(ScopeAdmin)
		a, b := d.registered("a", `{"passed":true}`, true), d.registered("b", missed, false)
		for model, want := range map[string]claim.Code{"": codeBodyInvalid, "ffff": codeNotFound, "sha256:": learning.CodeAmbiguous} {
			_, err := admin.Promote(t.Context(), wire.PromoteRequest{Model: model})
			wantCode(t, err, want)
		}
		got := must[wire.Promotion](t)(admin.Promote(t.Context(), wire.PromoteRequest{Model: "aaaa", Why: " better "}))
		if got.Model != a || got.Before != "" || got.By != "key-admin" || got.Why != "better" || got.At.IsZero() {
			t.Errorf("%s", asText(got))
		}
		_, err := admin.Promote(t.Context(), wire.PromoteRequest{Model: a})
		wantCode(t, err, learning.CodeLive)
		_, err = admin.Promote(t.Context(), wire.PromoteRequest{Model: b})
		wantCode(t, err, learning.CodeGates)
		if err == nil || !strings.Contains(err.Error(), "severity lost 4 points") {
			t.Errorf("the refusal says %v", err)
		}
		if got := must[wire.Promotion](t)(admin.Promote(t.Context(), wire.PromoteRequest{Model: b, Force: true})); got.Before != a {
			t.Errorf("%s", asText(got))
		}
		if list := must[wire.CandidateList](t)(admin.Candidates(t.Context())).Candidates; !list[0].Live || list[1].Live {
			t.Errorf("which is live: %s", asText(list))
		}
		_, err = d.as(ScopeReview, ScopeRead, ScopeIngest).Promote(t.Context(), wire.PromoteRequest{Model: a})
		wantCode(t, err, codeScope)
	}
	ops["rollback-model"] = func(t *testing.T, d *desk) {
		admin := d.as(ScopeAdmin)
		a, b, c := d.registered("a", "", true), d.registered("b", "", true), d.registered("c", "", true)
		_, err := admin.Rollback(t.Context(), wire.RollbackRequest{})
		wantCode(t, err, learning.CodeNoWayBack)
		for _, m := range []string{a, b} {
			must[wire.Promotion](t)(admin.Promote(t.Context(), wire.PromoteRequest{Model: m}))
		}
		_, err = admin.Rollback(t.Context(), wire.RollbackRequest{Model: c})
		wantCode(t, err, learning.CodeNoWayBack)
		_, err = admin.Rollback(t.Context(), wire.RollbackRequest{Model: "ffff"})
		wantCode(t, err, codeNotFound)
		if got := must[wire.Promotion](t)(admin.Rollback(t.Context(), wire.RollbackRequest{Why: "worse"})); got.Model != a || got.Before != b || !got.Back || got.Why != "worse" {
			t.Errorf("%s", asText(got))
		}
		_, err = d.as(ScopeReview, ScopeRead, ScopeIngest).Rollback(t.Context(), wire.RollbackRequest{})
		wantCode(t, err, codeScope)
	}
	return ops
}

// TestServerWithoutPromotions says so.
func TestServerWithoutPromotions(t *testing.T) {
	d := newDesk(t, nil)
	d.server.cfg.Promotions = nil
	_, err := d.as(ScopeAdmin).Candidates(t.Context())
	wantCode(t, err, codePromotionsOff)
	_, err = d.as(ScopeAdmin).Promote(t.Context(), wire.PromoteRequest{Model: "a"})
	wantCode(t, err, codePromotionsOff)
	_, err = d.as(ScopeAdmin).Rollback(t.Context(), wire.RollbackRequest{})
	wantCode(t, err, codePromotionsOff)
}
