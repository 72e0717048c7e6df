package storetest

import (
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
)

func taxonomyCases() []testCase {
	return []testCase{
		{"versions follow one another", taxonomyVersions},
		{"of 20 at once one wins", taxonomyRace},
	}
}

func taxonomyVersions(b *bench) {
	got, err := b.store.Taxonomies(b.ctx)
	b.check(err)
	b.same("before the first", got, []store.TaxonomyVersion{})
	first := store.TaxonomyVersion{Ref: "house@1", Document: "name: house\n# ä", By: "ann", At: b.clock.Now()}
	second := store.TaxonomyVersion{Ref: "house@2", Document: "name: house", Mapping: "from: house@1", By: "bob", Why: "two labels are one", At: b.clock.Now()}
	b.wantErr(b.store.AddTaxonomy(b.ctx, first, "house@0"), store.ErrConflict)
	b.check(b.store.AddTaxonomy(b.ctx, first, ""))
	b.wantErr(b.store.AddTaxonomy(b.ctx, second, ""), store.ErrConflict)
	b.wantErr(b.store.AddTaxonomy(b.ctx, first, "house@1"), store.ErrConflict)
	b.check(b.store.AddTaxonomy(b.ctx, second, "house@1"))
	first.At, second.At = stored(first.At), stored(second.At)
	got, err = b.store.Taxonomies(b.ctx)
	b.check(err)
	b.same("versions", got, []store.TaxonomyVersion{first, second})
}

func taxonomyRace(b *bench) {
	won := 0
	for _, err := range together(20, func(i int) error {
		return b.store.AddTaxonomy(b.ctx, store.TaxonomyVersion{Ref: fmt.Sprintf("house@%d", i+1), At: b.clock.Now()}, "")
	}) {
		if err == nil {
			won++
		} else if !errors.Is(err, store.ErrConflict) {
			b.Error(err)
		}
	}
	got, err := b.store.Taxonomies(b.ctx)
	b.check(err)
	if won != 1 || len(got) != 1 {
		b.Errorf("%d won, %d are there; want one", won, len(got))
	}
}
