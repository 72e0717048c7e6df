package pattern

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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
	// Family is what a stratum is likely to be like, such as the kind of product; empty for
	// one family of all. All cohorts of a stratum should have the same.
	Family string
	Groups []Key
	// From and Until bound the days that the units count in this cohort, when that is not their
	// whole service; 0 is no bound. A property that changes in service, such as the firmware,
	// has one cohort per value, each with the days that it held: From up to and not including
	// Until. A claim belongs to the cohort that its day of report falls in.
	From, Until Day
}

// Vintage is the part of a group that was made (or shipped, for a warehouse or carrier) in the
// season of a day, such as "sku CB-2, spring 2025". A change at a supplier or of a design shows in
// it long before it shows in the group as a whole, which is full of older units; give cohorts
// both keys.
func Vintage(group Key, day Day) Key {
	return Key{group.Kind, group.Name + vintageSign + Season(day).Name}
}

// vintageSign parts a group's name from a season; [Key.Whole] looks for it.
const vintageSign = ", "

// Whole gives the group that a key is a vintage of, or the key itself.
func (k Key) Whole() Key {
	name, season, ok := cutLast(k.Name, vintageSign)
	quarter, _, _ := strings.Cut(season, " ")
	if !ok || !slices.Contains(quarters[:], quarter) {
		return k
	}
	return Key{k.Kind, name}
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// quarters are the meteorological seasons from December on.
var quarters = [...]string{"winter", "spring", "summer", "autumn"}

// SeasonKind is the kind of the groups that [Season] names.
const SeasonKind = "season"

// Season is the group of the units made in one meteorological season, such as "summer 2025":
// what heat or damp in production does holds for batches of many kinds. A winter is named after
// the year that it ends in.
func Season(made Day) Key {
	t := made.Time()
	year := t.Year()
	if t.Month() == time.December {
		year++
	}
	return Key{SeasonKind, fmt.Sprintf("%s %d", quarters[int(t.Month())%12/3], year)}
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
	fullYear    = 365 // days that seasons can be told from growth in
)

func ageOf(since, day Day) int { return min(int(day-since)/ageBin, ageBins-1) }

// birthday is the bin of age on a day, and the first day of the next bin or the end, if that is
// sooner.
func birthday(since, day, end Day) (age int, next Day) {
	age = ageOf(since, day)
	if next = since + Day((age+1)*ageBin); age == ageBins-1 || next > end {
		next = end
	}
	return age, next
}

func month(d Day) int { return int(d.Time().Month()) - 1 }

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
	case !cohorts[c.Cohort].holds(c.Reported):
		return fmt.Errorf("%w: claim %s is not of the days of its cohort", ErrInput, c.ID)
	}
	return nil
}

// holds says whether a day lies within the cohort's own bounds.
func (c Cohort) holds(d Day) bool { return d >= c.From && (c.Until == 0 || d < c.Until) }
