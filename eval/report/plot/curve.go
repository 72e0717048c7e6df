package plot

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
)

// Bin is one dot of a reliability curve.
type Bin struct {
	// Stated is the mean stated probability, Right the share that was right, of N claims.
	Stated float64
	Right  Range
	N      int
}

// Reliability draws what share of answers is right against the probability that was stated.
type Reliability struct {
	Title string
	Bins  []Bin
}

type reliabilityView struct {
	frame
	Points []point
	Groups string
}

// Reliability draws a reliability curve: dots on the diagonal state what is so. The area of a
// dot grows with its number of claims.
func (p *Plotter) Reliability(r Reliability) (template.HTML, error) {
	v := reliabilityView{Groups: groups(r.Bins)}
	var desc []string
	most := 1
	for _, b := range r.Bins {
		most = max(most, b.N)
		desc = append(desc, binWords(b))
	}
	v.frame = newFrame(p.next(), r.Title, strings.Join(desc, "; ")+".", 320, Share(), Share(), "probability stated", "share that was right")
	for _, b := range r.Bins {
		if b.N == 0 || !b.Right.finite() {
			continue
		}
		v.Points = append(v.Points, v.point(b.Stated, b.Right, 2.5+3*math.Sqrt(float64(b.N)/float64(most)), binWords(b)))
	}
	return p.draw("reliability", v)
}

func binWords(b Bin) string {
	return fmt.Sprintf("%d claims: stated %s, right %s", b.N, Percent(b.Stated), Words(b.Right, Percent))
}

// groups says how many claims a dot stands for.
func groups(bins []Bin) string {
	if len(bins) == 0 {
		return ""
	}
	sizes := make([]int, len(bins))
	for i, b := range bins {
		sizes[i] = b.N
	}
	low, high := slices.Min(sizes), slices.Max(sizes)
	if low == high {
		return fmt.Sprintf("each dot: %d claims", low)
	}
	return fmt.Sprintf("each dot: %d to %d claims", low, high)
}

// Words writes an estimate with its interval: "87.3 % (84.9 % to 89.4 %)".
func Words(r Range, format func(float64) string) string {
	if !r.Known() {
		return format(r.Value)
	}
	return format(r.Value) + " (" + format(r.Low) + " to " + format(r.High) + ")"
}

func (f frame) point(x float64, r Range, radius float64, title string) point {
	return point{X: f.px(x), Y: f.py(r.Value), Low: f.py(r.Low), High: f.py(r.High), R: radius, Whisker: r.Known(), Title: title}
}

// Answered is one point of a risk-coverage curve: the share of claims answered, surest
// first, and the share of wrong answers among them.
type Answered struct {
	Coverage float64
	Risk     Range
}

// RiskCoverage draws how many answers are wrong when only the surest are given.
type RiskCoverage struct {
	Title string
	// Curve rises in Coverage.
	Curve []Answered
	// Threshold is where the model's own threshold stands, nil without one.
	Threshold *Answered
}

type riskView struct {
	frame
	Line, Band string
	Mark       *point
	MarkText   string
	MarkAnchor string
	All        float64 // height of the risk of answering everything
	AllText    string
}

// RiskCoverage draws a risk-coverage curve (El-Yaniv, Wiener: On the Foundations of
// Noise-free Selective Classification, JMLR 2010).
func (p *Plotter) RiskCoverage(r RiskCoverage) (template.HTML, error) {
	top := []float64{0, 0.02}
	for _, a := range r.Curve {
		top = append(top, a.Risk.Value)
	}
	if r.Threshold != nil {
		top = append(top, r.Threshold.Risk.High)
	}
	desc := "Share of wrong answers by share of claims answered, surest first."
	for _, share := range []float64{0.5, 0.8, 1} {
		if a, ok := nearest(r.Curve, share); ok {
			desc += fmt.Sprintf(" Answering %s: %s wrong.", Percent(a.Coverage), Percent(a.Risk.Value))
		}
	}
	v := riskView{frame: newFrame(p.next(), r.Title, desc, 320, Share(), Fit(Percent, top...), "share of claims answered, surest first", "wrong answers")}
	v.Line, v.Band = v.path(r.Curve)
	if n := len(r.Curve); n > 0 {
		v.All, v.AllText = v.py(r.Curve[n-1].Risk.Value), "all answered: "+Percent(r.Curve[n-1].Risk.Value)+" wrong"
	}
	if t := r.Threshold; t != nil && t.Risk.finite() {
		at := v.point(t.Coverage, t.Risk, 5.5, "")
		v.Mark, v.MarkText, v.MarkAnchor = &at, fmt.Sprintf("threshold: answers %s, %s wrong", Percent(t.Coverage), Percent(t.Risk.Value)), "middle"
	}
	return p.draw("risk", v)
}

// nearest gives the point of the curve next to a coverage, if one is within 5 points.
func nearest(curve []Answered, share float64) (Answered, bool) {
	best, ok := Answered{}, false
	for _, a := range curve {
		if d := math.Abs(a.Coverage - share); d < 0.05 && (!ok || d < math.Abs(best.Coverage-share)) {
			best, ok = a, true
		}
	}
	return best, ok
}

// path gives the curve and, where intervals are known, the band around it.
func (f frame) path(curve []Answered) (line, band string) {
	var l, up, down strings.Builder
	for i := range curve {
		a, b := curve[i], curve[len(curve)-1-i]
		fmt.Fprintf(&l, "%s,%s ", number(f.px(a.Coverage)), number(f.py(a.Risk.Value)))
		fmt.Fprintf(&up, "%s,%s ", number(f.px(a.Coverage)), number(f.py(a.Risk.High)))
		fmt.Fprintf(&down, "%s,%s ", number(f.px(b.Coverage)), number(f.py(b.Risk.Low)))
	}
	if !slices.ContainsFunc(curve, func(a Answered) bool { return a.Risk.Known() }) {
		return l.String(), ""
	}
	return l.String(), up.String() + down.String()
}
