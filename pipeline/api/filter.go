package api

import (
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

// Filters are the parameters that lists and neighbours share. Exported since huma passes over
// embedded types that are not.
type Filters struct {
	State     string   `query:"state" enum:"queued,done,failed"`
	Product   string   `query:"product" maxLength:"200"`
	SKU       string   `query:"sku" maxLength:"200"`
	Serial    string   `query:"serial" maxLength:"200"`
	Batch     string   `query:"batch" maxLength:"200"`
	Supplier  string   `query:"supplier" maxLength:"200"`
	Lang      string   `query:"lang" maxLength:"200"`
	Reference string   `query:"reference" maxLength:"200" doc:"The sender's own id."`
	From      string   `query:"from" doc:"Inclusive, RFC 3339 or a date; compares created_at."`
	Until     string   `query:"until" doc:"Exclusive, RFC 3339 or a date."`
	Label     []string `query:"label,explode" maxItems:"10" doc:"axis=label, predicted without abstention; repeat it to ask for several."`
	Abstained bool     `query:"abstained" doc:"Only claims with at least one abstention."`
	Text      string   `query:"text" maxLength:"200" doc:"Only claims whose text has this in it, without regard to ASCII case."`
	Cluster   string   `query:"cluster" maxLength:"200"`
}

type listIn struct {
	Filters
	Limit int    `query:"limit" minimum:"1" maximum:"500" doc:"50 unless told."`
	After string `query:"after" maxLength:"500" doc:"The cursor that the page before gave as next."`
}

func (in Filters) filter() (store.Filter, error) {
	return filterOf(wire.Filter{
		State: in.State, Product: in.Product, SKU: in.SKU, Serial: in.Serial, Batch: in.Batch,
		Supplier: in.Supplier, Lang: in.Lang, Reference: in.Reference, From: in.From, Until: in.Until,
		Labels: in.Label, Abstained: in.Abstained, Text: in.Text, Cluster: in.Cluster,
	})
}

// filterOf checks a filter and gives it as the store wants it, without owner.
func filterOf(in wire.Filter) (f store.Filter, err error) {
	for _, p := range []struct{ name, value string }{
		{"product", in.Product}, {"sku", in.SKU}, {"serial", in.Serial}, {"batch", in.Batch}, {"supplier", in.Supplier},
		{"lang", in.Lang}, {"reference", in.Reference}, {"text", in.Text}, {"cluster", in.Cluster},
	} {
		if len(p.value) > MaxField || strings.ContainsFunc(p.value, control) {
			return f, fault(codeParameter, "filter."+p.name, fmt.Sprintf("at most %d bytes, no control characters", MaxField))
		}
	}
	if in.Cluster != "" && !isUUID(in.Cluster) {
		return f, fault(codeParameter, "filter.cluster", "this is no id of a cluster")
	}
	switch store.State(in.State) {
	case "", store.Queued, store.Done, store.Failed:
	default:
		return f, fault(codeParameter, "filter.state", "queued, done or failed")
	}
	f = store.Filter{
		State: store.State(in.State), Product: in.Product, SKU: in.SKU, Serial: in.Serial, Batch: in.Batch,
		Supplier: in.Supplier, Lang: strings.ToLower(in.Lang), Reference: in.Reference, Abstained: in.Abstained,
		Text: in.Text, Cluster: in.Cluster,
	}
	if f.From, err = moment("filter.from", in.From); err != nil {
		return f, err
	}
	if f.Until, err = moment("filter.until", in.Until); err != nil {
		return f, err
	}
	if len(in.Labels) > MaxLabels {
		return f, fault(codeParameter, "filter.labels", fmt.Sprintf("at most %d", MaxLabels))
	}
	for _, l := range in.Labels {
		axis, label, ok := strings.Cut(l, "=")
		if !ok || axis == "" || label == "" || len(l) > MaxField || strings.ContainsFunc(l, control) {
			return f, fault(codeParameter, "filter.labels", "a label is given as axis=label")
		}
		f.Labels = append(f.Labels, store.Label{Axis: axis, Label: label})
	}
	return f, nil
}

// moment reads an RFC 3339 time, or a date as its first moment in UTC.
func moment(where, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault(codeParameter, where, "give a time like 2026-03-01T10:00:00Z, or a date")
}
