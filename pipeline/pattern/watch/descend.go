package watch

import "math"

// descend is projected gradient descent with a step that halves when the loss would rise.
func (p *problem) descend() Features {
	var w Features
	loss, grad := p.loss(w)
	step := 1.0
	for range p.cfg.Steps {
		next := project(w, grad, step)
		l, g := p.loss(next)
		if l > loss {
			if step /= 2; step < 1e-9 {
				break
			}
			continue
		}
		if loss-l < 1e-12 {
			return next
		}
		w, loss, grad, step = next, l, g, step*1.3
	}
	return w
}

// project makes one step and returns weights of a forbidden sign to 0.
func project(w, grad Features, step float64) Features {
	allowed := signs()
	for i := range w {
		w[i] -= step * grad[i]
		if w[i]*allowed[i] < 0 {
			w[i] = 0
		}
	}
	return w
}

// loss gives the pairwise loss with its ridge, and the gradient.
func (p *problem) loss(w Features) (loss float64, grad Features) {
	top := make([]float64, len(p.rows))
	slope := make([]Features, len(p.rows))
	for i, rows := range p.rows {
		top[i], slope[i] = softMax(rows, w, p.cfg.Soft)
	}
	total := 0.0
	for _, a := range p.pos {
		for _, b := range p.neg {
			total += p.weight[a] * p.weight[b]
		}
	}
	for _, a := range p.pos {
		for _, b := range p.neg {
			share := p.weight[a] * p.weight[b] / total
			d := top[a] - top[b]
			loss += share * softPlus(-d)
			push := -share / (1 + math.Exp(d))
			for k := range grad {
				grad[k] += push * (slope[a][k] - slope[b][k])
			}
		}
	}
	for k := range w {
		ridge := p.cfg.Ridge
		if k == makerFeature {
			ridge *= p.cfg.MakerRidge
		}
		loss += ridge * w[k] * w[k]
		grad[k] += 2 * ridge * w[k]
	}
	return loss, grad
}

// softMax is t ln sum exp(score/t) over rows, and its gradient.
func softMax(rows []Features, w Features, t float64) (value float64, slope Features) {
	scores := make([]float64, len(rows))
	top := math.Inf(-1)
	for i, r := range rows {
		for k := range r {
			scores[i] += r[k] * w[k] / t
		}
		top = max(top, scores[i])
	}
	sum := 0.0
	for i, r := range rows {
		e := math.Exp(scores[i] - top)
		sum += e
		for k := range r {
			slope[k] += e * r[k]
		}
	}
	for k := range slope {
		slope[k] /= sum
	}
	return t * (top + math.Log(sum)), slope
}

func softPlus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
