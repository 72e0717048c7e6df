package epc

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Parse reads an EPC in any form: a pure identity URI (urn:epc:id:sgtin:, urn:epc:id:gid:), a
// tag URI (urn:epc:tag:sgtin-96: ...), a raw URI (urn:epc:raw:96.x...), or hex digits. The
// error is a claim.Problem.
func Parse(text string) (Tag, error) {
	text = strings.TrimSpace(text)
	if len(text) < 8 || !strings.EqualFold(text[:8], "urn:epc:") {
		return ParseHex(text)
	}
	kind, rest, _ := strings.Cut(text[8:], ":")
	switch strings.ToLower(kind) {
	case "raw":
		_, digits, ok := strings.Cut(strings.ToLower(rest), ".x")
		if !ok {
			return Tag{}, problem(CodeSyntax, "%.60q is no raw EPC URI (urn:epc:raw:96.x...)", text)
		}
		return ParseHex(digits)
	case "id", "tag":
		scheme, fields, _ := strings.Cut(rest, ":")
		return parseFields(strings.ToLower(kind), strings.ToLower(scheme), strings.Split(fields, "."))
	}
	return Tag{}, problem(CodeSyntax, "%.60q is no EPC URI of one unit (urn:epc:id: or urn:epc:tag:)", text)
}

// parseFields reads what stands behind the scheme. A serial may itself hold dots.
func parseFields(kind, scheme string, fields []string) (Tag, error) {
	var t Tag
	switch kind + ":" + scheme {
	case "id:sgtin":
	case "tag:sgtin-96", "tag:sgtin-198":
		t.Scheme = Scheme(scheme)
		f, err := strconv.Atoi(fields[0])
		if err != nil || len(fields[0]) != 1 {
			return Tag{}, problem(CodeField, "the filter value %q must be one digit", fields[0])
		}
		t.Filter, fields = f, fields[1:]
	case "id:gid", "tag:gid-96":
		return parseGID(fields)
	default:
		return Tag{}, problem(CodeScheme, "urn:epc:%s:%.20s names no product unit; SGTIN and GID do", kind, scheme)
	}
	if len(fields) < 3 {
		return Tag{}, problem(CodeSyntax, "an SGTIN URI has company prefix, item reference and serial, parted by dots")
	}
	serial, err := url.PathUnescape(strings.Join(fields[2:], "."))
	if err != nil {
		return Tag{}, problem(CodeSyntax, "the serial has a faulty %% code: %.60q", fields[2])
	}
	t.Company, t.Item, t.Serial = fields[0], fields[1], serial
	if err := t.validate(); err != nil {
		return Tag{}, err
	}
	return t, nil
}

func parseGID(fields []string) (Tag, error) {
	if len(fields) != 3 {
		return Tag{}, problem(CodeSyntax, "a GID URI has manager, class and serial, parted by dots")
	}
	manager, err1 := canonical(fields[0], maxManager)
	class, err2 := canonical(fields[1], maxClass)
	if err1 != nil || err2 != nil {
		return Tag{}, problem(CodeField, "a GID's manager goes up to %d and its class to %d", maxManager, maxClass)
	}
	t := Tag{Scheme: GID96, Manager: manager, Class: class, Serial: fields[2]}
	if err := t.validate(); err != nil {
		return Tag{}, err
	}
	return t, nil
}

// IdentityURI gives the pure identity URI, which is the same for every tag of a unit.
func (t Tag) IdentityURI() string {
	if t.Scheme == GID96 {
		return fmt.Sprintf("urn:epc:id:gid:%d.%d.%s", t.Manager, t.Class, t.Serial)
	}
	return fmt.Sprintf("urn:epc:id:sgtin:%s.%s.%s", t.Company, t.Item, escape(t.Serial))
}

// TagURI gives the tag URI; without a scheme that of the shortest.
func (t Tag) TagURI() string {
	if t.Scheme == GID96 {
		return fmt.Sprintf("urn:epc:tag:gid-96:%d.%d.%s", t.Manager, t.Class, t.Serial)
	}
	scheme := t.Scheme
	if scheme == "" {
		scheme = t.shortest()
	}
	return fmt.Sprintf("urn:epc:tag:%s:%d.%s.%s.%s", scheme, t.Filter, t.Company, t.Item, escape(t.Serial))
}

// escape writes the seven characters of table A-1 that a URN may not hold.
func escape(serial string) string {
	return strings.NewReplacer(`"`, "%22", "%", "%25", "&", "%26", "/", "%2F", "<", "%3C", ">", "%3E", "?", "%3F").Replace(serial)
}
