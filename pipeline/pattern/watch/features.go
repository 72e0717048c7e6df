package watch

import (
	"math"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
)

// What the features measure, in days and numbers of reports.
const (
	halfLife    = 120 // of a report's weight in the pace
	lately      = 8   // reports that the gap and the cars' age are taken from
	gapFloor    = 5   // added to the gap: reports come in batches
	ageFloor    = 180 // added to the age, and the least of it is 0
	launchMonth = time.September
)

// Features are what a score is made of, in the order of [FeatureNames].
type Features [6]float64

// FeatureNames says what each feature is; all are pure numbers.
func FeatureNames() [6]string {
	return [6]string{
		"pace: ln of the reports, weighted by 2^(-days/120)",
		"closeness: -ln of the median gap of the last 8 reports + 5 days",
		"age: ln of the mean age of the last 8 reports' cars + 180 days, from the September before the model year",
		"component: ln of the share of model years whose component was ever recalled (training split)",
		"maker: ln of the maker's recalls per model year on the road and year, before the day",
		"sisters: 1 - exp(-sum of 2^(-days/730)) over recalls of this component on the maker's other models, before the day",
	}
}

// measure gives the features of a day. There must be at least two reports by then.
func measure(s Stream, h *History, component float64, day Day) Features {
	known := s.Reports[:s.Len(day)]
	last := known[max(0, len(known)-lately):]
	return Features{
		pace(known, day),
		-math.Log(medianGap(last) + gapFloor),
		math.Log(max(0, meanAge(last, day)) + ageFloor),
		component,
		h.makerRate(s.Make, day),
		h.sister(s, day),
	}
}

func pace(known []Report, day Day) float64 {
	sum := 0.0
	for _, r := range slices.Backward(known) {
		w := math.Exp2(-float64(day-r.Filed) / halfLife)
		if w < 1e-9 {
			break
		}
		sum += w
	}
	return math.Log(max(sum, 1e-9))
}

func medianGap(last []Report) float64 {
	gaps := make([]float64, 0, lately)
	for i := 1; i < len(last); i++ {
		gaps = append(gaps, float64(last[i].Filed-last[i-1].Filed))
	}
	slices.Sort(gaps)
	return (gaps[(len(gaps)-1)/2] + gaps[len(gaps)/2]) / 2
}

func meanAge(last []Report, day Day) float64 {
	sum := 0.0
	for _, r := range last {
		sum += float64(day - pattern.DayOf(time.Date(r.Year-1, launchMonth, 1, 0, 0, 0, 0, time.UTC)))
	}
	return sum / float64(len(last))
}
