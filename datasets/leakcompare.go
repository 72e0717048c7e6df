package datasets

import (
	"cmp"
	"context"
	"runtime"

	"github.com/sourcegraph/conc/pool"

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
	want := func(a, b int) bool { return a < n && b >= n && !k.has(CodeLeakText, b-n) }
	err := NearTexts(ctx, all, want, func(p Pair) {
		code := CodeLeakTextNear
		if p.Similarity == 1 {
			code = CodeLeakText
		}
		k.add(code, p.B-n, p.A, p.Similarity)
	})
	if err != nil {
		return err
	}
	for row, hit := range k.found[CodeLeakText] {
		delete(k.found[CodeLeakTextNear], row)
		if len(shingles(k.test.texts[row])) == 1 {
			if k.found[CodeLeakTextShort] == nil {
				k.found[CodeLeakTextShort] = map[int]LeakExample{}
			}
			k.found[CodeLeakTextShort][row] = hit
			delete(k.found[CodeLeakText], row)
		}
	}
	k.dropEmpty()
	return nil
}

func (k *leakFinder) dropEmpty() {
	for code, hits := range k.found {
		if len(hits) == 0 {
			delete(k.found, code)
		}
	}
}

// photos reads the photos of both sides and compares each of test with each of train.
func (k *leakFinder) photos(ctx context.Context) error {
	if err := k.readPhotos(ctx); err != nil {
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

func (k *leakFinder) readPhotos(ctx context.Context) error {
	total := int64(len(k.train.photos) + len(k.test.photos))
	progress := func(int64) {}
	if k.o.Progress != nil {
		k.o.Progress(total, 0)
		progress = func(n int64) { k.o.Progress(total, n) }
	}
	workers := k.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	work := pool.New().WithMaxGoroutines(workers).WithContext(ctx).WithCancelOnError()
	for _, side := range []*leakSide{k.train, k.test} {
		for i := range side.photos {
			work.Go(func(ctx context.Context) error {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				side.photos[i].read(ctx, k.o.Photos)
				progress(1)
				return nil
			})
		}
	}
	return work.Wait()
}
