package acquire

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Limits of a pool.
const (
	// MaxCandidates is the most claims that are ordered at once.
	MaxCandidates = 100_000
	// MaxBatch is the most claims that one call chooses.
	MaxBatch = 1_000
)

// Rule is a way to choose.
type Rule string

// The rules.
const (
	// RuleTypical takes the claim in the midst of each of as many groups as the batch has
	// places, largest group first: TypiClust (Hacohen, Dekel, Weinshall: Active Learning on a
	// Budget, ICML 2022). It needs no probabilities; all other rules but RuleSpread fall back on it
	// while there are none.
	RuleTypical Rule = "typical"
	// RuleSpread takes what is farthest from all that is labelled or taken: greedy k-centre
	// (Sener, Savarese: Active Learning for Convolutional Neural Networks: A Core-Set
	// Approach, ICLR 2018). It needs no probabilities.
	RuleSpread Rule = "spread"
	// RuleMargin takes what has the smallest lead of the likeliest label over the next one
	// (Scheffer, Decomain, Wrobel: Active Hidden Markov Models for Information Extraction,
	// IDA 2001).
	RuleMargin Rule = "margin"
	// RuleEntropy takes what has the most uncertain distribution (Shannon).
	RuleEntropy Rule = "entropy"
	// RuleGradient draws claims far apart in what they would change in a linear head, their
	// gradients: BADGE (Ash, Zhang, Krishnamurthy, Langford, Agarwal: Deep Batch Active
	// Learning by Diverse, Uncertain Gradient Lower Bounds, ICLR 2020).
	RuleGradient Rule = "gradient"
	// RuleVaried is RuleMargin in which what lies near to a claim that is labelled or taken is
	// worth less: uncertainty times distance, greedily. It is RuleMargin and RuleSpread in one,
	// so that a model that is unsure for good, where labels are noise, does not ask for
	// the same again and again.
	RuleVaried Rule = "varied"
)

// Rules lists the rules.
func Rules() []Rule {
	return []Rule{RuleTypical, RuleSpread, RuleMargin, RuleEntropy, RuleGradient, RuleVaried}
}

// Config says how to choose. The zero value of a field takes its default.
type Config struct {
	// Rule is the rule. Default: RuleVaried.
	Rule Rule
	// Batch is how many claims are chosen, 1..MaxBatch. Default: 50.
	Batch int
	// Diversity is the exponent of the distance in RuleVaried; negative for none, which is
	// RuleMargin. Default: 0.5.
	Diversity float64
	// Rarity is the exponent by which claims that may have a rare label are worth more: a
	// label with a quarter of the mean number of labels counts 4^Rarity times. It needs
	// Pool.Counts and applies to RuleMargin, RuleEntropy and RuleVaried. Default: 0.
	Rarity float64
	// Seed moves draws and the starts of groups; the same seed gives the same order.
	Seed uint64
}

func (c Config) withDefaults() Config {
	if c.Rule == "" {
		c.Rule = RuleVaried
	}
	if c.Batch == 0 {
		c.Batch = 50
	}
	if c.Diversity == 0 {
		c.Diversity = 0.5
	}
	return c
}

// Validate reports every fault.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	if !slices.Contains(Rules(), c.Rule) {
		errs = append(errs, fmt.Errorf("acquire: rule %q is none of %v", c.Rule, Rules()))
	}
	if c.Batch < 1 || c.Batch > MaxBatch {
		errs = append(errs, fmt.Errorf("acquire: batch: %d is not within 1..%d", c.Batch, MaxBatch))
	}
	if !(c.Diversity <= 10) || !(c.Rarity >= 0 && c.Rarity <= 10) {
		errs = append(errs, fmt.Errorf("acquire: diversity %g and rarity %g: want at most 10, and rarity not below 0", c.Diversity, c.Rarity))
	}
	return errors.Join(errs...)
}

// Pool is what may be labelled next and what is known so far. Nothing in it is changed.
type Pool struct {
	// Vectors has one entry a candidate, all of one length; only their directions count.
	// Claims without one have nil: they are unlike all others.
	Vectors [][]float32
	// Probabilities are a model's by candidate and class; nil while there is no model.
	Probabilities [][]float64
	// Labelled are vectors of claims that have a label already, for RuleTypical, RuleSpread and
	// RuleVaried; a thousand recent ones do for many.
	Labelled [][]float32
	// Counts are the labels so far by class; nil when rarity is not to count.
	Counts []int
}

// Choose gives the places in the pool of the claims to label next, most valuable first: Batch
// of them, or all if there are fewer. Errors say what is wrong with pool or configuration.
func Choose(p Pool, cfg Config) ([]int, error) {
	cfg = cfg.withDefaults()
	if err := errors.Join(cfg.Validate(), p.validate()); err != nil {
		return nil, err
	}
	cfg.Batch = min(cfg.Batch, len(p.Vectors))
	if cfg.Batch == 0 {
		return nil, nil
	}
	if p.Probabilities == nil && cfg.Rule != RuleSpread {
		cfg.Rule = RuleTypical
	}
	x := p.matrix()
	switch cfg.Rule {
	case RuleTypical:
		return x.typical(cfg), nil
	case RuleSpread:
		return x.spread(cfg), nil
	case RuleGradient:
		return x.gradients(p.Probabilities, cfg), nil
	}
	u := Uncertainty(p.Probabilities, cfg.Rule)
	p.rarity(u, cfg.Rarity)
	if cfg.Rule == RuleVaried && cfg.Diversity > 0 {
		return x.varied(u, cfg), nil
	}
	return top(u, cfg.Batch), nil
}

func (p Pool) validate() error {
	n := len(p.Vectors)
	if n+len(p.Labelled) > MaxCandidates {
		return fmt.Errorf("acquire: %d candidates and labelled claims: at most %d", n+len(p.Labelled), MaxCandidates)
	}
	if p.Probabilities != nil && len(p.Probabilities) != n {
		return fmt.Errorf("acquire: %d vectors and %d distributions", n, len(p.Probabilities))
	}
	dim := p.dim()
	for i, v := range slices.Concat(p.Vectors, p.Labelled) {
		if v != nil && len(v) != dim {
			return fmt.Errorf("acquire: vector %d has %d values, the first %d", i, len(v), dim)
		}
		for _, x := range v {
			if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
				return fmt.Errorf("acquire: vector %d has a value of %g", i, f)
			}
		}
	}
	return p.validateProbabilities()
}

func (p Pool) validateProbabilities() error {
	for i, q := range p.Probabilities {
		if len(q) < 2 || len(q) != len(p.Probabilities[0]) || p.Counts != nil && len(q) != len(p.Counts) {
			return fmt.Errorf("acquire: distribution %d has %d classes, the first %d, and there are %d counts", i, len(q), len(p.Probabilities[0]), len(p.Counts))
		}
		for _, v := range q {
			if !(v >= 0 && v <= 1+1e-6) {
				return fmt.Errorf("acquire: distribution %d has a probability of %g", i, v)
			}
		}
	}
	return nil
}

// dim is the length of the first vector.
func (p Pool) dim() int {
	for _, list := range [][][]float32{p.Vectors, p.Labelled} {
		for _, v := range list {
			if v != nil {
				return len(v)
			}
		}
	}
	return 0
}

// rarity raises the worth of claims that may have a label of which there are few.
func (p Pool) rarity(worth []float64, exponent float64) {
	if exponent == 0 || p.Counts == nil {
		return
	}
	total := 0
	for _, n := range p.Counts {
		total += n + 1
	}
	mean := float64(total) / float64(len(p.Counts))
	for i, q := range p.Probabilities {
		sum := 0.0
		for k, v := range q {
			sum += v * math.Pow(mean/float64(p.Counts[k]+1), exponent)
		}
		worth[i] *= sum
	}
}
