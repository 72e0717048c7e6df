package ngram

// vocab finds the column of a gram's hash: an open-addressing table, half full at most,
// whose slots hold hash<<24|column in one word (0 = empty).
type vocab struct {
	slots []uint64
	shift uint
}

const columnBits = 64 - hashBits

func newVocab(hashes []uint64) vocab {
	bits := uint(1)
	for 1<<bits < 2*len(hashes) {
		bits++
	}
	v := vocab{slots: make([]uint64, 1<<bits), shift: hashBits - min(bits, hashBits)}
	for col, h := range hashes {
		at := v.home(h)
		for v.slots[at] != 0 {
			at = (at + 1) & (len(v.slots) - 1)
		}
		v.slots[at] = h<<columnBits | uint64(col)
	}
	return v
}

func (v vocab) home(hash uint64) int { return int(hash>>v.shift) & (len(v.slots) - 1) }

// column gives the hash's column, or false.
func (v vocab) column(hash uint64) (uint32, bool) {
	for at := v.home(hash); ; at = (at + 1) & (len(v.slots) - 1) {
		s := v.slots[at]
		if s>>columnBits == hash {
			return uint32(s & (1<<columnBits - 1)), true
		}
		if s == 0 {
			return 0, false
		}
	}
}
