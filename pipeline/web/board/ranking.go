package board

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/web/site"
)

// rankingSize is how many groups and labels are ranked.
const rankingSize = 500

// rankingView is all groups and labels by rank, alarm or not.
type rankingView struct {
	page
	Ranked  part[[]surveillance.Ranked]
	Choices []tab
	List    table
	site.Pager
}

func (s *Server) rankingPage(r *http.Request) (site.View, error) {
	v := rankingView{page: s.page(r, "/ranking", "Ranking of all groups")}
	var err error
	if v.Ranked, err = s.ranking.get(r.Context(), struct{}{}); err != nil {
		return site.View{}, err
	}
	at, err := offset(r)
	if err != nil {
		return site.View{}, err
	}
	kind := r.URL.Query().Get("kind")
	list := slices.Clone(v.Ranked.Value)
	href := s.site.Href("/ranking")
	v.Choices = []tab{{"All", href, kind == ""}}
	for _, k := range surveillance.DefaultKinds() {
		v.Choices = append(v.Choices, tab{kindWord(k), href + "?kind=" + string(k), kind == string(k)})
	}
	if kind != "" {
		list = slices.DeleteFunc(list, func(x surveillance.Ranked) bool { return x.Kind != kind })
		href += "?kind=" + kind
	}
	if kind != "" && !slices.Contains(surveillance.DefaultKinds(), store.GroupKind(kind)) {
		return site.View{}, site.BadRequest("Groups of this kind are not watched.")
	}
	shown, pager := slicePage(list, at, s.cfg.PageSize, href)
	v.Pager = pager
	v.List = table{ID: "list", Caption: "Groups and labels, the clearest excess first", Columns: heads("Group", "Label", "#Claims", "#Usual", "#Ratio", "#Shrunk", "#At least", "Found"), Empty: "Nothing was claimed yet."}
	for _, x := range shown {
		g := s.group(store.Group{Kind: store.GroupKind(x.Kind), Name: x.Name})
		mark := cell{Text: none}
		if x.Discovery {
			mark = cell{Text: "● yes", Class: "bad"}
		}
		v.List.Rows = append(v.List.Rows, row{{Text: g.Text, Href: g.Href}, {Text: s.label(x.Label)}, {Text: site.Thousands(x.Observed)}, {Text: number(x.Expected, 1)}, {Text: number(x.Ratio, 1)}, {Text: number(x.EBGM, 2)}, {Text: number(x.EB05, 2)}, mark})
	}
	if len(v.Ranked.Value) == rankingSize {
		v.List.Note = fmt.Sprintf("The first %d of all.", rankingSize)
	}
	return site.View{Name: "ranking", Data: v}, nil
}
