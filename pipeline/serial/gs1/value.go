package gs1

import (
	"strings"
	"time"
)

// validate tests a whole value against its format.
func (s *spec) validate(ai, value string) error {
	rest := value
	for i, c := range s.parts {
		n := min(c.max, len(rest))
		if n < c.min {
			return problem(CodeLength, "(%s) %s is too short: %q", ai, s.title, value)
		}
		part := rest[:n]
		rest = rest[n:]
		if n == 0 && c.min == 0 {
			continue // optional and absent
		}
		if i > 0 && c.min == 0 && c.check != "" && n < c.max {
			return problem(CodeLength, "(%s) %s ends in the middle of a part: %q", ai, s.title, value)
		}
		if err := c.validate(ai, s.title, part); err != nil {
			return err
		}
	}
	if rest != "" {
		return problem(CodeLength, "(%s) %s has %d characters too many: %q", ai, s.title, len(rest), value)
	}
	return nil
}

func (c component) validate(ai, title, part string) error {
	allowed := "0123456789"
	switch c.set {
	case 'X':
		allowed = Set82
	case 'Y':
		allowed = set39
	}
	for i := range len(part) {
		if strings.IndexByte(allowed, part[i]) < 0 {
			return problem(CodeCharacter, "(%s) %s may not hold the character %q", ai, title, part[i])
		}
	}
	switch c.check {
	case "csum":
		if !ValidCheckDigit(part) {
			return problem(CodeCheck, "(%s) %s has a wrong check digit: %s; read the label again", ai, title, part)
		}
	case "pair":
		if !validPair(part) {
			return problem(CodeCheck, "(%s) %s has wrong check characters: %s; read the label again", ai, title, part)
		}
	case "piece":
		if part[:2] == "00" || part[2:] == "00" || part[:2] > part[2:] {
			return problem(CodeLength, "(%s) %s says piece %s of %s", ai, title, part[:2], part[2:])
		}
	case "date", "day":
		if _, _, ok := parseDate(part, time.Time{}); !ok || c.check == "day" && part[4:] == "00" {
			return problem(CodeDate, "(%s) %s is no date (YYMMDD): %s", ai, title, part)
		}
	case "hour":
		if part[:2] > "23" || part[2:] > "59" {
			return problem(CodeDate, "(%s) %s has no such time (hhmm): %s", ai, title, part)
		}
	}
	return nil
}

// parseDate reads YYMMDD. Day 00 stands for the month's last day (General Specifications
// 7.12) and is reported as wholeMonth. The century is the one that brings the year closest
// to now: 51 to 99 years ahead are the last century, 50 to 99 back the next; a zero now
// takes 20YY, which is enough to test the date.
func parseDate(text string, now time.Time) (day time.Time, wholeMonth, ok bool) {
	if len(text) != 6 {
		return time.Time{}, false, false
	}
	for i := range 6 {
		if text[i] < '0' || text[i] > '9' {
			return time.Time{}, false, false
		}
	}
	two := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }
	year, month, d := 2000+two(0), two(2), two(4)
	if !now.IsZero() {
		year = now.Year()/100*100 + two(0)
		if ahead := two(0) - now.Year()%100; ahead >= 51 {
			year -= 100
		} else if ahead <= -50 {
			year += 100
		}
	}
	if month < 1 || month > 12 {
		return time.Time{}, false, false
	}
	if d == 0 {
		return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC), true, true
	}
	day = time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	return day, false, day.Day() == d
}
