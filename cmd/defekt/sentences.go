package main

import (
	"context"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/models/text/remote"
	"github.com/defekt/defekt/models/text/transformer"
)

// Batches of sentence encoders: large enough to fill a request or a graph, small enough
// to keep the first claim from waiting.
const sentenceBatch = 32

// sentences opens an ONNX sentence encoder from its bundle.
func (p *parts) sentences(ctx context.Context, dir string) (*storedSentences, error) {
	b, err := bundle.Load(dir)
	if err != nil {
		return nil, err
	}
	if err := b.Want(bundle.Text); err != nil {
		return nil, err
	}
	rt, err := p.onnx()
	if err != nil {
		return nil, err
	}
	e, err := transformer.Open(ctx, rt, b, transformer.Config{})
	if err != nil {
		return nil, err
	}
	p.closeLater(e.Close)
	s, err := p.batched(ctx, e)
	return &storedSentences{Sentences: s, bundle: dir}, err
}

// remote opens an OpenAI-compatible endpoint and asks it once, for the vectors' length.
func (p *parts) remote(ctx context.Context, url, model string) (*storedSentences, error) {
	e, err := remote.New(remote.Config{BaseURL: url, Model: model, APIKey: remote.Secret(p.a.getenv(envAPIKey)), KeyEnv: envAPIKey})
	if err != nil {
		return nil, err
	}
	p.closeLater(e.Close)
	s, err := p.batched(ctx, e)
	return &storedSentences{Sentences: s, url: url, model: model}, err
}

// batched forms batches across claims.
func (p *parts) batched(ctx context.Context, e text.Encoder) (*models.Sentences, error) {
	b, err := onnx.NewBatcher(onnx.BatchConfig{MaxSize: sentenceBatch}, e.Encode)
	if err != nil {
		return nil, err
	}
	p.closeLater(b.Close)
	probe, err := b.Submit(ctx, "probe")
	if err != nil {
		return nil, err
	}
	return &models.Sentences{Name: e.Name(), Dim: len(probe), Embed: b.Submit}, nil
}

// storedSentences is a sentence encoder that can be put into a model's folder: a bundle
// as a copy, an endpoint as its address (never its key).
type storedSentences struct {
	*models.Sentences
	bundle     string
	url, model string
}

func (s *storedSentences) Store(dir string, n int) (models.EncoderRef, error) {
	if s.bundle == "" {
		return models.EncoderRef{Kind: models.KindSentences, Settings: map[string]string{"url": s.url, "model": s.model}}, nil
	}
	return models.StoreBundle(models.KindSentences, s.bundle, dir, n)
}
