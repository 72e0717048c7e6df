package taxonomy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// Undetermined is the label of a claim that was looked at and could not be decided. It is
// valid on every axis and must not stand in a taxonomy file.
const Undetermined = "undetermined"

// Taxonomy is a set of axes under one name and version.
type Taxonomy struct {
	// Name is the taxonomy's id, for example "starter".
	Name string `json:"name"`
	// Version counts from 1 and grows with each change of ids.
	Version int `json:"version"`
	// Inferred says that the labels were found in data (see [Infer]); their ids are then
	// free text as it stood there.
	Inferred bool `json:"inferred,omitempty"`
	// Axes are in the order of the file.
	Axes []Axis `json:"axes"`
}

// Axis is one question with its possible answers.
type Axis struct {
	ID       string `json:"id"`
	Question string `json:"question,omitempty"`
	// Ordinal says that Labels are ordered, worst first, and have no children.
	Ordinal bool `json:"ordinal,omitempty"`
	// Labels are the top level of the tree.
	Labels []Label `json:"labels"`
}

// Label is one answer. IDs are unique within the axis, over all levels.
type Label struct {
	ID          string  `json:"id"`
	Name        string  `json:"name,omitempty"`
	Description string  `json:"description,omitempty"`
	Children    []Label `json:"children,omitempty"`
}

// Ref gives "name@version", the form that stands on predictions.
func (t *Taxonomy) Ref() string { return t.Name + "@" + strconv.Itoa(t.Version) }

// Digest gives "sha256:<hex>" over everything in the taxonomy. Two taxonomies with the
// same digest are the same, whatever the layout of their files.
func (t *Taxonomy) Digest() string {
	data, err := json.Marshal(t)
	if err != nil { // strings, numbers and lists always marshal
		panic(err)
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
