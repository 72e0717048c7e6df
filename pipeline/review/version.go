package review

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// inForce gives an answer's labels as the taxonomy that holds has them. What would be refused is
// looked at again with the versions as the store has them: the page may come from a process that
// heard of a new one before this one did. Errors: CodeLabels, CodeLabelsOld.
func (q *Queue) inForce(ctx context.Context, a Answer) (map[string]string, error) {
	if q.cfg.Versions == nil {
		return a.Labels, nil
	}
	h, t, err := q.cfg.Versions.History(ctx)
	if err != nil {
		return nil, err
	}
	labels, fault := q.translated(h, t, a)
	if fault == nil {
		return labels, nil
	}
	newer, t, err := q.cfg.Versions.Fresh(ctx)
	switch {
	case err != nil:
		return nil, err
	case newer == h:
		return nil, fault
	}
	return q.translated(newer, t, a)
}

// translated gives labels that t has. Answers on an axis that was given up are left out: nobody
// asks that any more.
func (q *Queue) translated(h *revision.History, t *taxonomy.Taxonomy, a Answer) (map[string]string, error) {
	now, lost := h.Answer(a.Taxonomy, a.Labels, q.now())
	var old []string
	first := ""
	for _, axis := range slices.Sorted(maps.Keys(a.Labels)) {
		where := "labels." + axis
		switch note, gone := lost[axis]; {
		case gone && note.Kind == taxonomy.NoteAxisRemoved:
		case gone && note.Kind != taxonomy.NoteUnknown:
			old, first = append(old, note.Message), cmp.Or(first, where)
		case gone, t.Axis(axis) == nil, now[axis] != "" && !t.Valid(axis, now[axis]):
			return nil, claim.Problem{Code: CodeLabels, Where: where, Message: fmt.Sprintf("The taxonomy has no label %q there.", a.Labels[axis])}
		}
	}
	switch {
	case len(old) > 0:
		return nil, claim.Problem{Code: CodeLabelsOld, Where: first, Message: fmt.Sprintf("The taxonomy changed while you had this claim: in %s, %s. Choose anew there; the other answers hold.", t.Ref(), strings.Join(old, "; "))}
	case len(now) == 0:
		return nil, claim.Problem{Code: CodeLabelsOld, Where: "labels", Message: fmt.Sprintf("The taxonomy changed while you had this claim: %s does not ask this any more. Load the claim again, or skip it.", t.Ref())}
	}
	return now, nil
}

// standingDecision is one that was not taken back, with its labels as the taxonomy that holds
// has them.
type standingDecision struct {
	store.ReviewDecision
	now map[string]string
}

// standing reads the decisions on an item that were not taken back.
func (q *Queue) standing(ctx context.Context, item string) ([]standingDecision, error) {
	all, err := q.cfg.Reviews.Decisions(ctx, store.DecisionFilter{Item: item, Limit: store.MaxDecisions})
	if err != nil {
		return nil, err
	}
	h, err := q.history(ctx)
	if err != nil {
		return nil, err
	}
	var out []standingDecision
	for _, d := range Standing(all) {
		now, _ := h.Answer("", d.Labels, d.At)
		out = append(out, standingDecision{d, now})
	}
	return out, nil
}

// history is that of the taxonomy; without versions it translates nothing.
func (q *Queue) history(ctx context.Context) (*revision.History, error) {
	if q.cfg.Versions == nil {
		return &revision.History{}, nil
	}
	h, _, err := q.cfg.Versions.History(ctx)
	return h, err
}

// suggestion gives a model's answer in the labels that people answer with.
func (q *Queue) suggestion(ctx context.Context, p *claim.Prediction) (*claim.Prediction, error) {
	h, err := q.history(ctx)
	if err != nil || p == nil {
		return nil, err
	}
	now := h.Prediction(*p)
	return &now, nil
}

// asNow are decisions with their labels as the taxonomy that holds has them.
func asNow(list []standingDecision) []store.ReviewDecision {
	out := make([]store.ReviewDecision, len(list))
	for i, d := range list {
		out[i], out[i].Labels = d.ReviewDecision, d.now
	}
	return out
}

// readable gives answers of others in the labels that hold, for who decides between them. Those that
// the versions since leave undecided stay as they were given: they are what was said.
func readable(list []standingDecision) []store.ReviewDecision {
	var out []store.ReviewDecision
	for _, d := range list {
		was := d.Labels
		d.Labels = maps.Clone(d.now)
		for axis, label := range was {
			if _, ok := d.Labels[axis]; !ok {
				d.Labels[axis] = label
			}
		}
		out = append(out, d.ReviewDecision)
	}
	return out
}
