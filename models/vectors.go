package models

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/text/static"
)

// Vectors is the Encoder of a claim's words by static vectors: one block a field.
type Vectors struct {
	// Fields are FieldText and FieldProduct, or one of them.
	Fields []string
	Of     *static.Encoder
}

// settingFields names the fields in a manifest, joined by commas.
const settingFields = "fields"

// Specs describes the blocks, one a field.
func (v *Vectors) Specs() []feature.Spec {
	specs := make([]feature.Spec, len(v.Fields))
	for i, field := range v.Fields {
		specs[i] = feature.Spec{Name: field + ".static", Kind: feature.Dense, Dim: v.Of.Dim(), Source: sourceOf(field)}
	}
	return specs
}

// Encode gives each field's vector; none for a field without words in Latin letters.
func (v *Vectors) Encode(_ context.Context, in Input) ([]feature.Block, error) {
	blocks := make([]feature.Block, len(v.Fields))
	for i, field := range v.Fields {
		if vector := v.Of.Encode(FieldOf(in.Claim, field)); vector != nil {
			blocks[i] = feature.DenseBlock(vector)
		}
	}
	return blocks, nil
}

// Store writes the vectors; 6 MB, so that a model folder is complete on its own.
func (v *Vectors) Store(dir string, n int) (EncoderRef, error) {
	ref := EncoderRef{Kind: KindStatic, Path: "text/" + strconv.Itoa(n) + ".static",
		Settings: map[string]string{settingFields: strings.Join(v.Fields, ",")}}
	return ref, writeFile(dir, ref.Path, v.Of)
}

func openVectors(fsys fs.FS, ref EncoderRef) (Encoder, error) {
	data, err := fs.ReadFile(fsys, ref.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	of, err := static.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrModel, ref.Path, err)
	}
	return &Vectors{Fields: strings.Split(ref.Settings[settingFields], ","), Of: of}, nil
}
