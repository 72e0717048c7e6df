package tokenizer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// charsmap is SentencePiece's table of replacements: a double-array trie (Aoe 1989, as in
// the Darts library) from character sequences to places in a list of NUL-ended strings.
type charsmap struct {
	trie    []uint32
	strings []byte
}

// maxCluster is the size in bytes from which a grapheme is replaced rune by rune.
const maxCluster = 6

func newCharsmap(data []byte) (normaliser, error) {
	if len(data) == 0 {
		return chain(nil), nil
	}
	if len(data) < 4 {
		return nil, fmt.Errorf("a character map of %d bytes", len(data))
	}
	n := binary.LittleEndian.Uint32(data)
	data = data[4:]
	if n%4 != 0 || n == 0 || uint64(n) > uint64(len(data)) {
		return nil, fmt.Errorf("a character map with a trie of %d bytes", n)
	}
	c := charsmap{trie: make([]uint32, n/4), strings: data[n:]}
	for i := range c.trie {
		c.trie[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return c, nil
}

func (c charsmap) normalise(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	state := -1
	for s != "" {
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		if len(cluster) < maxCluster {
			if to, ok := c.lookup(cluster); ok {
				out.Write(to)
				continue
			}
		}
		for cluster != "" {
			_, size := utf8.DecodeRuneInString(cluster)
			if to, ok := c.lookup(cluster[:size]); ok {
				out.Write(to)
			} else {
				out.WriteString(cluster[:size])
			}
			cluster = cluster[size:]
		}
	}
	return out.String()
}

// lookup gives the replacement of the shortest prefix of key in the trie, which is what
// the Python library does.
func (c charsmap) lookup(key string) ([]byte, bool) {
	at := offset(c.trie[0])
	for i := range len(key) {
		at ^= uint32(key[i])
		if at >= uint32(len(c.trie)) {
			return nil, false
		}
		unit := c.trie[at]
		if key[i] == 0 || unit&(1<<31|0xff) != uint32(key[i]) {
			return nil, false
		}
		at ^= offset(unit)
		if unit>>8&1 == 1 {
			return c.value(at)
		}
	}
	return nil, false
}

// value reads the leaf at a node and the string that it points to.
func (c charsmap) value(at uint32) ([]byte, bool) {
	if at >= uint32(len(c.trie)) {
		return nil, false
	}
	start := c.trie[at] & (1<<31 - 1)
	if start >= uint32(len(c.strings)) {
		return nil, false
	}
	s := c.strings[start:]
	if end := bytes.IndexByte(s, 0); end >= 0 {
		s = s[:end]
	}
	return s, true
}

// offset is the distance from a unit of the trie to its children.
func offset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }
