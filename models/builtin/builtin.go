// Package builtin carries the model that ships inside the binary, so that the program
// classifies out of the box, without a download and without a question of licence. The
// weights were made by this project; CARD.md beside this file says from what and how well
// they do, recipe/ how to make them again.
package builtin

import (
	"embed"
	"io/fs"
)

//go:embed all:model
var files embed.FS

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
