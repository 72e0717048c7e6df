package datasets

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Set is labelled claims on disk. It holds no rows; each pass reads the files anew, and
// several passes may run at the same time.
type Set struct {
	// Name is the descriptor's name, or that of the file or folder.
	Name string
	// Root is the folder that photo references are joined with.
	Root string
	// Source is the file or folder that holds the rows.
	Source string
	// Descriptor says how the rows are read; not to be changed.
	Descriptor *Descriptor

	rows     source
	taxonomy *taxonomy.Taxonomy
	rules    *labelRules
	splits   []string
}

// Row is a claim with the place it was read from.
type Row struct {
	claim.Claim
	// Line is the line in Source where the row begins, from 1; in a folder of photos the
	// photo's place in the order of the paths, or the row's among those of all metadata.
	Line int
}

// Taxonomy gives the axes and labels of the set: the fixed ones, or with "taxonomy:
// infer" those found in the data over all splits. It has no axes when the data has no
// labels. Not to be changed.
func (s *Set) Taxonomy() *taxonomy.Taxonomy { return s.taxonomy }

// Claims streams the claims of the chosen splits in the order of the data.
//
// The error is for failures of the stream only (file unreadable, gzip broken, context
// ended, no row of the chosen split) and ends it; the claim beside it is empty. A bad row
// is a claim with Problems. Rows that could not be read at all have no split and come out
// whatever splits are chosen.
func (s *Set) Claims(ctx context.Context) iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		for row, err := range s.Rows(ctx) {
			if !yield(row.Claim, err) {
				return
			}
		}
	}
}

// Rows is Claims with line numbers.
func (s *Set) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		convert := newConverter(s.Descriptor, s.Root, s.rules)
		filter := splitFilter{wanted: s.splits, other: map[string]bool{}}
		for raw, err := range s.rows(ctx) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if raw.rec != nil && !keeps(s.Descriptor.Where, raw.rec) {
				continue
			}
			c := convert.row(raw)
			if raw.rec != nil && !filter.keeps(c.Split) {
				continue
			}
			if !yield(Row{c, raw.line}, nil) {
				return
			}
		}
		if err := filter.err(s.Name); err != nil {
			yield(Row{}, err)
		}
	}
}

// splitFilter keeps the rows of some splits and remembers the others for its error.
type splitFilter struct {
	wanted []string
	found  bool
	other  map[string]bool
}

func (f *splitFilter) keeps(split string) bool {
	if len(f.wanted) == 0 {
		return true
	}
	if slices.Contains(f.wanted, split) {
		f.found = true
		return true
	}
	if len(f.other) < 100 {
		f.other[split] = true
	}
	return false
}

// SplitError says that no row is of a chosen split.
type SplitError struct {
	Set           string
	Wanted, Found []string
}

func (e *SplitError) Error() string {
	found := "its rows have no split"
	if len(e.Found) > 0 {
		found = "its splits are " + strings.Join(e.Found, ", ")
	}
	return fmt.Sprintf("%s: no row of split %s; %s", e.Set, strings.Join(e.Wanted, " or "), found)
}

func (f *splitFilter) err(set string) error {
	if len(f.wanted) == 0 || f.found {
		return nil
	}
	delete(f.other, "")
	return &SplitError{Set: set, Wanted: f.wanted, Found: slices.Sorted(maps.Keys(f.other))}
}
