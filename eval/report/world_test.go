package report

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/compare"
	"github.com/defekt/defekt/eval/drift"
	"github.com/defekt/defekt/eval/gate"
	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/eval/sample"
	"github.com/defekt/defekt/eval/slice"
	"github.com/defekt/defekt/pipeline/claim"
)

var day = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func symptoms() []string {
	return []string{"crack_break", "dent_deformation", "scratch", "tear_seam", "leak", "no_power", "overheating_fire", "noise", "corrosion_rust", "missing_part", "wrong_part", "stain", "odour", "short_life"}
}

func severities() []string { return []string{"critical", "major", "minor", "cosmetic"} }

func parts() []string {
	out := make([]string, 26)
	for i := range out {
		out[i] = "part_" + string(rune('a'+i))
	}
	return out
}

// simulate draws claims whose truth skews to the first labels, answers that are right with
// the probability they state plus shift, and fields to slice by; the truth depends on seed 1
// only, so that two models meet the same claims.
func simulate(n int, model uint64, shift float64) *sample.Sample {
	world, answers := rand.New(rand.NewPCG(1, 1)), rand.New(rand.NewPCG(model, 2))
	s := &sample.Sample{Fields: map[string][]string{"language": nil, "product": nil}, Times: make([]time.Time, n)}
	for i := range n {
		s.IDs = append(s.IDs, fmt.Sprintf("claim-%04d", i))
		s.Fields["language"] = append(s.Fields["language"], []string{"en", "en", "en", "de", "de", "fr", "es"}[world.IntN(7)])
		s.Fields["product"] = append(s.Fields["product"], []string{"cordless drill", "kettle", "cabinet", "garden chair", "tent"}[world.IntN(5)])
		s.Times[i] = day.Add(time.Duration(i) * 240 * 24 * time.Hour / time.Duration(n))
	}
	for _, a := range []struct {
		id      string
		labels  []string
		ordinal bool
	}{{"symptom", symptoms(), false}, {"severity", severities(), true}, {"component", parts(), false}} {
		axis := sample.Axis{ID: a.id, Ordinal: a.ordinal, Labels: a.labels}
		for range a.labels {
			axis.Parents = append(axis.Parents, sample.Unknown)
		}
		for i := range n {
			k := float64(len(a.labels))
			truth := int32(k * world.Float64() * world.Float64())
			if a.ordinal {
				truth = int32(k-1) - truth
			}
			p := 0.35 + 0.64*answers.Float64()
			right := p + shift
			if s.Fields["language"][i] == "fr" {
				right -= 0.25
			}
			chosen := truth
			if answers.Float64() >= right {
				chosen = (truth + 1 + int32(answers.IntN(3))) % int32(k)
			}
			axis.Truth, axis.Chosen = append(axis.Truth, truth), append(axis.Chosen, chosen)
			axis.Confidence, axis.Abstained = append(axis.Confidence, float32(p)), append(axis.Abstained, p < 0.5)
		}
		s.Axes = append(s.Axes, axis)
	}
	return s
}

// scoreOf scores as the command line does, with few draws.
func scoreOf(t testing.TB, s *sample.Sample) *eval.Result {
	t.Helper()
	o := eval.DefaultOptions()
	o.Draws, o.Seed = 50, 7
	r, err := eval.Score(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	r.Data = eval.Data{Name: "simulated claims", Split: "test", Digest: "sha256:0123456789abcdef0123456789abcdef"}
	r.Model, r.Taxonomy, r.Code = "sha256:fedcba9876543210fedcba9876543210", "starter@1", "v1.2.3"
	return r
}

// full is a report with every part.
func full(t testing.TB) *Report {
	t.Helper()
	before, now := simulate(900, 5, -.05), simulate(900, 6, .03)
	r := &Report{Model: "heads-v2", Made: day, Command: "defekt eval --data claims.jsonl --model heads-v2 --html report.html", Facts: []Fact{{"Machine", "2 cores"}}}
	r.Result = scoreOf(t, now)
	r.Result.Problems = map[string]int{"photo_blurred": 4, "text_too_long": 1}
	o := compare.DefaultOptions()
	o.Draws, o.NameA, o.NameB = 200, "heads-v1", "heads-v2"
	var err error
	if r.Comparison, err = compare.Run(t.Context(), before, now, o); err != nil {
		t.Fatal(err)
	}
	if r.Slices, err = slice.Score(t.Context(), now, slice.DefaultOptions()); err != nil {
		t.Fatal(err)
	}
	r.Gates = gates()
	r.Warnings = []Warning{{true, "12 claims of the test stand in the training too", "Their texts are the same, word for word. The figures flatter the model.", []string{"claim-0004", "claim-0010"}}, {false, "3 photos are nearly the same as photos of the training", "They differ by fewer than 5 of 64 bits.", nil}}
	for i, p := range Worst(now, 2) {
		r.Mistakes = append(r.Mistakes, mistake(t, p, i))
	}
	r.Drift = drifted()
	r.Prevalence = []drift.Prevalence{prevalence()}
	r.Ceilings, r.Agreement, r.LabelErrors = opinions()
	return r
}

func gates() *gate.Report {
	f := func(v float64) *float64 { return &v }
	return &gate.Report{File: "gates.yaml", Passed: 2, Missed: 1, Gates: []gate.Outcome{
		{Name: "accuracy holds", Line: 3, Path: "axes.symptom.accuracy", Passed: true, Value: f(.721), Operator: ">=", Threshold: f(.7), Message: "accuracy of symptom is 0.721, at least 0.7 was wanted"},
		{Name: "axes.severity.per_label.critical.recall >= 0.9", Line: 5, Path: "axes.severity.per_label.critical.recall", Reason: gate.TooBad, Value: f(.64), Bound: "low", Operator: ">=", Threshold: f(.9), Message: "recall of critical is 0.64, at least 0.9 was wanted"},
		{Name: "no slice falls", Line: 9, Path: "axes.symptom.accuracy", Slice: "language=de", Passed: true, Value: f(.7), Operator: ">=", Threshold: f(.6), Baseline: f(.62), Message: "fine"},
	}}
}

func mistake(t testing.TB, p Pick, i int) Mistake {
	t.Helper()
	m := Mistake{Axis: p.Axis, Truth: p.Truth, Claim: claim.Claim{ID: p.ID, Text: "The hinge snapped off after two weeks and the door hangs down on one side, I did not force it.", Product: "cabinet", Lang: "en", ReceivedAt: day,
		Context: map[string]any{"days_since_delivery": 14.0}},
		Prediction: claim.Prediction{ID: p.ID, Axes: map[string]claim.AxisPrediction{p.Axis: {Label: p.Chosen, Probability: p.Confidence,
			Alternatives: []claim.Alternative{{Label: p.Truth, Probability: .04}}, Evidence: []claim.Evidence{{Source: "text", What: "snapped", Weight: 2}, {Source: "text", What: "not force", Weight: -.8}, {Source: "photos", What: "photo_1", Weight: .4}}}}},
		Neighbours: []Neighbour{{"near-1", "Hinge came off the door", p.Truth, .93, picturePNG(t, i+1)}, {"near-2", "Door of the cabinet is scratched", p.Chosen, .81, nil}, {"near-3", "Nothing alike", "leak", .4, nil}}}
	if i == 1 {
		m.Claim.Text = strings.Repeat(m.Claim.Text+" ", 15) // longer than what is shown
	}
	if i%2 == 0 {
		m.Photos = [][]byte{picturePNG(t, i), picturePNG(t, i+3)}
	}
	return m
}

func drifted() *drift.Result {
	to := day.AddDate(0, 4, 0)
	figure := func(v, half float64) drift.Figure { return drift.Figure{Value: v, Low: v - half, High: v + half} }
	share := figure(-.041, .03)
	test := drift.Test{Name: "chi-squared", Statistic: 31.2, Freedom: 3, P: .00004}
	a := drift.Axis{ID: "severity", Accuracy: &drift.Shift{RowsBefore: 400, RowsAfter: 500, Before: .74, After: .699, Difference: share, Test: test},
		Confidence:  &drift.Shift{Before: .71, After: .712, Difference: figure(.002, .012), Test: drift.Test{Name: "exchange", P: .7}},
		Abstentions: &drift.Shift{Before: .2, After: .26, Difference: figure(.06, .05), Test: test},
		Answers: &drift.LabelShift{Before: 400, After: 500, Test: test, Labels: []drift.Label{{Label: "critical", Before: 8, After: 31, ShareBefore: .02, ShareAfter: .062, Difference: figure(.042, .022)},
			{Label: "major", Before: 120, After: 130, ShareBefore: .3, ShareAfter: .26, Difference: figure(-.04, .06)}, {Label: "minor", Before: 272, After: 339, ShareBefore: .68, ShareAfter: .678, Difference: figure(-.002, .06)}}}}
	for m := range 8 {
		accuracy, ece := figure(.75-.012*float64(m), .05), figure(.05+.004*float64(m), .02)
		floor := .031
		a.Windows = append(a.Windows, drift.Window{From: day.AddDate(0, m, 0), To: day.AddDate(0, m+1, 0), Claims: 110, Answered: 108, Scored: 100, Confidence: .71, Abstentions: figure(.2+.01*float64(m), .06), Accuracy: &accuracy, ECE: &ece, ECEFloor: &floor})
	}
	return &drift.Result{Before: drift.Period{Name: "before June", Claims: 400, From: &day, To: &to}, After: drift.Period{Claims: 500}, Axes: []drift.Axis{a}, Tests: 6, Level: .05,
		Alarms: []drift.Alarm{{Axis: "severity", What: "answers", P: .00004, AdjustedP: .00024, Words: "the model answers critical three times as often"}}, Embedding: &drift.Embedding{Before: 400, After: 500, Cap: 1000, Effect: .021, Test: drift.Test{Name: "energy distance, 999 exchanges", P: .012}}}
}

func prevalence() drift.Prevalence {
	f := func(v, half float64) drift.Figure { return drift.Figure{Value: v, Low: v - half, High: v + half} }
	return drift.Prevalence{Axis: "severity", Method: "expectation maximisation", Claims: 500, Validation: 300, Warnings: []string{"Only 9 claims with critical in the validation."}, Labels: []drift.LabelPrevalence{
		{Label: "critical", Counted: 31, CountedShare: .062, Corrected: f(21, 9), CorrectedShare: f(.042, .018)}, {Label: "major", Counted: 130, CountedShare: .26, Corrected: f(150, 20), CorrectedShare: f(.3, .04)}}}
}

func opinions() ([]people.Ceiling, []people.Agreement, []people.LabelErrors) {
	f := func(v float64) *people.Figure { return &people.Figure{Value: v, Low: v - .04, High: v + .03} }
	return []people.Ceiling{{Axis: "severity", Doubled: 120, Agree: f(.84), AtMost: f(.93), FromLabelErrors: f(.95), Assumptions: []string{"Both ratings are independent."}}},
		[]people.Agreement{{Axis: "severity", Words: []string{"Ann and the model agree as often as Ann and Bo."}, Pairs: []people.Pair{{A: "Ann", B: "Bo", Claims: 120, Agree: people.Share{Value: .84}, Kappa: f(.71)}, {A: "Ann", B: "model", Claims: 120, Agree: people.Share{Value: .8}}}}},
		[]people.LabelErrors{{Axis: "symptom", Rows: 900, Wrong: people.Figure{Value: .042, Low: .03, High: .057}, Candidates: []people.Candidate{{Claim: "claim-0044", Given: "leak", Suggested: "stain", Reason: "the model says stain at 97 %, leak at 1 %"}}}}
}

// bareReport is what a table of predictions without probabilities gives.
func bareReport(t testing.TB) *Report {
	t.Helper()
	s := simulate(300, 5, 0)
	for i := range s.Axes {
		s.Axes[i].Confidence, s.Axes[i].Abstained = make([]float32, s.N()), nil
	}
	return &Report{Result: scoreOf(t, s)}
}

// board has four models on two sets, one of them over half a year, one on other data.
func board(t testing.TB) *Leaderboard {
	t.Helper()
	l := &Leaderboard{Title: "All models", Made: day}
	add := func(model, set string, months, n int, seed uint64, shift float64) {
		r := scoreOf(t, simulate(n, seed, shift))
		r.Data.Digest = fmt.Sprint("sha256:", n)
		if set == "returns" {
			delete(r.Axes, "component")
		}
		l.Runs = append(l.Runs, Run{ID: fmt.Sprint(len(l.Runs)), Time: day.AddDate(0, months, 0), Model: model, Digest: r.Model, Set: set, Split: "test", Result: r})
	}
	for i := range 5 {
		add("heads on minilm", "claims", i, 500, uint64(20+i), -.1+.02*float64(i))
	}
	add("keywords", "claims", 1, 500, 31, -.3)
	add("somebody else's table, with a long name", "claims", 2, 480, 32, -.05)
	add("heads on minilm", "returns", 4, 300, 33, 0)
	add("keywords", "returns", 4, 300, 34, -.2)
	add("fine-tuned", "returns", 5, 300, 35, .04)
	return l
}

// evil is text that would do harm if it were taken for markup.
const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{.}} | **b** [x](http://e.example) @someone #1 ` + "`c`\nnext \x00\u202e"

// hostile is a report in which everything that a stranger can fill is evil.
func hostile(t testing.TB) *Report {
	t.Helper()
	r := full(t)
	r.Title, r.Model, r.Command = evil, evil, evil
	r.Facts = []Fact{{evil, evil}}
	r.Result.Data, r.Result.Model, r.Result.Taxonomy, r.Result.Code = eval.Data{Name: evil, Split: evil, Digest: evil}, evil, evil, evil
	r.Result.Problems = map[string]int{evil: 1}
	a := r.Result.Axes["symptom"]
	a.Confusion.Labels = append([]string{evil}, a.Confusion.Labels[1:]...)
	a.PerLabel[evil] = a.PerLabel["crack_break"]
	a.Rare.Labels[0].Label = evil
	r.Result.Axes[evil] = a
	r.Warnings = []Warning{{true, evil, evil, []string{evil}}}
	r.Gates.Gates = []gate.Outcome{{Name: evil, Path: evil, Slice: evil, Bound: evil, Operator: evil, Message: evil}, {Name: evil, Path: evil, Passed: true, Message: evil}}
	c := r.Comparison
	c.A, c.B, c.Verdict, c.Slices.Correction = evil, evil, evil, evil
	c.Axes[0].ID, c.Axes[0].Verdict = evil, evil
	c.Axes[0].Differences[0].Metric = evil
	c.Axes[0].Flips.Fixed = []compare.Flip{{ID: evil, Truth: evil, A: evil, B: evil}}
	c.Axes[0].Flips.Broken = c.Axes[0].Flips.Fixed
	c.Slices.List[0].Axis, c.Slices.List[0].Field, c.Slices.List[0].Value = evil, evil, evil
	r.Slices.Axes[0].Slices[0].Field, r.Slices.Axes[0].Slices[0].Value = evil, evil
	r.Drift.Alarms[0].Words, r.Drift.Before.Name, r.Drift.Embedding.Test.Name = evil, evil, evil
	r.Drift.Axes[0].ID, r.Drift.Axes[0].Answers.Labels[0].Label, r.Drift.Axes[0].Answers.Test.Name = evil, evil, evil
	r.Prevalence[0] = drift.Prevalence{Axis: evil, Method: evil, Warnings: []string{evil}, Labels: []drift.LabelPrevalence{{Label: evil}}}
	r.Ceilings[0].Axis, r.Ceilings[0].Assumptions = evil, []string{evil}
	r.Agreement[0] = people.Agreement{Axis: evil, Words: []string{evil}, Pairs: []people.Pair{{A: evil, B: evil}}}
	r.LabelErrors[0] = people.LabelErrors{Axis: evil, Candidates: []people.Candidate{{Claim: evil, Given: evil, Suggested: evil, Reason: evil}}}
	m := &r.Mistakes[0]
	p := claim.AxisPrediction{Label: evil, Probability: 2, Alternatives: []claim.Alternative{{Label: evil}}, Evidence: []claim.Evidence{{Source: "text", What: "script", Weight: 1}, {Source: evil, What: evil, Weight: 1}}}
	*m = Mistake{Axis: evil, Truth: evil, Claim: claim.Claim{ID: evil, Text: evil, Product: evil, Lang: `de" onclick="x`, Context: map[string]any{"days_since_delivery": evil}},
		Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{evil: p}}, Photos: [][]byte{[]byte("<svg onload=alert(3)>")}, Neighbours: []Neighbour{{evil, evil, evil, 7, []byte("<svg>")}}}
	return r
}
