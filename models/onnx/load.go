package onnx

import (
	"errors"
	"fmt"
	"os"
	"slices"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/defekt/defekt/models/onnx/trim"
	"github.com/defekt/defekt/pipeline/claim"
)

// Load reads an ONNX file. A file that is no usable graph gives a [claim.Problem] with
// [CodeModel]; wanted outputs that it does not have give [CodeTensor].
func (r *Runtime) Load(path string, o Options) (*Session, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	if info.Size() > MaxModelBytes {
		return nil, claim.Problem{Code: CodeModel, Where: path, Message: fmt.Sprintf("has %d bytes, allowed are %d", info.Size(), int64(MaxModelBytes))}
	}
	return r.load(o, path, opener{
		infos: func(so *ort.SessionOptions) ([]ort.InputOutputInfo, []ort.InputOutputInfo, error) {
			return ort.GetInputOutputInfoWithOptions(path, so)
		},
		open: func(in, out []string, so *ort.SessionOptions) (*ort.DynamicAdvancedSession, error) {
			if model := trimmed(path, info.Size(), o.Outputs); model != nil {
				return ort.NewDynamicAdvancedSessionWithONNXData(model, in, out, so)
			}
			return ort.NewDynamicAdvancedSession(path, in, out, so)
		},
	})
}

// maxTrimBytes bounds what trimming reads into memory, where it is twice for a moment.
const maxTrimBytes = 256 << 20

// trimmed gives the graph in path without what only other outputs need, or nil where the
// file is to be loaded as it is.
func trimmed(path string, size int64, outputs []string) []byte {
	if outputs == nil || size > maxTrimBytes {
		return nil
	}
	model, err := os.ReadFile(path)
	if err != nil { // the runtime says what is wrong with it
		return nil
	}
	out, err := trim.Outputs(model, outputs)
	if err != nil {
		return nil
	}
	return out
}

// LoadBytes is [Runtime.Load] for a graph in memory; name stands in messages.
func (r *Runtime) LoadBytes(name string, model []byte, o Options) (*Session, error) {
	if len(model) == 0 {
		return nil, claim.Problem{Code: CodeModel, Where: name, Message: "is empty"}
	}
	return r.load(o, name, opener{
		infos: func(*ort.SessionOptions) ([]ort.InputOutputInfo, []ort.InputOutputInfo, error) {
			return ort.GetInputOutputInfoWithONNXData(model)
		},
		open: func(in, out []string, so *ort.SessionOptions) (*ort.DynamicAdvancedSession, error) {
			return ort.NewDynamicAdvancedSessionWithONNXData(model, in, out, so)
		},
	})
}

// opener hides whether a graph comes from a file or from memory.
type opener struct {
	infos func(*ort.SessionOptions) (in, out []ort.InputOutputInfo, err error)
	open  func(in, out []string, so *ort.SessionOptions) (*ort.DynamicAdvancedSession, error)
}

func (r *Runtime) load(o Options, name string, op opener) (_ *Session, err error) {
	if err := r.retain(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, release())
		}
	}()
	s := &Session{}
	if err := s.describe(name, op); err != nil {
		return nil, err
	}
	if err := s.choose(name, o.Outputs); err != nil {
		return nil, err
	}
	so, err := o.session()
	if err != nil {
		return nil, err
	}
	defer func() { _ = so.Destroy() }()
	s.s, err = op.open(names(s.inputs), names(s.outputs), so)
	if err != nil {
		return nil, claim.Problem{Code: CodeModel, Where: name, Message: err.Error()}
	}
	return s, nil
}

// describe reads inputs and outputs. The binding opens a session of its own for it, so
// optimisation, the slow part of opening, is switched off.
func (s *Session) describe(name string, op opener) error {
	quick, err := ort.NewSessionOptions()
	if err != nil {
		return fmt.Errorf("load model: %w", err)
	}
	defer func() { _ = quick.Destroy() }()
	if err := quick.SetGraphOptimizationLevel(ort.GraphOptimizationLevelDisableAll); err != nil {
		return fmt.Errorf("load model: %w", err)
	}
	in, out, err := op.infos(quick)
	if err != nil {
		return claim.Problem{Code: CodeModel, Where: name, Message: err.Error()}
	}
	s.inputs, s.all = infos(in), infos(out)
	return nil
}

// choose picks the outputs that Run gives.
func (s *Session) choose(name string, want []string) error {
	if want == nil {
		s.outputs = slices.DeleteFunc(slices.Clone(s.all), func(i Info) bool { return i.Type == TypeOther })
	}
	for _, w := range want {
		i := slices.IndexFunc(s.all, func(i Info) bool { return i.Name == w })
		if i < 0 {
			return claim.Problem{Code: CodeTensor, Where: name, Message: fmt.Sprintf("has no output %q; it has %q", w, names(s.all))}
		}
		s.outputs = append(s.outputs, s.all[i])
	}
	if len(s.outputs) == 0 || len(s.inputs) == 0 {
		return claim.Problem{Code: CodeModel, Where: name, Message: "has no usable input or output"}
	}
	return nil
}

func names(in []Info) []string {
	out := make([]string, len(in))
	for i, x := range in {
		out[i] = x.Name
	}
	return out
}

// session translates the options.
func (o Options) session() (*ort.SessionOptions, error) {
	so, err := ort.NewSessionOptions()
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	err = errors.Join(
		so.SetIntraOpNumThreads(max(o.IntraThreads, 1)),
		so.SetInterOpNumThreads(1),
		so.SetExecutionMode(ort.ExecutionModeSequential),
		so.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		so.SetCpuMemArena(!o.NoArena),
		so.SetMemPattern(!o.NoArena),
		// Waiting threads of one session must not burn what another could use.
		so.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
	)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("load model: %w", err), so.Destroy())
	}
	return so, nil
}
