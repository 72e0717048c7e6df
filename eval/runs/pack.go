package runs

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"
)

// What a file of rows may unpack to: freeBytes, and beyond that maxRatio bytes for each byte
// of the file. Real rows shrink to a third or a tenth; a writer stores what would shrink
// more than maxRatio as it is, so that nothing it writes is refused.
const (
	freeBytes = 16 << 20
	maxRatio  = 256
)

// packer compresses blocks; it may be used by several goroutines.
type packer struct{ enc *zstd.Encoder }

func newPacker() (*packer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	return &packer{enc}, err
}

// pack compresses, unless that is no gain or so much of one that a reader would be wary.
func (p *packer) pack(raw []byte) (stored []byte, packed bool) {
	stored = p.enc.EncodeAll(raw, nil)
	tooGood := len(raw) > freeColumn && len(raw)/maxRatio > len(stored)
	if len(stored) >= len(raw) || tooGood {
		return raw, false
	}
	return stored, true
}

// freeColumn is the size up to which a column may shrink without limit; 4,000 such columns
// fit into freeBytes.
const freeColumn = 4 << 10

// unpacker restores blocks; it may be used by several goroutines.
type unpacker struct{ dec *zstd.Decoder }

func newUnpacker() (*unpacker, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecodeAllCapLimit(true))
	return &unpacker{dec}, err
}

// unpack checks and restores one column. It takes as much memory as the header claims, which
// was found to be within the file's budget.
func (u *unpacker) unpack(c rowsColumn, stored []byte) ([]byte, error) {
	if crc32.Checksum(stored, castagnoli()) != c.CRC32C {
		return nil, corrupt("column %q: the checksum is wrong", c.Name)
	}
	raw := stored
	if c.Packed {
		var err error
		if raw, err = u.dec.DecodeAll(stored, make([]byte, 0, c.Raw)); err != nil {
			return nil, corrupt("column %q: %w", c.Name, err)
		}
	}
	if int64(len(raw)) != c.Raw {
		return nil, corrupt("column %q has %d bytes instead of %d", c.Name, len(raw), c.Raw)
	}
	return raw, nil
}

// maxWindow is the memory that a block may ask of the decoder; the encoder uses 4 MB.
const maxWindow = 8 << 20

// take reads exactly n bytes; the slice grows as they come.
func take(r io.Reader, n int64) ([]byte, error) {
	if n < 0 {
		return nil, fmt.Errorf("%d bytes", n)
	}
	buf := bytes.NewBuffer(make([]byte, 0, min(n, 64<<10)+bytes.MinRead))
	got, err := io.Copy(buf, io.LimitReader(r, n))
	if err == nil && got < n {
		err = io.ErrUnexpectedEOF
	}
	return buf.Bytes(), err
}
