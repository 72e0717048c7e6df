package postgres

import (
	"encoding/hex"
	"strconv"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// A tag is one fact about a claim that a filter may ask for: "product=Desk lamp".

// The names of facts.
const (
	tagOwner     = "owner"
	tagProduct   = "product"
	tagSKU       = "sku"
	tagSerial    = "serial"
	tagBatch     = "batch"
	tagSupplier  = "supplier"
	tagLang      = "lang"
	tagReference = "reference"
	tagLabel     = "label"
	tagAbstained = "abstained"
)

// maxTag is the longest value kept as it is: an index's entry must stay far below 2,700 bytes.
const maxTag = 200

// tag writes a fact. Long values are hashed; the other sign between name and value keeps the
// two kinds apart.
func tag(name, value string) string {
	value = rules.Text(value)
	if len(value) > maxTag {
		return name + "#" + hex.EncodeToString(digest(value))
	}
	return name + "=" + value
}

// labelTag writes a label of an axis; the length keeps "a=b" on axis c apart from c on "a".
func labelTag(axis, label string) string {
	return tag(tagLabel, strconv.Itoa(len(axis))+":"+axis+"="+label)
}

// claimTags are the facts known when a claim comes in.
func claimTags(c claim.Claim, owner string) []string {
	var tags []string
	add := func(name, value string) {
		if value != "" {
			tags = append(tags, tag(name, value))
		}
	}
	add(tagOwner, owner)
	add(tagProduct, c.Product)
	add(tagSKU, c.SKU)
	add(tagSerial, c.Serial)
	add(tagBatch, rules.Fact(c, "batch"))
	add(tagSupplier, rules.Fact(c, "supplier"))
	add(tagLang, c.Lang)
	add(tagReference, c.ID)
	return tags
}

// predictionTags are the facts that classification adds.
func predictionTags(p claim.Prediction) []string {
	var tags []string
	abstained := false
	for axis, a := range p.Axes {
		if a.Abstained {
			abstained = true
			continue
		}
		tags = append(tags, labelTag(axis, a.Label))
	}
	if abstained {
		tags = append(tags, tag(tagAbstained, "yes"))
	}
	return tags
}

// filterTags are the tags that a claim must have, all of them.
func filterTags(f store.Filter) []string {
	tags := claimTags(claim.Claim{
		ID: f.Reference, Product: f.Product, SKU: f.SKU, Serial: f.Serial, Lang: f.Lang,
		Context: map[string]any{"batch": f.Batch, "supplier": f.Supplier},
	}, f.Owner)
	for _, l := range f.Labels {
		tags = append(tags, labelTag(l.Axis, l.Label))
	}
	if f.Abstained {
		tags = append(tags, tag(tagAbstained, "yes"))
	}
	return tags
}
