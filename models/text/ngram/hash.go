package ngram

// hashBits is the width of a gram's hash; with the column's 24 bits it fills one word.
const hashBits = 40

// Seeds keep the kinds of gram apart.
const (
	seedWord uint64 = 0xcbf29ce484222325
	seedChar uint64 = 0x9e3779b97f4a7c15
	seedRun  uint64 = 0xd6e8feb86659fd93
)

// step takes one rune or token hash into h: FNV-1a (Fowler, Noll and Vo) over whole
// runes instead of bytes.
func step(h, v uint64) uint64 { return (h ^ v) * 0x100000001b3 }

// finish spreads h over all bits (the finaliser of MurmurHash3, Appleby 2011) and gives
// its hashBits highest; never 0, which marks an empty slot.
func finish(h uint64) uint64 {
	h = mix(h) >> (64 - hashBits)
	if h == 0 {
		return 1
	}
	return h
}

func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
