package fingerprint

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/defekt/defekt/datasets"
)

// FileName is what the file is called in a model's folder.
const FileName = "training.prints"

// The file: 16 bytes of magic, uint32 length of the header, the header (JSON: data, digest,
// claims, photos), then the claims (id, serial, text as uint64, 64 bytes of sketch) and the
// photos (claim as uint32, file as uint64, 4 uint64 of difference hash, 16 of signs), all little-endian, and a CRC-32C
// of everything before it.
const magic = "defekt prints 1\n"

const (
	claimBytes = 3*8 + datasets.TextRows
	photoBytes = 4 + 8*(1+4+signBits/64)
	maxHeader  = 1 << 20
)

type header struct {
	Data   string `json:"data"`
	Digest string `json:"digest,omitempty"`
	Claims int    `json:"claims"`
	Photos int    `json:"photos"`
}

// WriteTo writes the prints. The same set gives the same bytes.
func (p *Prints) WriteTo(w io.Writer) (int64, error) {
	head, err := json.Marshal(header{p.Data, p.Digest, len(p.claims), len(p.photos)})
	if err != nil {
		return 0, err
	}
	b := make([]byte, 0, len(magic)+8+len(head)+len(p.claims)*claimBytes+len(p.photos)*photoBytes)
	b = append(b, magic...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(head)))
	b = append(b, head...)
	for i := range p.claims {
		c := &p.claims[i]
		for _, v := range []uint64{c.id, c.serial, c.text} {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
		b = append(b, c.sketch[:]...)
	}
	for i := range p.photos {
		ph := &p.photos[i]
		b = binary.LittleEndian.AppendUint32(b, ph.claim)
		b = binary.LittleEndian.AppendUint64(b, ph.file)
		for _, v := range append(ph.bits[:], ph.detail[:]...) {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	n, err := w.Write(b)
	return int64(n), err
}

// ErrCorrupt says that a file of prints is not what was written.
var ErrCorrupt = errors.New("the fingerprints are damaged")

// Read reads what WriteTo wrote; a file that is cut or changed gives an error that wraps
// ErrCorrupt. Memory grows with what is really there.
func Read(r io.Reader) (*Prints, error) {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	in := bufio.NewReader(r)
	summed := io.TeeReader(in, sum)
	start := make([]byte, len(magic)+4)
	if _, err := io.ReadFull(summed, start); err != nil || string(start[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it does not begin like one", ErrCorrupt)
	}
	length := binary.LittleEndian.Uint32(start[len(magic):])
	if length > maxHeader {
		return nil, fmt.Errorf("%w: a header of %d bytes", ErrCorrupt, length)
	}
	var head header
	raw := make([]byte, length)
	if _, err := io.ReadFull(summed, raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, fmt.Errorf("%w: its header: %w", ErrCorrupt, err)
	}
	p := &Prints{Data: head.Data, Digest: head.Digest}
	if err := p.readBody(summed, head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	want := sum.Sum32()
	var got uint32
	if err := binary.Read(in, binary.LittleEndian, &got); err != nil || got != want {
		return nil, fmt.Errorf("%w: the checksum is wrong", ErrCorrupt)
	}
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: there is more after the end", ErrCorrupt)
	}
	return p, nil
}

func (p *Prints) readBody(r io.Reader, head header) error {
	claim, photo := make([]byte, claimBytes), make([]byte, photoBytes)
	number := binary.LittleEndian.Uint64
	for range head.Claims {
		if _, err := io.ReadFull(r, claim); err != nil {
			return err
		}
		c := claimPrint{id: number(claim), serial: number(claim[8:]), text: number(claim[16:])}
		copy(c.sketch[:], claim[24:])
		p.claims = append(p.claims, c)
	}
	for range head.Photos {
		if _, err := io.ReadFull(r, photo); err != nil {
			return err
		}
		one := photoPrint{claim: binary.LittleEndian.Uint32(photo), file: number(photo[4:])}
		for i := range one.bits {
			one.bits[i] = number(photo[12+8*i:])
		}
		for i := range one.detail {
			one.detail[i] = number(photo[44+8*i:])
		}
		if int64(one.claim) >= int64(len(p.claims)) {
			return fmt.Errorf("a photo of claim %d of %d", one.claim, len(p.claims))
		}
		p.photos = append(p.photos, one)
	}
	return nil
}
