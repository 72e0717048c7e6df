package models

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/vision"
)

// Pool is a way to make one vector of several.
type Pool string

// The pools. Across the photos of a claim, means are averaged and maxima maximised;
// deviations are averaged.
const (
	PoolMean Pool = "mean"
	PoolMax  Pool = "max"
	PoolStd  Pool = "std"
)

// Group is a set of views that are pooled together.
type Group struct {
	Name  string
	Views []vision.View
	Pools []Pool
}

// Recipe says how a photo is looked at.
type Recipe struct {
	Name   string
	Groups []Group
}

// The recipes by name, from cheap to thorough. A defect that fills the photo needs one
// look; one of a few pixels drowns in the mean over the whole and shows in the maximum
// over parts.
const (
	ViewsWhole = "whole"
	ViewsFlip  = "flip"
	ViewsCrops = "crops"
	ViewsGrid  = "grid"
	ViewsFine  = "fine"
)

// RecipeNames lists the recipes, cheapest first.
func RecipeNames() []string { return []string{ViewsWhole, ViewsFlip, ViewsCrops, ViewsGrid, ViewsFine} }

// RecipeByName gives a recipe:
//   - whole: the photo squashed to the input, 1 pass;
//   - flip: also mirrored, averaged, 2 passes;
//   - crops: flip, and the middle square with its mirror image, all averaged, 4 passes;
//   - grid: flip, and 2 x 2 overlapping tiles, mean and maximum, 6 passes;
//   - fine: flip, and 3 x 3 overlapping tiles, mean, maximum and deviation, 11 passes.
func RecipeByName(name string) (Recipe, error) {
	whole := vision.Whole(bundle.FitSquash)
	mirrored := whole
	mirrored.Flip = true
	r := Recipe{Name: name}
	both := Group{Name: "whole", Views: []vision.View{whole, mirrored}, Pools: []Pool{PoolMean}}
	switch name {
	case ViewsWhole:
		r.Groups = []Group{{Name: "whole", Views: []vision.View{whole}, Pools: []Pool{PoolMean}}}
	case ViewsFlip:
		r.Groups = []Group{both}
	case ViewsCrops:
		middle := vision.Whole(bundle.FitCrop)
		turned := middle
		turned.Flip = true
		both.Views = append(both.Views, middle, turned)
		r.Groups = []Group{both}
	case ViewsGrid:
		r.Groups = []Group{both, {Name: "grid2", Views: vision.Tiles(2, 0.25), Pools: []Pool{PoolMean, PoolMax}}}
	case ViewsFine:
		r.Groups = []Group{both, {Name: "grid3", Views: vision.Tiles(3, 0.25), Pools: []Pool{PoolMean, PoolMax, PoolStd}}}
	default:
		return r, fmt.Errorf("views %q are none of %s", name, strings.Join(RecipeNames(), ", "))
	}
	return r, nil
}

// views lists the views of all groups, in order.
func (r Recipe) views() []vision.View {
	var out []vision.View
	for _, g := range r.Groups {
		out = append(out, g.Views...)
	}
	return out
}

// pools gives the pool of each block, in the order of Photos.Specs.
func (r Recipe) pools(outputs int) []Pool {
	var out []Pool
	for _, g := range r.Groups {
		for _, p := range g.Pools {
			out = append(out, slices.Repeat([]Pool{p}, outputs)...)
		}
	}
	return out
}

// pool makes the blocks of one photo from [view][output][value].
func (r Recipe) pool(vectors [][][]float32, outputs int) [][]float32 {
	var blocks [][]float32
	for _, g := range r.Groups {
		views := vectors[:len(g.Views)]
		vectors = vectors[len(g.Views):]
		for _, p := range g.Pools {
			for o := range outputs {
				column := make([][]float32, len(views))
				for v := range views {
					column[v] = views[v][o]
				}
				blocks = append(blocks, reduce(p, column))
			}
		}
	}
	return blocks
}

// combine pools the blocks of several photos: spreads over parts are averaged.
func combine(p Pool, vectors [][]float32) []float32 {
	if p == PoolStd {
		p = PoolMean
	}
	return reduce(p, vectors)
}

// reduce pools vectors of equal length, value by value.
func reduce(p Pool, vectors [][]float32) []float32 {
	out := slices.Clone(vectors[0])
	if p == PoolMax {
		for _, v := range vectors[1:] {
			for j, x := range v {
				out[j] = max(out[j], x)
			}
		}
		return out
	}
	n := float64(len(vectors))
	for j := range out {
		sum, squares := 0.0, 0.0
		for _, v := range vectors {
			sum += float64(v[j])
			squares += float64(v[j]) * float64(v[j])
		}
		mean := sum / n
		out[j] = float32(mean)
		if p == PoolStd {
			out[j] = float32(math.Sqrt(max(squares/n-mean*mean, 0)))
		}
	}
	return out
}
