package pattern

// week is the months of a step: the second begins with the day turn.
type week struct {
	first, second int
	turn          Day
}

// calendar gives the months of each step of a period. A step that lies in two months is divided
// by days: counting it to one would make months of 28 and 35 days.
func (p Period) calendar() []week {
	out := make([]week, p.steps())
	for s := range out {
		from := p.From + Day(s*step)
		out[s] = weekFrom(from, min(from+step, p.To))
	}
	return out
}

// weekFrom gives the months of the days before a day, a month's length of them at most.
func weekFrom(from, to Day) week {
	w := week{month(from), month(to - 1), to}
	if w.first != w.second {
		w.turn = monthStart(to - 1)
	}
	return w
}

// split divides the days from one to another over the two months.
func (w week) split(from, to Day) (first, second float64) {
	turn := max(from, min(to, w.turn))
	return float64(turn - from), float64(to - turn)
}

// season gives the days from one to another, each times its season.
func (w week) season(r *Rates, from, to Day) float64 {
	first, second := w.split(from, to)
	return first*r.Season[w.first] + second*r.Season[w.second]
}

// doubt is the relative standard error of the step's season.
func (w week) doubt(r *Rates) float64 { return (r.SeasonDoubt[w.first] + r.SeasonDoubt[w.second]) / 2 }
