package datasets

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Part is one part of a split and its share of the claims.
type Part struct {
	Name     string
	Fraction float64
}

// ParseParts reads "train=0.7,test=0.3". Shares are above 0 and add up to 1.
func ParseParts(s string) ([]Part, error) {
	var parts []Part
	sum, seen := 0.0, map[string]bool{}
	for one := range strings.SplitSeq(s, ",") {
		name, share, ok := strings.Cut(strings.TrimSpace(one), "=")
		f, err := strconv.ParseFloat(share, 64)
		if !ok || err != nil || name == "" || !(f > 0 && f <= 1) {
			return nil, fmt.Errorf("%q: a part is NAME=SHARE with a share above 0 and up to 1, as in train=0.7", one)
		}
		if seen[name] {
			return nil, fmt.Errorf("part %q stands twice", name)
		}
		seen[name] = true
		sum += f
		parts = append(parts, Part{name, f})
	}
	if math.Abs(sum-1) > 1e-6 {
		return nil, fmt.Errorf("the shares add up to %g; they must add up to 1", sum)
	}
	return parts, nil
}

// SplitBy is a way to split.
type SplitBy string

// The ways to split. In each of them claims of one group, and claims linked by
// SplitOptions.Links, stay together.
const (
	// SplitHash puts each group where the hash of its name falls. Claims that come later
	// move nobody; the shares are met on average.
	SplitHash SplitBy = "hash"
	// SplitGroup fills the parts group by group in an order given by the hash, so that the
	// shares are met as closely as the groups allow.
	SplitGroup SplitBy = "group"
	// SplitTime puts the oldest claims into the first part and the newest into the last; a
	// group counts by its newest claim, so nothing of a later part is older than the cut
	// unless its group reaches across.
	SplitTime SplitBy = "time"
)

// Item is what a split needs to know of a claim.
type Item struct {
	ID, Group string
	Time      time.Time
}

// SplitOptions say how to split.
type SplitOptions struct {
	By    SplitBy
	Parts []Part
	// Salt changes the order of the hashes; the same salt gives the same split, on any
	// machine and for ever.
	Salt string
	// Links are pairs of items that must stay together, such as near-duplicates.
	Links [][2]int
}

// Split gives the name of the part for each item. By time, undated items go to the first
// part; it is an error when no item has a date.
func Split(items []Item, o SplitOptions) ([]string, error) {
	if len(o.Parts) == 0 {
		return nil, errors.New("no parts to split into")
	}
	bundles := bundle(items, o)
	switch o.By {
	case SplitHash:
		for i := range bundles {
			bundles[i].part = partAt(o.Parts, bundles[i].place)
		}
	case SplitGroup:
		slices.SortFunc(bundles, func(a, b itemBundle) int { return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.name, b.name)) })
		fill(bundles, o.Parts, len(items))
	case SplitTime:
		if !slices.ContainsFunc(items, func(i Item) bool { return !i.Time.IsZero() }) {
			return nil, errors.New("no claim has a date (received_at); split by group or hash")
		}
		slices.SortFunc(bundles, func(a, b itemBundle) int { return cmp.Or(a.newest.Compare(b.newest), cmp.Compare(a.name, b.name)) })
		fill(bundles, o.Parts, len(items))
	default:
		return nil, fmt.Errorf("cannot split by %q; by hash, group or time", o.By)
	}
	out := make([]string, len(items))
	for _, b := range bundles {
		for _, i := range b.members {
			out[i] = b.part
		}
	}
	return out, nil
}

// itemBundle is a set of items that stay together.
type itemBundle struct {
	name    string
	place   float64 // 0 to 1, from the hash of the name
	newest  time.Time
	members []int
	part    string
}

// bundle joins items by group and links. A bundle's name is the smallest of the names of
// its groups and lone items, so that it does not depend on the order of the rows.
func bundle(items []Item, o SplitOptions) []itemBundle {
	u, first := newUnionFind(len(items)), map[string]int{}
	for i, item := range items {
		if item.Group == "" {
			continue
		}
		if j, known := first[item.Group]; known {
			u.join(i, j)
		} else {
			first[item.Group] = i
		}
	}
	for _, link := range o.Links {
		u.join(link[0], link[1])
	}
	index := map[int]int{}
	var out []itemBundle
	for i, item := range items {
		root, name := u.find(i), "group "+item.Group
		if item.Group == "" {
			name = "claim " + item.ID
		}
		at, known := index[root]
		if !known {
			at = len(out)
			index[root], out = at, append(out, itemBundle{name: name})
		}
		b := &out[at]
		b.name, b.members = min(b.name, name), append(b.members, i)
		if item.Time.After(b.newest) {
			b.newest = item.Time
		}
	}
	for i := range out {
		out[i].place = place(o.Salt, out[i].name)
	}
	return out
}

// place maps a name to [0, 1) by sha256.
func place(salt, name string) float64 {
	sum := sha256.Sum256([]byte(salt + "\x00" + name))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

// partAt gives the part whose share covers at, the parts being laid end to end on [0, 1).
func partAt(parts []Part, at float64) string {
	end := 0.0
	for _, p := range parts {
		if end += p.Fraction; at < end {
			return p.Name
		}
	}
	return parts[len(parts)-1].Name
}

// fill hands out the bundles in their order; a bundle goes where its middle falls.
func fill(bundles []itemBundle, parts []Part, total int) {
	done := 0
	for i := range bundles {
		n := len(bundles[i].members)
		bundles[i].part = partAt(parts, (float64(done)+float64(n)/2)/float64(total))
		done += n
	}
}
