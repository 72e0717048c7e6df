package source

import (
	"slices"
	"strings"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
)

// candidate is an output that could be a feature.
type candidate struct {
	out  bundle.Output
	rank int
	// logits is set where the output looks like a classifier's answer.
	logits bool
}

// photoOutputs picks the features of a photo model from what it gave for one item: those
// asked for; else all named "feature..."; else vectors that are not logits; else maps; else,
// with a note, whatever there is.
func (p *Plan) photoOutputs(results []onnx.Tensor, classes int, o Options) error {
	var all []candidate
	for _, t := range results {
		if c, ok := describe(t, classes, o.Pool); ok {
			all = append(all, c)
		}
	}
	if len(o.Outputs) > 0 {
		return p.named(all, o.Outputs)
	}
	rules := []func(candidate) bool{
		func(c candidate) bool { return strings.HasPrefix(strings.ToLower(c.out.Name), "feature") },
		func(c candidate) bool { return isEmbedding(c.out.Name) },
		func(c candidate) bool { return c.rank == 2 && !c.logits },
		func(c candidate) bool { return c.rank != 2 && !c.logits },
		func(candidate) bool { return true },
	}
	for i, rule := range rules {
		chosen := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !rule(c) })
		if len(chosen) == 0 {
			continue
		}
		if i == len(rules)-1 {
			p.note("only outputs that look like class scores were found; they are poorer features than the layer before them")
		}
		p.take(chosen)
		return nil
	}
	return problem(p.Manifest.Model, "has no float32 output of rank 2, 3 or 4")
}

// describe says how one output would become a vector.
func describe(t onnx.Tensor, classes int, tokens bundle.Pool) (candidate, bool) {
	if t.Type() != onnx.Float32 || len(t.F32) == 0 || t.Shape[0] != 1 {
		return candidate{}, false
	}
	c := candidate{out: bundle.Output{Name: t.Name}, rank: len(t.Shape)}
	switch c.rank {
	case 2:
		c.out.Pool, c.out.Dim = bundle.PoolNone, int(t.Shape[1])
	case 3:
		c.out.Pool, c.out.Dim = bundle.PoolCLS, int(t.Shape[2])
		if tokens != "" {
			c.out.Pool = tokens
		}
	case 4:
		c.out.Pool, c.out.Dim = bundle.PoolSpace, int(t.Shape[1])
		if t.Shape[1] == t.Shape[2] && t.Shape[3] != t.Shape[2] { // H, W, C
			c.out.Pool, c.out.Dim = bundle.PoolLast, int(t.Shape[3])
		}
	default:
		return candidate{}, false
	}
	c.logits = isLogits(t.Name, c.out.Dim, classes)
	return c, true
}

// isLogits recognises a classifier's answer by name or by its number of classes.
func isLogits(name string, dim, classes int) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"logit", "prob", "softmax", "score", "classif", "prediction"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	imageNets := []int{1000, 1001, 21841, 21843}
	return dim == classes || slices.Contains(imageNets, dim)
}

// isEmbedding recognises the names that exporters give to finished vectors.
func isEmbedding(name string) bool {
	names := []string{"image_embeds", "image_embeddings", "embedding", "embeddings", "sentence_embedding", "pooler_output", "penultimate"}
	return slices.Contains(names, strings.ToLower(name))
}

// named takes the outputs that were asked for, in that order.
func (p *Plan) named(all []candidate, want []string) error {
	var chosen []candidate
	for _, name := range want {
		i := slices.IndexFunc(all, func(c candidate) bool { return c.out.Name == name })
		if i < 0 {
			var have []string
			for _, c := range all {
				have = append(have, c.out.Name)
			}
			return problem(p.Manifest.Model, "has no usable output %q; it has %s", name, strings.Join(have, ", "))
		}
		chosen = append(chosen, all[i])
	}
	p.take(chosen)
	return nil
}

// take writes the chosen outputs into the manifest and says so.
func (p *Plan) take(chosen []candidate) {
	for _, c := range chosen {
		p.Manifest.Outputs = append(p.Manifest.Outputs, c.out)
		p.note("feature %s: %d values, pooling %s", c.out.Name, c.out.Dim, c.out.Pool)
	}
}
