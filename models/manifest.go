package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// ManifestFile is the file that makes a folder a model.
const ManifestFile = "model.json"

// manifestFormat is the only format that this version reads and writes.
const manifestFormat = 1

// Kinds of encoders in a manifest.
const (
	KindWords     = "words"
	KindFacts     = "facts"
	KindPhotos    = "photos"
	KindSentences = "sentences"
	KindStatic    = "static"
)

// Manifest is model.json: what the model is made of and what it was made from. It holds
// no time of making, so that the same data, settings and seed give the same bytes.
type Manifest struct {
	Format   int          `json:"format"`
	Name     string       `json:"name"`
	Taxonomy string       `json:"taxonomy"` // name@version
	Encoders []EncoderRef `json:"encoders"`
	Heads    []HeadRef    `json:"heads"`
	Trained  Trained      `json:"trained"`
	// Files has the sha256 of each file of the model but this one, by slash path.
	Files map[string]string `json:"files"`
}

// EncoderRef says how to open one encoder.
type EncoderRef struct {
	Kind string `json:"kind"`
	// Path is the file or folder inside the model, slash-separated; empty for a remote
	// encoder.
	Path string `json:"path,omitempty"`
	// Name and Field are those of Words.
	Name  string `json:"name,omitempty"`
	Field string `json:"field,omitempty"`
	// Settings are the loader's own: the views of a photo encoder, the URL and model of a
	// remote one.
	Settings map[string]string `json:"settings,omitempty"`
}

// HeadRef names a head's file.
type HeadRef struct {
	Axis string `json:"axis"`
	Path string `json:"path"`
}

// Trained says what the heads were fitted on.
type Trained struct {
	Data   string `json:"data"`
	Digest string `json:"digest"`
	Split  string `json:"split,omitempty"`
	Claims int    `json:"claims"`
	Seed   uint64 `json:"seed"`
	Code   string `json:"code"`
}

// encode gives the manifest's canonical bytes.
func (m Manifest) encode() ([]byte, error) {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("model manifest: %w", err)
	}
	return append(data, '\n'), nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
