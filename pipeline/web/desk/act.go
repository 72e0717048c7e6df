package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// What the form of an item asks for, in its field "do".
const (
	doAnswer = "answer"
	doSkip   = "skip"
	doLater  = "later"
	doShow   = "show"
)

// act does what the form of an item asks for, and gives the item that comes next.
func (s *Server) act(r *http.Request, by store.Reviewer) (reply, error) {
	id := r.PathValue("id")
	version, err := review.Unseal(by, id, r.PostForm.Get("version"))
	if err != nil {
		return reply{}, err
	}
	var out reply
	switch do := r.PostForm.Get("do"); do {
	case doAnswer, "":
		out, err = s.answer(r, by, id, version)
	case doSkip:
		took := tookOf(r.PostForm.Get("took"), r.PostForm.Get("at"), s.now())
		err = s.cfg.Queue.Skip(r.Context(), by, id, version, strings.TrimSpace(r.PostForm.Get("skip")), took)
		out.Said = "Skipped."
	case doLater:
		_, err = s.cfg.Queue.Hold(r.Context(), by, id, version)
		out.Said = "Held for later."
	case doShow:
		return s.again(r, by, id, func(e *entered) { e.Show = true })
	default:
		err = site.BadRequest("There is no such button.")
	}
	if hasCode(err, review.CodeLabels) || hasCode(err, review.CodeLabelsOld) || hasCode(err, review.CodeWhyMissing) || hasCode(err, review.CodeWhyTooLong) {
		f, _ := explain(err)
		return s.again(r, by, id, func(e *entered) { e.Message = f.Text })
	}
	if err != nil {
		return reply{}, err
	}
	return s.onward(r, by, out, append(have(r), id))
}

// answer submits the labels of the form; every question must have an answer, if only that it
// cannot be told.
func (s *Server) answer(r *http.Request, by store.Reviewer, id string, version int64) (reply, error) {
	labels := chosenIn(r.PostForm)
	item, err := s.cfg.Reviews.Review(r.Context(), id)
	if err != nil {
		return reply{}, err
	}
	if open := missing(s.questions(item.Axes, nil, nil, nil), labels); len(open) > 0 {
		return reply{}, claim.Problem{Code: review.CodeLabels, Message: "Still open: " + joined(open) + ". Choose a label, or say that it cannot be told."}
	}
	d, err := s.cfg.Queue.Submit(r.Context(), by, review.Answer{
		Item: id, Version: version, Labels: labels, Taxonomy: r.PostForm.Get("taxonomy"), Why: strings.TrimSpace(r.PostForm.Get("why")),
		Took: tookOf(r.PostForm.Get("took"), r.PostForm.Get("at"), s.now()), Shown: r.PostForm.Get("shown") == "1",
	})
	if err != nil {
		return reply{}, err
	}
	return reply{Decision: d.ID, Said: "Kept: " + s.summary(d.Labels) + "."}, nil
}

// again shows an item once more with what was entered.
func (s *Server) again(r *http.Request, by store.Reviewer, id string, change func(e *entered)) (reply, error) {
	e := entered{Labels: s.chosen(r), Why: r.PostForm.Get("why"), Show: r.PostForm.Get("shown") == "1"}
	change(&e)
	t, err := s.mine(r.Context(), by, id)
	if err != nil {
		return reply{}, err
	}
	c, err := s.card(r.Context(), by, t, s.prefs(r), e)
	if err != nil {
		return reply{}, err
	}
	out := reply{Card: &c, Stay: true}
	if e.Message != "" {
		out.Status = http.StatusUnprocessableEntity
	}
	return out, nil
}

// onward adds the item that comes next to a reply, if another one waits.
func (s *Server) onward(r *http.Request, by store.Reviewer, out reply, have []string) (reply, error) {
	t, ok, err := s.another(r.Context(), by, have)
	if err != nil || !ok {
		// What was done stands; that nothing comes next is no reason to call it failed.
		if err != nil {
			s.site.Explain(r, err)
		}
		return out, nil
	}
	c, err := s.nextCard(r, by, t)
	if err != nil {
		s.site.Explain(r, err)
		return out, nil
	}
	out.Card = &c
	return out, nil
}

// nextCard makes the card of an item; without script only its address is needed, since the
// browser asks for the page itself.
func (s *Server) nextCard(r *http.Request, by store.Reviewer, t review.Task) (card, error) {
	if !scripted(r) {
		return card{ID: t.Item}, nil
	}
	return s.card(r.Context(), by, t, s.prefs(r), entered{})
}

// have are the items that the page has already.
func have(r *http.Request) []string {
	return slices.DeleteFunc(strings.Split(r.PostForm.Get("have"), " "), func(id string) bool { return id == "" })
}

// another gives an item that is not among have: one that the reviewer holds already, else the
// queue's next; false when there is none.
func (s *Server) another(ctx context.Context, by store.Reviewer, have []string) (review.Task, bool, error) {
	held, err := s.cfg.Queue.Held(ctx, by)
	if err != nil {
		return review.Task{}, false, err
	}
	for _, t := range held {
		if !slices.Contains(have, t.Item) {
			return t, true, nil
		}
	}
	t, err := s.cfg.Queue.Next(ctx, by)
	if hasCode(err, review.CodeQueueEmpty) {
		return t, false, nil
	}
	return t, err == nil && !slices.Contains(have, t.Item), err
}

// mine finds an item in the reviewer's hands; one whose time ran out is his again as long as
// nobody else got it. Error: CodeNotYours.
func (s *Server) mine(ctx context.Context, by store.Reviewer, id string) (review.Task, error) {
	t, ok, err := s.held(ctx, by, id)
	if err != nil || ok {
		return t, err
	}
	gone := claim.Problem{Code: review.CodeNotYours, Message: "This claim is not in your hands: it was answered, or the time for it ran out and it went to somebody else."}
	r, err := s.cfg.Reviews.Review(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && r.Holder != by.ID {
		return t, gone
	}
	if err != nil {
		return t, err
	}
	if _, err := s.cfg.Queue.Hold(ctx, by, id, r.Version); err != nil {
		return t, err
	}
	if t, ok, err = s.held(ctx, by, id); err == nil && !ok {
		err = gone
	}
	return t, err
}

func (s *Server) held(ctx context.Context, by store.Reviewer, id string) (review.Task, bool, error) {
	list, err := s.cfg.Queue.Held(ctx, by)
	if err != nil {
		return review.Task{}, false, err
	}
	i := slices.IndexFunc(list, func(t review.Task) bool { return t.Item == id })
	if i < 0 {
		return review.Task{}, false, nil
	}
	return list[i], true, nil
}

// undo takes a decision back and shows its item with the labels that it had.
func (s *Server) undo(r *http.Request, by store.Reviewer) (reply, error) {
	id := r.PostForm.Get("decision")
	d, err := s.cfg.Reviews.Decision(r.Context(), id)
	if err != nil {
		return reply{}, err
	}
	t, err := s.cfg.Queue.Undo(r.Context(), by, id)
	if err != nil {
		return reply{}, err
	}
	out := reply{Said: "Taken back: choose anew and submit."}
	c, err := s.card(r.Context(), by, t, s.prefs(r), entered{Labels: s.reopened(r.Context(), d), Why: d.Why, Show: d.Shown})
	if err != nil {
		return reply{}, err
	}
	out.Card, out.Stay = &c, true
	return out, nil
}

// ahead gives the item after those that the page has.
func (s *Server) ahead(r *http.Request, by store.Reviewer) (reply, error) {
	return s.onward(r, by, reply{}, have(r))
}

// beat keeps items with the reviewer while the page that shows them is open, and tells which
// are not his any more.
func (s *Server) beat(r *http.Request, by store.Reviewer) (reply, error) {
	var out reply
	for _, pair := range r.PostForm["item"] {
		id, sealed, _ := strings.Cut(pair, " ")
		version, err := review.Unseal(by, id, sealed)
		if err == nil {
			_, err = s.cfg.Queue.Hold(r.Context(), by, id, version)
		}
		switch f, known := explain(err); {
		case err == nil:
		case known && f.Status == http.StatusConflict:
			out.Lost = append(out.Lost, id)
		default:
			return reply{}, err
		}
	}
	return out, nil
}
