package desk

import (
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// tab leads to one of the desk's pages.
type tab struct {
	Text, Href string
	Here       bool
}

// tabs are the desk's pages for a reviewer; here is the path of the present one.
func (s *Server) tabs(by store.Reviewer, here string) []tab {
	list := []tab{{Text: "Queue", Href: "/"}, {Text: "What I decided", Href: "/history"}, {Text: "My settings", Href: "/settings"}}
	if review.Administers(by) {
		list = append(list, tab{Text: "Reviewers", Href: "/reviewers"})
	}
	for i := range list {
		list[i].Here = list[i].Href == here
		list[i].Href = s.site.Href(list[i].Href)
	}
	return list
}
