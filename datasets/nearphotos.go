package datasets

import (
	"context"
	"math/bits"
)

// PhotoPrint is what is compared of a photo.
type PhotoPrint struct {
	// SHA256 is the hash of the file in hex; "" = not read.
	SHA256 string
	// Hash is nil when the photo could not be decoded.
	Hash *PhotoHash
}

// NearPhotos gives the pairs of photos that have the same bytes (similarity 1) or whose
// fingerprints differ in at most [NearPhoto] bits and agree in their details (similarity
// 1 - bits/256, below 1), in the order of B. want and found are as in [NearTexts]. All
// pairs of different photos are compared (of equal ones, the first), so time grows with the square of their number; see
// BenchmarkNearPhotos5k.
func NearPhotos(ctx context.Context, photos []PhotoPrint, want func(a, b int) bool, found func(Pair)) error {
	hashes := make([]hashBits, len(photos)) // close together in memory
	first := map[string]int{}
	for b := range photos {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		same := -1
		if sum := photos[b].SHA256; sum != "" {
			if a, known := first[sum]; known {
				same = a
			} else {
				first[sum] = b
			}
		}
		if same >= 0 && want(same, b) {
			found(Pair{same, b, 1})
		}
		h := photos[b].Hash
		if h == nil || h.Flat {
			continue
		}
		hashes[b] = hashBits{h.Bits, h.Mirrored, true}
		for a := range b {
			if a == same || !hashes[a].near(&hashes[b]) {
				continue
			}
			if s := alike(&photos[a], &photos[b]); s > 0 && want(a, b) {
				found(Pair{a, b, s})
			}
		}
	}
	return nil
}

// alike gives the similarity of two photos with near hashes; 0 when only the hashes are.
func alike(a, b *PhotoPrint) float64 {
	switch {
	case a.SHA256 != "" && a.SHA256 == b.SHA256:
		return 1
	case a.Hash.agreement(b.Hash) < sameDetail:
		return 0
	}
	return 1 - float64(max(a.Hash.Distance(b.Hash), 1))/(hashSide*hashSide)
}

// hashBits are the bits of a fingerprint without its details.
type hashBits struct {
	bits, mirrored [4]uint64
	ok             bool
}

// near says whether the bits differ in at most NearPhoto places. Of unlike photos half
// the bits differ, so the first word mostly decides.
func (h *hashBits) near(other *hashBits) bool {
	return h.ok && (within(&h.bits, &other.bits) || within(&h.bits, &other.mirrored))
}

func within(a, b *[4]uint64) bool {
	n := bits.OnesCount64(a[0] ^ b[0])
	return n <= NearPhoto && n+bits.OnesCount64(a[1]^b[1])+bits.OnesCount64(a[2]^b[2])+bits.OnesCount64(a[3]^b[3]) <= NearPhoto
}
