package head

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Settings of the solver.
const (
	memory            = 10   // pairs that L-BFGS remembers
	gradientTolerance = 1e-4 // norm of the gradient; the loss is a mean over rows
	lossTolerance     = 1e-6 // relative fall of the loss that counts as none
	stallLimit        = 3    // iterations without a fall before the end
)

// mix is a point of the solver: weights as a mix of rows, with what the kernel makes of
// it, and one bias a class. Keeping both makes every inner product of weights a sum over
// rows, however many columns there are.
type mix struct {
	a    []float64 // class-major share of each row
	ka   []float64 // kernel times a: the scores without bias
	bias []float64
}

func newMix(rows, classes int) mix {
	return mix{make([]float64, rows*classes), make([]float64, rows*classes), make([]float64, classes)}
}

func (m mix) clone() mix {
	return mix{append([]float64(nil), m.a...), append([]float64(nil), m.ka...), append([]float64(nil), m.bias...)}
}

// add adds x times o.
func (m mix) add(x float64, o mix) {
	floats.AddScaled(m.a, x, o.a)
	floats.AddScaled(m.ka, x, o.ka)
	floats.AddScaled(m.bias, x, o.bias)
}

func (m mix) scale(x float64) {
	floats.Scale(x, m.a)
	floats.Scale(x, m.ka)
	floats.Scale(x, m.bias)
}

// dot is the inner product of the weights and biases that m and o stand for.
func (m mix) dot(o mix) float64 { return floats.Dot(m.a, o.ka) + floats.Dot(m.bias, o.bias) }

// problem is one fit: rows of a kernel with targets and weights.
type problem struct {
	kernel  kernel
	rows    []int // into the kernel
	target  [][]float64
	weight  []float64
	total   float64
	classes int
}

// solve minimises the mean weighted cross-entropy plus |W|^2/(2 C n) with L-BFGS (Liu &
// Nocedal 1989), beginning at start, which it leaves alone. The line search costs no pass
// over the kernel, since scores are linear in the step.
func (p *problem) solve(ctx context.Context, start mix, strength float64, iterations int) (mix, error) {
	lambda := 1 / (strength * p.total)
	x := start.clone()
	g := newMix(len(p.rows), p.classes)
	loss := p.gradient(x, lambda, g)
	var past pairs
	stalled := 0
	for range iterations {
		if err := ctx.Err(); err != nil {
			return mix{}, err
		}
		if math.Sqrt(max(g.dot(g), 0)) < gradientTolerance {
			break
		}
		d := past.direction(g)
		step := p.search(x, d, lambda, loss, g.dot(d))
		if step == 0 {
			break
		}
		before := g.clone()
		x.add(step, d)
		next := p.gradient(x, lambda, g)
		d.scale(step)
		past.push(d, g, before)
		if stalled++; loss-next > lossTolerance*math.Abs(loss) {
			stalled = 0
		}
		if loss = next; stalled == stallLimit {
			break
		}
	}
	return x, nil
}

// gradient writes the gradient at x to g and returns the loss.
func (p *problem) gradient(x mix, lambda float64, g mix) float64 {
	n := len(p.rows)
	loss := 0.5 * lambda * floats.Dot(x.a, x.ka)
	clear(g.bias)
	z := make([]float64, p.classes)
	for i := range p.rows {
		for k := range z {
			z[k] = x.ka[k*n+i] + x.bias[k]
		}
		norm := floats.LogSumExp(z)
		share := p.weight[i] / p.total
		for k, s := range z {
			t := p.target[i][k]
			if t > 0 {
				loss -= share * t * (s - norm)
			}
			d := share * (math.Exp(s-norm) - t)
			g.bias[k] += d
			g.a[k*n+i] = d + lambda*x.a[k*n+i]
		}
	}
	p.kernel.mul(p.rows, p.rows, g.a, g.ka, p.classes)
	return loss
}

// along gives loss and slope at x + step*d.
func (p *problem) along(x, d mix, step, lambda float64) (loss, slope float64) {
	n := len(p.rows)
	xx, xd, dd := floats.Dot(x.a, x.ka), floats.Dot(d.a, x.ka), floats.Dot(d.a, d.ka)
	loss = 0.5 * lambda * (xx + 2*step*xd + step*step*dd)
	slope = lambda * (xd + step*dd)
	z := make([]float64, p.classes)
	for i := range p.rows {
		for k := range z {
			z[k] = x.ka[k*n+i] + x.bias[k] + step*(d.ka[k*n+i]+d.bias[k])
		}
		norm := floats.LogSumExp(z)
		share := p.weight[i] / p.total
		for k, s := range z {
			t := p.target[i][k]
			if t > 0 {
				loss -= share * t * (s - norm)
			}
			slope += share * (math.Exp(s-norm) - t) * (d.ka[k*n+i] + d.bias[k])
		}
	}
	return loss, slope
}

// search finds a step that satisfies the strong Wolfe conditions; the loss is convex along
// d, so its slope rises and can be bracketed. 0 means that there is no lower point.
func (p *problem) search(x, d mix, lambda, loss0, slope0 float64) float64 {
	const tries, decrease, curvature = 30, 1e-4, 0.5
	if slope0 >= 0 {
		return 0
	}
	lo, hi, step := 0.0, math.Inf(1), 1.0
	slopeLo := slope0
	for range tries {
		loss, slope := p.along(x, d, step, lambda)
		switch {
		case loss > loss0+decrease*step*slope0 || slope > curvature*-slope0:
			hi = step
			step = lo + (hi-lo)*min(max(-slopeLo/(max(slope, 1e-300)-slopeLo), 0.1), 0.9)
		case slope < curvature*slope0:
			lo, slopeLo = step, slope
			if step = 2 * step; !math.IsInf(hi, 1) {
				step = (lo + hi) / 2
			}
		default:
			return step
		}
	}
	return lo
}

// pairs are the steps and changes of gradient that L-BFGS remembers, oldest first.
type pairs struct {
	s, y []mix
	rho  []float64
}

func (ps *pairs) push(step, after, before mix) {
	y := after.clone()
	y.add(-1, before)
	sy := step.dot(y)
	if sy <= 0 {
		return
	}
	if len(ps.s) == memory {
		ps.s, ps.y, ps.rho = ps.s[1:], ps.y[1:], ps.rho[1:]
	}
	ps.s, ps.y, ps.rho = append(ps.s, step), append(ps.y, y), append(ps.rho, 1/sy)
}

// direction is minus the approximate inverse Hessian times g (two-loop recursion).
func (ps *pairs) direction(g mix) mix {
	d := g.clone()
	alpha := make([]float64, len(ps.s))
	for i := len(ps.s) - 1; i >= 0; i-- {
		alpha[i] = ps.rho[i] * ps.s[i].dot(d)
		d.add(-alpha[i], ps.y[i])
	}
	if last := len(ps.s) - 1; last >= 0 {
		d.scale(1 / (ps.rho[last] * ps.y[last].dot(ps.y[last])))
	}
	for i := range ps.s {
		beta := ps.rho[i] * ps.y[i].dot(d)
		d.add(alpha[i]-beta, ps.s[i])
	}
	d.scale(-1)
	return d
}
