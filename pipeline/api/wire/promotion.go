package wire

import "time"

// CandidateList lists the registered models, newest first.
type CandidateList struct {
	Candidates []Candidate `json:"candidates" nullable:"false"`
}

// Candidate is a registered model.
type Candidate struct {
	Digest   string `json:"digest"`
	Name     string `json:"name"`
	Taxonomy string `json:"taxonomy" doc:"The version that it answers in, as name@version."`
	Data     string `json:"data,omitempty" doc:"The digest of the data set that it was fitted on."`
	Live     bool   `json:"live" doc:"It was promoted last."`
	// Judged says that it was compared with the live model of then.
	Judged  bool           `json:"judged"`
	Passed  bool           `json:"passed" doc:"It passed all gates. One that did not is promoted by force alone."`
	Verdict map[string]any `json:"verdict,omitempty" doc:"What judging gave: sets with figures of both models, gates, and reasons why it did not pass."`
	By      string         `json:"by"`
	At      time.Time      `json:"at"`
}

// PromoteRequest makes a registered model answer.
type PromoteRequest struct {
	Model string `json:"model" maxLength:"100" doc:"The digest, or as much of its beginning as no other has."`
	Why   string `json:"why,omitempty" maxLength:"2000"`
	Force bool   `json:"force,omitempty" doc:"Also one that missed its gates or was never judged."`
}

// RollbackRequest goes back to a model that was live before.
type RollbackRequest struct {
	Model string `json:"model,omitempty" maxLength:"100" doc:"One that was live before. Default: the one before the present one."`
	Why   string `json:"why,omitempty" maxLength:"2000"`
}

// Promotion says which model answers from a time on.
type Promotion struct {
	Model  string    `json:"model"`
	Before string    `json:"before,omitempty"`
	Back   bool      `json:"back,omitempty" doc:"A return to a model that was live before."`
	By     string    `json:"by"`
	Why    string    `json:"why,omitempty"`
	At     time.Time `json:"at"`
}
