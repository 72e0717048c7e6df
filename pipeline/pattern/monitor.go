package pattern

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Config says how a monitor watches.
type Config struct {
	// FalseAlarms is the number of false alarms a year over all groups and labels together, at
	// most, when nothing is wrong; default 1.
	FalseAlarms float64
	// Tolerance is how far above expectation a rate may be without being news, as a share: it
	// allows for a baseline that is only estimated, and for healthy batches and lots that differ by
	// nature; default 0.05.
	Tolerance float64
	// Margin is how many standard errors of the strata's factors and the seasons are added to
	// what is expected of a group (see [Rates]), so that a new product or the second winter is
	// not an alarm for not being known; default 1, -1 for none.
	Margin float64
	// Least is the number of claims since the onset below which there is no alarm; default 3.
	Least int
	// Confusion, when given, keeps an excess of one label from raising the labels that the
	// classifier takes it for.
	Confusion *Confusion
	// Horizon, when given, is the day up to which the first baseline says what to expect; a
	// monitor that is taught ([Taught]) needs no more. Thresholds then go by what is expected a
	// year at present, and do not fall.
	Horizon Day
}

func (c Config) withDefaults() Config {
	c.FalseAlarms = cmp.Or(c.FalseAlarms, 1)
	c.Tolerance = cmp.Or(c.Tolerance, 0.05)
	c.Margin = cmp.Or(c.Margin, 1)
	c.Least = cmp.Or(c.Least, 3)
	return c
}

// Validate reports the first setting that cannot be used, as an [ErrInput].
func (c Config) Validate() error {
	c = c.withDefaults()
	switch {
	case !(c.FalseAlarms > 0):
		return fmt.Errorf("%w: false alarms a year are %g, not above 0", ErrInput, c.FalseAlarms)
	case !(c.Tolerance >= 0):
		return fmt.Errorf("%w: tolerance is %g, below 0", ErrInput, c.Tolerance)
	case c.Least < 1:
		return fmt.Errorf("%w: least is %d, below 1", ErrInput, c.Least)
	}
	return nil
}

// Monitor watches every group and label. It is not for use by several goroutines at once.
type Monitor struct {
	cfg        Config
	period     Period
	cohorts    []Cohort
	baseline   *Baseline
	names      []string // of labels, sorted
	labels     map[string]int
	groups     map[Key]int
	keys       []Key
	members    [][]int32 // by cohort: its groups
	strata     []string
	stratum    []int32  // by cohort
	order      []int    // of cohorts, by stratum
	streams    []stream // group times labels, plus label
	thresholds map[string]float64
	latest     Day
	calendar   []week
	known      [][]Known           // by label
	places     map[*Cohort][]int32 // by the first of some shares: see placeShares
}

// NewMonitor prepares the streams of all groups and labels over a period, which should reach
// past the last claim to come. Cohorts and baseline must not change while it is in use.
func NewMonitor(cohorts []Cohort, b *Baseline, period Period, cfg Config) (*Monitor, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := period.check(); err != nil {
		return nil, err
	}
	m := &Monitor{cfg: cfg.withDefaults(), period: period, cohorts: cohorts, baseline: b, latest: period.From,
		names: slices.Sorted(maps.Keys(b.Labels)), labels: map[string]int{}, groups: map[Key]int{}, thresholds: map[string]float64{}, places: map[*Cohort][]int32{}}
	for i, l := range m.names {
		m.labels[l] = i
	}
	m.calendar, m.known = period.calendar(), make([][]Known, len(m.names))
	m.index()
	to := period.steps()
	if h := m.cfg.Horizon; h > period.From && h < period.To {
		to = (int(h-period.From) + step - 1) / step
	}
	m.expect(0, to)
	m.share(0, to)
	return m, nil
}

func (m *Monitor) index() {
	for _, c := range m.cohorts {
		ids := make([]int32, 0, len(c.Groups))
		for _, k := range c.Groups {
			id, ok := m.groups[k]
			if !ok {
				id = len(m.keys)
				m.groups[k] = id
				m.keys = append(m.keys, k)
			}
			ids = append(ids, int32(id))
		}
		m.members = append(m.members, ids)
	}
	strata := map[string]int32{}
	for i, c := range m.cohorts {
		id, ok := strata[c.Stratum]
		if !ok {
			id = int32(len(strata))
			strata[c.Stratum] = id
			m.strata = append(m.strata, c.Stratum)
		}
		m.stratum = append(m.stratum, id)
		m.order = append(m.order, i)
	}
	slices.SortStableFunc(m.order, func(a, b int) int { return cmp.Compare(m.stratum[a], m.stratum[b]) })
	m.streams = make([]stream, len(m.keys)*len(m.names))
	steps := m.period.steps()
	all := make([]float32, len(m.streams)*steps)
	for i := range m.streams {
		m.streams[i].curve = all[i*steps : (i+1)*steps : (i+1)*steps]
	}
}

func (m *Monitor) stream(group, label int) *stream { return &m.streams[group*len(m.names)+label] }

// Add takes the next claim and gives the alarms that it raises, in the order of the unit's
// groups. Claims must come in order of report. A claim out of order, of an unknown cohort,
// label or time is refused with an [ErrInput]; one after the warranty is not counted.
func (m *Monitor) Add(c Claim) ([]Alarm, error) {
	if err := usable(c, m.cohorts, m.period); err != nil {
		return nil, err
	}
	label, ok := m.labels[c.Label]
	if !ok {
		return nil, fmt.Errorf("%w: claim %s has the label %q, which the baseline has not", ErrInput, c.ID, c.Label)
	}
	if c.Reported < m.latest {
		return nil, fmt.Errorf("%w: claim %s is older than the one before", ErrInput, c.ID)
	}
	m.latest = c.Reported
	if int(c.Reported-m.cohorts[c.Cohort].Since) >= m.baseline.Warranty {
		return nil, nil
	}
	var alarms []Alarm
	for _, g := range m.members[c.Cohort] {
		s := m.stream(int(g), label)
		mu := m.mu(int(g), label, c.Reported)
		evidence := s.detector.add(m.mu(int(g), label, c.Reported-1), mu, c.Reported)
		s.n++
		best := s.detector.best()
		kind := m.keys[g].Kind
		if s.open || evidence < m.thresholds[kind] || best.n < m.cfg.Least {
			continue
		}
		s.open = true
		a := newAlarm(m.keys[g], c.Label, c.Reported, best, (mu-best.mu)/((1+m.cfg.Tolerance)*(1+s.slack)))
		a.Evidence, a.Threshold = evidence, m.thresholds[kind]
		alarms = append(alarms, a)
	}
	return alarms, nil
}

// mu is the operational time of a stream: its expected claims, with margins and with what the
// excess of other labels is likely to have been taken for. It never falls.
func (m *Monitor) mu(group, label int, day Day) float64 {
	s := m.stream(group, label)
	mu := s.begin + (s.at(m.period, day)-s.base)*(1+s.slack)
	if m.cfg.Confusion != nil {
		for other, name := range m.names {
			if o := m.stream(group, other); other != label && o.n > 0 {
				mu += o.excess(m.period, day) * m.cfg.Confusion.Leak(name, m.names[label])
			}
		}
	}
	return max(mu*(1+m.cfg.Tolerance), s.detector.mu)
}

// Close lets the stream of an alarm raise a new one, from nothing.
func (m *Monitor) Close(k Key, label string) {
	g, okGroup := m.groups[k]
	l, okLabel := m.labels[label]
	if okGroup && okLabel {
		s := m.stream(g, l)
		mu := s.detector.mu
		s.detector, s.open = detector{mu: mu}, false
	}
}
