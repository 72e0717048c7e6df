package eval

import (
	"math"

	"github.com/defekt/defekt/eval/metric"
)

// confidence computes calibration and what holding back unsure answers buys.
func (s *scorer) confidence() error {
	a, r := s.out, s.ranked
	a.ECE, a.ECEBins = r.ECESweep()
	a.ECE15, a.ECE15Floor = r.ECE(metric.MaxBins), r.ECEFloor(metric.MaxBins)
	a.Reliability = r.BinsWithin(reliabilityBins, s.o.Level)
	for share, figure := range map[float64]*float64{0.8: &a.Accuracy80, 0.7: &a.Accuracy70, 0.6: &a.Accuracy60} {
		*figure = r.AccuracyAt(share)
	}
	s.covered()
	if !s.stated() {
		return nil
	}
	for name, share := range map[string]float64{"accuracy_80": 0.8, "accuracy_70": 0.7, "accuracy_60": 0.6} {
		n := math.Max(1, math.Round(share*float64(a.N)))
		s.wilson(name, math.Round(r.AccuracyAt(share)*n), n)
	}
	a.BrierParts = pointer(r.Brier(metric.MaxBins))
	a.RiskCoverage = r.RiskCoverage(curvePoints)
	a.AURC, a.AUGRC = pointer(r.AURC()), pointer(r.AUGRC())
	a.EAURC = pointer(max(0, *a.AURC-r.BestAURC()))
	a.CoverageAtRisk = pointer(r.CoverageAtRisk(s.o.Risk, s.o.Level))
	return s.confidenceDrawn()
}

func (s *scorer) confidenceDrawn() error {
	areas, ok := s.ranked.ResampleSelective(s.o.Draws, s.seed+2, s.o.Level)
	for i, name := range []string{"aurc", "e_aurc", "augrc"} {
		s.add(name, areas[i], ok)
	}
	swept, ok := s.ranked.ECEInterval(s.out.ECEBins, s.o.Level, s.o.Draws, s.seed+3)
	s.add("ece", swept, ok)
	fixed, ok := s.ranked.ECEInterval(metric.MaxBins, s.o.Level, s.o.Draws, s.seed+3)
	s.add("ece_15", fixed, ok)
	return nil
}

// stated says whether any answer has a confidence at all; a table may lack the column.
func (s *scorer) stated() bool {
	for _, row := range s.rows {
		if s.axis.Confidence[row] > 0 {
			return true
		}
	}
	return false
}

// covered computes the share answered at the model's own threshold.
func (s *scorer) covered() {
	answered, hits := 0, 0
	for _, row := range s.rows {
		if s.axis.Held(int(row)) {
			continue
		}
		answered++
		if s.axis.Truth[row] == s.axis.Chosen[row] {
			hits++
		}
	}
	s.out.Coverage = float64(answered) / float64(len(s.rows))
	s.wilson("coverage", float64(answered), float64(len(s.rows)))
	if answered > 0 {
		s.out.AccuracyCovered = float64(hits) / float64(answered)
		s.wilson("accuracy_covered", float64(hits), float64(answered))
	}
}
