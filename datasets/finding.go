package datasets

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/claim"
)

// Level says how bad a finding is.
type Level string

// The levels. Errors make figures wrong or rows useless; warnings are for a person to
// judge; notes are good to know.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelNote    Level = "note"
)

// Codes of findings that concern the set and not a single row; rows have the codes of
// package claim.
const (
	CodeLeakText      claim.Code = "split_leak_text"       // the same text in two splits
	CodeLeakTextNear  claim.Code = "split_leak_text_near"  // nearly the same text in two splits
	CodeLeakPhoto     claim.Code = "split_leak_photo"      // the same photo in two splits
	CodeLeakPhotoNear claim.Code = "split_leak_photo_near" // nearly the same photo in two splits
	CodeLeakGroup     claim.Code = "split_leak_group"      // a group in two splits
	CodeTwinText      claim.Code = "duplicate_text"        // the same text twice in one split
	CodeTwinPhoto     claim.Code = "duplicate_photo"       // the same photo twice in one split
	CodeConflict      claim.Code = "label_conflict"        // the same text or photo with different labels
	CodeRare          claim.Code = "label_rare"            // too few rows to learn or to measure
	CodeUntrained     claim.Code = "label_untrained"       // a label of another split that train does not have
	CodeAxisEmpty     claim.Code = "axis_unlabelled"       // no row has a label on the axis
	CodeNoRows        claim.Code = "no_rows"               // the set is empty
)

// Finding is one thing that a check found.
type Finding struct {
	Level Level      `json:"level"`
	Code  claim.Code `json:"code"`
	// Row is the line of the claim, ID its id; 0 and "" for findings about the whole set.
	Row int    `json:"row,omitempty"`
	ID  string `json:"id,omitempty"`
	// Message is a sentence for a person.
	Message string `json:"message"`
}

// levelOf rates the problems of rows: an error loses the claim, a photo or a label, a
// warning is repaired.
func levelOf(code claim.Code) Level {
	switch code {
	case claim.CodeTextUTF8, claim.CodeTextTooLong, claim.CodeTextEmpty, claim.CodeTimeInvalid, claim.CodePhotosTooMany,
		claim.CodePhotoTooSmall, claim.CodePhotoBlurred, claim.CodePhotoDark, claim.CodePhotoBlank:
		return LevelWarning
	}
	return LevelError
}

// Report is what [Check] found.
type Report struct {
	Summary *Summary `json:"summary"`
	// Digest is the set's, over the splits checked.
	Digest string `json:"digest"`
	// PhotosRead counts the photos that could be decoded.
	PhotosRead int `json:"photos_read"`
	// Findings are ordered by level, then code, then row.
	Findings []Finding `json:"findings"`
}

// Count gives the number of findings of one level.
func (r *Report) Count(level Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

func (r *Report) add(level Level, code claim.Code, at *checkRow, format string, args ...any) {
	f := Finding{Level: level, Code: code, Message: fmt.Sprintf(format, args...)}
	if at != nil {
		f.Row, f.ID = at.line, at.id
	}
	r.Findings = append(r.Findings, f)
}

func (r *Report) sort() {
	rank := map[Level]int{LevelError: 0, LevelWarning: 1, LevelNote: 2}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank[a.Level], rank[b.Level]), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Message, b.Message))
	})
}
