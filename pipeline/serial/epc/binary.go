package epc

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Headers of table 14-1.
const (
	headerSGTIN96  = 0x30
	headerGID96    = 0x35
	headerSGTIN198 = 0x36
)

// MaxHex is the longest hex text: an EPC memory bank of 496 bits.
const MaxHex = 124

// ParseHex reads an EPC as a reader gives it: hex digits of either case, blanks, colons and
// dashes between them passed over, "0x" before them. Further bits must be 0.
// The error is a claim.Problem.
func ParseHex(text string) (Tag, error) {
	clean := strings.NewReplacer(" ", "", ":", "", "-", "").Replace(strings.TrimSpace(text))
	if rest, ok := strings.CutPrefix(strings.ToLower(clean), "0x"); ok {
		clean = rest
	}
	if len(clean) > MaxHex {
		return Tag{}, problem(CodeSyntax, "an EPC has at most %d hex digits, not %d", MaxHex, len(clean))
	}
	data, err := hex.DecodeString(clean)
	if err != nil || len(data) == 0 {
		return Tag{}, problem(CodeSyntax, "%.40q is no EPC in hex digits", text)
	}
	return parseBinary(data)
}

func parseBinary(data []byte) (Tag, error) {
	r := &reader{data: data, at: 8}
	var t Tag
	bits := 96
	switch data[0] {
	case headerSGTIN96:
		t.Scheme = SGTIN96
	case headerSGTIN198:
		t.Scheme, bits = SGTIN198, 198
	case headerGID96:
		t.Scheme = GID96
	case 0:
		return Tag{}, problem(CodeBlank, "this tag has not been written")
	default:
		return Tag{}, problem(CodeScheme, "the header %02X is that of %s; only SGTIN-96, SGTIN-198 and GID-96 name a product unit here", data[0], schemeName(data[0]))
	}
	if len(data)*8 < bits {
		return Tag{}, problem(CodeTruncated, "an EPC of the scheme %s has %d bits; these are %d", t.Scheme, bits, len(data)*8)
	}
	if t.Scheme == GID96 {
		t.Manager, t.Class, t.Serial = r.take(28), r.take(24), strconv.FormatUint(r.take(36), 10)
	} else if err := t.takeSGTIN(r); err != nil {
		return Tag{}, err
	}
	for r.at < len(data)*8 {
		if r.take(1) != 0 {
			return Tag{}, problem(CodeSyntax, "there are bits behind the %d of the scheme %s", bits, t.Scheme)
		}
	}
	return t, t.validate()
}

func (t *Tag) takeSGTIN(r *reader) error {
	t.Filter = int(r.take(3))
	row := int(r.take(3))
	if row > 6 {
		return problem(CodeField, "the partition is 7; it must be within 0 and 6")
	}
	p := partitions()[row]
	long := 12 - row
	t.Company = fmt.Sprintf("%0*d", long, r.take(p.company))
	t.Item = fmt.Sprintf("%0*d", 13-long, r.take(p.item))
	if t.Scheme == SGTIN96 {
		t.Serial = strconv.FormatUint(r.take(38), 10)
		return nil
	}
	var b strings.Builder
	ended := false
	for range maxSerial {
		c := byte(r.take(7))
		if c == 0 {
			ended = true
			continue
		}
		if ended {
			return problem(CodeField, "the serial goes on behind its end")
		}
		b.WriteByte(c)
	}
	t.Serial = b.String()
	return nil
}

// schemeName names the headers that readers meet besides ours.
func schemeName(header byte) string {
	names := map[byte]string{
		0x2C: "GDTI-96", 0x2D: "GSRN-96", 0x2E: "GSRNP-96", 0x2F: "USDOD-96", 0x31: "SSCC-96", 0x32: "SGLN-96",
		0x33: "GRAI-96", 0x34: "GIAI-96", 0x37: "GRAI-170", 0x38: "GIAI-202", 0x39: "SGLN-195", 0x3B: "ADI-var",
		0x3C: "CPI-96", 0x3D: "CPI-var", 0x3E: "GDTI-174", 0x3F: "SGCN-96", 0xF7: "SGTIN+", 0xFB: "DSGTIN+",
	}
	if n := names[header]; n != "" {
		return n
	}
	return "no known scheme"
}

// Hex gives the tag's memory as upper case hex digits, filled up with zeros to whole words of
// 16 bits: 24 digits, or 52 for an SGTIN-198. The error is a claim.Problem.
func (t Tag) Hex() (string, error) {
	if t.Scheme == "" {
		t.Scheme = t.shortest()
	}
	if err := t.validate(); err != nil {
		return "", err
	}
	var w *writer
	switch t.Scheme {
	case GID96:
		w = newWriter(96)
		n, _ := canonical(t.Serial, maxSerialGID)
		w.put(headerGID96, 8)
		w.put(t.Manager, 28)
		w.put(t.Class, 24)
		w.put(n, 36)
	case SGTIN96:
		w = newWriter(96)
		w.put(headerSGTIN96, 8)
		t.putSGTIN(w)
		n, _ := canonical(t.Serial, maxSerial96)
		w.put(n, 38)
	case SGTIN198:
		w = newWriter(208)
		w.put(headerSGTIN198, 8)
		t.putSGTIN(w)
		for i := range len(t.Serial) {
			w.put(uint64(t.Serial[i]), 7)
		}
	default:
		return "", problem(CodeScheme, "the scheme %q is not written", t.Scheme)
	}
	return strings.ToUpper(hex.EncodeToString(w.data)), nil
}

func (t Tag) putSGTIN(w *writer) {
	row := 12 - len(t.Company)
	p := partitions()[row]
	company, _ := strconv.ParseUint(t.Company, 10, 64)
	item, _ := strconv.ParseUint(t.Item, 10, 64)
	w.put(uint64(t.Filter), 3)
	w.put(uint64(row), 3)
	w.put(company, p.company)
	w.put(item, p.item)
}

// shortest is the scheme with the fewest bits that holds the serial.
func (t Tag) shortest() Scheme {
	if _, err := canonical(t.Serial, maxSerial96); err == nil {
		return SGTIN96
	}
	return SGTIN198
}
