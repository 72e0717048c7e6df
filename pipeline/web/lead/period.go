package lead

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/web/site"
)

const day = 24 * time.Hour

// periods are the times that figures may cover, in days.
func periods() []int { return []int{14, 30, 90, 180, 365} }

// choice is one entry of a list to choose from.
type choice struct {
	Value, Text string
	On          bool
}

// period is a time that figures cover: whole days up to now.
type period struct {
	Days        int
	Choices     []choice
	From, Until time.Time
}

// period reads the address.
func (s *Server) period(r *http.Request, fallback int) (period, error) {
	p := period{Days: fallback}
	if text := r.URL.Query().Get("days"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(periods(), n) {
			return p, site.BadRequest(fmt.Sprintf("Figures are shown for one of %v days.", periods()))
		}
		p.Days = n
	}
	for _, n := range periods() {
		p.Choices = append(p.Choices, choice{strconv.Itoa(n), fmt.Sprintf("%d days", n), n == p.Days})
	}
	p.Until = s.now()
	p.From = p.Until.Truncate(day).Add(-time.Duration(p.Days-1) * day)
	return p, nil
}

// percent writes a rate of 0..1.
func percent(v float64) string { return fmt.Sprintf("%.0f\u00a0%%", 100*v) }

// figure is a value with its interval, and what it is of.
type figure struct{ Value, Range, Of string }

// shareOf writes a share; empty when it is of nothing.
func shareOf(s people.Share) figure {
	if s.Of == 0 {
		return figure{}
	}
	return figure{percent(s.Value), percent(s.Low) + " to " + percent(s.High), fmt.Sprintf("%s of %s", site.Thousands(s.Count), site.Thousands(s.Of))}
}

// coefficient writes a coefficient such as Krippendorff's alpha; empty when there is none.
func coefficient(f *people.Figure) figure {
	if f == nil {
		return figure{}
	}
	if f.Low == f.High {
		return figure{Value: number(f.Value)}
	}
	return figure{Value: number(f.Value), Range: number(f.Low) + " to " + number(f.High)}
}

// number writes two decimals, with a minus that reads as one.
func number(v float64) string {
	if v = math.Round(100*v) / 100; v < 0 {
		return fmt.Sprintf("\u2212%.2f", -v)
	}
	return fmt.Sprintf("%.2f", math.Abs(v)) // no minus before zero
}

// age writes how long ago something was.
func age(d time.Duration) string {
	switch {
	case d < time.Hour:
		return site.Counted(max(int(d.Minutes()), 0), "minute")
	case d < 2*day:
		return site.Counted(int(d.Hours()), "hour")
	}
	return site.Counted(int(d/day), "day")
}
