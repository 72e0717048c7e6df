package board

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// link is a text that may lead somewhere.
type link struct{ Text, Href string }

// none stands where there is nothing to say.
const none = "–"

func cutRoute(route string) (method, path string) {
	method, path, _ = strings.Cut(route, " ")
	return method, path
}

// onDay writes a day.
func onDay(t time.Time) string {
	if t.IsZero() {
		return none
	}
	return t.UTC().Format("2 Jan 2006")
}

// number writes a number with so many decimals at most.
func number(v float64, decimals int) string {
	switch {
	case math.IsNaN(v):
		return none
	case math.IsInf(v, 0) || math.Abs(v) >= 1e6:
		return "over a million"
	case math.Abs(v) >= 1000:
		return site.Thousands(int(math.Round(v)))
	case math.Abs(v) >= 100:
		decimals = min(decimals, 1)
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// interval writes "1.2 to 3.4".
func interval(low, high float64, decimals int) string {
	return number(low, decimals) + " to " + number(high, decimals)
}

// days writes a duration in days.
func days(d time.Duration) string {
	n := int(math.Round(d.Hours() / 24))
	return site.Counted(n, "day")
}

// boolInt orders false before true.
func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// amounts writes money by currency.
func amounts(list []store.Money) string {
	var out []string
	for _, m := range list {
		out = append(out, money.String(m))
	}
	if len(out) == 0 {
		return none
	}
	return strings.Join(out, ", ")
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	r := []rune(look.Clean(strings.TrimSpace(text)))
	if len(r) == 0 {
		return ""
	}
	r[0] = unicode.ToUpper(r[0])
	if !strings.ContainsRune(".!?", r[len(r)-1]) {
		r = append(r, '.')
	}
	return string(r)
}

// label writes "axis=label" as people know it: "Crack (Symptom)".
func (s *Server) label(l string) string {
	axis, id, ok := strings.Cut(l, "=")
	switch {
	case l == store.Unlabelled:
		return "Claims without a label"
	case !ok:
		return "All claims"
	}
	return s.words().Label(axis, id) + " (" + strings.ToLower(s.words().Axis(axis)) + ")"
}

// groupOf is the group of a cause.
func groupOf(c store.Cause) store.Group {
	return store.Group{Kind: store.GroupKind(c.Kind), Name: c.Name}
}

// kindWord is a kind of groups as people say it.
func kindWord(k store.GroupKind) string {
	if k == store.GroupSKU {
		return "Product"
	}
	return look.Sentence(string(k))
}

// group writes a group, with its page: "Lot L-17 (hinge, ACME)".
func (s *Server) group(g store.Group) link {
	_, name, _ := strings.Cut(g.String(), " ") // without the kind
	return link{kindWord(g.Kind) + " " + look.Clean(name), s.groupHref(g)}
}

// groupHref is the address of a group's page; empty for a season, which no unit says by itself.
func (s *Server) groupHref(g store.Group) string {
	if !slices.Contains(store.GroupKinds(), g.Kind) {
		return ""
	}
	return s.site.Href("/groups/" + url.PathEscape(string(g.Kind)) + "/" + url.PathEscape(g.Name))
}

func (s *Server) unitHref(serial string) string {
	return s.site.Href("/units/" + url.PathEscape(serial))
}

func (s *Server) patternHref(id string) string { return s.site.Href("/patterns/" + url.PathEscape(id)) }
func (s *Server) capaHref(id string) string    { return s.site.Href("/capas/" + url.PathEscape(id)) }
func (s *Server) creditHref(id string) string  { return s.site.Href("/credits/" + url.PathEscape(id)) }

// short is the end of an id, enough to tell two apart by eye.
func short(id string) string { return id[max(0, len(id)-8):] }
