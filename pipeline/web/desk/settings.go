package desk

import (
	"net/http"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxWord is the longest language or product that a reviewer may name, in bytes; maxWords how
// many of them.
const (
	maxWord  = 200
	maxWords = 100
)

// settingsView is a reviewer's own page.
type settingsView struct {
	site.Frame
	Tabs            []tab
	Action          string
	Langs, Products string
	Axes            []tick
	Hide, Keys      bool
	Passwords       bool
	MinPassword     int
	Roles           string
	Problem         string
}

// tick is a box to tick.
type tick struct {
	Field, Value, Text, ID string
	On                     bool
}

func (s *Server) settings(r *http.Request, by store.Reviewer) (site.View, error) {
	return s.settingsView(r, by, "", 0), nil
}

func (s *Server) settingsView(r *http.Request, by store.Reviewer, problem string, status int) site.View {
	p := s.prefs(r)
	v := settingsView{
		Frame: s.site.Frame(r, "review", "My settings"), Tabs: s.tabs(by, "/settings"), Action: s.site.Href("/settings"), Langs: strings.Join(by.Langs, ", "), Products: strings.Join(by.Products, "\n"),
		Hide: p.Hide, Keys: !p.NoKeys, Passwords: !s.cfg.NoPasswords && by.Password != "", MinPassword: review.MinPassword, Roles: joined(roleNames(by.Roles)), Problem: problem,
	}
	for _, axis := range s.taxonomy().AxisIDs() {
		v.Axes = append(v.Axes, tick{"axis", axis, s.words().Axis(axis), "axis-" + axis, len(by.Axes) == 0 || slices.Contains(by.Axes, axis)})
	}
	return site.View{Name: "settings", Data: v, Status: status}
}

// keepSettings keeps what the form says: what the reviewer takes, how his pages are, or a new
// password.
func (s *Server) keepSettings(r *http.Request, by store.Reviewer) (site.View, error) {
	form := r.PostForm
	switch form.Get("do") {
	case "pages":
		cookie := s.prefsCookie(r, prefs{Hide: form.Get("hide") != "", NoKeys: form.Get("keys") == ""})
		return s.settingsKept([]*http.Cookie{cookie}), nil
	case "takes":
		change, err := s.takesIn(form)
		if err != nil {
			return site.View{}, err
		}
		return s.changeSelf(r, by, change)
	case "password":
		if s.cfg.NoPasswords {
			return site.View{}, site.ErrNoPage
		}
		// The one who asks must know the present password: an open screen is not enough.
		if _, _, err := s.cfg.Accounts.SignIn(r.Context(), by.Name, form.Get("old")); err != nil {
			if hasCode(err, review.CodeSignIn) {
				return s.settingsView(r, by, "The present password is wrong.", http.StatusUnprocessableEntity), nil
			}
			return site.View{}, err
		}
		password := form.Get("new")
		if password == "" {
			return s.settingsView(r, by, "The new password is missing.", http.StatusUnprocessableEntity), nil
		}
		v, err := s.changeSelf(r, by, review.ReviewerChange{Password: &password})
		if f, ok := explain(err); err != nil && ok {
			return s.settingsView(r, by, f.Text, f.Status), nil
		}
		return v, err
	}
	return site.View{}, site.BadRequest("There is no such button.")
}

// changeSelf changes the reviewer who asks. That ends all his sessions, so that this browser
// gets a new one.
func (s *Server) changeSelf(r *http.Request, by store.Reviewer, change review.ReviewerChange) (site.View, error) {
	changed, err := s.cfg.Accounts.Change(r.Context(), by.ID, change)
	if err != nil {
		return site.View{}, err
	}
	cookie, err := s.cfg.Sessions.Renew(r, changed)
	if err != nil {
		return site.View{}, err
	}
	return s.settingsKept([]*http.Cookie{cookie}), nil
}

func (s *Server) settingsKept(cookies []*http.Cookie) site.View {
	return site.View{Goto: s.site.Href("/settings"), Notice: site.Notice{Text: "Your settings are kept."}, Cookies: cookies}
}

// takesIn reads what a reviewer takes. All axes ticked, or none, means all, also those that
// come later.
func (s *Server) takesIn(form map[string][]string) (review.ReviewerChange, error) {
	langs, err := wordsIn(form["langs"])
	if err != nil {
		return review.ReviewerChange{}, err
	}
	for i, l := range langs {
		if langs[i] = strings.ToLower(l); look.Language(l) == "" {
			return review.ReviewerChange{}, site.BadRequest("A language is written as its short code: en, de, pt-br.")
		}
	}
	products, err := wordsIn(form["products"])
	if err != nil {
		return review.ReviewerChange{}, err
	}
	axes := []string{}
	all := s.taxonomy().AxisIDs()
	for _, axis := range all {
		if slices.Contains(form["axis"], axis) {
			axes = append(axes, axis)
		}
	}
	if len(axes) == len(all) {
		axes = []string{}
	}
	return review.ReviewerChange{Langs: &langs, Products: &products, Axes: &axes}, nil
}

// wordsIn reads a list, one entry between commas or on a line.
func wordsIn(values []string) ([]string, error) {
	out := []string{}
	for _, v := range values {
		for part := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
			part = strings.TrimSpace(part)
			if len(part) > maxWord || look.Clean(part) != part {
				return nil, site.BadRequest("An entry of the list is too long, or no text.")
			}
			if part != "" && !slices.Contains(out, part) {
				out = append(out, part)
			}
		}
	}
	if len(out) > maxWords {
		return nil, site.BadRequest("The list has more than 100 entries.")
	}
	return out, nil
}

func roleNames(roles []store.ReviewRole) []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return out
}
