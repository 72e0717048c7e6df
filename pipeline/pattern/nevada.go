package pattern

import "slices"

// NevadaRow is the units that came into service in one month.
type NevadaRow struct {
	// Month is the first day of the calendar month.
	Month Day
	Units int
	// Claims by months in service, from 0; months that the row has not fully lived are missing.
	Claims []int
}

// MonthRate is the rate of one month in service over all rows.
type MonthRate struct {
	// Month in service, from 0.
	Month  int
	Claims int
	// Units that have lived the whole month.
	Units int
	// Per1000 is claims per 1,000 units in this month, with the exact 95 % Poisson interval.
	Per1000, Low, High float64
	// Cumulative is claims per 1,000 units up to the end of this month (Nelson-Aalen).
	Cumulative float64
}

// Nevada tabulates claims by month of entry into service and months in service (30 days each) as
// of the day now, for the cohorts that keep answers true for and one label; an empty label takes
// all. Only months in service that a whole row has lived are shown, so that young rows are not
// taken for good ones. maxMonths bounds the width. A cohort that begins after its start of service
// (see [Cohort].From) adds claims but no units, which another one has brought.
func Nevada(cohorts []Cohort, claims []Claim, label string, now Day, maxMonths int, keep func(Cohort) bool) ([]NevadaRow, []MonthRate) {
	rows := map[Day]*NevadaRow{}
	for _, c := range cohorts {
		if c.Since <= now && keep(c) {
			first := monthStart(c.Since)
			if rows[first] == nil {
				rows[first] = &NevadaRow{Month: first, Claims: make([]int, lived(first, now, maxMonths))}
			}
			if c.From <= c.Since {
				rows[first].Units += c.Units
			}
		}
	}
	for _, c := range claims {
		if c.Cohort < 0 || c.Cohort >= len(cohorts) || (label != "" && c.Label != label) || c.Reported > now {
			continue
		}
		of := cohorts[c.Cohort]
		row := rows[monthStart(of.Since)]
		if row == nil || !keep(of) || c.Reported < of.Since {
			continue
		}
		if age := int(c.Reported-of.Since) / ageBin; age < len(row.Claims) {
			row.Claims[age]++
		}
	}
	out := sorted(rows)
	return out, rates(out, maxMonths)
}

func monthStart(d Day) Day { return d - Day(d.Time().Day()-1) }

// lived is the months in service that every unit of a calendar month has completed.
func lived(first, now Day, maxMonths int) int {
	last := monthStart(first+31) - 1 // the month's last day
	return max(0, min(maxMonths, int(now-last)/ageBin))
}

func sorted(rows map[Day]*NevadaRow) []NevadaRow {
	out := make([]NevadaRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b NevadaRow) int { return int(a.Month - b.Month) })
	return out
}

func rates(rows []NevadaRow, maxMonths int) []MonthRate {
	var out []MonthRate
	sum := 0.0
	for m := range maxMonths {
		r := MonthRate{Month: m}
		for _, row := range rows {
			if m < len(row.Claims) {
				r.Claims += row.Claims[m]
				r.Units += row.Units
			}
		}
		if r.Units == 0 {
			break
		}
		per := 1000 / float64(r.Units)
		low, high := PoissonInterval(r.Claims)
		r.Per1000, r.Low, r.High = float64(r.Claims)*per, low*per, high*per
		sum += r.Per1000
		r.Cumulative = sum
		out = append(out, r)
	}
	return out
}
