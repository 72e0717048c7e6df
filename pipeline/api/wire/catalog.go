package wire

import (
	"time"

	"github.com/defekt/defekt/taxonomy"
)

// Cluster is a group of claims that tell of the same thing.
type Cluster struct {
	ID        string    `json:"id" format:"uuid"`
	Terms     []string  `json:"terms" nullable:"false" doc:"Three to five telling words."`
	Central   []string  `json:"central" nullable:"false" doc:"Ids of its most central claims, as far as the key may see them."`
	Size      int       `json:"size" doc:"The number of its claims that the key may see."`
	Emerging  bool      `json:"emerging" doc:"Young and growing fast."`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	From      []string  `json:"from,omitempty" nullable:"false" doc:"Clusters that it came of by merge or split."`
	Into      string    `json:"into,omitempty" doc:"The cluster that it has gone up in."`
}

// ClusterList lists clusters, largest first.
type ClusterList struct {
	Clusters  []Cluster `json:"clusters" nullable:"false"`
	Truncated bool      `json:"truncated" doc:"More exist than were asked for."`
	Next      string    `json:"next,omitempty" doc:"The cursor of the next page; absent with the last one."`
}

// TaxonomyList lists the taxonomies in use: that of the model, which predictions name, and, where
// a newer one was published, that in which people decide.
type TaxonomyList struct {
	Taxonomies []Taxonomy `json:"taxonomies" nullable:"false"`
	// Versions is the history of what was published.
	Versions []TaxonomyVersion `json:"versions,omitempty" nullable:"false" doc:"All versions that were published, oldest first. Whoever reads labels of an older one applies the mappings since."`
}

// Taxonomy is a taxonomy with its name@version and digest.
type Taxonomy struct {
	Ref    string          `json:"ref" doc:"name@version, as on predictions."`
	Digest string          `json:"digest"`
	Axes   []taxonomy.Axis `json:"axes" nullable:"false"`
}

// ModelList lists the models in use.
type ModelList struct {
	Models []Model `json:"models" nullable:"false"`
}

// Model says what classifies.
type Model struct {
	Name     string    `json:"name"`
	Digest   string    `json:"digest" doc:"As on predictions."`
	Taxonomy string    `json:"taxonomy"`
	Encoders []Encoder `json:"encoders" nullable:"false"`
	Axes     []string  `json:"axes" nullable:"false" doc:"The axes that it answers."`
	Trained  Trained   `json:"trained"`
}

// Encoder is one encoder of a model.
type Encoder struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
}

// Trained says what a model was fitted on.
type Trained struct {
	Data   string `json:"data"`
	Digest string `json:"digest"`
	Split  string `json:"split,omitempty"`
	Claims int    `json:"claims"`
	Code   string `json:"code"`
}

// Job is a job that was given up.
type Job struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind" doc:"classify or deliver."`
	On       string    `json:"on" doc:"The id of the claim or delivery."`
	Attempts int       `json:"attempts"`
	Failure  string    `json:"failure" doc:"The last error."`
	At       time.Time `json:"at" doc:"When it was given up."`
}

// JobList lists jobs, the latest first.
type JobList struct {
	Jobs []Job `json:"jobs" nullable:"false"`
}
