package store

import (
	"context"
	"time"
)

// TaxonomyVersion is a taxonomy as somebody published it. It is never changed.
type TaxonomyVersion struct {
	// Ref is the taxonomy as name@version; unique.
	Ref string `json:"ref"`
	// Document is the taxonomy, Mapping what becomes of the labels of the version that was the
	// latest before; both as YAML. The first version has no mapping.
	Document string `json:"document"`
	Mapping  string `json:"mapping,omitempty"`
	// By is who published it, Why says what for.
	By  string    `json:"by"`
	Why string    `json:"why,omitempty"`
	At  time.Time `json:"at"`
}

// Taxonomies keeps the versions of the taxonomy that people work with.
type Taxonomies interface {
	// AddTaxonomy must add the version as the latest, only if the latest so far has the Ref
	// before (empty: there is none); else, or when its own Ref is taken, ErrConflict. Of two at
	// once one must win.
	AddTaxonomy(ctx context.Context, v TaxonomyVersion, before string) error
	// Taxonomies lists all versions in the order in which they were added.
	Taxonomies(ctx context.Context) ([]TaxonomyVersion, error)
}
