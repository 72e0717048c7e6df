package codes

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/serial/gs1"
)

// demand is what must agree before a code counts.
type demand struct {
	tries, places int
}

// rival is how many times more often than any other reading of the same place a code must
// have been read: a misread that comes often enough to count leaves doubt about both.
const rival = 3

// leastText is the fewest characters of a code without a check of its own: the smallest
// symbols are the ones that print is taken for.
const leastText = 5

// demand depends on how well a symbology guards itself. Matrix codes carry Reed-Solomon
// codewords, which a wrong word seldom passes; Code 128 has one
// check character of 103, EAN and UPC one digit of 10, and the short ones few bars. Content
// with a check digit of its own (a valid GS1 structure, or a brand's rule) needs less.
func (b ballot) demand(structured bool) demand {
	switch b.symbology {
	case QR, DataMatrix:
		if structured {
			return demand{1, 1}
		}
		return demand{3, 1}
	case Code128:
		if structured {
			return demand{2, 2}
		}
		return demand{3, 2}
	case EAN13, UPCA:
		return demand{4, 2}
	}
	return demand{8, 3} // EAN-8 and UPC-E
}

// structured says whether the content proves itself: AI structure with its check digits, or
// what the caller's rules know.
func (t *tries) structured(b ballot) bool {
	if t.trusted != nil && t.trusted(b.text) {
		return true
	}
	switch b.symbology {
	case QR, DataMatrix, Code128:
		return proven(b)
	}
	return false
}

// proven is true for GS1 data that holds a key with a check digit.
func proven(b ballot) bool {
	if d, err := gs1.ParseDigitalLink(b.text); err == nil {
		return d.HasCheckDigit()
	}
	d, err := gs1.ParseElements(b.text)
	return err == nil && d.HasCheckDigit()
}

// verdict is the decision on one reading.
type verdict struct {
	ok     bool
	reason string // why not
}

func (t *tries) verdict(b ballot) verdict {
	v := t.votes[b]
	need := b.demand(t.structured(b))
	if v.tries < need.tries || len(v.places) < need.places {
		return verdict{reason: fmt.Sprintf("read %d times at %d places; %d times at %d places are needed", v.tries, len(v.places), need.tries, need.places)}
	}
	if !t.structured(b) && len(b.text) < leastText {
		return verdict{reason: fmt.Sprintf("%d characters are too few to tell a code from print", len(b.text))}
	}
	if why := wrongCheck(b); why != "" {
		return verdict{reason: why}
	}
	for _, o := range t.order {
		if o != b && o.linear() == b.linear() && sameRegion(v, t.votes[o]) && v.tries < rival*t.votes[o].tries {
			return verdict{reason: fmt.Sprintf("the same place was also read as %s %q", o.symbology, o.text)}
		}
	}
	return verdict{ok: true}
}

// wrongCheck tests what the decoder should have tested.
func wrongCheck(b ballot) string {
	switch b.symbology {
	case EAN13, EAN8, UPCA:
		if !gs1.ValidCheckDigit(b.text) {
			return "its check digit is wrong"
		}
	case QR, DataMatrix, Code128:
		if !b.gs1 {
			return ""
		}
		if _, err := gs1.ParseElements(b.text); err != nil {
			return "it says it holds GS1 data and does not: " + err.Error()
		}
	}
	return ""
}

// linear says that the code is read along lines.
func (b ballot) linear() bool { return b.symbology != QR && b.symbology != DataMatrix }

// sameRegion says that two readings come from one region.
func sameRegion(a, b *tally) bool {
	for r := range a.regions {
		if b.regions[r] {
			return true
		}
	}
	return false
}
