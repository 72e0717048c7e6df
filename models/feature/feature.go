// Package feature holds the numbers between encoders and heads: a claim becomes one
// Example, a list of blocks in the order of a Layout. Encoders write blocks, heads read
// them; neither knows the other. It is a leaf.
//
// A block is dense (photo and sentence vectors), sparse (n-grams, one-hot context), or
// missing: a claim without photos has no photo block, and a head must cope.
package feature

import (
	"errors"
	"fmt"
)

// Kind says how a block's numbers are kept.
type Kind string

// The kinds of block.
const (
	Dense  Kind = "dense"
	Sparse Kind = "sparse"
)

// Spec describes one block of a layout.
type Spec struct {
	// Name is unique in the layout: "photo.mobilenetv2.features", "text.words".
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Dim is the number of columns.
	Dim int `json:"dim"`
	// Source is what a person would call the input: "photos", "text" or "context".
	Source string `json:"source"`
}

// Layout is the order of blocks that encoders and heads agree on.
type Layout []Spec

// Validate reports every fault of the layout at once.
func (l Layout) Validate() error {
	var errs []error
	seen := make(map[string]bool, len(l))
	for i, s := range l {
		if s.Name == "" || seen[s.Name] {
			errs = append(errs, fmt.Errorf("block %d: name %q is empty or taken", i, s.Name))
		}
		seen[s.Name] = true
		if s.Kind != Dense && s.Kind != Sparse {
			errs = append(errs, fmt.Errorf("block %q: kind %q is neither dense nor sparse", s.Name, s.Kind))
		}
		if s.Dim <= 0 {
			errs = append(errs, fmt.Errorf("block %q: %d columns", s.Name, s.Dim))
		}
	}
	return errors.Join(errs...)
}

// Columns is the number of columns of all blocks.
func (l Layout) Columns() int {
	n := 0
	for _, s := range l {
		n += s.Dim
	}
	return n
}

// Block is one encoder's output for one claim; the zero Block is missing.
type Block struct {
	// Dense has the block's Dim values.
	Dense []float32
	// Index (ascending, below Dim) and Value are the nonzero entries of a sparse block.
	Index []uint32
	Value []float32
	// Present tells an empty sparse block (a text without a known n-gram) from none.
	Present bool
}

// DenseBlock wraps v, which it keeps.
func DenseBlock(v []float32) Block { return Block{Dense: v, Present: true} }

// SparseBlock wraps ascending columns and their values, which it keeps.
func SparseBlock(index []uint32, value []float32) Block {
	return Block{Index: index, Value: value, Present: true}
}

// Example is one claim's blocks in the order of a layout.
type Example []Block

// Check reports whether e has the shape of l.
func (e Example) Check(l Layout) error {
	if len(e) != len(l) {
		return fmt.Errorf("example of %d blocks for a layout of %d", len(e), len(l))
	}
	for i, b := range e {
		if err := b.check(l[i]); err != nil {
			return fmt.Errorf("block %q: %w", l[i].Name, err)
		}
	}
	return nil
}

func (b Block) check(s Spec) error {
	switch {
	case !b.Present:
		return nil
	case s.Kind == Dense && len(b.Dense) != s.Dim:
		return fmt.Errorf("%d values for %d columns", len(b.Dense), s.Dim)
	case s.Kind == Sparse && len(b.Index) != len(b.Value):
		return fmt.Errorf("%d indices for %d values", len(b.Index), len(b.Value))
	case s.Kind == Sparse && len(b.Index) > 0 && int(b.Index[len(b.Index)-1]) >= s.Dim:
		return fmt.Errorf("column %d of %d", b.Index[len(b.Index)-1], s.Dim)
	}
	return nil
}
