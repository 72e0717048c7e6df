package web

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxValue is the longest value of a filter, in characters; maxCursor that of a cursor.
const (
	maxValue  = 200
	maxCursor = 1000
)

// labelPrefix begins the parameter of an axis: label.severity=critical.
const labelPrefix = "label."

// query is a list's address, read: what narrows it and where in it one stands.
type query struct {
	values url.Values // cleaned: known names, one non-empty value each
	filter store.Filter
	after  string
	near   bool // show nearest claims in the list
}

// readQuery reads and checks a list's parameters. Unknown ones are passed over, since links
// are sent around and get parameters on the way. Errors are site.BadRequest ones.
func (s *Server) readQuery(raw url.Values) (query, error) {
	q := query{values: url.Values{}}
	fields := map[string]*string{
		"q": &q.filter.Text, "product": &q.filter.Product, "sku": &q.filter.SKU, "serial": &q.filter.Serial,
		"batch": &q.filter.Batch, "supplier": &q.filter.Supplier, "reference": &q.filter.Reference,
		"after": &q.after,
	}
	for name, all := range raw {
		v := strings.TrimSpace(all[0])
		if v == "" {
			continue
		}
		if err := checkValue(name, v); err != nil {
			return q, err
		}
		var err error
		switch axis, isLabel := strings.CutPrefix(name, labelPrefix); {
		case fields[name] != nil:
			*fields[name] = v
		case isLabel && s.names().Of.Axis(axis) != nil:
			// put into the taxonomy's order below
		case name == "state":
			q.filter.State, err = readState(v)
		case name == "abstained":
			q.filter.Abstained = true
		case name == "near":
			q.near = true
		case name == "from":
			q.filter.From, err = readDay(v)
		case name == "until":
			q.filter.Until, err = readDay(v)
			q.filter.Until = q.filter.Until.AddDate(0, 0, 1) // people mean the whole day
		default:
			continue
		}
		if err != nil {
			return q, err
		}
		if name != "after" {
			q.values.Set(name, v)
		}
	}
	for _, axis := range s.names().Of.AxisIDs() {
		if v := q.values.Get(labelPrefix + axis); v != "" {
			q.filter.Labels = append(q.filter.Labels, store.Label{Axis: axis, Label: v})
		}
	}
	return q, nil
}

func checkValue(name, v string) error {
	limit := maxValue
	if name == "after" {
		limit = maxCursor
	}
	if !utf8.ValidString(v) || look.Clean(v) != v {
		return site.BadRequest("A filter has characters that are no text.")
	}
	if utf8.RuneCountInString(v) > limit {
		return site.BadRequest("A filter is too long; at most 200 characters are read.")
	}
	return nil
}

func readState(v string) (store.State, error) {
	switch st := store.State(v); st {
	case store.Queued, store.Done, store.Failed:
		return st, nil
	}
	return "", site.BadRequest("There is no such state; there are queued, done and failed.")
}

func readDay(v string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, v)
	if err != nil {
		return t, site.BadRequest("A date must be written like 2026-03-31.")
	}
	return t, nil
}

// narrowed says whether any filter is set.
func (q query) narrowed() bool {
	n := len(q.values)
	if q.near {
		n-- // shows more, keeps nothing out
	}
	return n > 0
}

// href is the list's address with one parameter changed (an empty value takes it away),
// from its first page.
func (q query) href(name, value string) string {
	v := url.Values{}
	for k := range q.values {
		v.Set(k, q.values.Get(k))
	}
	v.Del(name)
	if value != "" {
		v.Set(name, value)
	}
	if len(v) == 0 {
		return "/"
	}
	return "/?" + v.Encode()
}
