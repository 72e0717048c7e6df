package facts

import (
	"fmt"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// Limits of a fitted encoder.
const (
	maxThresholds = 64
	maxValues     = 10_000
	maxKeys       = 1_000
	maxWords      = 100_000
	// maxValueBytes is the length up to which a string counts as a category.
	maxValueBytes = 200
)

// Config says which facts become columns. Start from [DefaultConfig].
type Config struct {
	// Omit lists keys that are never read: who wrote the row and what a labeller noted
	// are not known when a claim comes in, and would leak the label.
	Omit []string `json:"omit"`
	// MinDocs is the number of training claims that must have a value (or, for a number,
	// the key) for it to get columns; default 3.
	MinDocs int `json:"min_docs"`
	// Thresholds is the number of quantiles of a number, 1..64; default 16.
	Thresholds int `json:"thresholds"`
	// MaxValues is the number of values of one key that get columns, those of most claims
	// first; default 200.
	MaxValues int `json:"max_values"`
	// MaxWords is the number of words that get columns under one key, those of most claims
	// first; default 5,000, 0 for none. It is for facts of several words (a maker, a
	// variant); keys whose values are single words need none.
	MaxWords int `json:"max_words"`
}

// DefaultConfig omits the starter set's notes of its authors.
func DefaultConfig() Config {
	return Config{Omit: []string{"author", "awkward", "undetermined_because"}, MinDocs: 3, Thresholds: 16, MaxValues: 200, MaxWords: 5000}
}

// Validate reports the first setting that cannot be used, as a claim.Problem.
func (c Config) Validate() error {
	switch {
	case c.MinDocs < 1:
		return wrong("min_docs is %d; it must be 1 or more", c.MinDocs)
	case c.Thresholds < 1 || c.Thresholds > maxThresholds:
		return wrong("thresholds %d is not within 1..%d", c.Thresholds, maxThresholds)
	case c.MaxValues < 1 || c.MaxValues > maxValues:
		return wrong("max_values %d is not within 1..%d", c.MaxValues, maxValues)
	case c.MaxWords < 0 || c.MaxWords > maxWords:
		return wrong("max_words %d is not within 0..%d", c.MaxWords, maxWords)
	}
	return nil
}

func wrong(format string, args ...any) error {
	return claim.Problem{Code: text.CodeEncoderConfig, Where: "facts", Message: fmt.Sprintf(format, args...)}
}
