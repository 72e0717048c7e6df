package drift

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/defekt/defekt/eval/sample"
)

// Reestimate estimates how many claims truly have each label from whole distributions, by
// expectation and maximisation (Saerens, Latinne, Decaestecker: Adjusting the Outputs of a
// Classifier to New a Priori Probabilities, Neural Computation 2002). labelled counts the
// true labels, by class of the axis, of the claims that the model was calibrated on.
//
// It uses more of what the model says than [Correct] does and is closer to the truth where
// the probabilities are well calibrated; where they are not it is wrong, and its interval,
// which resamples claims and labelled counts, does not say so. Rows without a distribution
// count as Claims and stand for nothing. draws is the number of draws behind the intervals,
// at least 100; more than 20,000 claims are drawn down to so many for them, which makes
// them rather too wide. The errors are shapes that do not fit, no distribution, and ctx's.
func Reestimate(ctx context.Context, a *sample.Axis, labelled []int, level float64, draws int, seed uint64) (*Prevalence, error) {
	if len(labelled) != len(a.Classes) || draws < 100 {
		return nil, fmt.Errorf("%d counts for %d classes, %d draws", len(labelled), len(a.Classes), draws)
	}
	var rows [][]float32
	counted := make([]int, len(a.Classes))
	for i := range a.Truth {
		if p := a.Distribution(i); p != nil {
			rows = append(rows, p)
		}
		for c, l := range a.Classes {
			counted[c] += one(a.Chosen[i] == l)
		}
	}
	if len(rows) == 0 || total(labelled) == 0 {
		return nil, errors.New("no distributions, or no labelled claims")
	}
	shares, err := maximise(ctx, rows, uniformlyRaised(labelled))
	if err != nil {
		return nil, err
	}
	n := float64(len(a.Truth))
	p := &Prevalence{Axis: a.ID, Method: "expectation and maximisation over probabilities", Claims: len(a.Truth), Validation: total(labelled)}
	drawn, err := redrawn(ctx, rows, labelled, draws, seed)
	if err != nil {
		return nil, err
	}
	for c, l := range a.Classes {
		values := make([]float64, draws)
		for d := range drawn {
			values[d] = drawn[d][c] * n
		}
		one := labelPrevalence(a.Labels[l], counted[c], len(a.Truth), values, level)
		one.Corrected.Value, one.CorrectedShare.Value = shares[c]*n, shares[c]
		p.Labels = append(p.Labels, one)
	}
	return p, nil
}

// uniformlyRaised are shares of counts, each raised by half a claim.
func uniformlyRaised(counts []int) []float64 {
	out := make([]float64, len(counts))
	for l, c := range counts {
		out[l] = (float64(c) + 0.5) / (float64(total(counts)) + 0.5*float64(len(counts)))
	}
	return out
}

// most is the number of rows that one draw has at most.
const most = 20_000

func redrawn(ctx context.Context, rows [][]float32, labelled []int, draws int, seed uint64) ([][]float64, error) {
	out, some := make([][]float64, draws), make([][]float32, min(len(rows), most))
	for d := range out {
		rng := rand.New(rand.NewPCG(seed, uint64(d)+5000))
		for i := range some {
			some[i] = rows[rng.IntN(len(rows))]
		}
		prior, sum := make([]float64, len(labelled)), 0.0
		for l, c := range labelled {
			prior[l] = gamma(rng, float64(c)+0.5)
			sum += prior[l]
		}
		for l := range prior {
			prior[l] = math.Max(prior[l]/sum, 1e-12)
		}
		var err error
		if out[d], err = maximise(ctx, some, prior); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// maximise gives the shares under which the rows are likeliest.
func maximise(ctx context.Context, rows [][]float32, prior []float64) ([]float64, error) {
	k := len(prior)
	shares, next, row := append([]float64(nil), prior...), make([]float64, k), make([]float64, k)
	for range 500 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		clear(next)
		for _, p := range rows {
			sum := 0.0
			for c, v := range p {
				row[c] = float64(v) * shares[c] / prior[c]
				sum += row[c]
			}
			for c := range row {
				if sum > 0 {
					next[c] += row[c] / sum / float64(len(rows))
				}
			}
		}
		moved := variation(shares, next)
		shares, next = next, shares
		if moved < 1e-6 {
			break
		}
	}
	return shares, nil
}
