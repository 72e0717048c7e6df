package main

import (
	"errors"
	"slices"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
)

// noVision is the value of --vision for a model without photos.
const noVision = "none"

// frozen opens the ready-made encoders that the flags name.
func (c *trainCmd) frozen(a *app, p *parts, set *datasets.Set) (models.Encoders, error) {
	var out models.Encoders
	switch {
	case slices.Contains(c.Vision, noVision) && len(c.Vision) > 1:
		return nil, usageError(errors.New("--vision none goes with no other --vision"))
	case slices.Contains(c.Vision, noVision):
	case len(c.Vision) == 0:
		has, err := hasPhotos(a, set)
		if err != nil {
			return nil, err
		}
		if has {
			dir, err := p.unpack(builtin.FS(), builtin.VisionPath)
			if err != nil {
				return nil, err
			}
			photos, err := p.photos(dir, c.Views)
			if err != nil {
				return nil, err
			}
			out = append(out, photos)
		}
	default:
		for _, name := range c.Vision {
			dir, err := p.bundle(name)
			if err != nil {
				return nil, err
			}
			photos, err := p.photos(dir, c.Views)
			if err != nil {
				return nil, err
			}
			out = append(out, photos)
		}
	}
	sentences, err := c.sentences(a, p)
	if err != nil {
		return nil, err
	}
	if sentences != nil {
		out = append(out, sentences)
	}
	return out, nil
}

func (c *trainCmd) sentences(a *app, p *parts) (models.Encoder, error) {
	switch {
	case c.Text == "":
		return nil, nil
	case isURL(c.Text) && c.TextModel == "":
		return nil, usageError(errors.New("--text URL needs --text-model NAME, the model's name at the endpoint"))
	case isURL(c.Text):
		return p.remote(a.ctx, c.Text, c.TextModel)
	}
	dir, err := p.bundle(c.Text)
	if err != nil {
		return nil, err
	}
	return p.sentences(a.ctx, dir)
}

// hasPhotos looks for the first claim with a photo.
func hasPhotos(a *app, set *datasets.Set) (bool, error) {
	for c, err := range set.Claims(a.ctx) {
		if err != nil {
			return false, err
		}
		if len(c.Photos) > 0 {
			return true, nil
		}
	}
	return false, nil
}
