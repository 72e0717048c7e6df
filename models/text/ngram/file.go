package ngram

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

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// magic opens a stored encoder; its last byte is the version of the format.
var magic = [...]byte{'D', 'F', 'N', 'G', 1}

// maxConfigBytes bounds the settings in a stored encoder.
const maxConfigBytes = 4096

// growth bounds how much memory a count in the file can claim before its data are read.
const growth = 1 << 16

// WriteTo writes the encoder: magic, settings as JSON, counts, hashes as deltas, idf as
// float32, checksum; about 8 bytes a column. Same encoder, same bytes.
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
	if err != nil { // a Config of plain fields always marshals
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (e *Encoder) bytes() ([]byte, error) {
	cfg, err := json.Marshal(e.cfg)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	b := append([]byte(nil), magic[:]...)
	b = binary.AppendUvarint(b, uint64(len(cfg)))
	b = append(b, cfg...)
	b = binary.LittleEndian.AppendUint32(b, e.docs)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(e.meanLen))
	b = binary.AppendUvarint(b, uint64(len(e.hashes)))
	last := uint64(0)
	for _, h := range e.hashes {
		b = binary.AppendUvarint(b, h-last)
		last = h
	}
	for _, v := range e.idf {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

// Read reads an encoder that WriteTo wrote, and nothing after it when r is an
// io.ByteReader. Any fault of the data is a claim.Problem with
// text.CodeEncoderCorrupt; memory stays within a small multiple of the bytes read.
func Read(r io.Reader) (*Encoder, error) {
	d := newDecoder(r)
	e, err := d.encoder()
	if err != nil {
		return nil, claim.Problem{Code: text.CodeEncoderCorrupt, Where: "ngram",
			Message: fmt.Sprintf("cannot read the stored encoder: %v; fit or copy it again", err)}
	}
	e.ready()
	return e, nil
}

// byteReader is what the decoder needs.
type byteReader interface {
	io.Reader
	io.ByteReader
}

// decoder reads the format and keeps the checksum of what it read.
type decoder struct {
	r   byteReader
	sum uint32
}

func newDecoder(r io.Reader) *decoder {
	if b, ok := r.(byteReader); ok {
		return &decoder{r: b}
	}
	return &decoder{r: bufio.NewReader(r)}
}

// ReadByte makes the decoder an io.ByteReader, for varints.
func (d *decoder) ReadByte() (byte, error) {
	c, err := d.r.ReadByte()
	if err == nil {
		d.sum = crc32.Update(d.sum, crc32.IEEETable, []byte{c})
	}
	return c, err
}

func (d *decoder) full(b []byte) error {
	if _, err := io.ReadFull(d.r, b); err != nil {
		return err
	}
	d.sum = crc32.Update(d.sum, crc32.IEEETable, b)
	return nil
}

func (d *decoder) uint32() (uint32, error) {
	var b [4]byte
	err := d.full(b[:])
	return binary.LittleEndian.Uint32(b[:]), err
}

func (d *decoder) encoder() (*Encoder, error) {
	e := &Encoder{}
	if err := d.header(e); err != nil {
		return nil, err
	}
	n, err := binary.ReadUvarint(d)
	if err != nil {
		return nil, err
	}
	if n == 0 || n > maxColumns || n > uint64(e.cfg.MaxColumns) {
		return nil, fmt.Errorf("%d columns", n)
	}
	if err := d.columns(e, int(n)); err != nil {
		return nil, err
	}
	want := d.sum
	got, err := d.uint32()
	if err != nil {
		return nil, err
	}
	if got != want {
		return nil, fmt.Errorf("checksum %08x instead of %08x", got, want)
	}
	return e, nil
}

func (d *decoder) header(e *Encoder) error {
	var m [len(magic)]byte
	if err := d.full(m[:]); err != nil {
		return err
	}
	if m != magic {
		return fmt.Errorf("starts with %q instead of %q", m[:], magic[:])
	}
	n, err := binary.ReadUvarint(d)
	if err != nil {
		return err
	}
	if n > maxConfigBytes {
		return fmt.Errorf("settings of %d bytes", n)
	}
	cfg := make([]byte, n)
	if err := d.full(cfg); err != nil {
		return err
	}
	strict := json.NewDecoder(bytes.NewReader(cfg))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&e.cfg); err != nil {
		return err
	}
	if err := e.cfg.Validate(); err != nil {
		return err
	}
	if e.docs, err = d.uint32(); err != nil {
		return err
	}
	e.meanLen, err = d.float32()
	return err
}

func (d *decoder) columns(e *Encoder, n int) error {
	e.hashes = make([]uint64, 0, min(n, growth))
	last := uint64(0)
	for range n {
		delta, err := binary.ReadUvarint(d)
		if err != nil {
			return err
		}
		if delta == 0 || delta >= 1<<hashBits || last+delta >= 1<<hashBits {
			return fmt.Errorf("hash %d is out of order or range", len(e.hashes))
		}
		last += delta
		e.hashes = append(e.hashes, last)
	}
	e.idf = make([]float32, 0, min(n, growth))
	for range n {
		v, err := d.float32()
		if err != nil {
			return err
		}
		e.idf = append(e.idf, v)
	}
	return nil
}

// float32 reads a weight, which must be finite and not negative.
func (d *decoder) float32() (float32, error) {
	bits, err := d.uint32()
	v := math.Float32frombits(bits)
	if err == nil && !(v >= 0 && v <= math.MaxFloat32) {
		err = fmt.Errorf("weight %g", v)
	}
	return v, err
}
