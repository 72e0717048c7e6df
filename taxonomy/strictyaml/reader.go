package strictyaml

import (
	"fmt"
	"strconv"
	"strings"
)

// Reader collects mistakes while its caller takes values out of nodes. Its methods return
// zero values for bad nodes, so that reading goes on to the next mistake.
type Reader struct{ Errs Errors }

// Errorf notes a mistake at n.
func (r *Reader) Errorf(n *Node, format string, args ...any) {
	e := Error{Message: fmt.Sprintf(format, args...)}
	if n != nil {
		e.Line, e.Column, e.Path = n.Line, n.Column, n.Path
	}
	r.Errs = append(r.Errs, e)
}

// Keys checks that n is a map with no key twice and, when known is not empty, no other
// keys than known. It says whether n is a map.
func (r *Reader) Keys(n *Node, known ...string) bool {
	if n == nil || n.Kind != Map {
		r.wrongKind(n, Map)
		return false
	}
	seen := map[string]int{}
	for _, k := range n.Keys {
		if first, twice := seen[k.Text]; twice {
			r.Errorf(k, "key %q stands here a second time (first on line %d)", k.Text, first)
			continue
		}
		seen[k.Text] = k.Line
		if len(known) > 0 && !contains(known, k.Text) {
			r.Errorf(k, "unknown key %q%s", k.Text, DidYouMean(k.Text, known))
		}
	}
	return true
}

func (r *Reader) wrongKind(n *Node, want Kind) {
	got := Null
	if n != nil {
		got = n.Kind
	}
	r.Errorf(n, "expected %s, found %s", want, got)
}

// Text gives a scalar's letters; "" when n is missing.
func (r *Reader) Text(n *Node) string {
	if n.Missing() {
		return ""
	}
	if n.Kind != Scalar {
		r.wrongKind(n, Scalar)
		return ""
	}
	return n.Text
}

// Required is Text for a key of parent that must be there and not be blank.
func (r *Reader) Required(parent *Node, key string) string {
	n := parent.Get(key)
	if n.Missing() {
		r.Errorf(parent, "%s is missing", key)
		return ""
	}
	s := r.Text(n)
	if n.Kind == Scalar && strings.TrimSpace(s) == "" {
		r.Errorf(n, "%s is empty", key)
	}
	return s
}

// Int gives a whole number; 0 when n is missing.
func (r *Reader) Int(n *Node) int {
	s := r.Text(n)
	if s == "" {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil {
		r.Errorf(n, "expected a whole number, found %q", s)
	}
	return v
}

// Bool gives true or false; false when n is missing.
func (r *Reader) Bool(n *Node) bool {
	switch s := r.Text(n); s {
	case "true":
		return true
	case "false", "":
		return false
	default:
		r.Errorf(n, "expected true or false, found %q", s)
		return false
	}
}

// List gives the elements of a list; none when n is missing.
func (r *Reader) List(n *Node) []*Node {
	if n.Missing() {
		return nil
	}
	if n.Kind != List {
		r.wrongKind(n, List)
		return nil
	}
	return n.Items
}

// Texts gives a list of scalars; a lone scalar counts as a list of one.
func (r *Reader) Texts(n *Node) []string {
	if n.Missing() {
		return nil
	}
	if n.Kind == Scalar {
		return []string{n.Text}
	}
	var out []string
	for _, item := range r.List(n) {
		if item.Kind != Scalar {
			r.wrongKind(item, Scalar)
			continue
		}
		out = append(out, item.Text)
	}
	return out
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}
