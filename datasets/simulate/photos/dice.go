package photos

import (
	"math"
	"math/rand/v2"
)

// dice is one stream of random choices.
type dice struct{ *rand.Rand }

// The streams of a seed. They are apart so that damage leaves the scene as it was.
const (
	streamScene = iota + 1
	streamDamage
	streamCamera
)

func newDice(seed, stream uint64) dice { return dice{rand.New(rand.NewPCG(seed, stream))} }

// between gives a number from lo to hi.
func (d dice) between(lo, hi float32) float32 { return lo + (hi-lo)*d.Float32() }

// around gives c give or take r.
func (d dice) around(c, r float32) float32 { return c + r*(2*d.Float32()-1) }

// angle gives any direction.
func (d dice) angle() float32 { return d.Float32() * 2 * math.Pi }

// chance says yes with probability p.
func (d dice) chance(p float32) bool { return d.Float32() < p }

// pick gives one of the colours.
func (d dice) pick(of ...rgb) rgb { return of[d.IntN(len(of))] }
