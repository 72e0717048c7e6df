package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/defekt/defekt/pipeline/claim"
)

// maxLine is the longest line of JSON Lines in bytes.
const maxLine = 16 << 20

// jsonPrediction is a line: claim.Prediction, and what other systems may add to an axis.
type jsonPrediction struct {
	ID       string              `json:"id"`
	Axes     map[string]jsonAxis `json:"axes"`
	Model    string              `json:"model"`
	Taxonomy string              `json:"taxonomy"`
}

type jsonAxis struct {
	claim.AxisPrediction
	// Distribution is the whole distribution by label.
	Distribution map[string]float64 `json:"probabilities"`
}

// ReadJSONL reads predictions as `defekt classify --out` writes them, one claim a line:
//
//	{"id":"c1","axes":{"severity":{"label":"major","probability":0.8,"abstained":true,
//	  "alternatives":[{"label":"minor","probability":0.2}]}},"model":"sha256:...","taxonomy":"starter@1"}
//
// Other systems may add "probabilities":{"major":0.8,"minor":0.2} to an axis. Without it the
// label and its alternatives are taken for the whole distribution on axes on which they add
// up to 1 for every claim. A line without axes is a claim without an answer. All faulty
// lines are named at once, up to 20.
func ReadJSONL(r io.Reader, o Options) (*Predictions, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	p, spread := NewPredictions(), map[string]*reach{}
	if err := eachLine(in, maxLine, func(line []byte) error { return p.addLine(line, o, spread) }); err != nil {
		return nil, err
	}
	p.forget(spread)
	return p, nil
}

// eachLine calls add for every line of JSON Lines but empty ones and gathers its faults with
// their numbers; a line has at most longest bytes.
func eachLine(in io.Reader, longest int, add func(line []byte) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longest)
	var f faults
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := add(lines.Bytes()); err != nil && !f.add(fmt.Errorf("line %d: %w", n, err)) {
			break
		}
	}
	if err := lines.Err(); err != nil {
		f.add(err)
	}
	return f.err()
}

// reach counts on one axis the answers and those with a whole distribution.
type reach struct{ answers, whole, stated int }

func (p *Predictions) addLine(line []byte, o Options, spread map[string]*reach) error {
	var one jsonPrediction
	if err := json.Unmarshal(line, &one); err != nil {
		return fmt.Errorf("not a prediction in JSON: %w", err)
	}
	if one.ID == "" {
		return errors.New(`"id" is missing`)
	}
	if _, twice := p.at[one.ID]; twice {
		return fmt.Errorf("claim %q stands on an earlier line", one.ID)
	}
	if p.Len() == 0 {
		p.Model, p.Taxonomy = one.Model, one.Taxonomy
	} else if p.Model != one.Model {
		return fmt.Errorf("model %q, and %q on earlier lines; one file holds one model's answers", one.Model, p.Model)
	}
	p.row(one.ID)
	for _, axis := range slices.Sorted(maps.Keys(one.Axes)) {
		a := one.Axes[axis]
		if !o.wants(axis) || a.Label == "" {
			continue
		}
		if spread[axis] == nil {
			spread[axis] = &reach{}
		}
		if err := p.Add(one.ID, axis, a.AxisPrediction, a.whole(spread[axis])); err != nil {
			return err
		}
	}
	return nil
}

// whole gives the distribution that the line states or that label and alternatives make.
func (a *jsonAxis) whole(r *reach) map[string]float64 {
	r.answers++
	if a.Distribution != nil {
		r.whole, r.stated = r.whole+1, r.stated+1
		return a.Distribution
	}
	if len(a.Alternatives) == 0 {
		return nil
	}
	out, sum := map[string]float64{a.Label: a.Probability}, a.Probability
	for _, alt := range a.Alternatives {
		out[alt.Label] = alt.Probability
		sum += alt.Probability
	}
	if math.Abs(sum-1) > 1e-6 || len(out) != len(a.Alternatives)+1 {
		return nil
	}
	r.whole++
	return out
}

// forget drops distributions that were put together from alternatives on axes where some
// claims have none: figures over the rest would be of the easy claims.
func (p *Predictions) forget(spread map[string]*reach) {
	for _, a := range p.axes {
		if r := spread[a.axis]; r != nil && r.stated == 0 && r.whole < r.answers {
			a.classes, a.matrix = nil, nil
		}
	}
}
