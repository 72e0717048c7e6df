package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/gs1"
	"github.com/defekt/defekt/pipeline/store"
)

// record is one line with its values by canonical column; lots come apart, since a line may
// name several.
type record struct {
	line   int
	values map[string]string
	lots   []store.LotRef
}

// get gives a value, or "".
func (r record) get(name string) string { return r.values[name] }

// reader takes typed values off a record and keeps the first problem.
type reader struct {
	record
	err error
}

func (r *reader) fail(p claim.Problem) {
	if r.err == nil {
		r.err = p
	}
}

// need reports a value that is missing; of names parted by | one is enough.
func (r *reader) need(names string) {
	for n := range strings.SplitSeq(names, "|") {
		if r.get(n) != "" {
			return
		}
		if n == "lot" && len(r.lots) > 0 {
			return
		}
	}
	r.fail(problem(CodeMissing, names, "%s is needed", strings.ReplaceAll(names, "|", " or ")))
}

func (r *reader) time(name string) time.Time {
	t, err := ParseTime(r.get(name))
	if err != nil {
		r.fail(claim.AsProblem(err, CodeTime).At(name))
	}
	return t
}

// number reads a whole number of 0 or more.
func (r *reader) number(name string) int {
	text := r.get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxCount {
		r.fail(problem(CodeNumber, name, "%.40q is no whole number from 0 to %d", text, maxCount))
		return 0
	}
	return n
}

// money reads an amount in whole units with decimals, of the record's currency.
func (r *reader) money(name string) store.Money {
	text := r.get(name)
	if text == "" {
		return store.Money{}
	}
	m, err := ParseMoney(text, r.get("currency"))
	if err != nil {
		r.fail(claim.AsProblem(err, CodeMoney).At(name))
	}
	return m
}

func (r *reader) gtin() string {
	text := r.get("gtin")
	if text == "" {
		return ""
	}
	long, ok := gs1.NormalGTIN(text)
	if !ok {
		r.fail(problem(CodeGTIN, "gtin", "%.40q is no GTIN with a right check digit; spreadsheets like to cut leading zeros and to round", text))
	}
	return long
}

// list reads names parted by semicolons.
func (r *reader) list(name string) []string {
	var out []string
	for part := range strings.SplitSeq(r.get(name), ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// jsonRecord reads one JSON object; unknown is told the names that mean nothing here.
func jsonRecord(line int, text []byte, names map[string]string, unknown func(string)) (record, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var fields map[string]any
	if err := d.Decode(&fields); err != nil {
		return record{}, claim.Problem{Code: claim.CodeRowMalformed, Where: "row", Message: fmt.Sprintf("the row is not a JSON object: %v", err)}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) || fields == nil {
		return record{}, claim.Problem{Code: claim.CodeRowMalformed, Where: "row", Message: "the row is not one JSON object"}
	}
	r := record{line: line, values: make(map[string]string, len(fields))}
	for name, v := range fields {
		if err := r.take(plain(name), name, v, names, unknown); err != nil {
			return record{}, err
		}
	}
	return r, nil
}

// take puts one JSON value in its place.
func (r *record) take(name, given string, v any, names map[string]string, unknown func(string)) error {
	if name == "lots" {
		return r.takeLots(v)
	}
	var text string
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		text = v
	case json.Number:
		text = v.String()
	case bool:
		text = strconv.FormatBool(v)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			s, ok := e.(string)
			if !ok {
				return problem(CodeRefused, given, "a list of texts is wanted")
			}
			parts[i] = s
		}
		text = strings.Join(parts, ";")
	default:
		if names[name] == "" {
			unknown(given)
			return nil
		}
		return problem(CodeRefused, given, "a text or number is wanted")
	}
	r.set(name, given, text, names, unknown)
	return nil
}

// set puts a text in its place: a lot of a component, or a known column.
func (r *record) set(name, given, text string, names map[string]string, unknown func(string)) {
	text = strings.TrimSpace(text)
	known := names[name]
	if component, ok := componentOf(given); ok && known == "" {
		for part := range strings.SplitSeq(text, ";") {
			if part = strings.TrimSpace(part); part != "" {
				code, supplier, _ := strings.Cut(part, "@")
				r.lots = append(r.lots, store.LotRef{Component: component, Code: strings.TrimSpace(code), Supplier: strings.TrimSpace(supplier)})
			}
		}
		return
	}
	if known == "" {
		unknown(given)
		return
	}
	if text != "" && r.values[known] == "" {
		r.values[known] = text
	}
}

// componentOf gives the component of a column such as "lot:hinge".
func componentOf(column string) (string, bool) {
	if len(column) > len(lotPrefix) && strings.EqualFold(column[:len(lotPrefix)], lotPrefix) {
		return strings.TrimSpace(column[len(lotPrefix):]), true
	}
	return "", false
}

// takeLots reads "lots": [{"component": "hinge", "lot": "L-17", "supplier": "ACME"}].
func (r *record) takeLots(v any) error {
	list, ok := v.([]any)
	if !ok {
		return problem(CodeRefused, "lots", "a list of objects with lot, component and supplier is wanted")
	}
	for _, e := range list {
		fields, ok := e.(map[string]any)
		if !ok {
			return problem(CodeRefused, "lots", "a list of objects with lot, component and supplier is wanted")
		}
		var ref store.LotRef
		for name, to := range map[string]*string{"lot": &ref.Code, "component": &ref.Component, "supplier": &ref.Supplier} {
			switch s := fields[name].(type) {
			case nil:
			case string:
				*to = s
			case json.Number:
				*to = s.String()
			default:
				return problem(CodeRefused, "lots", "%s must be a text", name)
			}
		}
		r.lots = append(r.lots, ref)
	}
	return nil
}
