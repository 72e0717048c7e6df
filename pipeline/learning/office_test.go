package learning_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
)

// TestOfficeKeepsTheGates: what is asked from outside passes the gates or says force, and what the
// program was started with is registered before the first promotion.
func TestOfficeKeepsTheGates(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		r := registry(t, s)
		begun := 0
		office := learning.Office{Registry: r, Begin: func(ctx context.Context) error { begun++; return r.Begin(ctx, store.Model{Digest: digest(1)}) }}
		for n, gate := range map[int]string{1: "", 2: `{"passed":true}`, 3: `{"passed":false,"reasons":["lost 4 points"]}`} {
			check(t, s.AddModel(t.Context(), store.Model{Digest: digest(n), Name: "m", Gate: json.RawMessage(gate), Passed: n == 2}))
		}
		refused := func(err error, want claim.Code, says string) {
			t.Helper()
			var p claim.Problem
			if !errors.As(err, &p) || p.Code != want || !strings.Contains(p.Message, says) {
				t.Errorf("%v, want %s with %q", err, want, says)
			}
		}
		_, err := office.Promote(t.Context(), digest(3), "anna", "", false)
		refused(err, learning.CodeGates, "lost 4 points")
		_, err = office.Promote(t.Context(), digest(1), "anna", "", false)
		refused(err, learning.CodeGates, "never judged")
		_, err = office.Promote(t.Context(), "sha256:", "anna", "", false)
		refused(err, learning.CodeAmbiguous, "3")
		if _, err := office.Promote(t.Context(), "nothing", "anna", "", false); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		if begun != 0 {
			t.Error("a refusal begins the history")
		}
		p, err := office.Promote(t.Context(), digest(2), "anna", "better", false)
		check(t, err)
		if p.Before != digest(1) || p.Why != "better" || begun != 1 {
			t.Errorf("%+v, begun %d times", p, begun)
		}
		_, err = office.Promote(t.Context(), digest(2), "anna", "", false)
		refused(err, learning.CodeLive, "already")
		_, err = office.Promote(t.Context(), digest(3), "anna", "", true)
		check(t, err)
		p, err = office.Back(t.Context(), "", "anna", "worse")
		check(t, err)
		if _, live, err := office.Candidates(t.Context()); err != nil || live != p.Model || live != digest(2) {
			t.Errorf("%s answers, %v", live, err)
		}
	})
}
