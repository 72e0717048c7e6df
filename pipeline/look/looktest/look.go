package looktest

import (
	"fmt"
	"maps"
	"testing"

	"github.com/chromedp/chromedp"
)

// Page is a page to look at.
type Page struct {
	URL   string
	Width int64 // of the screen, in pixels
	// Unfold is a statement that opens what is folded.
	Unfold string
	// Overlaid is a selector of texts that lie on pictures or are not for eyes, whose contrast
	// with the background says nothing.
	Overlaid string
	// Faults are further expressions that must give an empty list, by what is wrong otherwise.
	Faults map[string]string
	// Expected, if not nil, says which of the browser's complaints are as they should be.
	Expected func(complaint string) bool
}

// Loaded loads all pictures, waits for them (decode never ends for a lazy one that is off the
// screen) and gives the page's width.
const Loaded = `document.querySelectorAll('img').forEach(i => i.loading = 'eager');
Promise.race([Promise.all([...document.images].map(i => i.decode().catch(() => {}))), new Promise(r => setTimeout(r, 20000))])
  .then(() => document.documentElement.scrollWidth)`

// Look opens a page: nothing may stick out at the side, be missing or break the security
// policy, controls must be large enough to hit, and all text must have contrast.
func (b *Browser) Look(t *testing.T, p Page) {
	t.Helper()
	b.Do(t, chromedp.Navigate(p.URL))
	if wide := Ask[int64](t, b, p.Unfold+Loaded); wide > p.Width {
		t.Errorf("the page is %d pixels wide on a screen of %d: %q", wide, p.Width, Ask[[]string](t, b, fmt.Sprintf(stickingOut, p.Width)))
	}
	faults := map[string]string{
		"pictures are missing": `[...document.images].filter(i => !i.naturalWidth).map(i => i.src.slice(0, 120))`,
		"targets are small":    smallTargets,
		"texts are faint":      fmt.Sprintf(faintTexts, p.Overlaid),
	}
	maps.Copy(faults, p.Faults)
	for what, expression := range faults {
		if list := Ask[[]string](t, b, expression); len(list) > 0 {
			t.Errorf("%s: %q", what, list[:min(len(list), 8)])
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complain {
		if p.Expected == nil || !p.Expected(c) {
			t.Errorf("the browser complains: %s", c)
		}
	}
	b.complain = nil
}

const stickingOut = `[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll > *') && e.getBoundingClientRect().right > %d).slice(0, 4).map(e => e.outerHTML.slice(0, 80))`

// smallTargets lists controls below the 24 pixels of WCAG 2.2, links inside text apart. What
// is hit of a box to tick is its label.
const smallTargets = `[...document.querySelectorAll('button,select,input,nav a,summary')].filter(e => e.checkVisibility()).filter(e => {
  const target = ['checkbox', 'radio'].includes(e.type) ? e.parentElement : e, r = target.getBoundingClientRect();
  return r.height < 24 || r.width < 24 }).map(e => e.outerHTML.slice(0, 80))`

// faintTexts lists elements with text of their own whose contrast is below 4.5, letters of plots too.
const faintTexts = `(() => {
  const ctx = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const over = (list) => { ctx.clearRect(0, 0, 1, 1); for (const c of list) { ctx.fillStyle = c; ctx.fillRect(0, 0, 1, 1) } return [...ctx.getImageData(0, 0, 1, 1).data] };
  const lum = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
  const out = [], overlaid = %q;
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || e.closest('.skip,title,desc,script') || overlaid && e.closest(overlaid) || ![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
    const backs = []; for (let p = e; p; p = p.parentElement) backs.unshift(getComputedStyle(p).backgroundColor);
    const back = over(backs), own = getComputedStyle(e), fore = over([...backs, e.tagName == 'text' ? own.fill : own.color]);
    const [a, b] = [lum(back), lum(fore)], ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) out.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 90));
  }
  return out })()`
