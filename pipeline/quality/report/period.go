package report

import (
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// Kind is how often a report comes.
type Kind string

// The kinds of reports.
const (
	Weekly  Kind = "weekly"
	Monthly Kind = "monthly"
)

// CodePeriod is the code of a period that cannot be read.
const CodePeriod claim.Code = "report_period"

// Period is a week or month in UTC: From inclusive, Until exclusive.
type Period struct {
	Kind Kind
	// Name is "2026-W10" (ISO 8601: from Monday to Sunday) or "2026-03".
	Name        string
	From, Until time.Time
}

// Last is the last period that is over at a time.
func Last(k Kind, now time.Time) (Period, error) {
	now = now.UTC()
	switch k {
	case Weekly:
		monday := monday(now)
		return week(monday.AddDate(0, 0, -7)), nil
	case Monthly:
		return month(time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, time.UTC)), nil
	}
	return Period{}, claim.Problem{Code: CodePeriod, Where: "kind", Message: "a report is weekly or monthly"}
}

// Read reads a period's name.
func Read(k Kind, name string) (Period, error) {
	var year, n int
	switch k {
	case Weekly:
		if _, err := fmt.Sscanf(name, "%4d-W%2d", &year, &n); err == nil && n >= 1 && n <= 53 {
			// The fourth of January is always in week 1.
			if p := week(monday(time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)).AddDate(0, 0, 7*(n-1))); p.Name == name {
				return p, nil
			}
		}
	case Monthly:
		if _, err := fmt.Sscanf(name, "%4d-%2d", &year, &n); err == nil && n >= 1 && n <= 12 {
			if p := month(time.Date(year, time.Month(n), 1, 0, 0, 0, 0, time.UTC)); p.Name == name {
				return p, nil
			}
		}
	}
	return Period{}, claim.Problem{Code: CodePeriod, Where: "period", Message: fmt.Sprintf("%.20q is no period of a %s report; weeks are written 2026-W10, months 2026-03", name, k)}
}

// Before is the period before.
func (p Period) Before() Period {
	if p.Kind == Monthly {
		return month(p.From.AddDate(0, -1, 0))
	}
	return week(p.From.AddDate(0, 0, -7))
}

func monday(t time.Time) time.Time {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

func week(monday time.Time) Period {
	year, n := monday.ISOWeek()
	return Period{Weekly, fmt.Sprintf("%04d-W%02d", year, n), monday, monday.AddDate(0, 0, 7)}
}

func month(first time.Time) Period {
	return Period{Monthly, first.Format("2006-01"), first, first.AddDate(0, 1, 0)}
}
