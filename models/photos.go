package models

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/models/vision/raster"
)

// Pixels is what Photos needs of a photo encoder: vectors of views of one photo.
type Pixels interface {
	Name() string
	Outputs() []vision.OutputSpec
	// ShortSide is the smallest short side with which no view is enlarged.
	ShortSide(views []vision.View) int
	// Encode must give [view][output][value].
	Encode(ctx context.Context, img *raster.Image, views []vision.View) ([][][]float32, error)
}

// Photos is the Encoder of a claim's photos: each photo is seen in the views of a recipe,
// the vectors of each group of views are pooled to blocks, and the blocks of several
// photos are pooled again, so that a claim has one block however many photos it has.
type Photos struct {
	Of     Pixels
	Recipe Recipe
	// Bundle is the folder of the encoder's bundle, copied into a stored model.
	Bundle string
}

// Specs describes one block for each output, group and pool.
func (p *Photos) Specs() []feature.Spec {
	var specs []feature.Spec
	for _, g := range p.Recipe.Groups {
		for _, pool := range g.Pools {
			for _, o := range p.Of.Outputs() {
				name := fmt.Sprintf("photo.%s.%s.%s.%s", p.Of.Name(), o.Name, g.Name, pool)
				specs = append(specs, feature.Spec{Name: name, Kind: feature.Dense, Dim: o.Dim, Source: "photos"})
			}
		}
	}
	return specs
}

// ShortSide is what the recipe's views need.
func (p *Photos) ShortSide() int { return p.Of.ShortSide(p.Recipe.views()) }

// Encode gives the pooled blocks, all missing when there is no photo.
func (p *Photos) Encode(ctx context.Context, in Input) ([]feature.Block, error) {
	blocks := make([]feature.Block, len(p.Specs()))
	if len(in.Photos) == 0 {
		return blocks, nil
	}
	perPhoto := make([][][]float32, len(in.Photos)) // [photo][block][value]
	for i, img := range in.Photos {
		vectors, err := p.Of.Encode(ctx, img, p.Recipe.views())
		if err != nil {
			return nil, err
		}
		perPhoto[i] = p.Recipe.pool(vectors, len(p.Of.Outputs()))
	}
	pools := p.Recipe.pools(len(p.Of.Outputs()))
	for b := range blocks {
		column := make([][]float32, len(perPhoto))
		for i := range perPhoto {
			column[i] = perPhoto[i][b]
		}
		blocks[b] = feature.DenseBlock(combine(pools[b], column))
	}
	return blocks, nil
}

// Store copies the bundle.
func (p *Photos) Store(dir string, n int) (EncoderRef, error) {
	ref, err := StoreBundle(KindPhotos, p.Bundle, dir, n)
	ref.Settings = map[string]string{"views": p.Recipe.Name}
	return ref, err
}

// StoreBundle copies a bundle's folder into a model's and gives the reference to it.
func StoreBundle(kind, bundle, dir string, n int) (EncoderRef, error) {
	ref := EncoderRef{Kind: kind, Path: kind + "/" + strconv.Itoa(n)}
	to := filepath.Join(dir, filepath.FromSlash(ref.Path))
	if err := os.CopyFS(to, os.DirFS(bundle)); err != nil {
		return ref, fmt.Errorf("copy bundle: %w", err)
	}
	return ref, nil
}
