package gate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// document is decoded JSON: maps, lists, numbers (float64), texts, booleans, nil.
type document struct{ root any }

// newDocument takes decoded JSON, raw JSON (json.RawMessage or []byte), or any value that
// encodes to JSON; nil gives nil.
func newDocument(v any) (*document, error) {
	if v == nil {
		return nil, nil
	}
	if m, ok := v.(map[string]any); ok {
		if m == nil {
			return nil, nil
		}
		return &document{root: m}, nil
	}
	raw, ok := v.([]byte)
	if !ok {
		var err error
		if raw, err = json.Marshal(v); err != nil {
			return nil, err
		}
	}
	d := &document{}
	if err := json.Unmarshal(raw, &d.root); err != nil {
		return nil, err
	}
	if d.root == nil {
		return nil, nil
	}
	return d, nil
}

// expand gives the paths that a path with "*" stands for, in alphabetical order, over all
// documents together: an axis that only the baseline has must be missed, not skipped. A path
// without "*" stands for itself, there or not.
func expand(path Path, documents ...*document) []Path {
	at := slices.IndexFunc(path, func(p part) bool { return p.any })
	if at < 0 {
		return []Path{path}
	}
	keys := map[string]bool{}
	for _, d := range documents {
		if d == nil {
			continue
		}
		if m, ok := walk(d.root, path[:at]).(map[string]any); ok {
			for k := range m {
				keys[k] = true
			}
		}
	}
	var out []Path
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		one := slices.Clone(path)
		one[at] = part{key: k}
		out = append(out, expand(one, documents...)...)
	}
	return out
}

// walk gives what stands at a path, nil for nothing.
func walk(v any, path Path) any {
	for _, p := range path {
		v = step(v, p)
	}
	return v
}

func step(v any, p part) any {
	switch at := v.(type) {
	case map[string]any:
		if p.field == "" {
			return at[p.key]
		}
	case []any:
		for i, one := range at {
			m, _ := one.(map[string]any)
			if p.field != "" && m != nil && text(m[p.field]) == p.value || p.field == "" && strconv.Itoa(i) == p.key {
				return one
			}
		}
	}
	return nil
}

func text(v any) string {
	switch t := v.(type) {
	case string:
		return t
	case float64:
		return strconv.FormatFloat(t, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(t)
	}
	return ""
}

// figure gives the number at a path, or says what is there instead.
func (d *document) figure(path Path) (value float64, problem string) {
	v := d.root
	for i, p := range path {
		next := step(v, p)
		if next == nil {
			return 0, missing(v, path[:i], p)
		}
		v = next
	}
	value, ok := v.(float64)
	if !ok {
		return 0, fmt.Sprintf("%s is no number%s", path, inside(v))
	}
	if name := path[len(path)-1].key; name == "recall" || name == "f1" {
		if support, known := walk(d.root, append(slices.Clone(path[:len(path)-1]), part{key: "support"})).(float64); known && support == 0 {
			return 0, fmt.Sprintf("no claim has this label, so that it has no %s", name)
		}
	}
	return value, ""
}

// missing says what is not there, and what it may have meant.
func missing(v any, at Path, p part) string {
	where := "the result"
	if len(at) > 0 {
		where = at.String()
	}
	what := p.key
	if p.field != "" {
		what = p.field + "=" + p.value
	}
	m, _ := v.(map[string]any)
	return fmt.Sprintf("%s has no %q%s", where, what, strictyaml.DidYouMean(what, slices.Sorted(maps.Keys(m))))
}

func inside(v any) string {
	m, ok := v.(map[string]any)
	if !ok || len(m) == 0 {
		return ""
	}
	keys := slices.Sorted(maps.Keys(m))
	return "; it has " + strings.Join(keys[:min(len(keys), 12)], ", ")
}

// bound gives one end of a figure's interval. A figure's interval stands in its axis's map
// "intervals" under the rest of its path, or beside it as NAME_interval, or, for the main
// figure of a group (a recall, an accuracy, a coverage), beside it as interval.
func (d *document) bound(path Path, end string) (float64, bool) {
	name, group := path[len(path)-1].key, walk(d.root, path[:len(path)-1])
	if len(path) > 2 && path[0].key == "axes" {
		rest := make([]string, 0, len(path))
		for _, p := range path[2:] {
			rest = append(rest, p.key)
		}
		if v, ok := endOf(step(step(walk(d.root, path[:2]), part{key: "intervals"}), part{key: strings.Join(rest, ".")}), end); ok {
			return v, true
		}
	}
	if v, ok := endOf(step(group, part{key: name + "_interval"}), end); ok {
		return v, true
	}
	if slices.Contains([]string{"accuracy", "recall", "coverage"}, name) && len(path) > 3 {
		return endOf(step(group, part{key: "interval"}), end)
	}
	return 0, false
}

func endOf(interval any, end string) (float64, bool) {
	key := "low"
	if end == "upper" {
		key = "high"
	}
	v, ok := step(interval, part{key: key}).(float64)
	return v, ok
}
