package site

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Moment is a time, for machines and for people; see the template "when".
type Moment struct{ ISO, Text string }

// NewMoment writes a time in UTC; the zero time is empty.
func NewMoment(t time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	t = t.UTC()
	return Moment{t.Format(time.RFC3339), t.Format("2 Jan 2006, 15:04 UTC")}
}

// Thousands writes a number with narrow spaces between its thousands.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// Counted writes a number with its noun: "1 claim", "2 claims".
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Thousands(n) + " " + noun + "s"
}

// Pager leads through a list that is read newest first by cursors; see the template "pager".
// Addresses are empty where there is nothing to go to.
type Pager struct{ Older, Newest string }

// NewPager makes the pager of a list at an address: after is the cursor of this page, next
// that of the following one, both empty where there is none.
func NewPager(list, after, next string) Pager {
	var p Pager
	if next != "" {
		sep := "?"
		if strings.Contains(list, "?") {
			sep = "&"
		}
		p.Older = list + sep + "after=" + url.QueryEscape(next)
	}
	if after != "" {
		p.Newest = list
	}
	return p
}
