package datasets

import (
	"context"
	"maps"
	"slices"

	"github.com/defekt/defekt/pipeline/claim"
)

// Codes of leaks beyond those of [Check].
const (
	CodeLeakID        claim.Code = "split_leak_id"         // the same claim on both sides
	CodeLeakSerial    claim.Code = "split_leak_serial"     // the same unit on both sides
	CodeLeakTextShort claim.Code = "split_leak_text_short" // the same text of a few words, which may be chance
	CodeSharedID      claim.Code = "shared_id"             // the same id in two files, which may be chance
)

// LeakOptions for [Leaks].
type LeakOptions struct {
	// Photos decodes photos. nil: photos are compared by their bytes only.
	Photos PhotoReader
	// SkipPhotos does not open photos at all.
	SkipPhotos bool
	// Workers is the number of photos read at a time. 0: one for each core.
	Workers int
	// Progress, if not nil, is told the number of photos in all, and then 1 for each that was
	// read; it is called from several goroutines.
	Progress func(total, read int64)
	// Examples is the number of examples kept of each kind. 0: 5.
	Examples int
}

// Leaks compares the claims of test with those of train and reports what a model trained on
// the one has seen of the other: the same or nearly the same text or photo, the same
// serial, group or id. Errors make figures wrong; near-duplicates are warnings, since forms
// and series of photos are alike without being copies; equal texts of fewer than four words
// (six characters in Chinese and Japanese) are notes, and so is an id that two files
// share, since many count from 1. The error is for failures of the streams and the context.
//
// It keeps all texts in memory, and for each photo a hash.
func Leaks(ctx context.Context, train, test *Set, o LeakOptions) (*LeakReport, error) {
	a, err := readSide(ctx, train)
	if err != nil {
		return nil, err
	}
	b, err := readSide(ctx, test)
	if err != nil {
		return nil, err
	}
	k := leakFinder{o: o, train: a, test: b, found: map[claim.Code]map[int]LeakExample{}}
	k.keys(train.Source == test.Source)
	if err := k.texts(ctx); err != nil {
		return nil, err
	}
	if !o.SkipPhotos {
		if err := k.photos(ctx); err != nil {
			return nil, err
		}
	}
	return k.report(), nil
}

// leakSide is one of the two sets.
type leakSide struct {
	rows   []leakRow
	texts  []string
	photos []checkPhoto
}

type leakRow struct {
	line              int
	id, serial, group string
}

func readSide(ctx context.Context, s *Set) (*leakSide, error) {
	side := &leakSide{}
	for row, err := range s.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		for i, path := range row.Photos {
			side.photos = append(side.photos, checkPhoto{row: len(side.rows), nth: i, path: path})
		}
		side.rows = append(side.rows, leakRow{row.Line, row.ID, SerialKey(row.Serial), row.Group})
		side.texts = append(side.texts, row.Text)
	}
	return side, nil
}

type leakFinder struct {
	o           LeakOptions
	train, test *leakSide
	// found has, by kind and test row, the training claim that is most alike.
	found map[claim.Code]map[int]LeakExample
}

// add keeps the best match of each kind.
func (k *leakFinder) add(code claim.Code, test, train int, similarity float64) {
	if k.found[code] == nil {
		k.found[code] = map[int]LeakExample{}
	}
	if old, ok := k.found[code][test]; ok && old.Similarity >= similarity {
		return
	}
	a, b := &k.train.rows[train], &k.test.rows[test]
	k.found[code][test] = LeakExample{ID: b.id, Row: b.line, TrainID: a.id, TrainRow: a.line, Similarity: similarity}
}

func (k *leakFinder) has(code claim.Code, test int) bool {
	_, ok := k.found[code][test]
	return ok
}

// keys looks for equal ids, serials and groups.
func (k *leakFinder) keys(sameSource bool) {
	ids, serials, groups := map[string]int{}, map[string]int{}, map[string]int{}
	note := func(seen map[string]int, key string, row int) {
		if _, known := seen[key]; !known && key != "" {
			seen[key] = row
		}
	}
	for i, r := range k.train.rows {
		note(ids, r.id, i)
		note(serials, r.serial, i)
		note(groups, r.group, i)
	}
	idCode := CodeLeakID
	if !sameSource {
		idCode = CodeSharedID
	}
	for i, r := range k.test.rows {
		if at, ok := ids[r.id]; ok {
			k.add(idCode, i, at, 1)
		}
		if at, ok := serials[r.serial]; ok {
			k.add(CodeLeakSerial, i, at, 1)
		}
		if at, ok := groups[r.group]; ok {
			k.add(CodeLeakGroup, i, at, 1)
		}
	}
}

func leakLevel(code claim.Code) Level {
	switch code {
	case CodeLeakTextNear, CodeLeakPhotoNear:
		return LevelWarning
	case CodeLeakTextShort, CodeSharedID:
		return LevelNote
	}
	return LevelError
}

// report lists what was found, by the rows of test.
func (k *leakFinder) report() *LeakReport {
	return NewLeakReport(len(k.train.rows), len(k.test.rows), k.o.Examples, func(yield func(claim.Code, Level, LeakExample) bool) {
		for _, code := range slices.Sorted(maps.Keys(k.found)) {
			for _, row := range slices.Sorted(maps.Keys(k.found[code])) {
				if !yield(code, leakLevel(code), k.found[code][row]) {
					return
				}
			}
		}
	})
}
