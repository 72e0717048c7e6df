package pipeline

import "time"

// Stage names a part of a claim's way, for those who watch how long each takes.
type Stage string

// The stages, in the order of the flow. Those of photos are told for each photo.
const (
	StageRead    Stage = "read"    // a photo's bytes from where they are kept
	StageDecode  Stage = "decode"  // bytes to pixels
	StageJudge   Stage = "judge"   // the photo's verdict
	StageEncode  Stage = "encode"  // text, photos and facts to features; waiting for a batch included
	StageDecide  Stage = "decide"  // features to calibrated probabilities
	StageExplain Stage = "explain" // what moved the answer
	StageStore   Stage = "store"   // the outcome into the database
)

// Observe is told how long a stage took. It must be safe for concurrent use and quick.
type Observe func(s Stage, took time.Duration)

// Time runs f as the stage; a nil Observe only runs it.
func (o Observe) Time(s Stage, f func()) {
	if o == nil {
		f()
		return
	}
	began := time.Now()
	f()
	o(s, time.Since(began))
}
