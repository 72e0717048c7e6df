// Package api answers claims systems: JSON over HTTP, described by an OpenAPI 3.1 document
// that it serves itself.
//
// Its place in the flow: the way in and out of the service. Claims come in here and go to
// the store with the job that classifies them; what was concluded, neighbours, clusters and
// webhooks are asked for here. Everything it needs comes in as small interfaces (roles.go);
// only cmd knows what stands behind them.
//
// The review queue. A key of the scope review stands for a front end, a program that shows
// each reviewer what the API gives for him: it names in each request the reviewer who acts, and
// asks without one for what concerns the queue as a whole. A person who calls the API himself
// gets a key of his own, review:NAME, which acts for him alone and has no other scope. Either
// way what a reviewer is given tells him no second look, no item with known labels and no
// answer of others (review_view.go), not even by the version of an item, which is sealed.
//
// Trade-offs. Package huma gives routes, parameters and the OpenAPI document from Go types;
// bodies are read here, since huma reads them whole, twice, and without moving deadlines.
// Everything that costs (photos, models, batches) passes a bounded admission that refuses at
// once instead of queueing. A refused or broken request is always answered as problem+json
// from one table (problems.go); what the table does not know is logged and never shown.
package api
