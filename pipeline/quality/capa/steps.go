package capa

import (
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Step is one of the eight disciplines, as the method of the Ford Motor Company (1987) has them.
type Step struct {
	ID    string
	Title string
	// Due is how long after the opening it is due by default.
	Due time.Duration
}

const day = 24 * time.Hour

// The steps that the code asks for by name.
const (
	stepContain = "D3"
	stepFix     = "D6"
	stepClose   = "D8"
)

// Steps lists D1 to D8.
func Steps() []Step {
	return []Step{
		{"D1", "Team", 1 * day},
		{"D2", "Problem description", 2 * day},
		{stepContain, "Containment", 3 * day},
		{"D4", "Root cause", 14 * day},
		{"D5", "Permanent action", 21 * day},
		{stepFix, "Implementation", 45 * day},
		{"D7", "Prevention", 60 * day},
		{stepClose, "Closure", 120 * day},
	}
}

// Title gives a step's title; the id itself where there is none.
func Title(id string) string {
	for _, s := range Steps() {
		if s.ID == id {
			return s.Title
		}
	}
	return id
}

// planned makes the steps of a new action; due overrides the default of the steps that it names.
func planned(opened time.Time, due map[string]Days) []store.CAPAStep {
	out := make([]store.CAPAStep, 0, len(Steps()))
	for _, s := range Steps() {
		after := s.Due
		if d, ok := due[s.ID]; ok {
			after = time.Duration(d) * day
		}
		out = append(out, store.CAPAStep{Step: s.ID, Due: opened.Add(after)})
	}
	return out
}

func place(c store.CAPA, id string) (int, error) {
	i := slices.IndexFunc(c.Steps, func(s store.CAPAStep) bool { return s.Step == id })
	if i < 0 {
		return 0, claim.Problem{Code: CodeStep, Where: "step", Message: "there is no such step; the steps are D1 to D8"}
	}
	return i, nil
}

// Codes of what cannot be done with an action.
const (
	CodeStep     claim.Code = "capa_step_unknown"
	CodeText     claim.Code = "capa_text"         // a text is missing or too long
	CodeEvidence claim.Code = "capa_evidence"     // too many links, or one too long
	CodeFixDate  claim.Code = "capa_fix_date"     // D6 needs the day from which the fix holds
	CodeNotOpen  claim.Code = "capa_not_open"     // it is closed or dropped
	CodeUnproven claim.Code = "capa_unproven"     // no check found the fix effective
	CodeUndone   claim.Code = "capa_steps_undone" // steps are missing for closing
	CodeCause    claim.Code = "capa_cause"        // no group, or names too long
	CodeStale    claim.Code = "capa_changed"      // somebody changed it meanwhile
	CodeNotFixed claim.Code = "capa_not_fixed"    // a check before there is a fix
	CodeScope    claim.Code = "capa_scope"        // nothing to compare
)

// Limits of what people write.
const (
	// MaxText is the longest text of a step, title or reason, in bytes.
	MaxText = 20_000
	// MaxName is the longest owner, group's name or label, in bytes.
	MaxName = 300
	// MaxEvidence is the most links of a step, MaxLink the longest of them in bytes.
	MaxEvidence = 50
	MaxLink     = 2000
	// MaxFirings is the most firings that are kept on an action, the first and the newest.
	MaxFirings = 200
)
