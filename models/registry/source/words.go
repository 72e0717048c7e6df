package source

import (
	"context"
	"slices"
	"strings"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
)

// textConfig is what is used of a text model's config.json.
type textConfig struct {
	Type         string `json:"model_type"`
	MaxPositions int    `json:"max_position_embeddings"`
	PadID        *int64 `json:"pad_token_id"`
}

// text plans a text bundle.
func (p *Plan) text(ctx context.Context, f *folder, s *onnx.Session, o Options) error {
	if !f.has("tokenizer.json") {
		return problem(f.path, "a text model needs its tokenizer.json beside it")
	}
	var config textConfig
	if err := f.json("config.json", &config); err != nil {
		return err
	}
	spec := bundle.TextSpec{Tokenizer: "tokenizer.json", Prefix: o.Prefix}
	if config.PadID != nil {
		spec.PadID = *config.PadID
	}
	var err error
	if spec.MaxTokens, err = p.maxTokens(f, config, o); err != nil {
		return err
	}
	if spec.Normalise, err = p.normalise(f); err != nil {
		return err
	}
	p.Manifest.TextSpec = &spec
	pool, err := p.pooling(f, o)
	if err != nil {
		return err
	}
	results, err := p.runTokens(ctx, s, spec)
	if err != nil {
		return err
	}
	return p.textOutput(results, pool, o)
}

// maxTokens is the smallest of the limits that the files name.
func (p *Plan) maxTokens(f *folder, config textConfig, o Options) (int, error) {
	if o.MaxTokens > 0 {
		return o.MaxTokens, nil
	}
	var sentence struct {
		Max int `json:"max_seq_length"`
	}
	var tokenizer struct {
		Max float64 `json:"model_max_length"` // "unlimited" is written as 1e30
	}
	if err := f.json("sentence_bert_config.json", &sentence); err != nil {
		return 0, err
	}
	if err := f.json("tokenizer_config.json", &tokenizer); err != nil {
		return 0, err
	}
	positions := config.MaxPositions
	if slices.Contains([]string{"roberta", "xlm-roberta", "camembert", "mpnet"}, config.Type) {
		positions -= 2 // these count positions from padding_idx+1
	}
	limit := bundle.MaxMaxTokens
	for _, n := range []int{sentence.Max, positions, int(min(tokenizer.Max, bundle.MaxMaxTokens))} {
		if n > 0 {
			limit = min(limit, n)
		}
	}
	if limit == bundle.MaxMaxTokens {
		limit = 512
		p.note("no file names the longest text: 512 tokens")
	}
	return limit, nil
}

// normalise looks for a Normalize module of sentence-transformers.
func (p *Plan) normalise(f *folder) (bool, error) {
	var modules []struct {
		Type string `json:"type"`
	}
	if !f.has("modules.json") {
		p.note("no modules.json: vectors are brought to length 1")
		return true, nil
	}
	if err := f.json("modules.json", &modules); err != nil {
		return false, err
	}
	for _, m := range modules {
		if strings.HasSuffix(m.Type, ".Normalize") {
			return true, nil
		}
	}
	return false, nil
}

// pooling reads 1_Pooling/config.json of sentence-transformers.
func (p *Plan) pooling(f *folder, o Options) (bundle.Pool, error) {
	if o.Pool != "" {
		return o.Pool, nil
	}
	if !f.has("1_Pooling/config.json") {
		p.note("no 1_Pooling/config.json: mean over the tokens")
		return bundle.PoolMean, nil
	}
	var c struct {
		CLS  bool `json:"pooling_mode_cls_token"`
		Mean bool `json:"pooling_mode_mean_tokens"`
	}
	if err := f.json("1_Pooling/config.json", &c); err != nil {
		return "", err
	}
	switch {
	case c.CLS:
		return bundle.PoolCLS, nil
	case c.Mean:
		return bundle.PoolMean, nil
	}
	return "", problem(f.files["1_Pooling/config.json"], "asks for a pooling other than cls and mean; choose one with --pool")
}

// runTokens runs the graph on three tokens, only to see what comes out.
func (p *Plan) runTokens(ctx context.Context, s *onnx.Session, spec bundle.TextSpec) ([]onnx.Tensor, error) {
	n := min(3, spec.MaxTokens)
	var inputs []onnx.Tensor
	for _, in := range s.Inputs() {
		t := onnx.Tensor{Name: in.Name, Shape: []int64{1, int64(n)}, I64: make([]int64, n)}
		switch in.Name {
		case "input_ids", "token_type_ids", "position_ids":
		case "attention_mask":
			for i := range t.I64 {
				t.I64[i] = 1
			}
		default:
			return nil, problem(p.Manifest.Model, "has an input %q; a text model takes input_ids, attention_mask, token_type_ids and position_ids", in.Name)
		}
		inputs = append(inputs, t)
	}
	return s.Run(ctx, inputs...)
}

// textOutput picks the one output of a text model: that asked for, a finished sentence
// vector, or the tokens' vectors with pooling.
func (p *Plan) textOutput(results []onnx.Tensor, pool bundle.Pool, o Options) error {
	var all []candidate
	for _, t := range results {
		if c, ok := describe(t, 0, pool); ok && c.rank < 4 {
			all = append(all, c)
		}
	}
	if len(o.Outputs) > 0 {
		return p.named(all, o.Outputs[:1])
	}
	for _, name := range []string{"sentence_embedding", "sentence_embeddings", "embeddings", "last_hidden_state", "token_embeddings", "pooler_output"} {
		if i := slices.IndexFunc(all, func(c candidate) bool { return c.out.Name == name }); i >= 0 {
			p.take(all[i : i+1])
			return nil
		}
	}
	if len(all) == 0 {
		return problem(p.Manifest.Model, "has no float32 output of rank 2 or 3")
	}
	p.take(all[:1])
	return nil
}
