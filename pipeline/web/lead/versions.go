package lead

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/site"
)

// The files of a version, as they are downloaded.
const (
	documentFile = "taxonomy.yaml"
	mappingFile  = "mapping.yaml"
)

// versionsView lists the versions, newest first.
type versionsView struct {
	page
	Versions []versionRow
	Edit     string
	Ref      string // what holds while nothing was published
}

type versionRow struct {
	Ref, By, Why               string
	At                         site.Moment
	Href, Document, MappingURL string
	Latest                     bool
}

func (s *Server) versions(r *http.Request, by store.Reviewer) (site.View, error) {
	h, t, err := s.cfg.Insight.History(r.Context())
	if err != nil {
		return site.View{}, err
	}
	names, err := s.names(r.Context())
	if err != nil {
		return site.View{}, err
	}
	out := versionsView{page: s.page(r, "Versions of the taxonomy", "/taxonomy/versions"), Ref: t.Ref()}
	if review.Administers(by) {
		out.Edit = s.site.Href("/taxonomy/edit")
	}
	for i, v := range slices.Backward(h.Versions) {
		row := s.versionRow(v, names)
		row.Latest = i == len(h.Versions)-1
		out.Versions = append(out.Versions, row)
	}
	return site.View{Name: "versions", Data: out}, nil
}

func (s *Server) versionRow(v store.TaxonomyVersion, names func(string) string) versionRow {
	row := versionRow{Ref: look.Clean(v.Ref), By: names(v.By), Why: look.Clean(v.Why), At: site.NewMoment(v.At), Href: s.versionHref(v.Ref, ""), Document: s.versionHref(v.Ref, documentFile)}
	if v.Mapping != "" {
		row.MappingURL = s.versionHref(v.Ref, mappingFile)
	}
	return row
}

func (s *Server) versionHref(ref, file string) string {
	href := s.site.Href("/taxonomy/versions/") + url.PathEscape(ref)
	if file != "" {
		href += "/" + file
	}
	return href
}

// versionView is one version, beside the one before.
type versionView struct {
	page
	Version  versionRow
	Before   string
	Mapping  string
	Diff     []diffLine
	Versions string
}

func (s *Server) version(r *http.Request, _ store.Reviewer) (site.View, error) {
	h, _, err := s.cfg.Insight.History(r.Context())
	if err != nil {
		return site.View{}, err
	}
	i := slices.IndexFunc(h.Versions, func(v store.TaxonomyVersion) bool { return v.Ref == r.PathValue("ref") })
	if i < 0 {
		return site.View{}, store.ErrNotFound
	}
	names, err := s.names(r.Context())
	if err != nil {
		return site.View{}, err
	}
	v := h.Versions[i]
	out := versionView{page: s.page(r, "Taxonomy "+v.Ref, "/taxonomy/versions"), Version: s.versionRow(v, names), Mapping: look.Clean(v.Mapping), Versions: s.site.Href("/taxonomy/versions")}
	before := ""
	if i > 0 {
		out.Before, before = look.Clean(h.Versions[i-1].Ref), h.Versions[i-1].Document
	}
	out.Diff = around(diff(lines(before), lines(v.Document)))
	return site.View{Name: "version", Data: out}, nil
}

func lines(document string) []string {
	if document == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(document, "\n"), "\n")
}

// download sends a version's file as it was published.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	fail := func(err error) { s.site.Write(w, r, s.site.Failure(w, r, err)) }
	by, err := session.Who(r.Context())
	if err == nil && !review.Adjudicates(by) {
		err = claim.Problem{Code: review.CodeRole}
	}
	if err != nil {
		fail(err)
		return
	}
	h, _, err := s.cfg.Insight.History(r.Context())
	if err != nil {
		fail(err)
		return
	}
	i := slices.IndexFunc(h.Versions, func(v store.TaxonomyVersion) bool { return v.Ref == r.PathValue("ref") })
	text, file := "", r.PathValue("file")
	if i >= 0 {
		text = map[string]string{documentFile: h.Versions[i].Document, mappingFile: h.Versions[i].Mapping}[file]
	}
	if text == "" {
		fail(store.ErrNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+file+`"`)
	_, _ = w.Write([]byte(text)) // a reader who left needs no answer
}
