package datasets

import (
	"context"
	"fmt"
	"image"
	"maps"
	"runtime"
	"slices"

	"github.com/sourcegraph/conc/pool"

	"github.com/defekt/defekt/pipeline/claim"
)

// PhotoReader gives the pixels of the photo at path, the right way up. Its error should
// hold a [claim.Problem]. It must be safe for use by several goroutines.
type PhotoReader func(ctx context.Context, path string) (image.Image, error)

// CheckOptions for [Check].
type CheckOptions struct {
	// Photos decodes photos. nil: photos are only looked for, and compared by their bytes.
	Photos PhotoReader
	// Workers is the number of photos read at a time. 0: one for each core.
	Workers int
	// Progress, if not nil, is told the number of photos in all, and then 1 for each that
	// was read; it is called from several goroutines.
	Progress func(total, read int64)
	// RareBelow is the number of rows in a split below which a label is reported as rare.
	// 0: 10.
	RareBelow int
}

// Check reads the chosen splits of s with all photos and reports what is wrong or
// suspicious: bad rows, missing and unreadable photos, labels that are rare or cannot be
// learned, duplicates in and across splits, groups in two splits, equal claims with
// different labels. The error is for failures of the stream and of the context.
//
// It keeps all texts in memory, and for each photo a hash.
func Check(ctx context.Context, s *Set, o CheckOptions) (*Report, error) {
	k := checker{s: s, o: o, report: &Report{}}
	if k.o.RareBelow == 0 {
		k.o.RareBelow = 10
	}
	steps := []func(context.Context) error{k.readRows, k.readPhotos, k.labels, k.groups, k.compareTexts, k.comparePhotos}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	k.report.Digest, err = s.Digest(ctx)
	k.report.sort()
	return k.report, err
}

type checker struct {
	s      *Set
	o      CheckOptions
	report *Report
	rows   []checkRow
	texts  []string
	photos []checkPhoto
}

// checkRow is what stays of a claim after reading.
type checkRow struct {
	line             int
	id, split, group string
	labels           map[string]string
}

type checkPhoto struct {
	row  int // index into rows
	nth  int // among the claim's photos
	path string
	PhotoPrint
	problem *claim.Problem
}

func (k *checker) readRows(ctx context.Context) error {
	count := newTally(k.s)
	for row, err := range k.s.Rows(ctx) {
		if err != nil {
			return err
		}
		count.add(row.Claim)
		at := checkRow{row.Line, row.ID, splitName(row.Claim), row.Group, row.Labels}
		for _, p := range row.Problems {
			k.report.add(levelOf(p.Code), p.Code, &at, "%s", message(p))
		}
		for i, path := range row.Photos {
			k.photos = append(k.photos, checkPhoto{row: len(k.rows), nth: i, path: path})
		}
		k.rows, k.texts = append(k.rows, at), append(k.texts, row.Text)
	}
	k.report.Summary = count.summary()
	if len(k.rows) == 0 {
		k.report.add(LevelError, CodeNoRows, nil, "no row was read from %s", k.s.Source)
	}
	return nil
}

// message is the problem without its code, which stands in a column of its own.
func message(p claim.Problem) string {
	if p.Where == "" || p.Where == "row" {
		return p.Message
	}
	return p.Where + ": " + p.Message
}

func (k *checker) readPhotos(ctx context.Context) error {
	if err := readPhotos(ctx, k.o.Photos, k.o.Workers, k.o.Progress, k.photos); err != nil {
		return err
	}
	for i := range k.photos {
		p := &k.photos[i]
		if p.problem == nil {
			k.report.PhotosRead++
			continue
		}
		k.report.add(levelOf(p.problem.Code), p.problem.Code, &k.rows[p.row], "photos[%d] %s: %s", p.nth, k.s.Relative(p.path), p.problem.Message)
	}
	return nil
}

// readPhotos reads the photos of all lists side by side; for the options see [CheckOptions].
func readPhotos(ctx context.Context, decode PhotoReader, workers int, progress func(total, read int64), lists ...[]checkPhoto) error {
	total := int64(0)
	for _, photos := range lists {
		total += int64(len(photos))
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	progress(total, 0)
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	work := pool.New().WithMaxGoroutines(workers).WithContext(ctx).WithCancelOnError()
	for _, photos := range lists {
		for i := range photos {
			work.Go(func(ctx context.Context) error {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				photos[i].read(ctx, decode)
				progress(total, 1)
				return nil
			})
		}
	}
	return work.Wait()
}

func (p *checkPhoto) read(ctx context.Context, decode PhotoReader) {
	switch sum := fileHash(p.path); sum {
	case "missing":
		p.problem = &claim.Problem{Code: claim.CodePhotoMissing, Message: "the file does not exist"}
		return
	case "unreadable":
		p.problem = &claim.Problem{Code: claim.CodePhotoUnread, Message: "the file cannot be read"}
		return
	default:
		p.SHA256 = sum
	}
	if decode == nil {
		return
	}
	img, err := decode(ctx, p.path)
	if err != nil {
		problem := claim.AsProblem(err, claim.CodePhotoCorrupt)
		p.problem = &problem
		return
	}
	hash := HashPhoto(img)
	p.Hash = &hash
}

// labels looks at the counts of each label in each split.
func (k *checker) labels(context.Context) error {
	sum := k.report.Summary
	_, trained := sum.Splits["train"]
	for _, axis := range sum.Axes {
		if len(axis.Labels) == 0 {
			k.report.add(LevelNote, CodeAxisEmpty, nil, "no row has a label on %s", axis.Axis)
		}
		for _, label := range axis.Labels {
			for _, split := range slices.Sorted(maps.Keys(label.Rows)) {
				if n := label.Rows[split]; n < k.o.RareBelow {
					k.report.add(LevelWarning, CodeRare, nil, "%s: %q has only %d row(s) in %s", axis.Axis, label.Label, n, inWords(split))
				}
			}
			if trained && label.Rows["train"] == 0 {
				k.report.add(LevelWarning, CodeUntrained, nil, "%s: %q has no row in train; no model can learn it", axis.Axis, label.Label)
			}
		}
	}
	return nil
}

func inWords(split string) string {
	if split == NoSplit {
		return "the set"
	}
	return split
}

// groups reports each group that lies in two splits, at its first row in the second.
func (k *checker) groups(context.Context) error {
	first := map[string]*checkRow{}
	reported := map[string]bool{}
	for i := range k.rows {
		at := &k.rows[i]
		if at.group == "" || at.split == NoSplit {
			continue
		}
		switch other := first[at.group]; {
		case other == nil:
			first[at.group] = at
		case other.split != at.split && !reported[at.group]:
			reported[at.group] = true
			k.report.add(LevelError, CodeLeakGroup, at, "group %s is in %s and, with %s, in %s", at.group, at.split, name(other), other.split)
		}
	}
	return nil
}

func name(at *checkRow) string { return fmt.Sprintf("row %d (%s)", at.line, at.id) }
