package board

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/defekt/defekt/pipeline/look/looktest"
)

// TestPrint looks at pages as they are printed: on a sheet of A4, tables stay tables, and there
// is nothing to press.
func TestPrint(t *testing.T) {
	w := newWorld(t, nil)
	w.quickly()
	b := looktest.Open(t)
	const a4 = 718 // pixels, within the margins
	b.Screen(t, a4, "light")
	looktest.Call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	for name, path := range map[string]string{"overview": "/", "pattern": "/patterns/" + w.alarm().ID, "unit": "/units/" + w.decided, "supplier": "/groups/supplier/ACME", "measures": "/measures"} {
		b.Do(t, chromedp.Navigate(w.server.URL+"/quality"+path))
		if wide := looktest.Ask[int64](t, b, looktest.Loaded); wide > a4 {
			t.Errorf("%s: %d pixels wide on paper of %d", name, wide, a4)
		}
		if list := looktest.Ask[[]string](t, b, `[...document.querySelectorAll('button, input, textarea, select, nav')].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))`); len(list) > 0 {
			t.Errorf("%s: still there on paper: %q", name, list)
		}
		if list := looktest.Ask[[]string](t, b, `[...document.querySelectorAll('table.stack')].filter(e => e.checkVisibility() && getComputedStyle(e).display !== 'table').map(e => e.id)`); len(list) > 0 {
			t.Errorf("%s: no tables on paper: %q", name, list)
		}
		b.Keep(t, "board-print-"+name+".png")
	}
}
