// Package wire holds the request and response types of Defekt's HTTP API, as they stand in
// JSON. Server, client and tests share them, so that they cannot drift apart.
//
// It is nearly a leaf: it knows the domain types of package claim and taxonomies, and no
// HTTP. The doc tags become descriptions in the OpenAPI document.
package wire
