package watch

import (
	"slices"

	"github.com/defekt/defekt/pipeline/pattern"
)

// Day is a number of days since 1970-01-01 (UTC).
type Day = pattern.Day

// Report is one complaint of a stream.
type Report struct {
	// Filed is the day on which it could first be read; never the day of the incident.
	Filed Day
	// Year is the car's model year.
	Year int
}

// Stream is the complaints about one component of one car model.
type Stream struct {
	Make, Model, Component string
	// Reports must be in order of filing. Those after a day are not read for its score.
	Reports []Report
}

// Recall is one campaign of a maker on one component.
type Recall struct {
	Campaign  string
	Announced Day
	Component string
	Cars      []Car
}

// Car is one model year of a car model.
type Car struct {
	Make, Model string
	Year        int
}

// Len is the number of reports filed up to and including day.
func (s Stream) Len(day Day) int {
	n, _ := slices.BinarySearchFunc(s.Reports, day+1, func(r Report, d Day) int { return int(r.Filed - d) })
	return n
}
