package sqlite

import (
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// conditions are joined by AND.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) where(sql string, args ...any) {
	c.parts, c.args = append(c.parts, sql), append(c.args, args...)
}

func (c *conditions) in(column string, list []string) {
	if len(list) == 0 {
		return
	}
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = rules.Text(v)
	}
	c.where(column+" IN ("+marks(len(list))+")", args...)
}

// equal narrows to rows with a value, if there is one to ask for.
func (c *conditions) equal(column, want string) {
	if want != "" {
		c.where(column+" = ?", rules.Text(want))
	}
}

// between narrows to a time, from inclusive, until exclusive; zero is open. What is kept is
// cut: it reaches a finer bound only with the next microsecond.
func (c *conditions) between(column string, from, until time.Time) {
	if !from.IsZero() {
		c.where(column+" >= ?", instant(rules.Ceil(from)))
	}
	if !until.IsZero() {
		c.where(column+" < ?", instant(rules.Ceil(until)))
	}
}

// sql is the conditions behind lead; empty without any.
func (c *conditions) sql(lead string) string {
	if len(c.parts) == 0 {
		return ""
	}
	return lead + strings.Join(c.parts, " AND ")
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// clause is a filter in SQL: what must be joined to the table claim, and what must hold. Joins
// never double a claim, and let SQLite begin with whatever table is the smallest.
type clause struct {
	conditions
	joins    []string
	joinArgs []any
	how      string // the word between tables
}

func (c *clause) join(sql string, args ...any) {
	c.joins, c.joinArgs = append(c.joins, sql), append(c.joinArgs, args...)
}

// inOrder makes SQLite keep the order of the tables: the query's own first.
func (c *clause) inOrder() { c.how = " CROSS JOIN " }

// narrows reports whether there is a condition at all.
func (c *clause) narrows() bool { return len(c.joins)+len(c.parts) > 0 }

// query writes "SELECT what FROM from joins WHERE conds tail" with its arguments; before are
// those of what and from, after those of tail.
func (c *clause) query(what, from, tail string, before, after []any) (string, []any) {
	var b strings.Builder
	b.WriteString("SELECT " + what + " FROM " + from)
	for _, j := range c.joins {
		b.WriteString(c.how + j)
	}
	b.WriteString(c.sql(" WHERE ") + " " + tail)
	args := append([]any{}, before...)
	args = append(args, c.joinArgs...)
	args = append(args, c.args...)
	return b.String(), append(args, after...)
}

// filtered writes a filter.
func filtered(f store.Filter) *clause {
	c := &clause{how: " JOIN "}
	c.equal("claim.owner", f.Owner)
	c.equal("claim.state", string(f.State))
	c.equal("claim.product", f.Product)
	c.equal("claim.sku", f.SKU)
	c.equal("claim.serial", f.Serial)
	c.equal("claim.batch", f.Batch)
	c.equal("claim.supplier", f.Supplier)
	c.equal("claim.lang", f.Lang)
	c.equal("claim.reference", f.Reference)
	c.between("claim.created", f.From, f.Until)
	if f.Abstained {
		c.where("claim.abstained = 1")
	}
	for i, l := range f.Labels {
		name := "l" + strings.Repeat("x", i)
		c.join("label "+name+" ON "+name+".claim = claim.seq AND "+name+".axis = ? AND "+name+".label = ?", rules.Text(l.Axis), rules.Text(l.Label))
	}
	if f.Cluster != "" {
		c.join("member ON member.claim = claim.seq AND member.cluster = ?", rules.Text(f.Cluster))
	}
	if f.Text != "" {
		// lower of SQLite knows ASCII alone, as the contract wants it.
		c.where("instr((SELECT lower(text) FROM content WHERE content.claim = claim.seq), ?) > 0", rules.Lower(rules.Text(f.Text)))
	}
	return c
}
