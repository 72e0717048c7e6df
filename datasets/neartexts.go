package datasets

import (
	"context"
	"math"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// NearText is the Jaccard similarity of shingles from which two texts count as
// near-duplicates.
const NearText = 0.7

// Pair is two items that are alike; A < B.
type Pair struct {
	A, B int
	// Similarity is 0 to 1; 1 = the same but for case, spacing and punctuation (texts),
	// or the same bytes (photos).
	Similarity float64
}

// MinHash with 32 bands of 4 rows: two texts of similarity 0.7 meet in at least one band
// with a probability of 0.9998 (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets,
// chapter 3).
const (
	bands       = 32
	bandRows    = 4
	signature   = bands * bandRows
	leastShared = signature / 2 // at 0.7, fewer equal rows have a chance below 1 in 10^6
)

// bucketSize bounds the texts of one bucket. Thousands of filled-in forms meet in every
// band; comparing each with the first 500 of its buckets finds what matters and keeps the
// time in proportion to the number of texts.
const bucketSize = 500

// NearTexts gives pairs of texts that are alike to at least [NearText], in the order of
// B. want says which pairs are of interest; it is asked before texts are compared, and
// found is called with each result, so that want may follow what was found. Empty texts
// are like no other. A text is always compared with the first one that is equal to it;
// of more than 500 texts with a band of hashes in common, only the first 500 are
// compared with the others.
func NearTexts(ctx context.Context, texts []string, want func(a, b int) bool, found func(Pair)) error {
	n := nearTexts{want: want, found: found, pieces: make([][]uint64, len(texts)), sketches: make([]sketch, len(texts)),
		stamp: make([]int32, len(texts)), equal: map[uint64]int32{}}
	for i := range n.buckets {
		n.buckets[i] = map[uint64][]int32{}
	}
	rows := make([][signature]uint32, min(textBatch, len(texts)))
	for start := 0; start < len(texts); start += textBatch {
		end := min(start+textBatch, len(texts))
		inParallel(end-start, func(i int) { // the costly part, and no text needs another
			b := start + i
			if n.pieces[b] = shingles(texts[b]); len(n.pieces[b]) > 0 {
				sign(&rows[i], n.pieces[b])
			}
		})
		for b := start; b < end; b++ {
			if b%64 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if len(n.pieces[b]) > 0 {
				n.add(int32(b), &rows[b-start])
			}
		}
	}
	return nil
}

// textBatch is the number of texts that are prepared side by side.
const textBatch = 1024

// inParallel calls do for 0..n-1 on all cores.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var work sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		work.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	work.Wait()
}

type nearTexts struct {
	want     func(a, b int) bool
	found    func(Pair)
	pieces   [][]uint64
	sketches []sketch
	stamp    []int32 // last b that a was compared with, plus 1
	equal    map[uint64]int32
	buckets  [bands]map[uint64][]int32
}

// add compares text b with the earlier ones that it may be like.
func (n *nearTexts) add(b int32, rows *[signature]uint32) {
	whole := wholeOf(n.pieces[b])
	n.sketches[b] = sketchOf(rows)
	if a, known := n.equal[whole]; known {
		n.compare(a, b)
	} else {
		n.equal[whole] = b
	}
	for band := range bands {
		key := bandKey(rows[band*bandRows:])
		bucket := n.buckets[band][key]
		for _, a := range bucket {
			n.compare(a, b)
		}
		if len(bucket) < bucketSize {
			n.buckets[band][key] = append(bucket, b)
		}
	}
}

// wholeOf is one hash of all pieces.
func wholeOf(pieces []uint64) uint64 {
	whole := uint64(len(pieces))
	for _, p := range pieces {
		whole = mix(whole ^ p)
	}
	return whole
}

func (n *nearTexts) compare(a, b int32) {
	if n.stamp[a] == b+1 {
		return
	}
	n.stamp[a] = b + 1
	if !n.want(int(a), int(b)) || shared(&n.sketches[a], &n.sketches[b]) < leastShared {
		return
	}
	if s := jaccard(n.pieces[a], n.pieces[b]); s >= NearText {
		n.found(Pair{int(a), int(b), s})
	}
}

// sign fills in the smallest value of each hash function over the pieces.
func sign(out *[signature]uint32, pieces []uint64) {
	for i := range out {
		out[i] = math.MaxUint32
	}
	for _, p := range pieces {
		x, step := mix(p), mix(p^0x9e3779b97f4a7c15)|1
		for i := range out { // double hashing stands for independent functions
			if v := uint32(x >> 32); v < out[i] {
				out[i] = v
			}
			x += step
		}
	}
}

// mix is the finaliser of splitmix64: every bit of the input moves every bit of the
// output.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func bandKey(rows []uint32) uint64 {
	return mix(uint64(rows[0])<<32|uint64(rows[1])) ^ mix(mix(uint64(rows[2])<<32|uint64(rows[3])))
}

// sketch holds the lowest byte of each row: enough to tell how many rows of two texts are
// equal (one in 256 is by chance), and quick to compare when thousands of texts are
// filled-in forms that meet in every band.
type sketch [signature / 8]uint64

func sketchOf(rows *[signature]uint32) (s sketch) {
	for i, r := range rows {
		s[i/8] |= uint64(uint8(r)) << (i % 8 * 8)
	}
	return s
}

// shared counts the equal bytes of a and b.
func shared(a, b *sketch) int {
	n := 0
	for i := range a {
		n += equalBytes(a[i], b[i])
	}
	return n
}

// equalBytes counts the bytes that a and b have in common, all eight at a time: a byte of the
// difference is zero when neither its lower seven bits carry into the eighth nor the eighth
// is set.
func equalBytes(a, b uint64) int {
	const low = 0x7f7f7f7f7f7f7f7f
	x := a ^ b
	return 8 - bits.OnesCount64(((x&low)+low|x)&^low)
}
