package trim

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// message is a field with a length.
func message(number int, parts ...[]byte) []byte {
	return appendBytes(nil, number, slices.Concat(parts...))
}

func str(number int, s string) []byte { return message(number, []byte(s)) }

func node(in, out string, more ...[]byte) []byte {
	return message(graphNode, append([][]byte{str(nodeInput, in), str(nodeOutput, out)}, more...)...)
}

// twoHeads is x -> body -> {features, hidden -> logits}, with a weight for each head.
func twoHeads(more ...[]byte) []byte {
	parts := [][]byte{
		node("x", "body"), node("body", "features"), node("body", "hidden"),
		message(graphNode, str(nodeInput, "hidden"), str(nodeInput, "w"), str(nodeOutput, "logits")),
		message(graphInitializer, str(tensorName, "w")), message(graphInitializer, str(tensorName, "body")),
		str(2, "name"), message(11, str(valueName, "x")),
		message(graphOutput, str(valueName, "features")), message(graphOutput, str(valueName, "logits")),
	}
	return slices.Concat([]byte{8, 8}, message(modelGraph, append(parts, more...)...), str(2, "producer"))
}

func TestOutputs(t *testing.T) {
	got, err := Outputs(twoHeads(), []string{"features"})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Concat([]byte{8, 8}, message(modelGraph,
		node("x", "body"), node("body", "features"),
		message(graphInitializer, str(tensorName, "body")),
		str(2, "name"), message(11, str(valueName, "x")),
		message(graphOutput, str(valueName, "features"))), str(2, "producer"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		model []byte
		keep  []string
	}{
		"all outputs wanted": {twoHeads(), []string{"logits", "features"}},
		"a graph in a node":  {twoHeads(node("x", "y", message(nodeAttribute, message(attributeGraph)))), []string{"features"}},
		"weights elsewhere":  {twoHeads(message(graphInitializer, str(tensorName, "w2"), []byte{tensorLocation << 3, 1})), []string{"features"}},
		"sparse weights":     {twoHeads(message(graphSparse)), []string{"features"}},
		"no graph":           {str(2, "producer"), nil},
	} {
		if _, err := Outputs(c.model, c.keep); !errors.Is(err, ErrLeftAlone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBrokenBytes(t *testing.T) {
	for name, model := range map[string][]byte{
		"text":             []byte("not a model"),
		"cut":              twoHeads()[:60],
		"field number 0":   {0, 0},
		"a group":          {7<<3 | 3},
		"length too large": {7<<3 | wireBytes, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		"short number":     {1<<3 | wire64, 1},
	} {
		if _, err := Outputs(model, nil); !errors.Is(err, errWire) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOutputs: any bytes give an error or a model that cannot be trimmed further.
func FuzzOutputs(f *testing.F) {
	f.Add(twoHeads(), "features")
	f.Add(twoHeads()[:70], "logits")
	graphs, err := filepath.Glob(filepath.Join("..", "testdata", "*.onnx"))
	if err != nil || len(graphs) == 0 {
		f.Fatal("no graphs in ../testdata", err)
	}
	for _, g := range graphs {
		data, err := os.ReadFile(g)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "features")
	}
	f.Fuzz(func(t *testing.T, model []byte, keep string) {
		before := slices.Clone(model)
		out, err := Outputs(model, []string{keep})
		if !slices.Equal(before, model) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			return
		}
		if _, err := Outputs(out, []string{keep}); !errors.Is(err, ErrLeftAlone) {
			t.Fatalf("second time: %v", err)
		}
	})
}
