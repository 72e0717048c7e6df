package datasets

import (
	"cmp"
	"context"

	"github.com/defekt/defekt/pipeline/claim"
)

func compareLevels(a, b Level, codeA, codeB claim.Code) int {
	rank := map[Level]int{LevelError: 0, LevelWarning: 1, LevelNote: 2}
	return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(codeA, codeB))
}

// texts compares across the two sides only. The training texts come first, so that of a
// thousand filled-in forms the ones kept for comparison are those of training.
func (k *leakFinder) texts(ctx context.Context) error {
	n := len(k.train.texts)
	all := append(append(make([]string, 0, n+len(k.test.texts)), k.train.texts...), k.test.texts...)
	want := func(a, b int) bool {
		return a < n && b >= n && !k.has(CodeLeakText, b-n) && !k.has(CodeLeakTextShort, b-n)
	}
	return NearTexts(ctx, all, want, func(p Pair) { // the same text comes before those like it
		code := CodeLeakTextNear
		switch {
		case p.Similarity < 1:
		case len(shingles(all[p.B])) == 1:
			code = CodeLeakTextShort
		default:
			code = CodeLeakText
		}
		k.add(code, p.B-n, p.A, p.Similarity)
	})
}

// photos reads the photos of both sides and compares each of test with each of train.
func (k *leakFinder) photos(ctx context.Context) error {
	if err := readPhotos(ctx, k.o.Photos, k.o.Workers, k.o.Progress, k.train.photos, k.test.photos); err != nil {
		return err
	}
	first, hashes := map[string]int{}, make([]hashBits, len(k.train.photos))
	for a := range k.train.photos {
		p := &k.train.photos[a]
		if _, known := first[p.SHA256]; !known && p.SHA256 != "" {
			first[p.SHA256] = a
		}
		if p.Hash != nil && !p.Hash.Flat {
			hashes[a] = hashBits{p.Hash.Bits, p.Hash.Mirrored, true}
		}
	}
	nearest := make([]Pair, len(k.test.photos))
	inParallel(len(k.test.photos), func(b int) {
		if ctx.Err() == nil {
			nearest[b] = nearestPhoto(k.train.photos, hashes, &k.test.photos[b])
		}
	})
	for b := range k.test.photos {
		p := &k.test.photos[b]
		if a, same := first[p.SHA256]; same && p.SHA256 != "" {
			k.add(CodeLeakPhoto, p.row, k.train.photos[a].row, 1)
		} else if nearest[b].Similarity > 0 {
			k.add(CodeLeakPhotoNear, p.row, k.train.photos[nearest[b].A].row, nearest[b].Similarity)
		}
	}
	return ctx.Err()
}

// nearestPhoto gives the training photo that is most like p; similarity 0 when none is.
func nearestPhoto(train []checkPhoto, hashes []hashBits, p *checkPhoto) (best Pair) {
	if p.Hash == nil || p.Hash.Flat {
		return best
	}
	own := hashBits{p.Hash.Bits, p.Hash.Mirrored, true}
	for a := range hashes {
		if !hashes[a].near(&own) {
			continue
		}
		if s := alike(&train[a].PhotoPrint, &p.PhotoPrint); s > best.Similarity {
			best = Pair{A: a, Similarity: s}
		}
	}
	return best
}
