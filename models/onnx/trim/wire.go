package trim

import (
	"encoding/binary"
	"errors"
)

// Wire types of protobuf. Groups do not occur in ONNX.
const (
	wireVarint = 0
	wire64     = 1
	wireBytes  = 2
	wire32     = 5
)

var errWire = errors.New("not a protobuf message")

// field is one field of a message; raw and data share the message's memory.
type field struct {
	number int
	raw    []byte // tag and value, to be written as it is
	data   []byte // the value where it has a length
	value  uint64 // the value where it is a varint
}

// fields splits a message. Values are not looked into.
func fields(message []byte) ([]field, error) {
	var out []field
	for len(message) > 0 {
		f, rest, err := next(message)
		if err != nil {
			return nil, err
		}
		out, message = append(out, f), rest
	}
	return out, nil
}

// next reads the first field of a message that has at least one byte.
func next(message []byte) (f field, rest []byte, err error) {
	tag, n := binary.Uvarint(message)
	if n <= 0 || tag>>3 == 0 || tag>>3 > 1<<29-1 {
		return f, nil, errWire
	}
	f.number = int(tag >> 3)
	end := n
	switch tag & 7 {
	case wireVarint:
		var m int
		if f.value, m = binary.Uvarint(message[n:]); m <= 0 {
			return f, nil, errWire
		}
		end += m
	case wire64:
		end += 8
	case wire32:
		end += 4
	case wireBytes:
		size, m := binary.Uvarint(message[n:])
		if m <= 0 || size > uint64(len(message)-n-m) {
			return f, nil, errWire
		}
		end += m + int(size)
		f.data = message[n+m : end]
	default:
		return f, nil, errWire
	}
	if end > len(message) {
		return f, nil, errWire
	}
	f.raw = message[:end]
	return f, message[end:], nil
}

// appendBytes writes a field that has a length.
func appendBytes(out []byte, number int, data []byte) []byte {
	out = binary.AppendUvarint(out, uint64(number)<<3|wireBytes)
	out = binary.AppendUvarint(out, uint64(len(data)))
	return append(out, data...)
}

// text gives the value of a message's first field with this number, or "".
func text(message []byte, number int) (string, error) {
	list, err := fields(message)
	if err != nil {
		return "", err
	}
	for _, f := range list {
		if f.number == number {
			return string(f.data), nil
		}
	}
	return "", nil
}
