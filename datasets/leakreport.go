package datasets

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// LeakReport says which claims of a test set a model may have seen in training.
type LeakReport struct {
	TrainClaims int `json:"train_claims"`
	TestClaims  int `json:"test_claims"`
	// Leaked counts the test claims with a leak of level error, each once; Suspect those with
	// warnings only.
	Leaked  int `json:"leaked"`
	Suspect int `json:"suspect"`
	// Leaks are ordered by level and code; kinds that were not found are missing.
	Leaks []Leak `json:"leaks,omitempty"`
	// LeakedIDs are the test claims that Leaked counts, in the order of the data, so that
	// figures can be made without them.
	LeakedIDs []string `json:"leaked_ids,omitempty"`
}

// Leak is one kind of leak.
type Leak struct {
	Code  claim.Code `json:"code"`
	Level Level      `json:"level"`
	// Claims is the number of test claims, Share their part of all, 0..1.
	Claims   int           `json:"claims"`
	Share    float64       `json:"share"`
	Examples []LeakExample `json:"examples"`
}

// LeakExample is one test claim and what it is like in training.
type LeakExample struct {
	ID  string `json:"id"`
	Row int    `json:"row"`
	// TrainID and TrainRow name the training claim, where it is known.
	TrainID  string `json:"train_id,omitempty"`
	TrainRow int    `json:"train_row,omitempty"`
	// Similarity is 0 to 1; 1 = the same.
	Similarity float64 `json:"similarity"`
}

// leakWords says what a code means, as in "12 claims have ...".
func leakWords(code claim.Code) string {
	switch code {
	case CodeLeakID:
		return "the same claim"
	case CodeSharedID:
		return "an id that the training file has too"
	case CodeLeakText:
		return "the same text"
	case CodeLeakTextNear:
		return "nearly the same text"
	case CodeLeakTextShort:
		return "the same short text"
	case CodeLeakPhoto:
		return "the same photo"
	case CodeLeakPhotoNear:
		return "nearly the same photo"
	case CodeLeakSerial:
		return "the same serial"
	case CodeLeakGroup:
		return "the same group"
	}
	return string(code)
}

// Refusal is one sentence that says why figures on the test set would be too good; "" when
// nothing of level error was found.
func (r *LeakReport) Refusal() string {
	if r.Leaked == 0 {
		return ""
	}
	var parts []string
	for _, l := range r.Leaks {
		if l.Level != LevelError {
			continue
		}
		part := fmt.Sprintf("%s: %d", leakWords(l.Code), l.Claims)
		if len(l.Examples) > 0 {
			part += " (" + l.Examples[0].String() + ")"
		}
		parts = append(parts, part)
	}
	return fmt.Sprintf("%d of the %d claims (%.1f %%) are known from training: %s", r.Leaked, r.TestClaims, 100*float64(r.Leaked)/float64(r.TestClaims), strings.Join(parts, "; "))
}

func (e LeakExample) String() string {
	if e.TrainID == "" {
		return e.ID
	}
	return e.ID + " = " + e.TrainID
}

// NewLeakReport counts leaks that come from anywhere; a claim is known by its row. Of each
// kind it keeps the first examples (0: 5).
func NewLeakReport(train, test, examples int, leaks func(yield func(claim.Code, Level, LeakExample) bool)) *LeakReport {
	if examples == 0 {
		examples = 5
	}
	r := &LeakReport{TrainClaims: train, TestClaims: test}
	kinds, ids, worst := map[claim.Code]*Leak{}, map[int]string{}, map[int]Level{}
	leaks(func(code claim.Code, level Level, one LeakExample) bool {
		l := kinds[code]
		if l == nil {
			l = &Leak{Code: code, Level: level}
			kinds[code] = l
		}
		if l.Claims++; l.Claims <= examples {
			l.Examples = append(l.Examples, one)
		}
		ids[one.Row] = one.ID
		if old, known := worst[one.Row]; !known || compareLevels(level, old, "", "") < 0 {
			worst[one.Row] = level
		}
		return true
	})
	for _, l := range kinds {
		l.Share = float64(l.Claims) / float64(test)
		r.Leaks = append(r.Leaks, *l)
	}
	slices.SortFunc(r.Leaks, func(a, b Leak) int { return compareLevels(a.Level, b.Level, a.Code, b.Code) })
	for _, row := range slices.Sorted(maps.Keys(worst)) {
		switch worst[row] {
		case LevelError:
			r.Leaked++
			r.LeakedIDs = append(r.LeakedIDs, ids[row])
		case LevelWarning:
			r.Suspect++
		}
	}
	return r
}
