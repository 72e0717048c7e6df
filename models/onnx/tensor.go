package onnx

import (
	"fmt"
	"slices"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/defekt/defekt/pipeline/claim"
)

// CodeTensor is the code of a tensor that does not fit the graph: name, type, shape or
// number of values.
const CodeTensor claim.Code = "model_tensor"

// CodeModel is the code of a file that the ONNX Runtime cannot load or run.
const CodeModel claim.Code = "model_unusable"

// Type is the type of a tensor's values.
type Type string

// The types of values that models have at their edges. TypeOther stands for all those that
// this package does not exchange.
const (
	Float32   Type = "float32"
	Int64     Type = "int64"
	TypeOther Type = "other"
)

// Info describes an input or output of a graph.
type Info struct {
	Name  string  `json:"name"`
	Type  Type    `json:"type"`
	Shape []int64 `json:"shape"` // -1 where free
}

// Tensor is an array with its shape, in row-major order. One of F32 and I64 is set; it must
// have as many values as the shape says. An input's memory must not change during Run.
type Tensor struct {
	Name  string
	Shape []int64
	F32   []float32
	I64   []int64
}

// Type says which of the slices is set.
func (t *Tensor) Type() Type {
	switch {
	case t.F32 != nil:
		return Float32
	case t.I64 != nil:
		return Int64
	}
	return TypeOther
}

// Rows gives row i of the first dimension of a float tensor; it shares t's memory.
func (t *Tensor) Rows() [][]float32 {
	n := int(t.Shape[0])
	out := make([][]float32, n)
	if n == 0 {
		return out
	}
	step := len(t.F32) / n
	for i := range out {
		out[i] = t.F32[i*step : (i+1)*step : (i+1)*step]
	}
	return out
}

// Elements is the product of a shape's dimensions, or -1 when one is negative or the product
// is beyond 2^31 (8 GB of float32, more than any input here has).
func Elements(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		if d < 0 || (d > 0 && n > (1<<31)/d) {
			return -1
		}
		n *= d
	}
	return n
}

// check compares an input with what the graph says about it.
func (t *Tensor) check(want Info) error {
	bad := func(format string, args ...any) error {
		return claim.Problem{Code: CodeTensor, Where: want.Name, Message: fmt.Sprintf(format, args...)}
	}
	if t.Type() != want.Type {
		return bad("has type %s, the graph takes %s", t.Type(), want.Type)
	}
	if !shapeFits(t.Shape, want.Shape) {
		return bad("has shape %v, the graph takes %v (-1 is free)", t.Shape, want.Shape)
	}
	n := max(len(t.F32), len(t.I64))
	if want := Elements(t.Shape); int64(n) != want || n == 0 {
		return bad("has %d values, its shape %v has %d", n, t.Shape, want)
	}
	return nil
}

// shapeFits says whether got may stand where the graph says want.
func shapeFits(got, want []int64) bool {
	return slices.EqualFunc(got, want, func(g, w int64) bool { return g > 0 && (w < 0 || g == w) })
}

// value wraps the tensor's memory for the binding.
func (t *Tensor) value() (ort.Value, error) {
	if t.F32 != nil {
		return ort.NewTensor(ort.Shape(t.Shape), t.F32)
	}
	return ort.NewTensor(ort.Shape(t.Shape), t.I64)
}

// fromValue copies an output; its memory is the binding's Go slice, so no second copy.
func fromValue(name string, v ort.Value) (Tensor, error) {
	switch v := v.(type) {
	case *ort.Tensor[float32]:
		return Tensor{Name: name, Shape: v.GetShape(), F32: v.GetData()}, nil
	case *ort.Tensor[int64]:
		return Tensor{Name: name, Shape: v.GetShape(), I64: v.GetData()}, nil
	}
	return Tensor{}, claim.Problem{Code: CodeTensor, Where: name, Message: fmt.Sprintf("is a %T; only float32 and int64 tensors are read", v)}
}

// infos translates the binding's descriptions.
func infos(in []ort.InputOutputInfo) []Info {
	out := make([]Info, len(in))
	for i, x := range in {
		out[i] = Info{Name: x.Name, Type: TypeOther, Shape: slices.Clone([]int64(x.Dimensions))}
		switch {
		case x.OrtValueType != ort.ONNXTypeTensor:
		case x.DataType == ort.TensorElementDataTypeFloat:
			out[i].Type = Float32
		case x.DataType == ort.TensorElementDataTypeInt64:
			out[i].Type = Int64
		}
	}
	return out
}
