package reviewtest

import (
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Versions are those that a store has, with the model's where it has none. What is
// published past them is not seen for an hour, so that tests see what tells of it at once.
func Versions(t testing.TB, s store.Taxonomies, model *taxonomy.Taxonomy) *revision.Current {
	t.Helper()
	c, err := revision.NewCurrent(t.Context(), revision.CurrentConfig{Taxonomies: s, Model: func() *taxonomy.Taxonomy { return model }, Every: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
