package pattern

import (
	"errors"
	"fmt"
	"time"
)

// Day is a number of days since 1970-01-01 (UTC).
type Day int

// DayOf gives the day of t.
func DayOf(t time.Time) Day { return Day(t.UTC().Unix() / 86400) }

// Time gives the first moment of the day, UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Key names a group of units: its kind, such as lot or warehouse, and its name.
type Key struct{ Kind, Name string }

// String is for people: "lot L-17".
func (k Key) String() string { return k.Kind + " " + k.Name }

// Cohort is units that belong to the same groups and came into service on the same day.
type Cohort struct {
	Units int
	Since Day
	// Stratum is what the baseline gets a factor of its own for, such as the SKU.
	Stratum string
	Groups  []Key
}

// Claim is one report with one label about a unit of a cohort.
type Claim struct {
	ID string
	// Cohort is the place in the cohorts that the baseline or monitor was made with.
	Cohort   int
	Label    string
	Reported Day
}

// ErrInput marks cohorts, claims or settings that cannot be used.
var ErrInput = errors.New("pattern: unusable input")

const (
	daysPerYear = 365.25
	ageBin      = 30 // days in service
	ageBins     = 61 // the last one is open
	step        = 7  // days that exposure is added up in
	months      = 12
)

func ageOf(since, day Day) int { return min(int(day-since)/ageBin, ageBins-1) }

func month(d Day) int { return int(d.Time().Month()) - 1 }

// calendar is the month of each day of a period.
func (p Period) calendar() []uint8 {
	out := make([]uint8, max(0, int(p.To-p.From)))
	for i := range out {
		out[i] = uint8(month(p.From + Day(i)))
	}
	return out
}

// Period is the days from From up to and not including To.
type Period struct{ From, To Day }

func (p Period) check() error {
	if p.To <= p.From {
		return fmt.Errorf("%w: the period from %s ends on %s", ErrInput, p.From.Time().Format(time.DateOnly), p.To.Time().Format(time.DateOnly))
	}
	return nil
}

func (p Period) steps() int { return (int(p.To-p.From) + step - 1) / step }

func (p Period) years() float64 { return float64(p.To-p.From) / daysPerYear }

// usable says whether a claim lies in the period and after its cohort's start.
func usable(c Claim, cohorts []Cohort, p Period) error {
	switch {
	case c.Cohort < 0 || c.Cohort >= len(cohorts):
		return fmt.Errorf("%w: claim %s is of cohort %d, there are %d", ErrInput, c.ID, c.Cohort, len(cohorts))
	case c.Reported < p.From || c.Reported >= p.To:
		return fmt.Errorf("%w: claim %s is not in the period", ErrInput, c.ID)
	case c.Reported < cohorts[c.Cohort].Since:
		return fmt.Errorf("%w: claim %s is older than its unit's service", ErrInput, c.ID)
	}
	return nil
}
