package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/defekt/defekt/pipeline/look/looktest"
)

type htmlWriter interface{ WriteHTML(w io.Writer) error }

// shown are the pages that are looked at.
func shown(t *testing.T) map[string]htmlWriter {
	return map[string]htmlWriter{"full": full(t), "bare": bareReport(t), "hostile": hostile(t), "board": board(t)}
}

// TestInBrowser opens every page at three widths and in light and dark: nothing may stick out
// at the side, be missing or break the security policy, all text must have contrast, and
// letters in plots must be readable. DEFEKT_SHOTS names a folder for screenshots, DEFEKT_AXE
// the file of axe-core to run too.
func TestInBrowser(t *testing.T) {
	b := looktest.Open(t)
	dir := t.TempDir()
	for name, page := range shown(t) {
		url := fileOf(t, dir, name, page)
		for _, width := range []int64{1440, 820, 390} {
			if name == "hostile" && width != 390 {
				continue // long text without spaces is worst on a phone
			}
			for _, scheme := range looktest.Schemes(width) {
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					b.Screen(t, width, scheme)
					b.Look(t, looktest.Page{URL: url, Width: width, Unfold: unfold,
						Faults: map[string]string{"letters of plots are small": smallLetters, "tables cannot be scrolled to": unreachable}})
					b.Keep(t, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
					b.Axe(t)
				})
			}
		}
	}
}

// fileOf writes a page to a file, which is how reports are read, and gives its address.
func fileOf(t *testing.T, dir, name string, page htmlWriter) string {
	t.Helper()
	var out bytes.Buffer
	if err := page.WriteHTML(&out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name+".html")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// TestLeaderboardInBrowser chooses a figure and sorts by a column, with the keyboard's means.
func TestLeaderboardInBrowser(t *testing.T) {
	b := looktest.Open(t)
	b.Do(t, chromedp.Navigate(fileOf(t, t.TempDir(), "board", board(t))))
	const models = `[...document.querySelectorAll('#ranks tbody th')].map(h => h.firstChild.data)`
	const values = `[...document.querySelectorAll('#ranks tbody td:nth-child(4)')].map(d => [...d.querySelectorAll('.v')].filter(v => v.checkVisibility()).map(v => parseFloat(v.textContent))).flat()`
	const press = `(() => { const h = document.querySelectorAll('#ranks th.sort')[2].querySelector('button'); h.focus(); h.click(); return document.activeElement == h })()`
	before, f1 := looktest.Ask[[]string](t, b, models), looktest.Ask[[]float64](t, b, values)
	if !looktest.Ask[bool](t, b, press) {
		t.Error("the head of a column cannot be focused")
	}
	best := looktest.Ask[[]float64](t, b, values)
	if !slices.IsSortedFunc(best, func(x, y float64) int { return cmp.Compare(y, x) }) || len(best) != 3 {
		t.Errorf("best first gives %v", best)
	}
	if looktest.Ask[bool](t, b, press); slices.IsSorted(best) || !slices.IsSorted(looktest.Ask[[]float64](t, b, values)) {
		t.Errorf("pressed again, it gives %v", looktest.Ask[[]float64](t, b, values))
	}
	if after := looktest.Ask[[]string](t, b, models); slices.Equal(before, after) {
		t.Errorf("the rows stayed in the order %q", after)
	}
	if shown := looktest.Ask[[]float64](t, b, `document.getElementById('pick-ece').click(), `+values); len(shown) != 3 || slices.Equal(shown, f1) {
		t.Errorf("the calibration error shows as %v, macro-F1 as %v", shown, f1)
	}
}

// unfold opens everything.
const unfold = `document.querySelectorAll('details').forEach(d => d.open = true);`

// smallLetters lists texts of curves that are below 9 pixels on the screen.
const smallLetters = `[...document.querySelectorAll('svg.curve')].filter(s => s.checkVisibility()).map(s => [s.getBoundingClientRect().width / s.viewBox.baseVal.width * 12, s]).filter(([px]) => px < 9)
  .map(([px, s]) => px.toFixed(1) + ' ' + s.querySelector('title').textContent)`

// unreachable lists boxes that scroll and cannot be focused.
const unreachable = `[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80))`
