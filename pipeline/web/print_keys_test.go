package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/defekt/defekt/pipeline/look/looktest"
)

// TestPrint looks at a claim as it comes out on paper: no controls, and the evidence there
// although it is folded on the screen.
func TestPrint(t *testing.T) {
	b := looktest.Open(t)
	server := httptest.NewServer(newSite(t, worldOf(t, 400), nil))
	defer server.Close()
	b.Screen(t, 794, "light") // the width of A4 at 96 pixels an inch
	b.Do(t, chromedp.Navigate(server.URL+"/claims/"+full))
	looktest.Call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	wide := looktest.Ask[int64](t, b, `document.querySelectorAll('.answer details').forEach(d => d.open = false);`+looktest.Loaded)
	controls := looktest.Ask[[]string](t, b, `[...document.querySelectorAll('nav, .skip, form')].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 60))`)
	folded := looktest.Ask[[]string](t, b, `[...document.querySelectorAll('.evidence tr')].filter(e => !e.checkVisibility({contentVisibilityAuto: true})).map(e => e.textContent)`)
	if wide > 794 || len(controls) > 0 || len(folded) > 0 {
		t.Errorf("%d pixels wide of 794; controls on paper: %q; evidence not on paper: %q", wide, controls, folded)
	}
	b.Keep(t, "claim-print.png")
}

// TestKeyboard walks through the list with the Tab key alone.
func TestKeyboard(t *testing.T) {
	b := looktest.Open(t)
	server := httptest.NewServer(newSite(t, world(t), nil))
	defer server.Close()
	b.Do(t, chromedp.Navigate(server.URL+"/"), chromedp.KeyEvent("\t"))
	first := looktest.Ask[string](t, b, `document.activeElement.textContent`)
	seen := looktest.Ask[bool](t, b, `document.activeElement.getBoundingClientRect().left >= 0 && getComputedStyle(document.activeElement).outlineStyle != 'none'`)
	b.Do(t, chromedp.KeyEvent("\r"), chromedp.Sleep(200*time.Millisecond), chromedp.KeyEvent("\t"))
	after := looktest.Ask[string](t, b, `document.activeElement.closest('main') ? document.activeElement.textContent : 'outside'`)
	if first != "Skip to the content" || !seen || !strings.HasPrefix(after, "All") {
		t.Errorf("Tab reaches %q (visible: %v), then %q; want the skip link, then the first tab", first, seen, after)
	}
	walked := map[string]bool{}
	for range 60 {
		b.Do(t, chromedp.KeyEvent("\t"))
		at := looktest.Ask[string](t, b, `(e => e.tagName + (e.closest('.row') ? ' in row' : '') + (getComputedStyle(e).outlineStyle == 'none' ? ' without a sign' : ''))(document.activeElement)`)
		walked[at] = true
		if strings.HasSuffix(at, "without a sign") && !strings.HasPrefix(at, "BODY") {
			t.Errorf("the focus cannot be seen: %s", at)
		}
	}
	for _, tag := range []string{"INPUT", "BUTTON", "SUMMARY", "A in row"} {
		if !walked[tag] {
			t.Errorf("the Tab key does not reach %s; it reached %v", tag, walked)
		}
	}
}
