package runs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// column is one column to be written: encode gives its type and bytes.
type column struct {
	name   string
	encode func() (kind string, raw []byte)
}

// rawColumn is one column as it was read.
type rawColumn struct {
	kind string
	raw  []byte
}

// Types of columns.
const (
	kindText    = "text"
	kindWords   = "words"
	kindFloat32 = "float32"
	kindBits    = "bits"
)

// widths are the types of numbers by their size in bytes.
func widths() map[string]int {
	return map[string]int{"int8": 1, "int16": 2, "int32": 4, "int64": 8}
}

// encodeText takes each text as it is; encodeWords is for columns with few distinct ones.
func encodeText(texts []string) []byte {
	size := 0
	for _, t := range texts {
		size += len(t) + 2
	}
	raw := make([]byte, 0, size)
	for _, t := range texts {
		raw = binary.AppendUvarint(raw, uint64(len(t)))
	}
	for _, t := range texts {
		raw = append(raw, t...)
	}
	return raw
}

// encodeTexts chooses between the two.
func encodeTexts(texts []string) (string, []byte) {
	place := map[string]int64{}
	var words []string
	at := make([]int64, len(texts))
	for i, t := range texts {
		p, known := place[t]
		if !known {
			if p = int64(len(words)); p > maxWords {
				return kindText, encodeText(texts)
			}
			place[t], words = p, append(words, t)
		}
		at[i] = p
	}
	raw := binary.AppendUvarint(nil, uint64(len(words)))
	raw = append(raw, encodeText(words)...)
	kind, numbers := encodeNumbers(at)
	return kindWords, append(append(raw, byte(widths()[kind])), numbers...)
}

// maxWords is the number of distinct texts up to which each is written once.
const maxWords = 1 << 15

// decodeTexts gives n texts.
func decodeTexts(c rawColumn, n int) ([]string, error) {
	switch c.kind {
	case kindText:
		texts, rest, err := decodeText(c.raw, n)
		if err == nil && len(rest) > 0 {
			err = fmt.Errorf("%d bytes too many", len(rest))
		}
		return texts, err
	case kindWords:
		return decodeWords(c.raw, n)
	}
	return nil, fmt.Errorf("type %q is not text", c.kind)
}

func decodeText(raw []byte, n int) (texts []string, rest []byte, err error) {
	if n > len(raw) { // each takes a byte at least
		return nil, nil, fmt.Errorf("%d texts in %d bytes", n, len(raw))
	}
	sizes := make([]int, n)
	total := 0
	for i := range sizes {
		size, used := binary.Uvarint(raw)
		if used <= 0 || size > uint64(len(raw)) {
			return nil, nil, errors.New("a text is longer than its column")
		}
		sizes[i], raw, total = int(size), raw[used:], total+int(size)
	}
	if total > len(raw) {
		return nil, nil, errors.New("the texts are longer than their column")
	}
	all := string(raw[:total]) // one piece of memory for all
	texts = make([]string, n)
	for i, size := range sizes {
		texts[i], all = all[:size], all[size:]
	}
	return texts, raw[total:], nil
}

func decodeWords(raw []byte, n int) ([]string, error) {
	count, used := binary.Uvarint(raw)
	if used <= 0 || count > maxWords+1 {
		return nil, errors.New("the number of distinct texts is wrong")
	}
	words, raw, err := decodeText(raw[used:], int(count))
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return nil, errors.New("the rows are missing")
	}
	at, err := unshuffle(raw[1:], int(raw[0]), n)
	if err != nil {
		return nil, err
	}
	texts := make([]string, n)
	for i, p := range at {
		if p < 0 || p >= int64(len(words)) {
			return nil, fmt.Errorf("text %d of %d", p, len(words))
		}
		texts[i] = words[p]
	}
	return texts, nil
}

// encodeNumbers uses the narrowest type that holds all values.
func encodeNumbers[T int32 | int64](values []T) (string, []byte) {
	low, high := int64(0), int64(0)
	for _, v := range values {
		low, high = min(low, int64(v)), max(high, int64(v))
	}
	kind, width := "int64", 8
	switch {
	case low >= math.MinInt8 && high <= math.MaxInt8:
		kind, width = "int8", 1
	case low >= math.MinInt16 && high <= math.MaxInt16:
		kind, width = "int16", 2
	case low >= math.MinInt32 && high <= math.MaxInt32:
		kind, width = "int32", 4
	}
	n := len(values)
	raw := make([]byte, n*width)
	for b := range width {
		plane := raw[b*n : (b+1)*n]
		for i, v := range values {
			plane[i] = byte(int64(v) >> (8 * b))
		}
	}
	return kind, raw
}

// decodeNumbers gives n numbers, each within the bounds of T.
func decodeNumbers[T int32 | int64](c rawColumn, n int) ([]T, error) {
	wide, err := unshuffle(c.raw, widths()[c.kind], n)
	if err != nil {
		return nil, fmt.Errorf("type %q: %w", c.kind, err)
	}
	out := make([]T, n)
	for i, v := range wide {
		if out[i] = T(v); int64(out[i]) != v {
			return nil, fmt.Errorf("number %d is too large", v)
		}
	}
	return out, nil
}

// unshuffle puts the bytes of n signed numbers together again.
func unshuffle(raw []byte, width, n int) ([]int64, error) {
	if width != 1 && width != 2 && width != 4 && width != 8 {
		return nil, fmt.Errorf("numbers of %d bytes", width)
	}
	if len(raw)%width != 0 || len(raw)/width != n {
		return nil, fmt.Errorf("%d bytes for %d rows", len(raw), n)
	}
	out := make([]int64, n)
	for b := range width {
		for i, v := range raw[b*n : (b+1)*n] {
			out[i] |= int64(v) << (8 * b)
		}
	}
	shift := 64 - 8*width
	for i := range out {
		out[i] = out[i] << shift >> shift // brings the sign back
	}
	return out, nil
}

func encodeFloats(values []float32) (string, []byte) {
	n := len(values)
	raw := make([]byte, 4*n)
	a, b, c, d := raw[:n], raw[n:2*n], raw[2*n:3*n], raw[3*n:]
	for i, v := range values {
		bits := math.Float32bits(v)
		a[i], b[i], c[i], d[i] = byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24)
	}
	return kindFloat32, raw
}

func decodeFloats(c rawColumn, n int) ([]float32, error) {
	raw := c.raw
	if c.kind != kindFloat32 || len(raw)%4 != 0 || len(raw)/4 != n {
		return nil, fmt.Errorf("type %q, %d bytes for %d numbers", c.kind, len(raw), n)
	}
	out := make([]float32, n)
	x, y, z, t := raw[:n], raw[n:2*n], raw[2*n:3*n], raw[3*n:]
	for i := range out {
		out[i] = math.Float32frombits(uint32(x[i]) | uint32(y[i])<<8 | uint32(z[i])<<16 | uint32(t[i])<<24)
	}
	return out, nil
}

func encodeBits(values []bool) (string, []byte) {
	raw := make([]byte, (len(values)+7)/8)
	for i, v := range values {
		if v {
			raw[i/8] |= 1 << (i % 8)
		}
	}
	return kindBits, raw
}

func decodeBits(c rawColumn, n int) ([]bool, error) {
	if c.kind != kindBits || len(c.raw) != (n+7)/8 {
		return nil, fmt.Errorf("type %q, %d bytes for %d rows", c.kind, len(c.raw), n)
	}
	out := make([]bool, n)
	for i := range out {
		out[i] = c.raw[i/8]&(1<<(i%8)) != 0
	}
	return out, nil
}
