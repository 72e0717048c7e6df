package text

import "context"

// Unique wraps an encoder so that equal texts within one call are encoded once: claims
// repeat themselves ("broken", "see photo"), and a remote encoder charges for each. The
// vectors of equal texts share memory and must not be written to. It keeps nothing between
// calls.
func Unique(e Encoder) Encoder { return unique{e} }

type unique struct{ Encoder }

func (u unique) Encode(ctx context.Context, texts []string) ([][]float32, error) {
	position := make(map[string]int, len(texts))
	distinct := make([]string, 0, len(texts))
	for _, t := range texts {
		if _, seen := position[t]; !seen {
			position[t] = len(distinct)
			distinct = append(distinct, t)
		}
	}
	vectors, err := u.Encoder.Encode(ctx, distinct)
	if err != nil || len(distinct) == len(texts) {
		return vectors, err
	}
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = vectors[position[t]]
	}
	return out, nil
}
