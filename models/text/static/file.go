package static

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// The file, little-endian: magic "DFST\x01"; uint32 dimensions, words, buckets and bytes of
// the word list; the words, ascending, each ended by a line feed; one float32 scale a row,
// words first, then buckets; the rows as int8; the CRC-32 (IEEE) of all before it.
var magic = [...]byte{'D', 'F', 'S', 'T', 1}

// Limits of a stored encoder, so that a damaged count cannot claim memory.
const (
	maxDim  = 4096
	maxRows = 1 << 22
	header  = len(magic) + 4*4
)

// Read opens a stored encoder. Any fault of the data is a claim.Problem with
// text.CodeEncoderCorrupt.
func Read(data []byte) (*Encoder, error) {
	e, err := parse(data)
	if err != nil {
		return nil, claim.Problem{Code: text.CodeEncoderCorrupt, Where: "static",
			Message: fmt.Sprintf("cannot read the stored text encoder: %v; copy or make it again", err)}
	}
	return e, nil
}

func parse(data []byte) (*Encoder, error) {
	if len(data) < header+4 || !bytes.HasPrefix(data, magic[:]) {
		return nil, fmt.Errorf("it does not begin with %q", magic[:4])
	}
	body, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return nil, fmt.Errorf("its checksum is wrong")
	}
	count := func(i int) int { return int(binary.LittleEndian.Uint32(body[len(magic)+4*i:])) }
	dim, words, buckets, list := count(0), count(1), count(2), count(3)
	rows := words + buckets
	if dim < 1 || dim > maxDim || words > maxRows || buckets > maxRows || rows < 1 {
		return nil, fmt.Errorf("%d words and %d buckets of %d dimensions are outside of the limits", words, buckets, dim)
	}
	if len(body) != header+list+4*rows+rows*dim {
		return nil, fmt.Errorf("it has %d bytes where its counts want %d", len(body), header+list+4*rows+rows*dim)
	}
	e := &Encoder{dim: dim, buckets: buckets, stored: data}
	if err := e.setWords(body[header:header+list], words); err != nil {
		return nil, err
	}
	return e, e.setRows(body[header+list:], rows)
}

func (e *Encoder) setWords(list []byte, n int) error {
	e.words = make([]string, 0, n)
	for line := range bytes.Lines(list) {
		e.words = append(e.words, string(bytes.TrimSuffix(line, []byte{'\n'})))
	}
	if len(e.words) != n || !slices.IsSorted(e.words) {
		return fmt.Errorf("its word list does not have %d words in order", n)
	}
	e.at = make(map[string]int32, n)
	for i, w := range e.words {
		e.at[w] = int32(i)
	}
	return nil
}

func (e *Encoder) setRows(data []byte, rows int) error {
	e.scale = make([]float32, rows)
	for i := range e.scale {
		e.scale[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		if s := float64(e.scale[i]); !(s >= 0) || math.IsInf(s, 0) {
			return fmt.Errorf("the scale of row %d is %g", i, s)
		}
	}
	e.levels = make([]int8, rows*e.dim)
	for i, b := range data[4*rows:] {
		e.levels[i] = int8(b)
	}
	return nil
}

// WriteTo writes the stored form, byte for byte as it was read.
func (e *Encoder) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(e.stored)
	return int64(n), err
}
