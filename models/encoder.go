package models

import (
	"context"
	"fmt"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
)

// Input is one claim as encoders see it.
type Input struct {
	Claim claim.Claim
	// Photos are the decoded, upright photos that could be read.
	Photos []*raster.Image
}

// Encoder turns an input into blocks. Implementations must be safe for concurrent use and
// must not let an answer depend on other claims.
type Encoder interface {
	// Specs describes the blocks, in order; it must not change.
	Specs() []feature.Spec
	// Encode gives one block a spec; the zero block where the claim lacks the input.
	Encode(ctx context.Context, in Input) ([]feature.Block, error)
}

// PhotoEncoder is an Encoder that looks at photos.
type PhotoEncoder interface {
	Encoder
	// ShortSide is the smallest short side, in pixels, that photos are needed with.
	ShortSide() int
}

// Encoders are the encoders of a model in the order of its layout.
type Encoders []Encoder

// Layout is the joined list of blocks.
func (es Encoders) Layout() feature.Layout {
	var l feature.Layout
	for _, e := range es {
		l = append(l, e.Specs()...)
	}
	return l
}

// ShortSide is the largest need of the photo encoders, 0 when there is none.
func (es Encoders) ShortSide() int {
	side := 0
	for _, e := range es {
		if p, ok := e.(PhotoEncoder); ok {
			side = max(side, p.ShortSide())
		}
	}
	return side
}

// Features encodes a claim with all encoders.
func (es Encoders) Features(ctx context.Context, c claim.Claim, photos []*raster.Image) (feature.Example, error) {
	var out feature.Example
	for _, e := range es {
		blocks, err := e.Encode(ctx, Input{c, photos})
		if err != nil {
			return nil, err
		}
		if n := len(e.Specs()); len(blocks) != n {
			return nil, fmt.Errorf("encoder of block %q gave %d blocks instead of %d", e.Specs()[0].Name, len(blocks), n)
		}
		out = append(out, blocks...)
	}
	return out, nil
}
