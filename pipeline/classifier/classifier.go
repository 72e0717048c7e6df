// Package classifier turns one claim into the outcome that a store keeps: the prediction
// with its evidence, the vectors that make it findable, and its photos' hashes.
//
// It stands between the engine, which knows no store, and the service, which knows no
// encoder. One claim at a time: photo batches form inside the encoders, across the claims
// under way. A vector's space names the encoder's bytes, so that claims stay comparable when
// a new model brings new heads over the same encoders, and never when it does not.
package classifier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/text/static"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/store"
)

// Classifier does not change once it is in use, and is safe for concurrent use.
type Classifier struct {
	// Observe, if set before the first claim, is told how long the stages behind the engine's
	// take.
	Observe pipeline.Observe

	engine *pipeline.Engine
	model  *models.Model
	text   *static.Encoder
	spaces []space
}

// space is a block of the model's layout that is kept as a vector.
type space struct {
	block int // in the layout; -1 for the text encoder of the classifier itself
	name  string
}

// New makes a classifier. openText opens the encoder that gives the text vectors when the
// model has no dense block of the text; it is not called else.
func New(engine *pipeline.Engine, m *models.Model, openText func() (*static.Encoder, error)) (*Classifier, error) {
	c := &Classifier{engine: engine, model: m}
	for _, source := range []string{"text", "photos"} {
		if s, ok := firstDense(m, source); ok {
			c.spaces = append(c.spaces, s)
		} else if source == "text" {
			text, err := openText()
			if err != nil {
				return nil, fmt.Errorf("text encoder: %w", err)
			}
			sum := sha256.New()
			if _, err := text.WriteTo(sum); err != nil {
				return nil, fmt.Errorf("text encoder: %w", err)
			}
			c.text = text
			c.spaces = append(c.spaces, space{-1, "text.static@" + short(hex.EncodeToString(sum.Sum(nil)))})
		}
	}
	return c, nil
}

// firstDense finds the first dense block of a source that comes from a frozen encoder.
func firstDense(m *models.Model, source string) (space, bool) {
	at := 0
	for i, e := range m.Encoders {
		for _, s := range e.Specs() {
			if s.Kind == feature.Dense && s.Source == source {
				return space{at, s.Name + "@" + short(fingerprint(m.Manifest, i))}, true
			}
			at++
		}
	}
	return space{}, false
}

// fingerprint joins the digests of the encoder's files; of a remote one, its settings.
func fingerprint(m models.Manifest, i int) string {
	if i >= len(m.Encoders) {
		return m.Name
	}
	ref := m.Encoders[i]
	var of []string
	for path, digest := range m.Files {
		if ref.Path != "" && (path == ref.Path || strings.HasPrefix(path, ref.Path+"/")) {
			of = append(of, digest)
		}
	}
	for k, v := range ref.Settings {
		of = append(of, k+"="+v)
	}
	slices.Sort(of)
	return strings.Join(of, "\n")
}

func short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// Spaces lists the vector spaces that outcomes have, text first.
func (c *Classifier) Spaces() []string {
	names := make([]string, len(c.spaces))
	for i, s := range c.spaces {
		names[i] = s.name
	}
	return names
}

// Model is the model that classifies.
func (c *Classifier) Model() *models.Model { return c.model }

// Classify reads the claim's photos from the source and decides all axes. Bad input is no
// error: it stands in the prediction's problems. An error means that no claim could be
// classified now, or that ctx ended.
func (c *Classifier) Classify(ctx context.Context, cl claim.Claim, photos pipeline.Source) (store.Outcome, error) {
	var out store.Outcome
	eyes := &watcher{Encoders: c.model.Encoders}
	claims := func(yield func(claim.Claim, error) bool) { yield(cl, nil) }
	err := c.engine.With(photos).Encode(ctx, eyes, claims, func(in pipeline.Encoded) error {
		var p claim.Prediction
		var err error
		c.Observe.Time(pipeline.StageDecide, func() { p, err = c.model.Predict(in.Claim, in.Features, in.Photos, in.Problems) })
		if err != nil {
			return err
		}
		c.Observe.Time(pipeline.StageExplain, func() { c.model.Explain(in.Claim, in.Features, &p) })
		out.Prediction = p
		out.Vectors = c.vectors(in)
		out.Photos = eyes.hashes(in.Photos)
		return nil
	})
	if err != nil {
		return store.Outcome{}, fmt.Errorf("classify: %w", err)
	}
	return out, nil
}

// vectors takes the kept blocks of a claim, at unit length.
func (c *Classifier) vectors(in pipeline.Encoded) []store.Vector {
	var out []store.Vector
	for _, s := range c.spaces {
		var v []float32
		switch {
		case s.block < 0:
			v = c.text.Encode(in.Claim.Text)
		case in.Features != nil && in.Features[s.block].Present:
			v = slices.Clone(in.Features[s.block].Dense)
		}
		if unit(v) {
			out = append(out, store.Vector{Space: s.name, Values: v})
		}
	}
	return out
}

// unit scales v to length 1 and tells whether it has a direction.
func unit(v []float32) bool {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return false
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
	return true
}

// watcher looks at the decoded photos on their way to the encoders. It serves one claim.
type watcher struct {
	models.Encoders
	seen []uint64
}

// Features hashes the photos and passes them on.
func (w *watcher) Features(ctx context.Context, c claim.Claim, photos []*raster.Image) (feature.Example, error) {
	for _, p := range photos {
		w.seen = append(w.seen, photo.Hash(p))
	}
	return w.Encoders.Features(ctx, c, photos)
}

// hashes ties what was seen to the photos that were used, leaving out those without
// structure.
func (w *watcher) hashes(reports []claim.PhotoReport) []store.PhotoHash {
	var out []store.PhotoHash
	next := 0
	for _, r := range reports {
		if !r.Used || next >= len(w.seen) {
			continue
		}
		if h := w.seen[next]; h != 0 {
			out = append(out, store.PhotoHash{Blob: r.Ref, Hash: h})
		}
		next++
	}
	return out
}
