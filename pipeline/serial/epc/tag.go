package epc

import (
	"strconv"
	"strings"

	"github.com/defekt/defekt/pipeline/serial/gs1"
)

// Scheme is how an EPC is laid out.
type Scheme string

// The schemes that are read.
const (
	SGTIN96  Scheme = "sgtin-96"
	SGTIN198 Scheme = "sgtin-198"
	GID96    Scheme = "gid-96"
)

// Tag is one EPC.
type Tag struct {
	// Scheme is empty after a pure identity URI of a GTIN, which names none; [Tag.Hex] then
	// takes the shortest that holds the serial.
	Scheme Scheme `json:"scheme,omitempty"`
	// Filter is the tag's filter value, 0 to 7 (1 is a retail item); SGTIN only.
	Filter int `json:"filter,omitempty"`
	// Company is the GS1 company prefix, 6 to 12 digits, and Item the indicator digit with
	// the item reference, together 13 digits; SGTIN only.
	Company string `json:"company,omitempty"`
	Item    string `json:"item,omitempty"`
	// Manager and Class are GID's numbers.
	Manager uint64 `json:"manager,omitempty"`
	Class   uint64 `json:"class,omitempty"`
	// Serial is the unit's: up to 20 characters of GS1's set 82, or digits without leading
	// zeros where the scheme has 96 bits.
	Serial string `json:"serial"`
}

// maxSerial96 is the largest serial of an SGTIN-96 (38 bits), maxManager, maxClass and
// maxSerialGID those of a GID-96.
const (
	maxSerial96  = 1<<38 - 1
	maxManager   = 1<<28 - 1
	maxClass     = 1<<24 - 1
	maxSerialGID = 1<<36 - 1
	maxSerial    = 20 // characters
)

// partition is one row of table 14-2: bits of the company prefix and of the item; digits of
// the prefix are 12 less the row's number.
type partition struct{ company, item int }

func partitions() [7]partition {
	return [7]partition{{40, 4}, {37, 7}, {34, 10}, {30, 14}, {27, 17}, {24, 20}, {20, 24}}
}

// NewSGTIN makes the tag of a unit. gtin has 8, 12, 13 or 14 digits with check digit,
// companyDigits (6 to 12) of which, after the indicator, are the company prefix. The error is
// a claim.Problem.
func NewSGTIN(gtin string, companyDigits int, serial string, filter int) (Tag, error) {
	long, ok := gs1.NormalGTIN(gtin)
	if !ok {
		return Tag{}, problem(CodeCheck, "%q is no GTIN with a right check digit", gtin)
	}
	if companyDigits < 6 || companyDigits > 12 {
		return Tag{}, problem(CodeField, "a GS1 company prefix has 6 to 12 digits, not %d", companyDigits)
	}
	t := Tag{Filter: filter, Company: long[1 : 1+companyDigits], Item: long[:1] + long[1+companyDigits:13], Serial: serial}
	return t, t.validate()
}

// GTIN gives the trade item's 14 digits, or "" for a GID.
func (t Tag) GTIN() string {
	if t.Company == "" {
		return ""
	}
	body := t.Item[:1] + t.Company + t.Item[1:]
	check, _ := gs1.CheckDigit(body)
	return body + string(check)
}

// validate tests every field against its range.
func (t Tag) validate() error {
	if t.Scheme == GID96 {
		if _, err := canonical(t.Serial, maxSerialGID); err != nil || t.Manager > maxManager || t.Class > maxClass {
			return problem(CodeField, "a GID-96 holds numbers up to %d, %d and %d, not %d.%d.%s", maxManager, maxClass, uint64(maxSerialGID), t.Manager, t.Class, t.Serial)
		}
		return nil
	}
	if t.Filter < 0 || t.Filter > 7 {
		return problem(CodeField, "the filter value is %d; it must be within 0 and 7", t.Filter)
	}
	if len(t.Company) < 6 || len(t.Company) > 12 || len(t.Company)+len(t.Item) != 13 || !digits(t.Company+t.Item) {
		return problem(CodeField, "company prefix %q (6 to 12 digits) and item reference %q must have 13 digits together", t.Company, t.Item)
	}
	if t.Scheme == SGTIN96 {
		if _, err := canonical(t.Serial, maxSerial96); err != nil {
			return problem(CodeField, "the serial %q does not fit an SGTIN-96: digits without leading zeros, up to %d", t.Serial, uint64(maxSerial96))
		}
		return nil
	}
	if t.Serial == "" || len(t.Serial) > maxSerial {
		return problem(CodeField, "the serial %q must have 1 to %d characters", t.Serial, maxSerial)
	}
	for i := range len(t.Serial) {
		if strings.IndexByte(gs1.Set82, t.Serial[i]) < 0 {
			return problem(CodeField, "a serial may not hold the character %q", t.Serial[i])
		}
	}
	return nil
}

// canonical is a number without leading zeros, up to limit.
func canonical(text string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err == nil && (n > limit || strconv.FormatUint(n, 10) != text) {
		err = strconv.ErrRange
	}
	return n, err
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
