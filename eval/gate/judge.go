package gate

import (
	"fmt"
)

// Comparison says what a paired comparison of the result with its baseline showed.
// *compare.Result is one.
type Comparison interface {
	// Worse says whether the result is shown to be worse than the baseline on a figure of an
	// axis, in a slice when field is not empty, and how that was judged, in words. ok must be
	// false when that was not compared.
	Worse(axis, metric, field, value string) (worse bool, detail string, ok bool)
}

// Input is what gates are held against. Documents may be decoded JSON (map[string]any), raw
// JSON ([]byte) or values that encode to it.
type Input struct {
	// Result is the evaluation, as eval.Result writes it.
	Result any
	// Baseline is that of the model to be compared with; nil for none.
	Baseline any
	// Slices and BaselineSlices are as slice.Report writes them; nil for none.
	Slices, BaselineSlices any
	// Comparison is nil when nothing was compared.
	Comparison Comparison
}

// Judge holds all gates against the input. Gates that cannot be judged are missed, with the
// reason; an error means only that a document is no JSON, or that there is no result.
func Judge(gates []Gate, in Input) (*Report, error) {
	j := judge{comparison: in.Comparison}
	for _, d := range []struct {
		name string
		from any
		to   **document
	}{
		{"result", in.Result, &j.result}, {"baseline", in.Baseline, &j.baseline},
		{"slices", in.Slices, &j.slices}, {"baseline's slices", in.BaselineSlices, &j.baselineSlices},
	} {
		var err error
		if *d.to, err = newDocument(d.from); err != nil {
			return nil, fmt.Errorf("%s: %w", d.name, err)
		}
	}
	if j.result == nil {
		return nil, fmt.Errorf("there is no result to hold %d gates against", len(gates))
	}
	r := &Report{Gates: []Outcome{}}
	for _, g := range gates {
		r.Gates = append(r.Gates, j.gate(g)...)
	}
	for _, o := range r.Gates {
		if o.Passed {
			r.Passed++
		} else {
			r.Missed++
		}
	}
	return r, nil
}

type judge struct {
	result, baseline, slices, baselineSlices *document
	comparison                               Comparison
}

// gate gives one outcome for each figure that the gate names, at least one.
func (j *judge) gate(g Gate) []Outcome {
	if g.Field != "" {
		return j.sliceGate(g)
	}
	var baseline *document
	if g.Expect.Relative {
		baseline = j.baseline
	}
	paths := expand(g.Expect.Path, j.result, baseline)
	if len(paths) == 0 {
		return []Outcome{g.outcome(g.Expect.Path).miss(NoFigure, "nothing is there that %s could stand for", g.Expect.Path)}
	}
	out := make([]Outcome, 0, len(paths))
	for _, p := range paths {
		out = append(out, j.figure(g, p))
	}
	return out
}

func (g *Gate) outcome(path Path) Outcome {
	return Outcome{Name: g.Name, Line: g.Line, Path: path.String(), Bound: g.Bound, Operator: g.Expect.Operator}
}

func (o Outcome) miss(reason Reason, format string, args ...any) Outcome {
	o.Passed, o.Reason, o.Message = false, reason, fmt.Sprintf(format, args...)
	return o
}

func (j *judge) figure(g Gate, path Path) Outcome {
	o := g.outcome(path)
	value, problem := j.result.figure(path)
	if problem != "" {
		return o.miss(NoFigure, "%s", problem)
	}
	if g.Bound != "" {
		end, ok := j.result.bound(path, g.Bound)
		if !ok {
			return o.miss(NoBound, "%s has no interval to take the %s bound from", path, g.Bound)
		}
		value = end
	}
	o.Value = &value
	if g.Expect.Relative {
		if j.baseline == nil {
			return o.miss(NoBaseline, "this gate needs a baseline, and there is none")
		}
		before, problem := j.baseline.figure(path)
		if problem != "" {
			return o.miss(NoBaseline, "in the baseline, %s", problem)
		}
		o.Baseline = &before
	}
	return j.decide(g, o, path, "", "")
}

// sliceGate is a gate on the slices of a field.
func (j *judge) sliceGate(g Gate) []Outcome {
	metric := g.Expect.Path[2].key
	missed := func(path Path, format string, args ...any) Outcome {
		o := g.outcome(path)
		o.Slice = sliceName(g.Field, g.Value)
		return o.miss(NoFigure, format, args...)
	}
	if j.slices == nil {
		return []Outcome{missed(g.Expect.Path, "this gate is about a slice, and the claims were not cut into slices")}
	}
	axes := []string{g.Expect.Path[1].key}
	if g.Expect.Path[1].any {
		axes = j.slices.axes()
	}
	var out []Outcome
	for _, axis := range axes {
		path := Path{{key: "axes"}, {key: axis}, {key: metric}}
		rows := j.slices.sliceRows(axis, g.Field, g.Value)
		for _, row := range rows {
			out = append(out, j.sliceFigure(g, path, row))
		}
		if len(rows) == 0 {
			out = append(out, missed(path, "axis %q has no slice %s (slices below the smallest size are not made)", axis, sliceName(g.Field, g.Value)))
		}
	}
	if len(axes) == 0 {
		out = append(out, missed(g.Expect.Path, "no axis has slices"))
	}
	return out
}

func (j *judge) sliceFigure(g Gate, path Path, row sliceRow) Outcome {
	axis, metric := path[1].key, path[2].key
	o := g.outcome(path)
	o.Slice = sliceName(row.field, row.value)
	value, reason, problem := row.read(metric, g.Bound)
	if problem != "" {
		return o.miss(reason, "%s", problem)
	}
	o.Value = &value
	if g.Expect.Relative {
		if j.baselineSlices == nil {
			return o.miss(NoBaseline, "this gate needs the slices of a baseline, and there are none")
		}
		rows := j.baselineSlices.sliceRows(axis, row.field, row.value)
		if len(rows) == 0 {
			return o.miss(NoBaseline, "the baseline has no slice %s on axis %q", o.Slice, axis)
		}
		before, _, problem := rows[0].read(metric, "")
		if problem != "" {
			return o.miss(NoBaseline, "in the baseline, %s", problem)
		}
		o.Baseline = &before
	}
	return j.decide(g, o, path, row.field, row.value)
}

func sliceName(field, value string) string {
	if value == "" {
		return field
	}
	return field + "=" + value
}

// decide judges an outcome whose value, and baseline if any, are known.
func (j *judge) decide(g Gate, o Outcome, path Path, field, value string) Outcome {
	o.Passed = true
	if g.Expect.Operator != NotWorse {
		threshold := g.Expect.Number
		if g.Expect.Relative {
			threshold = *o.Baseline*g.Expect.Factor + g.Expect.Number
		}
		o.Threshold = &threshold
		o.Message = found(g, o)
		if !g.Expect.holds(*o.Value, threshold) {
			return o.miss(TooBad, "%s", o.Message)
		}
	}
	if g.NotWorse || g.Expect.Operator == NotWorse {
		return j.notWorse(o, path, field, value)
	}
	return o
}

// found says what was found and what was wanted.
func found(g Gate, o Outcome) string {
	what := "the figure"
	if g.Bound != "" {
		what = "the " + g.Bound + " bound"
	}
	s := fmt.Sprintf("%s is %.4g, wanted %s %.4g", what, *o.Value, o.Operator, *o.Threshold)
	if o.Baseline != nil {
		s += fmt.Sprintf(" (the baseline has %.4g)", *o.Baseline)
	}
	return s
}

func (j *judge) notWorse(o Outcome, path Path, field, value string) Outcome {
	if j.comparison == nil {
		return o.miss(NoComparison, "this gate needs a paired comparison with the baseline, and there is none")
	}
	if len(path) != 3 || path[0].key != "axes" {
		return o.miss(NoComparison, "%s is not among the figures that are compared (accuracy, macro_f1, ... of an axis)", path)
	}
	worse, detail, ok := j.comparison.Worse(path[1].key, path[2].key, field, value)
	if !ok {
		return o.miss(NoComparison, "%s is not among the figures that were compared", path)
	}
	if worse {
		return o.miss(TooBad, "shown to be worse than the baseline: %s", detail)
	}
	if o.Message != "" {
		o.Message += "; "
	}
	o.Message += "not shown to be worse: " + detail
	return o
}
