package world

import (
	"fmt"
	"math/rand/v2"
	"sort"
)

// release is a firmware version of a category and the day it came out.
type release struct {
	version string
	day     Day
}

const releaseDays = 120 // between versions, on average

// drawFirmware gives each category that has firmware a new version every few months.
func (w *World) drawFirmware(rng *rand.Rand) {
	w.firmware = make([][]release, len(categories))
	for c, cat := range categories {
		if !cat.firmware {
			continue
		}
		day := w.start
		for n := 1; day < w.end(); n++ {
			w.firmware[c] = append(w.firmware[c], release{fmt.Sprintf("%s %d.%d", cat.code, 1+n/4, n%4), day})
			day += Day(releaseDays/2 + rng.IntN(releaseDays))
		}
	}
}

// Install is a firmware version and the day that it was put on.
type Install struct {
	Version string
	From    Day
}

const (
	updateShare = 0.5 // of versions are put on by owners
	updateDays  = 60  // after the release at most
)

// installs gives the versions of units made on one day and sold on another, up to the end.
func (w *World) installs(rng *rand.Rand, category int, made, sold Day) []Install {
	all := w.firmware[category]
	if len(all) == 0 {
		return nil
	}
	at := sort.Search(len(all), func(i int) bool { return all[i].day > made }) - 1
	out := []Install{{all[at].version, made}}
	for _, r := range all[at+1:] {
		if rng.Float64() >= updateShare {
			continue
		}
		if day := r.day + 1 + Day(rng.IntN(updateDays)); day > sold && day > out[len(out)-1].From && day < w.end() {
			out = append(out, Install{r.version, day})
		}
	}
	return out
}
