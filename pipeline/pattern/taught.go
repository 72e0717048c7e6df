package pattern

// Taught is a [Monitor] that goes on with another baseline every so many days, as it is taught. It
// is not for use by several goroutines at once.
type Taught struct {
	monitor *Monitor
	due     Day
	every   int
	learn   Learn
}

// Learn says what is usual as of a day, from what was reported before it.
type Learn func(today Day) (Lesson, error)

// Lesson is what a monitor goes on with.
type Lesson struct {
	Baseline *Baseline
	// Known are the excesses found so far; see [Monitor.Rebase].
	Known []Known
	// Settled are streams whose alarms only share in a known excess of another group. They begin
	// anew: the excess is expected of them from now on, and what more there may be can be told.
	Settled []Stream
}

// Stream is a group and label.
type Stream struct {
	Group Key
	Label string
}

// Teach lets a monitor be taught by the first claim of the day due or later, and again as many days
// after due.
func Teach(m *Monitor, due Day, every int, learn Learn) *Taught { return &Taught{m, due, every, learn} }

// Add takes the next claim, as [Monitor.Add] does, after what is to be learned by its day.
func (t *Taught) Add(c Claim) ([]Alarm, error) {
	if err := t.Turn(c.Reported); err != nil {
		return nil, err
	}
	return t.monitor.Add(c)
}

// Turn learns what is to be learned by a day, before its claims.
func (t *Taught) Turn(day Day) error {
	if day < t.due || day >= t.monitor.period.To {
		return nil
	}
	lesson, err := t.learn(day)
	if err != nil {
		return err
	}
	for t.due <= day {
		t.due += Day(t.every)
	}
	for _, s := range lesson.Settled {
		t.monitor.Close(s.Group, s.Label)
	}
	return t.monitor.Rebase(lesson.Baseline, t.due+step, lesson.Known)
}
