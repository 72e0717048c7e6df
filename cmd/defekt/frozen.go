package main

import (
	"errors"
	"iter"
	"slices"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/pipeline/claim"
)

// Values of --vision and --text: a model without photos or sentence vectors, and the
// encoder that ships with the program.
const (
	noEncoder      = "none"
	builtinEncoder = "builtin"
)

// frozen opens the ready-made encoders that the flags name.
func (c *headFlags) frozen(a *app, p *parts, claims iter.Seq2[claim.Claim, error]) (models.Encoders, error) {
	has, err := look(claims)
	if err != nil {
		return nil, err
	}
	out, err := c.photos(p, has.photos)
	if err != nil {
		return nil, err
	}
	sentences, err := c.sentences(a, p, has.fields())
	if err != nil {
		return nil, err
	}
	if sentences != nil {
		out = append(out, sentences)
	}
	return out, nil
}

// photos opens the photo encoders; the built-in one by default, when there are photos.
func (c *headFlags) photos(p *parts, any bool) (models.Encoders, error) {
	if slices.Contains(c.Vision, noEncoder) {
		if len(c.Vision) > 1 {
			return nil, usageError(errors.New("--vision none goes with no other --vision"))
		}
		return nil, nil
	}
	names := c.Vision
	if len(names) == 0 && any {
		names = []string{builtinEncoder}
	}
	var out models.Encoders
	for _, name := range names {
		dir, err := c.visionBundle(p, name)
		if err != nil {
			return nil, err
		}
		photos, err := p.photos(dir, c.Views)
		if err != nil {
			return nil, err
		}
		out = append(out, photos)
	}
	return out, nil
}

func (c *headFlags) visionBundle(p *parts, name string) (string, error) {
	if name == builtinEncoder {
		return p.unpack(builtin.FS(), builtin.VisionPath)
	}
	return p.bundle(name)
}

func (c *headFlags) sentences(a *app, p *parts, fields []string) (models.Encoder, error) {
	switch {
	case c.Text == noEncoder, c.Text == builtinEncoder && len(fields) == 0:
		return nil, nil
	case c.Text == builtinEncoder:
		of, err := builtin.Text()
		return &models.Vectors{Fields: fields, Of: of}, err
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

// inputs says what the claims of a set have.
type inputs struct{ photos, text, product bool }

// fields lists the fields with words.
func (in inputs) fields() []string {
	var out []string
	if in.text {
		out = append(out, models.FieldText)
	}
	if in.product {
		out = append(out, models.FieldProduct)
	}
	return out
}

// look reads claims until it has seen one of each input.
func look(claims iter.Seq2[claim.Claim, error]) (inputs, error) {
	var in inputs
	for c, err := range claims {
		if err != nil {
			return in, err
		}
		in.photos = in.photos || len(c.Photos) > 0
		in.text = in.text || c.Text != ""
		in.product = in.product || c.Product != ""
		if in.photos && in.text && in.product {
			break
		}
	}
	return in, nil
}
