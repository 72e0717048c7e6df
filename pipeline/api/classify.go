package api

import (
	"context"
	"fmt"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

type classifyOut struct{ Body wire.Classification }

// classify is POST /v1/classify: an answer, and nothing is kept.
func (s *Server) classify(ctx context.Context, _ *struct{}) (*classifyOut, error) {
	in, err := s.readClaim(ctx)
	if err != nil {
		return nil, err
	}
	defer in.release()
	out, err := s.classifyNow(ctx, in)
	return &classifyOut{wire.Classification{Prediction: out.Prediction}}, err
}

// classifyNow runs the model on a claim from memory, for as long as a sender may wait.
func (s *Server) classifyNow(ctx context.Context, in incoming) (store.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, MaxWait)
	defer cancel()
	photos := memory{}
	c, _ := s.prepare(ctx, domain(in.request))
	for i, data := range in.photos {
		ref := fmt.Sprintf("photos[%d]", i)
		photos[ref] = data
		c.Photos = append(c.Photos, ref)
	}
	return s.cfg.Classifier.Classify(ctx, c, photos)
}
