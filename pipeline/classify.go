package pipeline

import (
	"context"
	"iter"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline/claim"
)

// Classified is one claim with its prediction.
type Classified struct {
	Claim      claim.Claim
	Prediction claim.Prediction
}

// ClassifyOptions say what a prediction carries beyond its labels.
type ClassifyOptions struct {
	// Evidence adds what moved each answer.
	Evidence bool
}

// Classify calls emit with the prediction for each claim, in order; errors as for
// [Engine.Encode].
func (e *Engine) Classify(ctx context.Context, m *models.Model, o ClassifyOptions, claims iter.Seq2[claim.Claim, error], emit func(Classified) error) error {
	return e.Encode(ctx, m.Encoders, claims, func(in Encoded) error {
		p, err := m.Predict(in.Claim, in.Features, in.Photos, in.Problems)
		if err != nil {
			return err
		}
		if o.Evidence {
			m.Explain(in.Claim, in.Features, &p)
		}
		return emit(Classified{in.Claim, p})
	})
}
