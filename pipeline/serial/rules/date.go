package rules

import (
	"strconv"
	"strings"
	"time"
)

// date reads when the unit was made from the groups year, month, week and day.
func (r *rule) date(m *Match, now time.Time) error {
	code := m.Fields[groupYear]
	if code == "" {
		return nil
	}
	year, ok := r.year(code, now)
	if !ok {
		return problem(CodeDate, "the serial's year is %q, which is none", code)
	}
	m.Made, m.Precision = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), "year"
	if week := m.Fields[groupWeek]; week != "" {
		if m.Made, ok = weekStart(year, week); !ok {
			return problem(CodeDate, "the serial's week is %q, and %d has none such", week, year)
		}
		m.Precision = "week"
	}
	if code := m.Fields[groupMonth]; code != "" {
		month := r.month(code)
		if month == 0 {
			return problem(CodeDate, "the serial's month is %q, which is none", code)
		}
		m.Made, m.Precision = time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC), "month"
	}
	if code := m.Fields[groupDay]; code != "" {
		d, err := strconv.Atoi(code)
		day, ok := r.day(m, d)
		if err != nil || !ok {
			return problem(CodeDate, "the serial's day is %q, and there is none such in %s", code, m.Made.Format("2006-01"))
		}
		m.Made, m.Precision = day, "day"
	}
	if !now.IsZero() && m.Made.After(now) {
		return problem(CodeDate, "by its serial the unit was made on %s, which is in the future", m.Made.Format(time.DateOnly))
	}
	if m.Made.Before(r.first) && m.Precision != "year" {
		return problem(CodeDate, "by its serial the unit was made on %s, before the first of its kind (%s)", m.Made.Format(time.DateOnly), r.First)
	}
	return nil
}

// year reads a code, four digits, two digits (the last such year that has begun), or one
// digit (the same).
func (r *rule) year(code string, now time.Time) (int, bool) {
	if len(r.Years) > 0 {
		y, ok := r.Years[code]
		return y, ok
	}
	n, err := strconv.Atoi(code)
	if err != nil || n < 0 {
		return 0, false
	}
	latest := 2099
	if !now.IsZero() {
		latest = now.Year()
	}
	switch len(code) {
	case 4:
		return n, n >= 1900
	case 2:
		return latest - (latest-n)%100, true
	case 1:
		return latest - (latest-n)%10, true
	}
	return 0, false
}

func (r *rule) month(code string) int {
	if r.Months != "" {
		at := strings.Index(r.Months, code)
		return len([]rune(r.Months[:max(at, 0)])) + btoi(at >= 0)
	}
	n, err := strconv.Atoi(code)
	if err != nil || n < 1 || n > 12 {
		return 0
	}
	return n
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// day adds a day of the month, or of the year (001 to 366) where no month is encoded, or of
// the week (1 is Monday) after a week.
func (r *rule) day(m *Match, d int) (time.Time, bool) {
	switch m.Precision {
	case "month":
		day := m.Made.AddDate(0, 0, d-1)
		return day, d >= 1 && day.Month() == m.Made.Month()
	case "week":
		return m.Made.AddDate(0, 0, d-1), d >= 1 && d <= 7
	}
	day := m.Made.AddDate(0, 0, d-1)
	return day, d >= 1 && day.Year() == m.Made.Year()
}

// weekStart is the Monday of an ISO 8601 week.
func weekStart(year int, week string) (time.Time, bool) {
	n, err := strconv.Atoi(week)
	if err != nil || n < 1 {
		return time.Time{}, false
	}
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // is always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	start := monday.AddDate(0, 0, 7*(n-1))
	y, w := start.ISOWeek()
	return start, y == year && w == n
}
