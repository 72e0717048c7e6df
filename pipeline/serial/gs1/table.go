package gs1

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// An entry is one application identifier, or a run of them that differ in the last digit.
//
//	AI[-AI]  [*]  component...  [key[=qualifiers|qualifiers]]  # title
//
// "*" marks the predefined lengths that need no separator. A component is N (digits), X
// (character set 82) or Y (39) with a length or "..longest"; [ ] marks an optional last one.
// After a comma: csum, a GS1 check digit; pair, two check characters; date, YYMMDD whose day
// may be 00; day, YYMMDD; hour, hhmm; piece, "n of m". key is a Digital Link primary key.
const entries = `
00 * N18,csum key # SSCC
01 * N14,csum key=22,10,21|235 # GTIN
02 * N14,csum # CONTENT
03 * N14,csum # MTO GTIN
10 X..20 # BATCH/LOT
11 * N6,date # PROD DATE
12 * N6,date # DUE DATE
13 * N6,date # PACK DATE
15 * N6,date # BEST BEFORE
16 * N6,date # SELL BY
17 * N6,date # EXPIRY
20 * N2 # VARIANT
21 X..20 # SERIAL
22 X..20 # CPV
235 X..28 # TPX
240 X..30 # ADDITIONAL ID
241 X..30 # CUST. PART No.
242 N..6 # MTO VARIANT
243 X..20 # PCN
250 X..30 # SECONDARY SERIAL
251 X..30 # REF. TO SOURCE
253 N13,csum [X..17] key # GDTI
254 X..20 # GLN EXTENSION
255 N13,csum [N..12] key # GCN
30 N..8 # VAR. COUNT
3100-3165 * N6 # MEASURE
3200-3295 * N6 # MEASURE
3300-3375 * N6 # MEASURE
3400-3495 * N6 # MEASURE
3500-3575 * N6 # MEASURE
3600-3695 * N6 # MEASURE
37 N..8 # COUNT
3900-3909 N..15 # AMOUNT
3910-3919 N3 N..15 # AMOUNT
3920-3929 N..15 # PRICE
3930-3939 N3 N..15 # PRICE
3940-3943 N4 # PRCNT OFF
3950-3955 N6 # PRICE/UoM
400 X..30 # ORDER NUMBER
401 X..30 key # GINC
402 N17,csum key # GSIN
403 X..30 # ROUTE
410 * N13,csum # SHIP TO LOC
411 * N13,csum # BILL TO
412 * N13,csum # PURCHASE FROM
413 * N13,csum # SHIP FOR LOC
414 * N13,csum key=254|7040 # LOC No.
415 * N13,csum key=8020 # PAY TO
416 * N13,csum # PROD/SERV LOC
417 * N13,csum key=7040 # PARTY
420 X..20 # SHIP TO POST
421 N3 X..9 # SHIP TO POST
422 N3 # ORIGIN
423 N..15 # COUNTRY - INITIAL PROCESS
424 N3 # COUNTRY - PROCESS
425 N..15 # COUNTRY - DISASSEMBLY
426 N3 # COUNTRY - FULL PROCESS
427 X..3 # ORIGIN SUBDIVISION
4300-4301 X..35 # SHIP TO
4302-4306 X..70 # SHIP TO
4307 X2 # SHIP TO COUNTRY
4308 X..30 # SHIP TO PHONE
4309 N20 # SHIP TO GEO
4310-4311 X..35 # RTN TO
4312-4316 X..70 # RTN TO
4317 X2 # RTN TO COUNTRY
4318 X..20 # RTN TO POST
4319 X..30 # RTN TO PHONE
4320 X..35 # SRV DESCRIPTION
4321-4323 N1 # FLAG
4324-4325 N6,date N4,hour # DELIVERY
4326 N6,day # REL DATE
4330-4333 N6 [X1] # TEMPERATURE
7001 N13 # NSN
7002 X..30 # MEAT CUT
7003 N6,day N4,hour # EXPIRY TIME
7004 N..4 # ACTIVE POTENCY
7005 X..12 # CATCH AREA
7006 N6,day # FIRST FREEZE DATE
7007 N6,day [N6],day # HARVEST DATE
7008 X..3 # AQUATIC SPECIES
7009 X..10 # FISHING GEAR TYPE
7010 X..2 # PROD METHOD
7011 N6,day [N4],hour # TEST BY DATE
7020 X..20 # REFURB LOT
7021 X..20 # FUNC STAT
7022 X..20 # REV STAT
7023 X..30 # GIAI - ASSEMBLY
7030-7039 N3 X..27 # PROCESSOR
7040 N1 X3 # UIC+EXT
710-716 X..20 # NHRN
7230-7239 X2 X..28 # CERT
7240 X..20 # PROTOCOL
7241 N2 # AIDC MEDIA TYPE
7242 X..25 # VCN
8001 N14 # DIMENSIONS
8002 X..20 # CMT No.
8003 N1 N13,csum [X..16] key # GRAI
8004 X..30 key=7040 # GIAI
8005 N6 # PRICE PER UNIT
8006 N14,csum N4,piece key=22,10,21 # ITIP
8007 X..34 # IBAN
8008 N8 [N..4] # PROD TIME
8009 X..50 # OPTSEN
8010 Y..30 key=8011 # CPID
8011 N..12 # CPID SERIAL
8012 X..20 # VERSION
8013 X..25,pair key # GMN
8017 N18,csum key=8019 # GSRN - PROVIDER
8018 N18,csum key=8019 # GSRN - RECIPIENT
8019 N..10 # SRIN
8020 X..25 # REF No.
8026 N14,csum N4,piece # ITIP CONTENT
8110 X..70 # COUPON
8111 N4 # POINTS
8112 X..70 # COUPON
8200 X..70 # PRODUCT URL
90 X..30 # INTERNAL
91-99 X..90 # INTERNAL
`

// component is one part of a value.
type component struct {
	set      byte // 'N', 'X' or 'Y'
	min, max int
	check    string
}

// spec is what is known of one application identifier.
type spec struct {
	title      string
	fixed      bool // no separator after it
	parts      []component
	key        bool
	qualifiers [][]string // the orders in which a key's qualifiers may follow it
}

// longest is the value's most characters.
func (s *spec) longest() int {
	n := 0
	for _, p := range s.parts {
		n += p.max
	}
	return n
}

// table is a constant in all but name: the entries above, by identifier.
var table = sync.OnceValue(readTable)

// readTable panics on a faulty entry, which every test would meet.
func readTable() map[string]*spec {
	out := map[string]*spec{}
	for line := range strings.Lines(strings.TrimSpace(entries)) {
		rest, title, _ := strings.Cut(strings.TrimSpace(line), " # ")
		fields := strings.Fields(rest)
		s := &spec{title: title}
		for _, f := range fields[1:] {
			s.read(f)
		}
		for _, ai := range identifiers(fields[0]) {
			out[ai] = s
		}
	}
	return out
}

func (s *spec) read(field string) {
	if field == "*" {
		s.fixed = true
		return
	}
	if rest, ok := strings.CutPrefix(field, "key"); ok {
		s.key = true
		if rest != "" {
			for order := range strings.SplitSeq(rest[1:], "|") {
				s.qualifiers = append(s.qualifiers, strings.Split(order, ","))
			}
		}
		return
	}
	var c component
	format, check, _ := strings.Cut(field, ",")
	optional := strings.HasPrefix(format, "[")
	format = strings.Trim(format, "[]")
	c.set, c.check = format[0], check
	length := format[1:]
	if rest, ok := strings.CutPrefix(length, ".."); ok {
		c.min, length = 1, rest
		c.max = number(length)
	} else {
		c.max = number(length)
		c.min = c.max
	}
	if optional {
		c.min = 0
	}
	s.parts = append(s.parts, c)
}

// identifiers spells out a run. In runs of measures (31 to 36) the last digit, the place of
// the decimal point, goes from 0 to 5 only.
func identifiers(field string) []string {
	from, to, run := strings.Cut(field, "-")
	if !run {
		return []string{from}
	}
	var out []string
	for n := number(from); n <= number(to); n++ {
		ai := fmt.Sprintf("%0*d", len(from), n)
		if ai[0] == '3' && ai < "3700" && ai[len(ai)-1] > '5' {
			continue
		}
		out = append(out, ai)
	}
	return out
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("gs1: faulty table entry: " + s)
	}
	return n
}

// lookup finds the identifier at the start of text: two to four digits.
func lookup(text string) (string, *spec) {
	for n := 2; n <= min(4, len(text)); n++ {
		if s := table()[text[:n]]; s != nil {
			return text[:n], s
		}
	}
	return "", nil
}

// Title gives an application identifier's name as printed beside barcodes, or "" when GS1
// has not given it out.
func Title(ai string) string {
	if s := table()[ai]; s != nil {
		return s.title
	}
	return ""
}
