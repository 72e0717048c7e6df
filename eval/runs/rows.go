package runs

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"

	"github.com/sourcegraph/conc/pool"

	"github.com/defekt/defekt/eval/sample"
)

// The file of rows, version 1 (all integers little-endian):
//
//	16 bytes   "defekt rows v1\n" and a zero byte
//	uint32     length of the header, uint32 its CRC-32C
//	header     JSON: the number of rows, the axes with their labels, and the list of columns
//	           with name, type, length raw and as stored, and CRC-32C of what is stored
//	columns    one after the other, each compressed with zstd (RFC 8878) or, where that is
//	           no gain, as it is
//
// A column is one of
//
//	text    for each row the length in bytes (unsigned LEB128), then all bytes
//	words   the same for the distinct texts, preceded by their number (LEB128); then each
//	        row's place among them as a column of int8, int16 or int32
//	int8, int16, int32, int64
//	        one number a row, in the narrowest width that holds all; byte by byte (all first
//	        bytes, then all second bytes...), which compresses better
//	float32 the bits of each number (IEEE 754), byte by byte likewise
//	bits    one bit a row, the first row in the lowest bit
//
// Times are three columns: seconds since 1970, nanoseconds, and the zone's offset in seconds.
const magic = "defekt rows v1\n\x00"

// maxHeader is the longest header in bytes: half a million labels.
const maxHeader = 64 << 20

// rowsHeader describes the file; with it a reader in any language needs no more.
type rowsHeader struct {
	Rows    int          `json:"rows"`
	Axes    []rowsAxis   `json:"axes"`
	Fields  []string     `json:"fields,omitempty"`
	Times   bool         `json:"times,omitempty"`
	Columns []rowsColumn `json:"columns"`
}

type rowsAxis struct {
	ID      string   `json:"id"`
	Ordinal bool     `json:"ordinal,omitempty"`
	Labels  []string `json:"labels"`
	Parents []int32  `json:"parents"`
	// Classes are there when the axis has any; Distributions says that their probabilities are
	// columns; Abstained that abstentions are one.
	Classes       []int32 `json:"classes,omitempty"`
	Distributions bool    `json:"distributions,omitempty"`
	Abstained     bool    `json:"abstained,omitempty"`
}

type rowsColumn struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Packed bool   `json:"packed,omitempty"` // zstd
	Raw    int64  `json:"raw"`
	Stored int64  `json:"stored"`
	CRC32C uint32 `json:"crc32c"`
}

// WriteRows writes a valid sample. The instants and offsets of times are kept, the names of
// their zones are not, and neither is Given, which no comparison of runs reads. The error is sample.Validate's, or w's.
func WriteRows(w io.Writer, s *sample.Sample) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	head, columns := describe(s)
	blocks, err := encodeAll(head, columns)
	if err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	header, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	if len(header) > maxHeader {
		return fmt.Errorf("rows: the labels need %d bytes; at most %d are kept", len(header), maxHeader)
	}
	buf := bufio.NewWriter(w)
	_, _ = buf.WriteString(magic) // the writer keeps its error until Flush
	_ = binary.Write(buf, binary.LittleEndian, [2]uint32{uint32(len(header)), crc32.Checksum(header, castagnoli())})
	_, _ = buf.Write(header)
	for _, b := range blocks {
		_, _ = buf.Write(b)
	}
	return buf.Flush()
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) } // the package keeps one

// encodeAll packs the columns side by side and completes their descriptions.
func encodeAll(head *rowsHeader, columns []column) ([][]byte, error) {
	blocks := make([][]byte, len(columns))
	head.Columns = make([]rowsColumn, len(columns))
	packer, err := newPacker()
	if err != nil {
		return nil, err
	}
	work := pool.New().WithMaxGoroutines(runtime.GOMAXPROCS(0))
	for i, c := range columns {
		work.Go(func() {
			kind, raw := c.encode()
			stored, packed := packer.pack(raw)
			blocks[i] = stored
			head.Columns[i] = rowsColumn{c.name, kind, packed, int64(len(raw)), int64(len(stored)), crc32.Checksum(stored, castagnoli())}
		})
	}
	work.Wait()
	return blocks, packer.enc.Close()
}

// ReadRows reads what WriteRows wrote. A file that is cut, changed or made up gives an error
// that wraps [ErrCorrupt]; it never makes ReadRows take much more memory than the file's
// own data could fill (see freeBytes).
func ReadRows(r io.Reader) (*sample.Sample, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := readHeader(in)
	if err != nil {
		return nil, fmt.Errorf("rows: %w", err)
	}
	raws, err := readColumns(in, head)
	if err != nil {
		return nil, fmt.Errorf("rows: %w", err)
	}
	s, err := restore(head, raws)
	if err != nil {
		return nil, fmt.Errorf("rows: %w: %w", ErrCorrupt, err)
	}
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("rows: %w: %w", ErrCorrupt, err)
	}
	return s, nil
}

// ErrCorrupt says that a file is not what was written.
var ErrCorrupt = errors.New("the file is damaged")

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrCorrupt, fmt.Errorf(format, args...))
}

func readHeader(in io.Reader) (*rowsHeader, error) {
	var start struct {
		Magic       [len(magic)]byte
		Length, Sum uint32
	}
	if err := binary.Read(in, binary.LittleEndian, &start); err != nil {
		return nil, corrupt("its beginning: %w", err)
	}
	if string(start.Magic[:]) != magic {
		return nil, corrupt("it does not begin like a file of rows, version 1")
	}
	if start.Length > maxHeader {
		return nil, corrupt("a header of %d bytes", start.Length)
	}
	data, err := take(in, int64(start.Length))
	if err != nil {
		return nil, corrupt("its header: %w", err)
	}
	if crc32.Checksum(data, castagnoli()) != start.Sum {
		return nil, corrupt("the header's checksum is wrong")
	}
	head := &rowsHeader{}
	if err := json.Unmarshal(data, head); err != nil {
		return nil, corrupt("its header: %w", err)
	}
	if head.Rows < 0 {
		return nil, corrupt("%d rows", head.Rows)
	}
	return head, nil
}

// readColumns reads the blocks in order and unpacks them side by side.
func readColumns(in io.Reader, head *rowsHeader) (map[string]rawColumn, error) {
	unpacker, err := newUnpacker()
	if err != nil {
		return nil, err
	}
	defer unpacker.dec.Close()
	raws, budget := make([][]byte, len(head.Columns)), int64(freeBytes)
	work := pool.New().WithMaxGoroutines(runtime.GOMAXPROCS(0)).WithErrors().WithFirstError()
	err = func() error {
		for i, c := range head.Columns {
			stored, err := take(in, c.Stored)
			if err != nil {
				return corrupt("column %q: %w", c.Name, err)
			}
			if budget += maxRatio * c.Stored; c.Raw < 0 || c.Raw > budget {
				return corrupt("column %q claims %d bytes, which its %d cannot hold", c.Name, c.Raw, c.Stored)
			}
			budget -= c.Raw
			work.Go(func() (err error) {
				raws[i], err = unpacker.unpack(c, stored)
				return err
			})
		}
		return nil
	}()
	if err = errors.Join(err, work.Wait()); err != nil {
		return nil, err
	}
	out := make(map[string]rawColumn, len(raws))
	for i, c := range head.Columns {
		if _, twice := out[c.Name]; twice {
			return nil, corrupt("column %q stands twice", c.Name)
		}
		out[c.Name] = rawColumn{c.Type, raws[i]}
	}
	return out, nil
}
