package ndef

import (
	"encoding/binary"
	"fmt"

	"github.com/defekt/defekt/pipeline/claim"
)

// Limits, each well above what tags hold.
const (
	// MaxBytes is the longest message: the largest tags have 64 KiB.
	MaxBytes = 64 << 10
	// MaxRecords is how many records are looked at, those inside Smart Posters included.
	MaxRecords = 64
	// maxDepth is how deep Smart Posters may lie in each other; the standard has one level.
	maxDepth = 2
)

// Codes of messages that are not read.
const (
	CodeEmpty     claim.Code = "ndef_empty"     // no message on the tag
	CodeTooLong   claim.Code = "ndef_too_long"  // more bytes or records than the limit
	CodeTruncated claim.Code = "ndef_truncated" // ends within a record
	CodeMalformed claim.Code = "ndef_malformed" // flags or lengths that contradict each other
	CodeChunked   claim.Code = "ndef_chunked"   // a record in pieces
)

func problem(code claim.Code, format string, args ...any) error {
	return claim.Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

// record is one NDEF record.
type record struct {
	format  byte // type name format: 1 well known, 3 absolute URI ...
	kind    string
	payload []byte
}

// Bits of a record's first byte.
const (
	flagBegin, flagEnd, flagChunk, flagShort, flagID = 0x80, 0x40, 0x20, 0x10, 0x08
	maskFormat                                       = 0x07
)

// records splits a message.
func records(data []byte) ([]record, error) {
	var out []record
	for first := true; ; first = false {
		r, flags, rest, err := take(data)
		if err != nil {
			return nil, err
		}
		if first != (flags&flagBegin != 0) {
			return nil, problem(CodeMalformed, "the message's first record must say so, and no other")
		}
		if len(out) == MaxRecords {
			return nil, problem(CodeTooLong, "the message has more than %d records", MaxRecords)
		}
		out = append(out, r)
		if flags&flagEnd != 0 {
			return out, nil
		}
		data = rest
	}
}

// take reads one record.
func take(data []byte) (r record, flags byte, rest []byte, err error) {
	short := problem(CodeTruncated, "the tag's data ends within a record; hold the phone still and read it again")
	if len(data) < 3 {
		return record{}, 0, nil, short
	}
	flags = data[0]
	if flags&flagChunk != 0 || flags&maskFormat == 6 {
		return record{}, 0, nil, problem(CodeChunked, "the tag's record is cut into chunks, which is not read")
	}
	kind, at := int(data[1]), 2
	var long uint64
	if flags&flagShort != 0 {
		long = uint64(data[at])
		at++
	} else {
		if len(data) < 6 {
			return record{}, 0, nil, short
		}
		long = uint64(binary.BigEndian.Uint32(data[at:]))
		at += 4
	}
	id := 0
	if flags&flagID != 0 {
		if len(data) <= at {
			return record{}, 0, nil, short
		}
		id = int(data[at])
		at++
	}
	if uint64(len(data)) < uint64(at+kind+id)+long {
		return record{}, 0, nil, short
	}
	r.format, r.kind = flags&maskFormat, string(data[at:at+kind])
	at += kind + id
	r.payload = data[at : at+int(long)]
	return r, flags, data[at+int(long):], nil
}

// message unwraps the blocks in which a Type 2 tag keeps its message: 03, length, message,
// FE. Other blocks before it are passed over. What does not look wrapped comes back as it is.
func message(data []byte) ([]byte, error) {
	for len(data) > 0 && (data[0] == 0 || data[0] == 1 || data[0] == 2 || data[0] == 3 || data[0] == 0xFD) {
		if data[0] == 0 { // filler
			data = data[1:]
			continue
		}
		if len(data) < 2 {
			return nil, problem(CodeTruncated, "the tag's data ends within a block")
		}
		long, at := int(data[1]), 2
		if long == 0xFF {
			if len(data) < 4 {
				return nil, problem(CodeTruncated, "the tag's data ends within a block")
			}
			long, at = int(binary.BigEndian.Uint16(data[2:])), 4
		}
		if len(data) < at+long {
			return nil, problem(CodeTruncated, "the tag's data ends within a block")
		}
		if data[0] == 3 {
			return data[at : at+long], nil
		}
		data = data[at+long:]
	}
	return data, nil
}
