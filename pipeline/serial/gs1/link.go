package gs1

import (
	"net/url"
	"slices"
	"strings"
)

// ParseDigitalLink reads an uncompressed GS1 Digital Link URI: http or https, any host and
// path before the primary key, the key with its qualifiers in the standard's order as path,
// further elements as query (separated by & or ;). GTINs may have 8, 12, 13 or 14 digits and
// come back with 14. Query parameters that are no application identifiers are passed over, as
// the standard has it; all-digit ones must be known.
//
// The error is a claim.Problem: [CodeLink] for what is no Digital Link at all,
// [CodeCompressed] for the compressed form, else what is wrong with it.
func ParseDigitalLink(text string) (Data, error) {
	if len(text) > MaxLength {
		return nil, problem(CodeTooLong, "the link has %d bytes; a code holds at most %d", len(text), MaxLength)
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return nil, problem(CodeLink, "this is no web link with a GS1 key in it")
	}
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	d, found, err := keyInPath(parts)
	if err != nil {
		return nil, err
	}
	if !found {
		if compressed(parts) {
			return nil, problem(CodeCompressed, "this looks like a compressed GS1 Digital Link, which is not read; open it in a browser and use the full link, or type the serial from the label")
		}
		return nil, problem(CodeLink, "this link has no GS1 key in its path")
	}
	return attributes(d, u.RawQuery)
}

// keyInPath finds the last primary key in the path whose value and qualifiers are what
// remains of it. An error means that there is a key and something is wrong with it.
func keyInPath(parts []string) (d Data, found bool, err error) {
	for i := len(parts) - 2; i >= 0; i-- {
		s := table()[parts[i]]
		if s == nil || !s.key || (len(parts)-i)%2 != 0 {
			continue
		}
		d, e := path(parts[i:], s)
		if e == nil {
			return d, true, nil
		}
		if err == nil || i == 0 {
			err = e
		}
	}
	return nil, false, err
}

// path reads pairs of identifier and value, the first of which is the key.
func path(parts []string, key *spec) (Data, error) {
	var d Data
	var seen []string
	for i := 0; i < len(parts); i += 2 {
		value, err := url.PathUnescape(parts[i+1])
		if err != nil {
			return nil, problem(CodeLink, "(%s) has a faulty %% code: %s", parts[i], parts[i+1])
		}
		if i > 0 {
			seen = append(seen, parts[i])
			if table()[parts[i]] == nil || !inOrder(seen, key.qualifiers) {
				return nil, problem(CodeLink, "(%s) may not follow (%s) at this place of the path", parts[i], parts[0])
			}
		}
		if d, err = d.with(parts[i], padded(parts[i], value)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// inOrder says whether the qualifiers are a part of one of the allowed orders.
func inOrder(seen []string, orders [][]string) bool {
	for _, order := range orders {
		next := 0
		for _, q := range seen {
			at := slices.Index(order[next:], q)
			if at < 0 {
				next = -1
				break
			}
			next += at + 1
		}
		if next >= 0 {
			return true
		}
	}
	return false
}

// padded brings a GTIN to 14 digits; anything else stays.
func padded(ai, value string) string {
	if ai == "01" {
		if long, ok := NormalGTIN(value); ok {
			return long
		}
	}
	return value
}

// attributes adds the elements of the query.
func attributes(d Data, query string) (Data, error) {
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		name, raw, _ := strings.Cut(pair, "=")
		if !allDigits(name) {
			continue
		}
		s := table()[name]
		if s == nil {
			return nil, problem(CodeUnknownAI, "the link's query has an unknown GS1 application identifier: %q", name)
		}
		value, err := url.PathUnescape(raw) // a + is a plus here, not a blank
		if err != nil {
			return nil, problem(CodeLink, "(%s) has a faulty %% code: %s", name, raw)
		}
		if d, err = d.with(name, padded(name, value)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// compressed recognises the last path segment of a compressed link (GS1 Digital Link
// Standard: Compression): base64url characters only, long enough for a GTIN's 47 bits with
// their header, and mixed as words are not: digits, or capitals beside each other.
func compressed(parts []string) bool {
	last := parts[len(parts)-1]
	if len(last) < 9 || allDigits(last) {
		return false
	}
	var upper, lower, mixed, before bool
	for _, r := range last {
		capital := r >= 'A' && r <= 'Z'
		mixed = mixed || capital && before
		before = capital
		switch {
		case capital:
			upper = true
		case r >= 'a' && r <= 'z':
			lower = true
		case r >= '0' && r <= '9' || r == '-' || r == '_':
			mixed = true
		default:
			return false
		}
	}
	return upper && lower && mixed
}

// DigitalLink gives the canonical form of the data as a link under base, such as
// https://id.gs1.org: the key with its qualifiers as path in the standard's order, the rest as
// query. It is false when there is no primary key.
func (d Data) DigitalLink(base string) (string, bool) {
	at := slices.IndexFunc(d, func(e Element) bool { return table()[e.AI].key })
	if at < 0 {
		return "", false
	}
	var b strings.Builder
	key := d[at]
	b.WriteString(strings.TrimRight(base, "/") + "/" + key.AI + "/" + escape(key.Value))
	used := map[string]bool{key.AI: true}
	for _, order := range table()[key.AI].qualifiers {
		for _, q := range order {
			if v := d.Get(q); v != "" {
				used[q] = true
				b.WriteString("/" + q + "/" + escape(v))
			}
		}
		if len(used) > 1 {
			break // the orders exclude each other
		}
	}
	separator := "?"
	for _, e := range d {
		if !used[e.AI] {
			b.WriteString(separator + e.AI + "=" + escape(e.Value))
			separator = "&"
		}
	}
	return b.String(), true
}

// escape leaves only letters, digits and "-._~" (RFC 3986, unreserved).
func escape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }
