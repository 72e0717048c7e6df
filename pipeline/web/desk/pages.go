package desk

import (
	"net/http"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// itemView is the page of one item.
type itemView struct {
	site.Frame
	Card     card
	Undo     string // the address at which a decision is taken back
	Ahead    string
	BeatTo   string
	Beat     int // seconds between two signs of life
	Keys     bool
	Commands []command
	Last     *lastDecision
	Said     string
	Start    string
}

// lastDecision is what the reviewer decided before, and may take back.
type lastDecision struct{ ID, Text string }

// item shows an item that the reviewer has in hand.
func (s *Server) item(r *http.Request, by store.Reviewer) (site.View, error) {
	t, err := s.mine(r.Context(), by, r.PathValue("id"))
	if err != nil {
		return s.lost(r, err), nil
	}
	c, err := s.card(r.Context(), by, t, s.prefs(r), entered{})
	if err != nil {
		return site.View{}, err
	}
	return s.itemView(r, c, s.lastOf(r, by), reply{}), nil
}

func (s *Server) itemView(r *http.Request, c card, last *lastDecision, out reply) site.View {
	v := itemView{
		Frame: s.site.Frame(r, "review", c.Title), Card: c, Undo: s.site.Href("/undo"), Ahead: s.site.Href("/ahead"), BeatTo: s.site.Href("/beat"),
		Beat: int(s.cfg.Beat.Seconds()), Keys: !s.prefs(r).NoKeys, Commands: commands(), Last: last, Start: s.site.Href("/"),
	}
	if out.Status == 0 {
		v.Said = out.Said
	}
	v.Script = s.site.Asset(scriptName)
	return site.View{Name: "item", Data: v, Status: out.Status, Scripted: true}
}

// lastOf is the decision that the address names, if it is the reviewer's own.
func (s *Server) lastOf(r *http.Request, by store.Reviewer) *lastDecision {
	id := r.URL.Query().Get("last")
	if id == "" {
		return nil
	}
	d, err := s.cfg.Reviews.Decision(r.Context(), id)
	if err != nil || d.Reviewer != by.ID || d.Role == store.RoleWithdrawal || s.now().Sub(d.At) > s.cfg.UndoWindow {
		return nil // nothing to take back is no fault of the page
	}
	return &lastDecision{d.ID, s.told(r.Context(), d)}
}

// lostView is the page that tells that an item went to somebody else, with all that was
// entered.
type lostView struct {
	site.Frame
	Text, Entered, Why string
	Next, Start        string
}

func (s *Server) lost(r *http.Request, err error) site.View {
	f := s.site.Explain(r, err)
	labels := chosenIn(r.PostForm)
	v := lostView{Frame: s.site.Frame(r, "review", f.Title), Text: f.Text, Why: r.PostForm.Get("why"), Next: s.site.Href("/next"), Start: s.site.Href("/")}
	if v.Why == "" {
		v.Why = r.PostForm.Get("skip")
	}
	if len(labels) > 0 {
		v.Entered = s.summary(labels)
	}
	return site.View{Name: "lost", Data: v, Status: f.Status}
}

// next leads to the item that comes next.
func (s *Server) next(r *http.Request, by store.Reviewer) (site.View, error) {
	t, ok, err := s.another(r.Context(), by, have(r))
	if err != nil {
		return site.View{}, err
	}
	if !ok {
		return site.View{Goto: s.site.Href("/"), Notice: site.Notice{Text: "Nothing waits for you. Look again later, or widen in your settings what you take."}}, nil
	}
	return site.View{Goto: s.site.Href("/items/" + t.Item)}, nil
}

// giveBack gives everything back that the reviewer has in hand.
func (s *Server) giveBack(r *http.Request, by store.Reviewer) (site.View, error) {
	n, err := s.release(r, by)
	if err != nil {
		return site.View{}, err
	}
	return site.View{Goto: s.site.Href("/"), Notice: site.Notice{Text: site.Counted(n, "claim") + " given back for others."}}, nil
}
