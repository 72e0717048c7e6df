package facts

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// magic opens a stored encoder; its last byte is the version of the format.
var magic = []byte{'D', 'F', 'C', 'X', 1}

// maxBytes bounds a stored encoder.
const maxBytes = 64 << 20

// stored is the JSON between magic, length and checksum.
type stored struct {
	Config Config `json:"config"`
	Keys   []key  `json:"keys"`
}

// WriteTo writes the encoder: magic, length, JSON, checksum. Same encoder, same bytes.
func (e *Encoder) WriteTo(w io.Writer) (int64, error) {
	b, err := e.bytes()
	if err != nil {
		return 0, err
	}
	n, err := w.Write(b)
	return int64(n), err
}

// Digest is the sha256 of the stored form, in hex.
func (e *Encoder) Digest() string {
	b, err := e.bytes()
	if err != nil { // plain fields and finite numbers always marshal
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (e *Encoder) bytes() ([]byte, error) {
	body, err := json.Marshal(stored{e.cfg, e.keys})
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	b := binary.AppendUvarint(slices.Clone(magic), uint64(len(body)))
	b = append(b, body...)
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

// byteReader is what reading needs.
type byteReader interface {
	io.Reader
	io.ByteReader
}

// Read reads an encoder that WriteTo wrote, and nothing after it when r is an
// io.ByteReader. Any fault of the data is a claim.Problem with
// text.CodeEncoderCorrupt; memory stays within a small multiple of the bytes read.
func Read(r io.Reader) (*Encoder, error) {
	br, ok := r.(byteReader)
	if !ok {
		br = bufio.NewReader(r)
	}
	e, err := decode(br)
	if err != nil {
		return nil, claim.Problem{Code: text.CodeEncoderCorrupt, Where: "facts",
			Message: fmt.Sprintf("cannot read the stored encoder: %v; fit or copy it again", err)}
	}
	e.ready()
	return e, nil
}

func decode(r byteReader) (*Encoder, error) {
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	if !bytes.Equal(head, magic) {
		return nil, fmt.Errorf("starts with %q instead of %q", head, magic)
	}
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	if n > maxBytes {
		return nil, fmt.Errorf("%d bytes are more than the %d allowed", n, maxBytes)
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		return nil, err
	}
	var tail [4]byte
	if _, err := io.ReadFull(r, tail[:]); err != nil {
		return nil, err
	}
	whole := append(binary.AppendUvarint(head, n), body.Bytes()...)
	if want := crc32.ChecksumIEEE(whole); binary.LittleEndian.Uint32(tail[:]) != want {
		return nil, fmt.Errorf("the checksum is not %08x", want)
	}
	return parse(body.Bytes())
}

func parse(body []byte) (*Encoder, error) {
	var s stored
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return nil, err
	}
	if err := s.Config.Validate(); err != nil {
		return nil, err
	}
	if len(s.Keys) == 0 || len(s.Keys) > maxKeys {
		return nil, fmt.Errorf("%d keys", len(s.Keys))
	}
	for i, k := range s.Keys {
		if i > 0 && s.Keys[i-1].Name >= k.Name {
			return nil, fmt.Errorf("key %q is out of order", k.Name)
		}
		if err := k.validate(); err != nil {
			return nil, fmt.Errorf("key %q: %w", k.Name, err)
		}
	}
	return &Encoder{cfg: s.Config, keys: s.Keys}, nil
}

func (k *key) validate() error {
	if k.columns() == 0 || len(k.Cuts) > maxThresholds || len(k.Values) > maxValues || len(k.Words) > maxWords {
		return fmt.Errorf("%d cuts, %d values and %d words", len(k.Cuts), len(k.Values), len(k.Words))
	}
	for i, c := range k.Cuts {
		if math.IsNaN(c) || math.IsInf(c, 0) || i > 0 && k.Cuts[i-1] >= c {
			return fmt.Errorf("cut %g is out of order", c)
		}
	}
	for _, list := range [][]string{k.Values, k.Words} {
		for i, v := range list {
			if v == "" || len(v) > maxValueBytes || i > 0 && list[i-1] >= v {
				return fmt.Errorf("value %q is out of order", v)
			}
		}
	}
	return nil
}
