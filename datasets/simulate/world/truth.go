package world

// Truth is what was planted and what came of it.
type Truth struct {
	Seed    uint64      `json:"seed"`
	Start   string      `json:"start"`
	Quiet   string      `json:"quiet_until"` // no onset before
	End     string      `json:"end"`         // the first day after
	Units   int         `json:"units"`
	Sold    int         `json:"sold"`
	Claims  int         `json:"claims"`
	Axis    string      `json:"axis"`
	Labels  []string    `json:"labels"`
	Rates   [][]float64 `json:"confusion"` // see [Confusion]
	Planted []Planted   `json:"planted"`
}

// Planted is one defect and its trace.
type Planted struct {
	// Kind is one of the kinds of this package; the affected units are, at least partly, those
	// of the group GroupKind Name: a design defect's is its SKU.
	Kind      string `json:"kind"`
	GroupKind string `json:"group_kind"`
	Name      string `json:"name"`
	// Label is the true label whose rate is multiplied by Multiplier.
	Label      string  `json:"label"`
	Multiplier float64 `json:"multiplier"`
	// Ratio is what that makes of the affected units' rate of claims, all labels together.
	Ratio float64 `json:"claim_ratio"`
	// Begin is the day from which on units are made, shipped or updated with the defect; Onset
	// the first on which one of them is in use, empty when none ever was.
	Begin string `json:"begin"`
	Onset string `json:"onset,omitempty"`
	// Units have it and were sold in the world's time, Stock were not.
	Units int `json:"units"`
	Stock int `json:"stock"`
	// Settled are those of Units that had the defect for [SettledDays] or more by the end.
	Settled int `json:"units_settled"`
	// Claims would not have been without it.
	Claims int `json:"claims"`

	onset Day
}

// SettledDays is how long a unit must have had a defect for it to have a chance to show.
const SettledDays = 90

// OnsetDay is Onset as a day, 0 when there is none.
func (p *Planted) OnsetDay() Day { return p.onset }

// Tally adds up the truth over batches. It is not for use by several goroutines at once.
type Tally struct {
	world              *World
	truth              Truth
	healthy, excessive []float64 // expected claims of the affected, by defect
}

// NewTally starts a tally of the world's batches.
func (w *World) NewTally() *Tally {
	t := &Tally{world: w, truth: Truth{Seed: w.cfg.Seed, Start: w.start.String(), Quiet: (w.start + Day(w.cfg.Quiet)).String(),
		End: w.end().String(), Axis: Axis, Labels: Labels(), Rates: Confusion(), Planted: []Planted{}}}
	for _, d := range w.defects {
		group := d.kind
		if d.kind == KindDesign {
			group = "sku"
		}
		t.truth.Planted = append(t.truth.Planted, Planted{Kind: d.kind, GroupKind: group, Name: d.name,
			Label: symptoms[d.label].label, Multiplier: d.multiplier, Begin: d.begin.String()})
	}
	t.healthy, t.excessive = make([]float64, len(w.defects)), make([]float64, len(w.defects))
	return t
}

// Add counts a batch of the world, which must not come twice.
func (t *Tally) Add(b *Batch) {
	t.truth.Claims += len(b.Claims)
	for _, c := range b.Claims {
		if c.Defect >= 0 {
			t.truth.Planted[c.Defect].Claims++
		}
	}
	for i := range b.Cohorts {
		c := &b.Cohorts[i]
		t.truth.Units += c.Units
		if c.Sold < t.world.end() {
			t.truth.Sold += c.Units
		}
		for _, d := range t.world.defectsOf(b) {
			if from, to, ok := t.world.defects[d].spell(b, c); ok {
				t.affect(d, b, c, from, to)
			}
		}
	}
}

func (t *Tally) affect(d int, b *Batch, c *Cohort, from, to int) {
	p, w := &t.truth.Planted[d], t.world
	day := c.Sold + Day(from)
	if day >= w.end() {
		p.Stock += c.Units
		return
	}
	p.Units += c.Units
	if min(to-from, int(w.end()-day)) >= SettledDays {
		p.Settled += c.Units
	}
	if p.onset == 0 || day < p.onset {
		p.onset, p.Onset = day, day.String()
	}
	of := w.skus[b.sku].category
	for l, s := range symptoms {
		n := w.rate(b, c, l, s) * (w.curves[of][l][to] - w.curves[of][l][from])
		t.healthy[d] += n
		if l == w.defects[d].label {
			t.excessive[d] += n * (p.Multiplier - 1)
		}
	}
}

// Truth gives the sums so far.
func (t *Tally) Truth() Truth {
	out := t.truth
	out.Planted = append([]Planted{}, t.truth.Planted...)
	for i := range out.Planted {
		if t.healthy[i] > 0 {
			out.Planted[i].Ratio = 1 + t.excessive[i]/t.healthy[i]
		}
	}
	return out
}
