package onnx

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/defekt/defekt/pipeline/claim"
)

// Run computes the outputs. inputs must have one tensor for each input, matched by name, or
// by position where a tensor has no name. Errors: [CodeTensor] for inputs that do not fit,
// [CodeModel] when the graph fails, [ErrClosed], or ctx's cause when it ended.
func (s *Session) Run(ctx context.Context, inputs ...Tensor) ([]Tensor, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, ErrClosed
	}
	ordered, err := s.order(inputs)
	if err != nil {
		return nil, err
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	values := make([]ort.Value, 0, len(ordered))
	defer func() { destroy(values) }()
	for i := range ordered {
		pinTensor(&pin, &ordered[i])
		v, err := ordered[i].value()
		if err != nil {
			return nil, claim.Problem{Code: CodeTensor, Where: s.inputs[i].Name, Message: err.Error()}
		}
		values = append(values, v)
	}
	return s.compute(ctx, values)
}

// pinTensor keeps the tensor's memory in place: the library keeps the pointer between the
// binding's calls.
func pinTensor(pin *runtime.Pinner, t *Tensor) {
	if t.F32 != nil {
		pin.Pin(&t.F32[0])
	} else {
		pin.Pin(&t.I64[0])
	}
}

// order checks the inputs and brings them into the graph's order.
func (s *Session) order(inputs []Tensor) ([]Tensor, error) {
	if len(inputs) != len(s.inputs) {
		return nil, claim.Problem{Code: CodeTensor, Message: fmt.Sprintf("%d inputs given, the graph takes %d: %q", len(inputs), len(s.inputs), names(s.inputs))}
	}
	out := make([]Tensor, len(inputs))
	for i, want := range s.inputs {
		at := slices.IndexFunc(inputs, func(t Tensor) bool { return t.Name == want.Name })
		if at < 0 && inputs[i].Name == "" {
			at = i
		}
		if at < 0 {
			return nil, claim.Problem{Code: CodeTensor, Where: want.Name, Message: "this input was not given"}
		}
		out[i] = inputs[at]
		if err := out[i].check(want); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// compute runs the graph and reads its outputs; a cancelled ctx ends it between two nodes.
func (s *Session) compute(ctx context.Context, values []ort.Value) ([]Tensor, error) {
	var opts *ort.RunOptions
	if ctx.Done() != nil {
		var err error
		if opts, err = ort.NewRunOptions(); err != nil {
			return nil, fmt.Errorf("run model: %w", err)
		}
		var ended sync.WaitGroup
		ended.Add(1)
		stop := context.AfterFunc(ctx, func() { defer ended.Done(); _ = opts.Terminate() })
		defer func() {
			if !stop() {
				ended.Wait()
			}
			_ = opts.Destroy()
		}()
	}
	results := make([]ort.Value, len(s.outputs))
	err := s.s.RunWithOptions(values, results, opts)
	defer destroy(results)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		return nil, claim.Problem{Code: CodeModel, Message: err.Error()}
	}
	out := make([]Tensor, len(results))
	for i, v := range results {
		if out[i], err = fromValue(s.outputs[i].Name, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func destroy(values []ort.Value) {
	for _, v := range values {
		if v != nil {
			_ = v.Destroy()
		}
	}
}
