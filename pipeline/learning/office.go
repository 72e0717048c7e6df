package learning

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Codes of what stands in the way of a promotion.
const (
	CodeGates     claim.Code = "model_gates_missed" // it missed its gates, or was never judged
	CodeLive      claim.Code = "model_live"         // it answers already
	CodeOvertaken claim.Code = "model_overtaken"    // another one was promoted meanwhile
	CodeNoWayBack claim.Code = "model_no_way_back"  // no other model, or not that one, was live before
	CodeAmbiguous claim.Code = "model_ambiguous"    // several models' digests begin so
)

// Office promotes and goes back for those who ask from outside: by the beginning of a digest,
// through the gates, and with coded answers.
type Office struct {
	Registry Registry
	// Begin registers the model that the program was started with before the first promotion,
	// so that it can be gone back to.
	Begin func(ctx context.Context) error
}

// Candidates lists the registered models, newest first, and the digest of the one that was
// promoted last, empty before the first.
func (o Office) Candidates(ctx context.Context) (all []store.Model, live string, err error) {
	if all, err = o.Registry.Store.Models(ctx); err != nil {
		return nil, "", err
	}
	live, err = o.Registry.Current(ctx)
	return all, live, err
}

// Promote makes the model that name, a digest or its beginning, names answer from now on. force
// lets one pass that missed its gates or was never judged. Errors: [store.ErrNotFound],
// CodeAmbiguous, CodeGates, CodeLive, CodeOvertaken.
func (o Office) Promote(ctx context.Context, name, by, why string, force bool) (store.Promotion, error) {
	m, err := o.find(ctx, name)
	if err != nil {
		return store.Promotion{}, err
	}
	if !m.Passed && !force {
		v, err := ReadVerdict(m.Gate)
		if err != nil {
			return store.Promotion{}, err
		}
		if v == nil {
			return store.Promotion{}, claim.Problem{Code: CodeGates, Message: "model " + short(m.Digest) + " was never judged: judge it with 'defekt learn' or 'defekt eval --baseline', or force it"}
		}
		return store.Promotion{}, claim.Problem{Code: CodeGates, Message: fmt.Sprintf("model %s missed its gates: %s; force promotes it all the same", short(m.Digest), strings.Join(v.Reasons, "; "))}
	}
	if err := o.Begin(ctx); err != nil {
		return store.Promotion{}, err
	}
	p, err := o.Registry.Promote(ctx, store.Promotion{Model: m.Digest, By: by, Why: why})
	return p, coded(err)
}

// Back makes a model that was live before answer again: the one that name names, or, when that is
// empty, the one before the present. Errors: [store.ErrNotFound], CodeAmbiguous, CodeNoWayBack,
// CodeLive, CodeOvertaken.
func (o Office) Back(ctx context.Context, name, by, why string) (store.Promotion, error) {
	to := ""
	if name != "" {
		m, err := o.find(ctx, name)
		if err != nil {
			return store.Promotion{}, err
		}
		to = m.Digest
	}
	p, err := o.Registry.Back(ctx, to, by, why)
	return p, coded(err)
}

func (o Office) find(ctx context.Context, name string) (store.Model, error) {
	m, err := o.Registry.Find(ctx, name)
	if errors.Is(err, ErrAmbiguous) {
		return m, claim.Problem{Code: CodeAmbiguous, Message: err.Error()}
	}
	return m, err
}

func coded(err error) error {
	switch {
	case errors.Is(err, ErrSame):
		return claim.Problem{Code: CodeLive, Message: "this model answers already"}
	case errors.Is(err, ErrNoWayBack):
		return claim.Problem{Code: CodeNoWayBack, Message: err.Error() + ": 'defekt models history' lists those that were"}
	case errors.Is(err, store.ErrConflict):
		return claim.Problem{Code: CodeOvertaken, Message: "somebody else promoted another model just now: look at the candidates again"}
	}
	return err
}
