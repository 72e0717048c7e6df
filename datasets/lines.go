package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// openData opens a file for reading and unpacks it when its first bytes say gzip,
// whatever its name.
func openData(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	unpacked, err := Unpack(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return readCloser{unpacked, f}, nil
}

// Unpack gives the content of r, unpacked when its first bytes say gzip.
func Unpack(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	magic, err := buffered.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return buffered, nil
	}
	return gzip.NewReader(buffered)
}

type readCloser struct {
	io.Reader
	io.Closer
}

// lineReader gives lines of at most MaxRow bytes; of a longer one it keeps the beginning
// and reads past the rest, so that memory stays bounded.
type lineReader struct {
	r    *bufio.Reader
	buf  []byte
	line int // of the last line given, from 1
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 256<<10)}
}

// next gives the next line without its end; the bytes hold until the next call. At the
// end of the data the error is io.EOF.
func (l *lineReader) next() (line []byte, tooLong bool, err error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		if room := MaxRow + 2 - len(l.buf); len(part) > room {
			l.buf, tooLong = append(l.buf, part[:max(room, 0)]...), true
		} else {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(l.buf) == 0:
			return nil, false, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, false, err
		}
		break
	}
	l.line++
	line = bytes.TrimSuffix(bytes.TrimSuffix(l.buf, []byte("\n")), []byte("\r"))
	if l.line == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")) // byte order mark
	}
	return line, tooLong || len(line) > MaxRow, nil
}
