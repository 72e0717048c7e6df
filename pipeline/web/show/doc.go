// Package show is a claim as all pages show it: rows, answers with their evidence, photos and
// what may be said of them to a customer, and the nearest claims; each with its template, and
// the handler of the photos themselves.
//
// Its place in the flow: between package look, which knows no template and no store, and the
// servers of pages (pipeline/web, pipeline/web/desk), which say where claims and photos have
// their addresses ([Words]). It makes no page; package site does.
package show

import "embed"

// Templates are those of this package: "row", "chips", "verdict", "bar", "thumb", "large",
// "facts", "state", "answer", "space".
//
//go:embed template
var Templates embed.FS
