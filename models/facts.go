package models

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/text/facts"
	"github.com/defekt/defekt/pipeline/claim"
)

// factsBlock is the name of the block of context facts.
const factsBlock = "context.facts"

// Facts is the Encoder of a claim's context: days since delivery, industry, flags.
type Facts struct {
	Of *facts.Encoder
}

// Specs describes the one block.
func (f *Facts) Specs() []feature.Spec { return []feature.Spec{f.Of.Spec(factsBlock)} }

// Encode gives the claim's facts.
func (f *Facts) Encode(_ context.Context, in Input) ([]feature.Block, error) {
	return []feature.Block{f.Of.Encode(in.Claim.Context)}, nil
}

// Explain gives the share of each fact in a score.
func (f *Facts) Explain(c claim.Claim, weight func(column uint32) float64) []claim.Evidence {
	var out []claim.Evidence
	for _, fact := range f.Of.Explain(c.Context, weight) {
		out = append(out, claim.Evidence{Source: "context", What: fact.What, Weight: fact.Weight})
	}
	return out
}

// Store writes the fitted facts.
func (f *Facts) Store(dir string, _ int) (EncoderRef, error) {
	ref := EncoderRef{Kind: KindFacts, Path: "text/facts"}
	return ref, writeFile(dir, ref.Path, f.Of)
}

func openFacts(fsys fs.FS, ref EncoderRef) (Encoder, error) {
	data, err := fs.ReadFile(fsys, ref.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	of, err := facts.Read(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrModel, ref.Path, err)
	}
	return &Facts{Of: of}, nil
}
