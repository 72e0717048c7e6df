package epc

// reader takes numbers from a tag's memory, most significant bit first.
type reader struct {
	data []byte
	at   int
}

// take reads n bits, n at most 64; beyond the end there are zeros.
func (r *reader) take(n int) uint64 {
	var v uint64
	for range n {
		v <<= 1
		if i := r.at / 8; i < len(r.data) {
			v |= uint64(r.data[i] >> (7 - r.at%8) & 1)
		}
		r.at++
	}
	return v
}

// writer is the other way.
type writer struct {
	data []byte
	at   int
}

func newWriter(bits int) *writer { return &writer{data: make([]byte, (bits+7)/8)} }

func (w *writer) put(v uint64, n int) {
	for i := n - 1; i >= 0; i-- {
		if v>>i&1 != 0 {
			w.data[w.at/8] |= 1 << (7 - w.at%8)
		}
		w.at++
	}
}
