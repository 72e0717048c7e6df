package transformer

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/models/text/tokenizer"
	"github.com/defekt/defekt/pipeline/claim"
)

// Names of the inputs that sentence encoders have.
const (
	inputIDs  = "input_ids"
	inputMask = "attention_mask"
	inputType = "token_type_ids"
)

// Config are the settings of an [Encoder]. The zero value takes the defaults.
type Config struct {
	// MaxBatch is the most texts of one batch; 0 means 1. On a CPU larger batches lost: the
	// 22-million-weight MiniLM did 28 texts/s one by one and 17 in batches of 8 on two busy
	// cores.
	MaxBatch int
	// BatchTokens is the most tokens of one batch, padding included; 0 means 2,048. One
	// text is always allowed.
	BatchTokens int
	// Runners is how many batches run at a time; 0 means one for each core.
	Runners int
	// IntraThreads is how many threads one batch uses; 0 means 1.
	IntraThreads int
	// SkipGolden leaves the golden check out. For making the golden itself.
	SkipGolden bool
}

func (c Config) withDefaults() Config {
	if c.MaxBatch == 0 {
		c.MaxBatch = 1
	}
	if c.BatchTokens == 0 {
		c.BatchTokens = 2048
	}
	if c.Runners == 0 {
		c.Runners = runtime.GOMAXPROCS(0)
	}
	return c
}

// Encoder is a text.Encoder whose vectors an ONNX graph computes. It is safe for
// concurrent use.
type Encoder struct {
	name, digest string
	spec         bundle.TextSpec
	output       bundle.Output
	cfg          Config
	tokens       *tokenizer.Tokenizer
	session      *onnx.Session
	inputs       []onnx.Info
	// slots bounds the batches that run at a time over all calls.
	slots chan struct{}
	// fixedBatch and fixedLength are the graph's, 0 where free.
	fixedBatch, fixedLength int
}

// Open loads the bundle's tokenizer and graph, checks them against the manifest and
// compares its golden output. b must come from [bundle.Load], which has compared the
// files. Errors are coded: those of models/bundle, models/onnx and text.CodeTokenizer.
func Open(ctx context.Context, rt *onnx.Runtime, b *bundle.Bundle, cfg Config) (*Encoder, error) {
	if err := b.Want(bundle.Text); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	if cfg.MaxBatch < 1 || cfg.BatchTokens < 1 || cfg.Runners < 1 {
		return nil, claim.Problem{Code: text.CodeEncoderConfig, Where: b.Name, Message: "batch sizes and runners must not be negative"}
	}
	if len(b.Outputs) != 1 {
		return nil, claim.Problem{Code: bundle.CodeManifest, Where: "outputs",
			Message: fmt.Sprintf("a text bundle needs one output, not %d", len(b.Outputs))}
	}
	tokens, err := tokenizer.Load(b.Path(b.TextSpec.Tokenizer))
	if err != nil {
		return nil, err
	}
	session, err := rt.Load(b.ModelPath(), onnx.Options{IntraThreads: cfg.IntraThreads, Outputs: []string{b.Outputs[0].Name}})
	if err != nil {
		return nil, err
	}
	e := &Encoder{name: b.Name, digest: b.Digest(), spec: *b.TextSpec, output: b.Outputs[0], cfg: cfg,
		tokens: tokens, session: session, inputs: session.Inputs(), slots: make(chan struct{}, cfg.Runners)}
	if err := e.prepare(ctx, b.Golden); err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return e, nil
}

// prepare checks the graph and what it gives for the golden text.
func (e *Encoder) prepare(ctx context.Context, golden *bundle.Golden) error {
	if err := e.shape(); err != nil {
		return err
	}
	probe := "a"
	if golden != nil && !e.cfg.SkipGolden {
		probe = golden.Text
	}
	vectors, err := e.Encode(ctx, []string{probe})
	if err != nil {
		return err
	}
	if golden == nil || e.cfg.SkipGolden {
		return nil
	}
	return golden.Check(vectors)
}

// shape checks the graph's inputs and takes fixed dimensions over.
func (e *Encoder) shape() error {
	known := []string{inputIDs, inputMask, inputType}
	ids := false
	for _, in := range e.inputs {
		if !slices.Contains(known, in.Name) || in.Type != onnx.Int64 || len(in.Shape) != 2 {
			return e.fault("input %q of type %s and shape %v is none of %q as int64 (texts, tokens)", in.Name, in.Type, in.Shape, known)
		}
		ids = ids || in.Name == inputIDs
		if in.Shape[0] > 0 {
			e.fixedBatch = int(in.Shape[0])
		}
		if in.Shape[1] > 0 {
			e.fixedLength = int(in.Shape[1])
		}
	}
	if !ids {
		return e.fault("the graph has no input %q", inputIDs)
	}
	if e.fixedLength > 0 {
		e.spec.MaxTokens = min(e.spec.MaxTokens, e.fixedLength)
	}
	if e.fixedBatch > 0 {
		e.cfg.MaxBatch = e.fixedBatch
	}
	return nil
}

func (e *Encoder) fault(format string, args ...any) error {
	return claim.Problem{Code: onnx.CodeTensor, Where: e.name, Message: fmt.Sprintf(format, args...)}
}

// Name is the bundle's.
func (e *Encoder) Name() string { return e.name }

// Dim is the length of vectors.
func (e *Encoder) Dim() int { return e.output.Dim }

// Digest is the bundle's.
func (e *Encoder) Digest() string { return e.digest }

// Close waits for running batches and frees the graph.
func (e *Encoder) Close() error { return e.session.Close() }
