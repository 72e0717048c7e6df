package datasets

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// comparison turns pairs of like items into findings. Of many like items it keeps the
// first pair of each in each kind, so that a text that stands a hundred times gives a
// hundred findings and not five thousand.
type comparison struct {
	k                  *checker
	what               string // "text" or "photo"
	leak, near, twin   claim.Code
	row                func(i int) int // item to row
	leaked, twins, odd map[int]bool    // second items that have their finding
}

func (k *checker) compareTexts(ctx context.Context) error {
	c := comparison{k: k, what: "text", leak: CodeLeakText, near: CodeLeakTextNear, twin: CodeTwinText, row: func(i int) int { return i }}
	c.leaked, c.twins, c.odd = map[int]bool{}, map[int]bool{}, map[int]bool{}
	return NearTexts(ctx, k.texts, c.want, c.found)
}

func (k *checker) comparePhotos(ctx context.Context) error {
	c := comparison{k: k, what: "photo", leak: CodeLeakPhoto, near: CodeLeakPhotoNear, twin: CodeTwinPhoto, row: func(i int) int { return k.photos[i].row }}
	c.leaked, c.twins, c.odd = map[int]bool{}, map[int]bool{}, map[int]bool{}
	prints := make([]PhotoPrint, len(k.photos))
	for i := range k.photos {
		prints[i] = k.photos[i].PhotoPrint
	}
	return NearPhotos(ctx, prints, c.want, c.found)
}

func (c *comparison) want(a, b int) bool {
	if c.row(a) == c.row(b) {
		return false
	}
	return !c.leaked[b] && c.k.rows[c.row(a)].split != c.k.rows[c.row(b)].split || !c.twins[b] || !c.odd[b]
}

func (c *comparison) found(p Pair) {
	a, b := &c.k.rows[c.row(p.A)], &c.k.rows[c.row(p.B)]
	same := p.Similarity == 1
	if a.split != b.split {
		if !c.leaked[p.B] {
			c.leaked[p.B] = true
			c.report(b, a, p, same)
		}
	} else if same && !c.twins[p.B] {
		c.twins[p.B] = true
		c.k.report.add(LevelNote, c.twin, b, "same %s as %s", c.what, name(a))
	}
	if diff := conflict(a.labels, b.labels); same && diff != "" && !c.odd[p.B] {
		c.odd[p.B] = true
		c.k.report.add(LevelWarning, CodeConflict, b, "same %s as %s, but %s", c.what, name(a), diff)
	}
}

func (c *comparison) report(b, a *checkRow, p Pair, same bool) {
	if same {
		c.k.report.add(LevelError, c.leak, b, "same %s in %s as %s in %s", c.what, b.split, name(a), a.split)
		return
	}
	c.k.report.add(LevelWarning, c.near, b, "%s in %s is %.0f %% like %s in %s", c.what, b.split, 100*p.Similarity, name(a), a.split)
}

// conflict names the axes on which two equal claims have different labels.
func conflict(a, b map[string]string) string {
	var parts []string
	for axis, label := range a {
		if other, both := b[axis]; both && other != label {
			parts = append(parts, fmt.Sprintf("%s is %q and there %q", axis, other, label))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}
