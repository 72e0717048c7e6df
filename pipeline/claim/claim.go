// Package claim holds the domain types that every other room speaks: the claim that
// comes in, the problems found with it, and the prediction that goes out.
//
// It is a leaf: it imports nothing of this project, so that readers of data, encoders,
// heads, stages and stores can exchange these types without knowing each other.
package claim

import "time"

// Claim is one report about one product unit. ID and one of Text and Photos are
// required; everything else may be missing.
type Claim struct {
	// ID identifies the claim within its source; never empty (a reader gives a row
	// without id the name of its line, "line-17").
	ID string `json:"id"`
	// Text is what the customer or clerk wrote, UTF-8.
	Text string `json:"text,omitempty"`
	// Photos are references that the photo source of the run can open: file paths once a
	// reader of package datasets has resolved them against the file they stand in.
	Photos []string `json:"photos,omitempty"`
	// Product is the product's name in words, SKU the article number, Serial the unit's.
	Product string `json:"product,omitempty"`
	SKU     string `json:"sku,omitempty"`
	Serial  string `json:"serial,omitempty"`
	// ReceivedAt is the zero time when unknown.
	ReceivedAt time.Time `json:"received_at,omitzero"`
	// Lang is a BCP 47 language tag, lower case, or empty.
	Lang string `json:"lang,omitempty"`
	// Context holds further facts by name: numbers (float64), booleans and strings.
	Context map[string]any `json:"context,omitempty"`
	// Labels are a person's labels by axis id; an axis that is absent is unlabelled.
	Labels map[string]string `json:"labels,omitempty"`
	// Split is the part of the data set that the row belongs to (train, test, ...), or empty.
	Split string `json:"split,omitempty"`
	// Group ties claims that must stay on one side of a split (same unit, same customer,
	// near-duplicate photos), or empty.
	Group string `json:"group,omitempty"`
	// Problems are faults that the reader found in the row. They travel with the claim to
	// its prediction, so that nothing is lost between input and output.
	Problems []Problem `json:"problems,omitempty"`
}
