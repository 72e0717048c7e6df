package desk

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/site"
)

// reply is what came of an action, for the script and for plain forms.
type reply struct {
	// Said is a sentence for the reviewer.
	Said string
	// Decision is what was decided, for taking it back.
	Decision string
	// Card is the item to show, nil for none; Stay says that it is the one acted on.
	Card *card
	Stay bool
	// Lost are items that are not the reviewer's any more.
	Lost []string
	// Status is that of the answer; 0 is 200.
	Status int
}

// action does something with items.
type action func(r *http.Request, by store.Reviewer) (reply, error)

// answerJSON is a reply as the script reads it.
type answerJSON struct {
	Said     string   `json:"said,omitempty"`
	Decision string   `json:"decision,omitempty"`
	Item     string   `json:"item,omitempty"`
	Card     string   `json:"card,omitempty"` // markup, made by the templates
	Lost     []string `json:"lost,omitempty"`
}

// failureJSON is a failure as the script reads it.
type failureJSON struct {
	Title     string `json:"title"`
	Text      string `json:"text"`
	SignedOut bool   `json:"signedOut,omitempty"`
	// Gone says that the item went to somebody else, so that trying again is no use.
	Gone bool `json:"gone,omitempty"`
	// Card is the item once more with what is wrong with it, where it can be mended.
	Card string `json:"card,omitempty"`
}

// scripted says that the script asks, not a form.
func scripted(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// acting makes a handler of an action.
func (s *Server) acting(do action) http.HandlerFunc {
	plain := s.site.Page(func(r *http.Request) (site.View, error) { return s.plainly(r, do) })
	return func(w http.ResponseWriter, r *http.Request) {
		if !scripted(r) {
			plain(w, r)
			return
		}
		err := s.site.Form(w, r)
		var by store.Reviewer
		if err == nil {
			by, err = session.Who(r.Context())
		}
		var out reply
		if err == nil {
			out, err = do(r, by)
		}
		if err != nil {
			f := s.site.Explain(r, err)
			s.json(w, r, f.Status, failureJSON{Title: f.Title, Text: f.Text, SignedOut: session.SignedOut(err), Gone: f.Status == http.StatusConflict})
			return
		}
		s.reply(w, r, out)
	}
}

func (s *Server) reply(w http.ResponseWriter, r *http.Request, out reply) {
	body := answerJSON{Said: out.Said, Decision: out.Decision, Lost: out.Lost}
	if out.Card != nil {
		markup, err := s.site.Render("card", out.Card)
		if err != nil {
			f := s.site.Explain(r, err)
			s.json(w, r, f.Status, failureJSON{Title: f.Title, Text: f.Text})
			return
		}
		body.Item, body.Card = out.Card.ID, string(markup)
	}
	if out.Status != 0 {
		s.json(w, r, out.Status, failureJSON{Title: "That did not work", Text: out.Card.Message, Card: body.Card})
		return
	}
	s.json(w, r, http.StatusOK, body)
}

func (s *Server) json(w http.ResponseWriter, r *http.Request, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.cfg.Log.DebugContext(r.Context(), "reply not sent", slog.Any("error", err))
	}
}

// plainly does an action for a plain form: the browser goes to the next item, or to the start
// page when none waits.
func (s *Server) plainly(r *http.Request, do action) (site.View, error) {
	by, err := session.Who(r.Context())
	if err != nil {
		return site.View{}, err
	}
	out, err := do(r, by)
	if hasCode(err, review.CodeStale) || hasCode(err, review.CodeNotYours) {
		return s.lost(r, err), nil
	}
	if err != nil {
		return site.View{}, err
	}
	switch {
	case out.Card == nil:
		text := "Nothing else waits for you."
		if out.Said != "" {
			text = out.Said + " " + text
		}
		return site.View{Goto: s.site.Href("/") + last(out.Decision), Notice: site.Notice{Text: text}}, nil
	case out.Stay:
		return s.itemView(r, *out.Card, nil, out), nil
	}
	return site.View{Goto: s.site.Href("/items/"+out.Card.ID) + last(out.Decision), Notice: site.Notice{Text: out.Said}}, nil
}

// last is the part of an address that names the decision to take back.
func last(decision string) string {
	if decision == "" {
		return ""
	}
	return "?last=" + decision
}
