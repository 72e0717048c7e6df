package rules

import (
	"encoding/json"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// The tables of models, promotions, data sets and taxonomies have the same columns in every
// dialect, but for the types of times: T.

// ModelColumns are those of [ReadModel] and [ModelValues].
const ModelColumns = "digest, name, archive, bytes, data, taxonomy, gate, passed, who, at"

// ReadModel reads a model.
func ReadModel[T any](row Row, since func(T) time.Time) (m store.Model, err error) {
	var (
		gate string
		at   T
	)
	err = row.Scan(&m.Digest, &m.Name, &m.Archive, &m.Bytes, &m.Data, &m.Taxonomy, &gate, &m.Passed, &m.By, &at)
	if gate != "" {
		m.Gate = json.RawMessage(gate)
	}
	m.At = since(at)
	return m, err
}

// ModelValues are those of [ModelColumns].
func ModelValues[T any](m store.Model, at func(time.Time) T) []any {
	return []any{Text(m.Digest), Text(m.Name), Text(m.Archive), m.Bytes, Text(m.Data), Text(m.Taxonomy), Text(string(m.Gate)), m.Passed, Text(m.By), at(m.At)}
}

// PromotionColumns are those of [ReadPromotion] and [PromotionValues].
const PromotionColumns = "id, at, model, before, back, auto, who, why"

// ReadPromotion reads a promotion.
func ReadPromotion[T any](row Row, since func(T) time.Time) (p store.Promotion, err error) {
	var at T
	err = row.Scan(&p.ID, &at, &p.Model, &p.Before, &p.Back, &p.Auto, &p.By, &p.Why)
	p.At = since(at)
	return p, err
}

// PromotionValues are those of [PromotionColumns].
func PromotionValues[T any](p store.Promotion, at func(time.Time) T) []any {
	return []any{p.ID, at(p.At), p.Model, p.Before, p.Back, p.Auto, p.By, p.Why}
}

// CleanPromotion makes a promotion storable.
func CleanPromotion(p store.Promotion) store.Promotion {
	p.Model, p.Before, p.By, p.Why = Text(p.Model), Text(p.Before), Text(p.By), Text(p.Why)
	return p
}

// DatasetColumns are those of [ReadDataset] and [DatasetValues].
const DatasetColumns = "digest, extends, document, who, at"

// ReadDataset reads a version of the data set.
func ReadDataset[T any](row Row, since func(T) time.Time) (d store.Dataset, err error) {
	var (
		document string
		at       T
	)
	err = row.Scan(&d.Digest, &d.Extends, &document, &d.By, &at)
	d.Document, d.At = json.RawMessage(document), since(at)
	return d, err
}

// DatasetValues are those of [DatasetColumns].
func DatasetValues[T any](d store.Dataset, at func(time.Time) T) []any {
	return []any{Text(d.Digest), Text(d.Extends), Text(string(d.Document)), Text(d.By), at(d.At)}
}

// TaxonomyColumns are those of [ReadTaxonomy] and [TaxonomyValues].
const TaxonomyColumns = "ref, document, mapping, who, why, at"

// ReadTaxonomy reads a version of the taxonomy.
func ReadTaxonomy[T any](row Row, since func(T) time.Time) (v store.TaxonomyVersion, err error) {
	var at T
	err = row.Scan(&v.Ref, &v.Document, &v.Mapping, &v.By, &v.Why, &at)
	v.At = since(at)
	return v, err
}

// TaxonomyValues are those of [TaxonomyColumns].
func TaxonomyValues[T any](v store.TaxonomyVersion, at func(time.Time) T) []any {
	return []any{Text(v.Ref), Text(v.Document), Text(v.Mapping), Text(v.By), Text(v.Why), at(v.At)}
}
