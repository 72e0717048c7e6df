package store

// Job is work that a store's transaction leaves behind. Stores do not know the queue: they
// are given a function that enqueues within their own transaction, see the packages sqlite
// and postgres.
type Job struct {
	Kind JobKind
	// ID is the claim's for Classify and ReadCodes, the delivery's for Deliver.
	ID string
}

// JobKind says what is to be done.
type JobKind string

// The jobs that stores make.
const (
	Classify  JobKind = "classify"
	Deliver   JobKind = "deliver"
	ReadCodes JobKind = "read_codes"
)

// Store is all roles together; only what puts the program together and the conformance
// suite need it.
type Store interface {
	Claims
	Readings
	Vectors
	Clusters
	Keys
	Webhooks
	Audit
	Locks
	Reviews
	Reviewers
	Taxonomies
	Models
	Shadows
	History
	Datasets
	Alarms
	Quality
	Units
	Genealogy
	Records
	UnitEvents
	Costs
	// Close ends connections; calls under way may fail.
	Close() error
}
