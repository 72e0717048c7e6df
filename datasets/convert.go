package datasets

import (
	"fmt"
	"hash/fnv"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/claim"
)

// converter turns rows into claims. It is for one pass over the data: it remembers the
// ids it has seen.
type converter struct {
	d     *Descriptor
	root  string
	rules *labelRules
	ids   map[uint64]struct{}
}

func newConverter(d *Descriptor, root string, rules *labelRules) *converter {
	return &converter{d, root, rules, map[uint64]struct{}{}}
}

// row converts one row; nothing of it is lost without a problem.
func (k *converter) row(r rawRow) claim.Claim {
	c := claim.Claim{}
	report := func(code claim.Code, where, format string, args ...any) {
		c.Problems = append(c.Problems, claim.Problem{Code: code, Where: where, Message: fmt.Sprintf(format, args...)})
	}
	if r.problem != nil {
		c.ID, c.Problems = lineID(r.line), []claim.Problem{*r.problem}
		k.checkID(&c, report)
		return c
	}
	c.Problems = append(c.Problems, r.notes...)
	k.facts(r.rec, &c, report)
	k.text(r.rec, &c, report)
	k.photos(r.rec, &c, report)
	k.id(r, &c, report)
	k.labels(r.rec, &c)
	if c.Text == "" && len(c.Photos) == 0 && len(c.Problems) == 0 {
		report(claim.CodeEmpty, "row", "the claim has neither text nor photos")
	}
	return c
}

type reporter func(code claim.Code, where, format string, args ...any)

func lineID(line int) string { return "line-" + strconv.Itoa(line) }

func (k *converter) facts(rec record, c *claim.Claim, report reporter) {
	get := func(column string) string {
		if column == "" {
			return ""
		}
		v := rec.value(column)
		s, ok := scalar(v)
		if !ok && v != nil {
			report(claim.CodeRowMalformed, column, "expected a single value; left out")
		}
		return s
	}
	c.Product, c.SKU, c.Serial = get(k.d.Product), get(k.d.SKU), get(k.d.Serial)
	c.Group, c.Split = get(k.d.Group), get(k.d.Split)
	c.Lang = strings.ToLower(k.d.LangValue + get(k.d.Lang))
	c.Context = k.d.contextOf(rec)
	if s := get(k.d.ReceivedAt); s != "" {
		at, err := parseTime(s)
		if err != nil {
			report(claim.CodeTimeInvalid, k.d.ReceivedAt, "%.60q is neither a date (2026-03-01) nor RFC 3339 (2026-03-01T10:00:00Z)", s)
		}
		c.ReceivedAt = at
	}
}

// parseTime reads RFC 3339 or a bare date, which is midnight UTC.
func parseTime(s string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	return time.Parse(time.DateOnly, s)
}

func (k *converter) text(rec record, c *claim.Claim, report reporter) {
	var parts []string
	given := 0
	for _, column := range k.d.Text {
		v := rec.value(column)
		s, ok := v.(string)
		if !ok && v != nil {
			if s, ok = scalar(v); !ok {
				report(claim.CodeRowMalformed, column, "the text is not a string; left out")
			}
		}
		given += len(s)
		if strings.TrimSpace(s) != "" {
			parts = append(parts, s)
		}
		if rec.dirty(column) {
			report(claim.CodeTextUTF8, column, "the text holds bytes that are not UTF-8; replaced by U+FFFD")
		}
	}
	if rec.dirty("") && len(c.Problems) == 0 {
		report(claim.CodeTextUTF8, "row", "the row holds bytes that are not UTF-8; replaced by U+FFFD")
	}
	c.Text = strings.Join(parts, "\n")
	if c.Text == "" && given > 0 {
		report(claim.CodeTextEmpty, "text", "the text is white space only")
	}
	if n := utf8.RuneCountInString(c.Text); len(c.Text) > MaxText && n > MaxText {
		c.Text = firstRunes(c.Text, MaxText)
		report(claim.CodeTextTooLong, "text", "the text has %d characters; cut at %d", n, MaxText)
	}
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func (k *converter) photos(rec record, c *claim.Claim, report reporter) {
	refs := k.references(rec, report)
	if len(refs) > MaxPhotos {
		report(claim.CodePhotosTooMany, "photos", "the claim has %d photos; the first %d are used", len(refs), MaxPhotos)
		refs = refs[:MaxPhotos]
	}
	for i, ref := range refs {
		local := filepath.FromSlash(ref)
		if !filepath.IsLocal(local) {
			report(claim.CodePhotoOutside, fmt.Sprintf("photos[%d]", i), "%.120q leads out of the data folder; refused", ref)
			continue
		}
		c.Photos = append(c.Photos, filepath.Join(k.root, local))
	}
}

func (k *converter) references(rec record, report reporter) []string {
	var refs []string
	for _, column := range k.d.Photo {
		switch v := rec.value(column).(type) {
		case nil:
		case string:
			refs = append(refs, k.cut(v)...)
		case []any:
			for i, item := range v {
				ref, ok := item.(string)
				if !ok {
					report(claim.CodeRowMalformed, fmt.Sprintf("%s[%d]", column, i), "a photo is given by its path; left out")
					continue
				}
				if ref = strings.TrimSpace(ref); ref != "" {
					refs = append(refs, ref)
				}
			}
		default:
			report(claim.CodeRowMalformed, column, "photos are a path or a list of paths; left out")
		}
	}
	return refs
}

func (k *converter) cut(cell string) []string {
	parts := []string{cell}
	if k.d.PhotoSeparator != "" {
		parts = strings.Split(cell, k.d.PhotoSeparator)
	}
	var refs []string
	for _, ref := range parts {
		if ref = strings.TrimSpace(ref); ref != "" {
			refs = append(refs, ref)
		}
	}
	return refs
}

func (k *converter) id(r rawRow, c *claim.Claim, report reporter) {
	if k.d.ID != "" {
		c.ID, _ = scalar(r.rec.value(k.d.ID))
		if c.ID == "" {
			report(claim.CodeIDMissing, k.d.ID, "the claim has no id; its line stands in")
		}
	} else if refs := k.references(r.rec, func(claim.Code, string, string, ...any) {}); len(refs) > 0 {
		c.ID = refs[0]
	}
	if c.ID == "" {
		c.ID = lineID(r.line)
	}
	k.checkID(c, report)
}

// checkID reports an id that an earlier row had.
func (k *converter) checkID(c *claim.Claim, report reporter) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.ID))
	if _, twice := k.ids[h.Sum64()]; twice {
		report(claim.CodeIDDuplicate, "id", "the id %q stood on an earlier row", c.ID)
	}
	k.ids[h.Sum64()] = struct{}{}
}

func (k *converter) labels(rec record, c *claim.Claim) {
	found := k.d.labels(rec)
	for _, axis := range slices.Sorted(maps.Keys(found)) {
		label := found[axis]
		if p := k.rules.check(axis, label); p != nil {
			c.Problems = append(c.Problems, *p)
			continue
		}
		if c.Labels == nil {
			c.Labels = map[string]string{}
		}
		c.Labels[axis] = label
	}
}
