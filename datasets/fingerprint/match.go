package fingerprint

import (
	"context"
	"encoding/binary"
	"math/bits"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
)

// Hit says that a claim was, or may have been, in the training.
type Hit struct {
	// ID and Row are the claim's; TrainClaim is the place of the training claim in its set,
	// from 1.
	ID         string `json:"id"`
	Row        int    `json:"row"`
	TrainClaim int    `json:"train_claim"`
	// Code is one of datasets.Leaks: split_leak_text, ..._text_near, ..._text_short,
	// ..._photo, ..._photo_near, ..._serial, or shared_id.
	Code  claim.Code     `json:"code"`
	Level datasets.Level `json:"level"`
	// Similarity is 1 for equality, else an estimate, 0 to 1.
	Similarity float64 `json:"similarity"`
}

// Thresholds; what they lead to is said at Match.
const (
	// nearRows of 64 is an estimated Jaccard similarity of 0.7, like datasets.NearText.
	nearRows = 45
	// nearSigns of 1,024 that differ is a cosine of the details of 0.8, like datasets has it.
	nearSigns = 210
	// bandRows bytes of a sketch are looked up at once, 16 bands in all.
	bandRows = 4
)

// Match gives the claims of a set that the prints know, in the order of the set, one hit for
// each kind. Only hits of level error are sure.
//
// Near-duplicates are found by estimates. Texts: a pair of Jaccard similarity s meets in one
// of 16 bands with probability 1-(1-s^4)^16 (0.99 at 0.7, more above) and counts when 45 of
// 64 rows agree; so a pair of 0.9 is found with more than 0.999, one of 0.8 with 0.98, one
// of 0.7, the threshold itself, with 0.5, and one of 0.5 is taken for near with 0.001.
// Photos: both sketches must be near. 30 of 30 copies that were halved, mirrored or
// brightened were found and 29 that were saved as JPEG of quality 40; of 309 magnetic tiles
// 1 of the 11 that datasets.Leaks calls alike to training was missed and 2 others were
// taken for alike (TestMeasuredOnCopies, TestMeasuredOnRealPhotos).
//
// Equal ids are notes: many files count from 1.
func (p *Prints) Match(ctx context.Context, s *datasets.Set, o Options) ([]Hit, int, error) {
	x := newLookup(p)
	var hits []Hit
	n := 0
	err := each(ctx, s, o, func(one printed) {
		n++
		hits = append(hits, x.match(&one)...)
	})
	if err != nil {
		return nil, n, err
	}
	return hits, n, nil
}

// lookup finds prints by their hashes.
type lookup struct {
	p                   *Prints
	ids, serials, texts map[uint64]uint32
	files               map[uint64]uint32 // to photos
	bands               map[uint64][]uint32
	stamp               []uint32
	round               uint32
}

func newLookup(p *Prints) *lookup {
	x := &lookup{p: p, ids: map[uint64]uint32{}, serials: map[uint64]uint32{}, texts: map[uint64]uint32{}, files: map[uint64]uint32{},
		bands: map[uint64][]uint32{}, stamp: make([]uint32, len(p.claims))}
	first := func(m map[uint64]uint32, key uint64, at int) {
		if _, known := m[key]; !known && key != 0 {
			m[key] = uint32(at)
		}
	}
	for i := range p.claims {
		c := &p.claims[i]
		first(x.ids, c.id, i)
		first(x.serials, c.serial, i)
		_, twin := x.texts[c.text]
		first(x.texts, c.text, i)
		if c.text == 0 || twin {
			continue
		}
		for b := range datasets.TextRows / bandRows {
			key := bandKey(&c.sketch, b)
			if len(x.bands[key]) < bandSize {
				x.bands[key] = append(x.bands[key], uint32(i))
			}
		}
	}
	for i := range p.photos {
		first(x.files, p.photos[i].file, i)
	}
	return x
}

// bandSize bounds the claims of one band, as in datasets.NearTexts.
const bandSize = 500

func bandKey(s *[datasets.TextRows]byte, band int) uint64 {
	return uint64(band)<<32 | uint64(binary.LittleEndian.Uint32(s[band*bandRows:]))
}

func (x *lookup) match(one *printed) (hits []Hit) {
	add := func(code claim.Code, level datasets.Level, train uint32, similarity float64) {
		hits = append(hits, Hit{ID: one.row.ID, Row: one.row.Line, TrainClaim: int(train) + 1, Code: code, Level: level, Similarity: similarity})
	}
	if at, ok := x.ids[one.claim.id]; ok && one.claim.id != 0 {
		add(datasets.CodeSharedID, datasets.LevelNote, at, 1)
	}
	if at, ok := x.serials[one.claim.serial]; ok && one.claim.serial != 0 {
		add(datasets.CodeLeakSerial, datasets.LevelError, at, 1)
	}
	if at, ok := x.texts[one.claim.text]; ok && one.claim.text != 0 {
		if one.text.Pieces == 1 {
			add(datasets.CodeLeakTextShort, datasets.LevelNote, at, 1)
		} else {
			add(datasets.CodeLeakText, datasets.LevelError, at, 1)
		}
	} else if at, s := x.nearText(one); s > 0 {
		add(datasets.CodeLeakTextNear, datasets.LevelWarning, at, s)
	}
	if at, s := x.photo(one.photos); s > 0 {
		level, code := datasets.LevelError, datasets.CodeLeakPhoto
		if s < 1 {
			level, code = datasets.LevelWarning, datasets.CodeLeakPhotoNear
		}
		add(code, level, at, s)
	}
	return hits
}

// nearText gives the most similar text; similarity 0 when none is near.
func (x *lookup) nearText(one *printed) (at uint32, similarity float64) {
	if one.text.Pieces < 2 {
		return 0, 0
	}
	x.round++
	best := nearRows - 1
	for b := range datasets.TextRows / bandRows {
		for _, i := range x.bands[bandKey(&one.claim.sketch, b)] {
			if x.stamp[i] == x.round {
				continue
			}
			x.stamp[i] = x.round
			if same := datasets.SameRows(&x.p.claims[i].sketch, &one.claim.sketch); same > best {
				best, at = same, i
			}
		}
	}
	if best < nearRows {
		return 0, 0
	}
	// The same text would have been found before, so the estimate stays below 1.
	return at, min(float64(best)/datasets.TextRows, 1-1.0/(2*datasets.TextRows))
}

// photo gives the claim whose photo is the same, or most alike.
func (x *lookup) photo(photos []comparedPhoto) (at uint32, similarity float64) {
	for i := range photos {
		if k, ok := x.files[photos[i].file]; ok {
			return x.p.photos[k].claim, 1
		}
	}
	best := datasets.NearPhoto + 1
	for i := range photos {
		q := &photos[i]
		if q.bits == [4]uint64{} {
			continue
		}
		for k := range x.p.photos {
			p := &x.p.photos[k]
			if d := q.distance(p); d < best {
				best, at = d, p.claim
			}
		}
	}
	if best > datasets.NearPhoto {
		return 0, 0
	}
	return at, 1 - float64(max(best, 1))/256
}

// distance is the number of bits in which the difference hashes differ, as it is or mirrored;
// beyond any threshold when the details differ too much.
func (q *comparedPhoto) distance(p *photoPrint) int {
	const far = 1 << 10
	if p.bits == [4]uint64{} {
		return far
	}
	best := far
	if d := differ(&q.bits, &p.bits); d <= datasets.NearPhoto && q.detail.differ(&p.detail) <= nearSigns {
		best = d
	}
	if d := differ(&q.mirrored, &p.bits); d < best && d <= datasets.NearPhoto && q.mirroredDetail.differ(&p.detail) <= nearSigns {
		best = d
	}
	return best
}

func differ(a, b *[4]uint64) int {
	return bits.OnesCount64(a[0]^b[0]) + bits.OnesCount64(a[1]^b[1]) + bits.OnesCount64(a[2]^b[2]) + bits.OnesCount64(a[3]^b[3])
}

func (s *signs) differ(other *signs) int {
	n := 0
	for i := range s {
		n += bits.OnesCount64(s[i] ^ other[i])
	}
	return n
}

// Report counts hits as datasets.Leaks does: a report of the same form, without training ids;
// TrainRow is the place of the training claim in its set.
func Report(p *Prints, hits []Hit, testClaims, examples int) *datasets.LeakReport {
	return datasets.NewLeakReport(p.Claims(), testClaims, examples, func(yield func(claim.Code, datasets.Level, datasets.LeakExample) bool) {
		for _, h := range hits {
			if !yield(h.Code, h.Level, datasets.LeakExample{ID: h.ID, Row: h.Row, TrainRow: h.TrainClaim, Similarity: h.Similarity}) {
				return
			}
		}
	})
}
