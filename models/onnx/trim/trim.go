// Package trim cuts an ONNX graph down to the outputs that are wanted, before the runtime
// sees it.
//
// Its place in the flow: models/onnx trims what it loads. The runtime computes every output
// of a graph whichever are asked for, so a backbone exported with its classifier runs the
// classifier, too: 3 percent of MobileNetV2's time and 5 of its 14 MB of weights.
//
// The trade-offs: it knows the few fields of ONNX's protobuf that say what depends on what
// and copies all others unread, so it needs no generated code. What it does not understand
// (nodes with graphs of their own, weights in further files) it leaves alone: trimming is
// for speed, never a condition.
//
// The format: onnx.proto of the ONNX repository, IR version 3 and later.
package trim

import (
	"errors"
	"slices"
)

// ErrLeftAlone is returned for a graph that is valid, as far as that was looked at, but
// cannot be trimmed safely, or needs no trimming.
var ErrLeftAlone = errors.New("trim: the graph is left as it is")

// Numbers of the fields that matter here.
const (
	modelGraph = 7

	graphNode        = 1
	graphInitializer = 5
	graphOutput      = 12
	graphSparse      = 15

	nodeInput     = 1
	nodeOutput    = 2
	nodeAttribute = 5

	attributeGraph  = 6
	attributeGraphs = 11

	valueName = 1

	tensorName     = 8
	tensorLocation = 14 // 1: in another file
)

// Outputs gives the model without the outputs that are not in keep and without the nodes
// and weights that only those need. Inputs, and all that stays, keep bytes and order. The
// result has memory of its own. Errors: [ErrLeftAlone], or what is wrong with the bytes.
func Outputs(model []byte, keep []string) ([]byte, error) {
	top, err := fields(model)
	if err != nil {
		return nil, err
	}
	var out []byte
	graphs := 0
	for _, f := range top {
		if f.number != modelGraph {
			out = append(out, f.raw...)
			continue
		}
		graphs++
		graph, err := trimGraph(f.data, keep)
		if err != nil {
			return nil, err
		}
		out = appendBytes(slices.Grow(out, len(graph)+16), modelGraph, graph)
	}
	if graphs != 1 {
		return nil, ErrLeftAlone
	}
	return out, nil
}

func trimGraph(graph []byte, keep []string) ([]byte, error) {
	list, err := fields(graph)
	if err != nil {
		return nil, err
	}
	needed := make(map[string]bool)
	for _, name := range keep {
		needed[name] = true
	}
	drop := make([]bool, len(list))
	dropped := 0
	for _, part := range []func([]field, []bool, map[string]bool) (int, error){dropOutputs, dropNodes, dropWeights} {
		n, err := part(list, drop, needed)
		if err != nil {
			return nil, err
		}
		dropped += n
	}
	if dropped == 0 {
		return nil, ErrLeftAlone
	}
	out := make([]byte, 0, len(graph))
	for i, f := range list {
		if !drop[i] {
			out = append(out, f.raw...)
		}
	}
	return out, nil
}

func dropOutputs(list []field, drop []bool, needed map[string]bool) (int, error) {
	n := 0
	for i, f := range list {
		if f.number != graphOutput {
			continue
		}
		name, err := text(f.data, valueName)
		if err != nil {
			return 0, err
		}
		if !needed[name] {
			drop[i] = true
			n++
		}
	}
	return n, nil
}

// dropNodes goes backwards, since ONNX wants nodes in the order in which they can run, and
// adds what the remaining ones read to needed.
func dropNodes(list []field, drop []bool, needed map[string]bool) (int, error) {
	n := 0
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].number != graphNode {
			continue
		}
		node, err := fields(list[i].data)
		if err != nil {
			return 0, err
		}
		if err := plain(node); err != nil {
			return 0, err
		}
		wanted := slices.ContainsFunc(node, func(f field) bool { return f.number == nodeOutput && needed[string(f.data)] })
		if !wanted {
			drop[i] = true
			n++
			continue
		}
		for _, f := range node {
			if f.number == nodeInput {
				needed[string(f.data)] = true
			}
		}
	}
	return n, nil
}

// plain says whether a node's inputs are all that it reads: a graph within it (If, Loop)
// reads whatever it likes.
func plain(node []field) error {
	for _, f := range node {
		if f.number != nodeAttribute {
			continue
		}
		attribute, err := fields(f.data)
		if err != nil {
			return err
		}
		for _, a := range attribute {
			if a.number == attributeGraph || a.number == attributeGraphs {
				return ErrLeftAlone
			}
		}
	}
	return nil
}

func dropWeights(list []field, drop []bool, needed map[string]bool) (int, error) {
	n := 0
	for i, f := range list {
		if f.number == graphSparse {
			return 0, ErrLeftAlone
		}
		if f.number != graphInitializer {
			continue
		}
		tensor, err := fields(f.data)
		if err != nil {
			return 0, err
		}
		name := ""
		for _, t := range tensor {
			switch {
			case t.number == tensorName:
				name = string(t.data)
			case t.number == tensorLocation && t.value != 0:
				return 0, ErrLeftAlone // found beside the file, which bytes do not have
			}
		}
		if !needed[name] {
			drop[i] = true
			n++
		}
	}
	return n, nil
}
