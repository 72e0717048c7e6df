package serial

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/suggest"
)

// pick chooses whom to believe: the form; without it the first proven serial that was read,
// then any. The others come back for comparison.
func pick(typed Identity, hasTyped bool, read []Identity) (best Identity, others []Identity) {
	if hasTyped {
		return typed, read
	}
	at := -1
	for i, id := range read {
		if id.Serial == "" {
			continue
		}
		if at < 0 || id.Proven && !read[at].Proven {
			at = i
		}
	}
	if at < 0 {
		return Identity{}, read
	}
	others = append(append(others, read[:at]...), read[at+1:]...)
	return read[at], others
}

// same says that two texts name one unit. The GTIN counts where both have one.
func same(a, b Identity) bool {
	return suggest.Key(a.Serial) == suggest.Key(b.Serial) && (a.GTIN == "" || b.GTIN == "" || a.GTIN == b.GTIN)
}

// Conflict says in a sentence what two sources disagree on, with the code [CodeConflict] or
// [CodeProduct]; false when they do not.
func Conflict(best, o Identity) (claim.Problem, bool) {
	if best.Serial != "" && o.Serial != "" && suggest.Key(best.Serial) != suggest.Key(o.Serial) {
		return claim.Problem{Code: CodeConflict, Where: "serial", Message: fmt.Sprintf(
			"%s gives the serial %s, but %s shows %s%s; look at the label and keep the right one",
			best.From, best.Serial, o.From, o.Serial, difference(best.Serial, o.Serial))}, true
	}
	if best.GTIN != "" && o.GTIN != "" && best.GTIN != o.GTIN {
		return claim.Problem{Code: CodeProduct, Where: "serial", Message: fmt.Sprintf(
			"%s is of the product with GTIN %s, but %s shows GTIN %s; the photos may show another product",
			best.From, best.GTIN, o.From, o.GTIN)}, true
	}
	return claim.Problem{}, false
}

// difference names the one character by which two serials differ.
func difference(a, b string) string {
	a, b = suggest.Key(a), suggest.Key(b)
	if len(a) != len(b) {
		return ""
	}
	at, n := 0, 0
	for i := range a {
		if a[i] != b[i] {
			at = i
			n++
		}
	}
	if n != 1 {
		return ""
	}
	return fmt.Sprintf(" (character %d is %c against %c)", at+1, a[at], b[at])
}
