package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/datasets"
)

// printSummary prints the counts of a set: a few facts, then one table per axis.
func printSummary(w io.Writer, s *datasets.Summary) {
	splits := splitOrder(s.Splits)
	_ = table(w, func(row func(...any)) {
		row("set", s.Set)
		row("source", s.Source)
		row("taxonomy", s.Taxonomy)
		row("rows", fmt.Sprintf("%d (%s)", s.Rows, counts(s.Splits, splits)))
		if s.WithText > 0 {
			row("texts", fmt.Sprintf("%d, median %d characters, longest %d", s.WithText, s.Characters.Median, s.Characters.Longest))
		}
		if s.Photos > 0 {
			row("photos", fmt.Sprintf("%d on %d rows", s.Photos, s.WithPhotos))
		}
		if s.Groups > 0 {
			row("groups", s.Groups)
		}
		if !s.First.IsZero() {
			row("received", s.First.Format(time.DateOnly)+" to "+s.Last.Format(time.DateOnly))
		}
		if len(s.Languages) > 0 {
			row("languages", counts(s.Languages, mostFirst(s.Languages)))
		}
		if len(s.Context) > 0 {
			row("context", counts(s.Context, mostFirst(s.Context)))
		}
		if len(s.Problems) > 0 {
			row("problems", counts(s.Problems, mostFirst(s.Problems)))
		}
	})
	for _, axis := range s.Axes {
		printAxis(w, axis, splits)
	}
}

func printAxis(w io.Writer, axis datasets.AxisSummary, splits []string) {
	title := axis.Axis
	if axis.Ordinal {
		title += " (ordinal, worst first)"
	}
	_, _ = fmt.Fprintf(w, "\n%s\n", title)
	_ = table(w, func(row func(...any)) {
		head := []any{"  label"}
		total := []any{"  labelled rows"}
		for _, s := range splits {
			head, total = append(head, s), append(total, axis.Labelled[s])
		}
		row(head...)
		for _, l := range axis.Labels {
			cells := []any{"  " + l.Label}
			for _, s := range splits {
				cells = append(cells, share(l.Rows[s], axis.Labelled[s]))
			}
			row(cells...)
		}
		row(total...)
	})
}

// share is a count with its share of all.
func share(n, all int) string {
	if all == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%.1f %%)", n, 100*float64(n)/float64(all))
}

// splitOrder is train, validation names, test, the rest by name.
func splitOrder(splits map[string]int) []string {
	known := []string{"train", "val", "valid", "validation", "dev", "test"}
	names := slices.Sorted(maps.Keys(splits))
	slices.SortStableFunc(names, func(a, b string) int { return rank(known, a) - rank(known, b) })
	return names
}

func rank(list []string, s string) int {
	if i := slices.Index(list, s); i >= 0 {
		return i
	}
	return len(list)
}

func mostFirst[K ~string](m map[K]int) []K {
	keys := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(keys, func(a, b K) int { return m[b] - m[a] })
	return keys
}

// counts prints "a 3, b 2", at most twelve of them.
func counts[K ~string](m map[K]int, order []K) string {
	var parts []string
	for i, k := range order {
		if i == 12 {
			parts = append(parts, fmt.Sprintf("and %d more", len(order)-i))
			break
		}
		name := string(k)
		if name == datasets.NoSplit {
			name = "without split"
		}
		parts = append(parts, fmt.Sprintf("%s %d", name, m[k]))
	}
	return strings.Join(parts, ", ")
}
