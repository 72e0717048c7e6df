package postgres

import (
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// query collects conditions and their arguments.
type query struct {
	conds []string
	args  []any
}

// arg adds an argument and gives its place: "$3".
func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

// where adds a condition; each %s of format stands for one argument.
func (q *query) where(format string, args ...any) {
	places := make([]any, len(args))
	for i, a := range args {
		places[i] = q.arg(a)
	}
	q.conds = append(q.conds, fmt.Sprintf(format, places...))
}

// equal narrows to rows with a value, if there is one to ask for.
func (q *query) equal(column, want string) {
	if want != "" {
		q.where(column+" = %s", rules.Text(want))
	}
}

// between narrows to a time, from inclusive, until exclusive; zero is open.
func (q *query) between(column string, from, until time.Time) {
	if !from.IsZero() {
		q.where(column+" >= %s", rules.Ceil(from))
	}
	if !until.IsZero() {
		q.where(column+" < %s", rules.Ceil(until))
	}
}

// sql gives the conditions joined, "true" when there are none.
func (q *query) sql() string {
	if len(q.conds) == 0 {
		return "true"
	}
	return strings.Join(q.conds, " AND ")
}

// filter adds what both claims (as c) and vectors (as c) have: tags, time and membership.
func (q *query) filter(f store.Filter, id string) {
	if tags := filterTags(f); len(tags) > 0 {
		q.where("c.tags @> %s::text[]", tags)
	}
	q.between("c.created_at", f.From, f.Until)
	if f.Cluster != "" {
		q.where("EXISTS (SELECT 1 FROM members m WHERE m.claim = "+id+" AND m.cluster = %s)", rules.Text(f.Cluster))
	}
}

// claimFilter narrows the table claims, named c.
func claimFilter(f store.Filter) *query {
	q := &query{}
	q.filter(f, "c.id")
	q.equal("c.state", string(f.State))
	if f.Text != "" {
		q.where("strpos(c.body, %s) > 0", rules.Lower(rules.Text(f.Text)))
	}
	return q
}

// narrows reports whether a search leaves out more than the one claim it starts from.
func narrows(n store.Near) bool {
	n.Except = ""
	return len(vectorFilter(n).conds) > 0
}

// vectorFilter narrows the table vectors, named c. Whatever has vectors is Done.
func vectorFilter(n store.Near) *query {
	q := &query{}
	q.filter(n.Filter, "c.claim")
	if n.Filter.State != "" && n.Filter.State != store.Done {
		q.where("false")
	}
	if n.Filter.Text != "" {
		q.where("EXISTS (SELECT 1 FROM claims t WHERE t.id = c.claim AND strpos(t.body, %s) > 0)", rules.Lower(rules.Text(n.Filter.Text)))
	}
	if isID(n.Except) {
		q.where("c.claim <> %s", n.Except)
	}
	return q
}
