package desk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxName is the longest name of a reviewer, in bytes.
const maxName = 200

// peopleView is the page on which admins keep reviewers.
type peopleView struct {
	site.Frame
	Tabs    []tab
	Action  string
	People  []person
	Roles   []tick // those of the form for a new one
	Name    string
	Problem string
	// Made is a password that was just made, shown once, and For whose it is.
	Made, For   string
	MinPassword int
	Passwords   bool
}

type person struct {
	ID, Name, Action string
	Roles            []tick
	RoleText         string
	Takes            string
	Since            site.Moment
	Disabled         bool
	Self             bool
	Way              string // how he signs in
}

func (s *Server) people(r *http.Request, by store.Reviewer) (site.View, error) {
	return s.peopleView(r, by, peopleView{}, 0)
}

func (s *Server) peopleView(r *http.Request, by store.Reviewer, v peopleView, status int) (site.View, error) {
	all, err := s.cfg.Reviewers.Reviewers(r.Context())
	if err != nil {
		return site.View{}, err
	}
	v.Tabs = s.tabs(by, "/reviewers")
	v.Frame, v.Action, v.MinPassword, v.Passwords = s.site.Frame(r, "review", "Reviewers"), s.site.Href("/reviewers"), review.MinPassword, !s.cfg.NoPasswords
	v.Roles = roleTicks("new", []store.ReviewRole{store.ReviewerRole})
	for _, p := range all {
		var takes []string
		for _, t := range s.takes(p) {
			takes = append(takes, t.Name+": "+t.Value)
		}
		v.People = append(v.People, person{
			ID: p.ID, Name: look.Clean(p.Name), Action: s.site.Href("/reviewers/" + p.ID), Roles: roleTicks(p.ID, p.Roles), RoleText: joined(roleNames(p.Roles)),
			Takes: strings.Join(takes, "; "), Since: site.NewMoment(p.CreatedAt), Disabled: !p.DisabledAt.IsZero(), Self: p.ID == by.ID, Way: way(p),
		})
	}
	return site.View{Name: "reviewers", Data: v, Status: status}, nil
}

// way says how somebody signs in.
func way(p store.Reviewer) string {
	switch {
	case p.Password != "" && p.Subject != "":
		return "password or identity provider"
	case p.Subject != "":
		return "identity provider"
	case p.Password != "":
		return "password"
	}
	return "not yet: reset the password"
}

func roleTicks(of string, have []store.ReviewRole) []tick {
	var out []tick
	for _, role := range review.Roles() {
		out = append(out, tick{"role", string(role), string(role), "role-" + of + "-" + string(role), slices.Contains(have, role)})
	}
	return out
}

func rolesIn(form map[string][]string) []store.ReviewRole {
	out := []store.ReviewRole{}
	for _, v := range form["role"] {
		out = append(out, store.ReviewRole(v))
	}
	return out
}

// addPerson adds a reviewer with a password that is made here and shown once.
func (s *Server) addPerson(r *http.Request, by store.Reviewer) (site.View, error) {
	name := strings.TrimSpace(r.PostForm.Get("name"))
	if len(name) > maxName || look.Clean(name) != name {
		return s.peopleView(r, by, peopleView{Problem: "The name is too long, or no text."}, http.StatusUnprocessableEntity)
	}
	password := ""
	if !s.cfg.NoPasswords {
		password = newPassword()
	}
	p, err := s.cfg.Accounts.Add(r.Context(), store.Reviewer{Name: name, Roles: rolesIn(r.PostForm)}, password)
	if err != nil {
		return s.peopleProblem(r, by, name, err)
	}
	return s.peopleView(r, by, peopleView{Made: password, For: p.Name}, 0)
}

// peopleProblem shows the page with what is wrong, if that is for the reader to mend.
func (s *Server) peopleProblem(r *http.Request, by store.Reviewer, name string, err error) (site.View, error) {
	f, ok := explain(err)
	if !ok || errors.Is(err, store.ErrNotFound) {
		return site.View{}, err
	}
	return s.peopleView(r, by, peopleView{Problem: f.Text, Name: name}, f.Status)
}

// newPassword makes a password of 125 random bits, in groups that can be read out.
func newPassword() string {
	var groups []string
	for part := range slices.Chunk([]byte(rand.Text()[:25]), 5) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, "-")
}

// changePerson changes roles, disables, lets in again or resets a password.
func (s *Server) changePerson(r *http.Request, by store.Reviewer) (site.View, error) {
	id := r.PathValue("id")
	p, err := s.cfg.Reviewers.Reviewer(r.Context(), id)
	if err != nil {
		return site.View{}, err
	}
	var change review.ReviewerChange
	var v peopleView
	said := ""
	yes, no := true, false
	switch r.PostForm.Get("do") {
	case "roles":
		roles := rolesIn(r.PostForm)
		if p.ID == by.ID && !slices.Contains(roles, store.AdminRole) {
			return s.peopleView(r, by, peopleView{Problem: "You cannot take the role of an admin from yourself: another admin must."}, http.StatusUnprocessableEntity)
		}
		change.Roles, said = &roles, "The roles of "+p.Name+" are kept."
	case "disable":
		if p.ID == by.ID {
			return s.peopleView(r, by, peopleView{Problem: "You cannot disable yourself: another admin must."}, http.StatusUnprocessableEntity)
		}
		change.Disabled, said = &yes, p.Name+" cannot sign in any more. What was decided stays."
	case "enable":
		change.Disabled, said = &no, p.Name+" can sign in again."
	case "password":
		if s.cfg.NoPasswords {
			return site.View{}, site.ErrNoPage
		}
		password := newPassword()
		change.Password, v.Made, v.For = &password, password, p.Name
	default:
		return site.View{}, site.BadRequest("There is no such button.")
	}
	changed, err := s.cfg.Accounts.Change(r.Context(), id, change)
	if err != nil {
		return s.peopleProblem(r, by, "", err)
	}
	var cookies []*http.Cookie
	if p.ID == by.ID { // the change ended this session too
		c, err := s.cfg.Sessions.Renew(r, changed)
		if err != nil {
			return site.View{}, fmt.Errorf("desk: %w", err)
		}
		cookies = append(cookies, c)
	}
	if v.Made != "" {
		view, err := s.peopleView(r, by, v, 0)
		view.Cookies = cookies
		return view, err
	}
	return site.View{Goto: s.site.Href("/reviewers"), Notice: site.Notice{Text: said}, Cookies: cookies}, nil
}
