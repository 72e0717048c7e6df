package codes

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Kind is a symbology that can be drawn.
type Kind string

// The kinds.
const (
	QR         Kind = "qr"
	DataMatrix Kind = "datamatrix"
	Code128    Kind = "code128"
	EAN13      Kind = "ean13"
	UPCA       Kind = "upca"
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{QR, DataMatrix, Code128, EAN13, UPCA} }

// gs is the separator between element strings as a reader reports it.
const gs = "\x1d"

// content draws what a label of this kind says, as a scanner reports it, and whether it is
// to be encoded as GS1 data (FNC1 in first position).
func content(r *rand.Rand, kind Kind) (text string, gs1 bool) {
	switch kind {
	case EAN13:
		return withCheck(digits(r, 12)), false
	case UPCA:
		return withCheck("0" + digits(r, 11))[1:], false
	case Code128:
		if r.IntN(2) == 0 {
			return serial(r), false
		}
		return "01" + gtin(r) + "21" + letters(r, 6+r.IntN(5)), true
	}
	switch r.IntN(3) {
	case 0:
		return fmt.Sprintf("https://id.example.com/01/%s/21/%s", gtin(r), letters(r, 6+r.IntN(6))), false
	case 1:
		return "01" + gtin(r) + "10" + letters(r, 5+r.IntN(3)) + gs + "21" + letters(r, 6+r.IntN(8)), true
	}
	return serial(r), false
}

// serial draws a brand's own serial number: plant, year and week, running number.
func serial(r *rand.Rand) string {
	return fmt.Sprintf("%c%c%02d%02d-%06d", 'A'+rune(r.IntN(26)), 'A'+rune(r.IntN(26)), 20+r.IntN(7), 1+r.IntN(52), r.IntN(1_000_000))
}

func gtin(r *rand.Rand) string { return withCheck("0" + digits(r, 12)) }

func digits(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte('0' + byte(r.IntN(10)))
	}
	return b.String()
}

func letters(r *rand.Rand, n int) string {
	const from = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	var b strings.Builder
	for range n {
		b.WriteByte(from[r.IntN(len(from))])
	}
	return b.String()
}

// withCheck appends GS1's check digit.
func withCheck(body string) string {
	sum, weight := 0, 3
	for i := len(body) - 1; i >= 0; i-- {
		sum += int(body[i]-'0') * weight
		weight = 4 - weight
	}
	return body + string(rune('0'+(10-sum%10)%10))
}
