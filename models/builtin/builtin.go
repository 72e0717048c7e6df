// Package builtin carries the model that ships inside the binary, so that the program
// classifies out of the box, without a download and without a question of licence. The
// weights were made by this project; CARD.md beside this file says from what and how well
// they do, recipe/ how to make them again.
package builtin

import (
	"embed"
	"io/fs"

	"github.com/defekt/defekt/models/text/static"
)

//go:embed all:model
var files embed.FS

// TextPath is the text encoder's file in [FS].
const TextPath = "text/1.static"

// VisionPath is the photo encoder's bundle in [FS].
const VisionPath = "photos/0"

// FS is the model's folder, for a models.Loader.
func FS() fs.FS {
	sub, err := fs.Sub(files, "model")
	if err != nil { // "model" is a valid path
		panic(err)
	}
	return sub
}

// Text opens the text encoder.
func Text() (*static.Encoder, error) {
	data, err := fs.ReadFile(FS(), TextPath)
	if err != nil {
		return nil, err
	}
	return static.Read(data)
}
