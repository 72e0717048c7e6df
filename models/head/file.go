package head

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// magic opens a head's file and names its format.
const magic = "defekt head 2\n"

// Limits that keep a damaged file from taking the memory of the machine.
const (
	maxHeader     = 64 << 20
	maxParameters = 512 << 20
)

// ErrFile marks a file that is no head or a damaged one.
var ErrFile = errors.New("not a valid head file")

// WriteTo writes the head: magic, length and JSON of the settings, then means, scales,
// dense weights and the scales of the sparse ones as little-endian floats, the sparse ones
// as 8 bits, the biases. The same head gives the same bytes.
func (h *Head) WriteTo(w io.Writer) (int64, error) {
	header, err := json.Marshal(h)
	if err != nil {
		return 0, fmt.Errorf("head %s: %w", h.Axis, err)
	}
	var buf bytes.Buffer
	buf.WriteString(magic)
	_ = binary.Write(&buf, binary.LittleEndian, uint32(len(header)))
	buf.Write(header)
	for _, v := range [][]float32{h.transform.mean, h.transform.scale, h.weights.dense, h.weights.scale} {
		_ = binary.Write(&buf, binary.LittleEndian, v)
	}
	_ = binary.Write(&buf, binary.LittleEndian, h.weights.levels)
	_ = binary.Write(&buf, binary.LittleEndian, h.weights.bias)
	return buf.WriteTo(w)
}

// Read reads what WriteTo wrote. Errors wrap [ErrFile].
func Read(r io.Reader) (*Head, error) {
	var opening [len(magic) + 4]byte
	if _, err := io.ReadFull(r, opening[:]); err != nil || string(opening[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrFile, magic)
	}
	size := binary.LittleEndian.Uint32(opening[len(magic):])
	if size > maxHeader {
		return nil, fmt.Errorf("%w: header of %d bytes", ErrFile, size)
	}
	header := make([]byte, size)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, fmt.Errorf("%w: header: %w", ErrFile, err)
	}
	var h Head
	if err := json.Unmarshal(header, &h); err != nil {
		return nil, fmt.Errorf("%w: header: %w", ErrFile, err)
	}
	if err := h.readNumbers(r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return &h, nil
}

func (h *Head) readNumbers(r io.Reader) error {
	if err := h.Layout.Validate(); err != nil {
		return err
	}
	k := len(h.Classes)
	if k < 2 || len(h.LogPriors) != k || len(h.Calibration.Bias) != k {
		return fmt.Errorf("%d classes, %d priors, %d biases", k, len(h.LogPriors), len(h.Calibration.Bias))
	}
	t := &transform{layout: h.Layout, rooted: h.Rooted}
	t.shape()
	if n := t.denseBlocks(); len(h.Rooted) != n || len(h.Familiar) != n {
		return fmt.Errorf("%d dense blocks, %d flags, %d limits", n, len(h.Rooted), len(h.Familiar))
	}
	if n := k * (t.dense + t.sparse); n < 0 || n > maxParameters {
		return fmt.Errorf("%d parameters", n)
	}
	columns := 0
	for _, s := range h.Layout {
		if s.Kind == "dense" {
			columns += s.Dim
		}
	}
	c := &compact{classes: k, denseCols: t.dense, sparseCols: t.sparse}
	for _, part := range []struct {
		into *[]float32
		n    int
	}{{&t.mean, columns}, {&t.scale, columns}, {&c.dense, k * t.dense}, {&c.scale, t.sparse}} {
		var err error
		if *part.into, err = readFloats(r, part.n); err != nil {
			return err
		}
	}
	var err error
	if c.levels, err = readLevels(r, k*t.sparse); err != nil {
		return err
	}
	c.bias = make([]float64, k)
	if err := binary.Read(r, binary.LittleEndian, c.bias); err != nil {
		return err
	}
	c.settle()
	h.transform, h.weights = t, c
	return nil
}

// chunk is the number of values for which memory is taken at a time, so that a short file
// fails before memory for a long one is taken.
const chunk = 1 << 16

// readLevels reads n signed bytes.
func readLevels(r io.Reader, n int) ([]int8, error) {
	var out []int8
	part := make([]byte, min(n, chunk))
	for len(out) < n {
		part = part[:min(len(part), n-len(out))]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, err
		}
		for _, b := range part {
			out = append(out, int8(b))
		}
	}
	return out, nil
}

// readFloats reads n finite numbers.
func readFloats(r io.Reader, n int) ([]float32, error) {
	var out []float32
	for len(out) < n {
		part := make([]float32, min(chunk, n-len(out)))
		if err := binary.Read(r, binary.LittleEndian, part); err != nil {
			return nil, err
		}
		for _, v := range part {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return nil, errors.New("a weight is not a finite number")
			}
		}
		out = append(out, part...)
	}
	return out, nil
}
