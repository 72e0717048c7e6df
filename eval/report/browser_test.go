package report

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// browser is a headless chromium, as in pipeline/web's tests; every complaint of a page (of
// its security policy, a missing picture) is kept.
type browser struct {
	ctx context.Context //nolint:containedctx // chromedp's handle of a tab is a context

	mu       sync.Mutex
	complain []string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("font-render-hinting", "none")))
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	err := chromedp.Listen(ctx, func(ev any) {
		if ev, ok := ev.(*log.EventEntryAdded); ok {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.complain = append(b.complain, ev.Entry.Text+" "+ev.Entry.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(t, b, log.Enable, cdp.Empty{})
	return b
}

// chromium finds the browser. Continuous integration must have it.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no chromium on this machine, and continuous integration must look at the reports; install Debian's package chromium")
	}
	t.Skip("no chromium on this machine: the reports are not looked at; install Debian's package chromium")
	return ""
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func call[P, R any](t *testing.T, b *browser, cmd cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, cmd, params); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates an expression in the page and waits for its promise.
func ask[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (b *browser) screen(t *testing.T, width int64, scheme string) {
	t.Helper()
	call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500})
	call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

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
	b := newBrowser(t)
	dir := t.TempDir()
	for name, page := range shown(t) {
		url := fileOf(t, dir, name, page)
		for _, width := range []int64{1440, 820, 390} {
			if name == "hostile" && width != 390 {
				continue // long text without spaces is worst on a phone
			}
			for _, scheme := range schemes(width) {
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					b.screen(t, width, scheme)
					b.look(t, url, width)
					b.keep(t, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
					b.axe(t)
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
	b := newBrowser(t)
	b.do(t, chromedp.Navigate(fileOf(t, t.TempDir(), "board", board(t))))
	const models = `[...document.querySelectorAll('#ranks tbody th')].map(h => h.firstChild.data)`
	const values = `[...document.querySelectorAll('#ranks tbody td:nth-child(4)')].map(d => [...d.querySelectorAll('.v')].filter(v => v.checkVisibility()).map(v => parseFloat(v.textContent))).flat()`
	const press = `(() => { const h = document.querySelectorAll('#ranks th.sort')[2].querySelector('button'); h.focus(); h.click(); return document.activeElement == h })()`
	before, f1 := ask[[]string](t, b, models), ask[[]float64](t, b, values)
	if !ask[bool](t, b, press) {
		t.Error("the head of a column cannot be focused")
	}
	best := ask[[]float64](t, b, values)
	if !slices.IsSortedFunc(best, func(x, y float64) int { return cmp.Compare(y, x) }) || len(best) != 3 {
		t.Errorf("best first gives %v", best)
	}
	if ask[bool](t, b, press); slices.IsSorted(best) || !slices.IsSorted(ask[[]float64](t, b, values)) {
		t.Errorf("pressed again, it gives %v", ask[[]float64](t, b, values))
	}
	if after := ask[[]string](t, b, models); slices.Equal(before, after) {
		t.Errorf("the rows stayed in the order %q", after)
	}
	if shown := ask[[]float64](t, b, `document.getElementById('pick-ece').click(), `+values); len(shown) != 3 || slices.Equal(shown, f1) {
		t.Errorf("the calibration error shows as %v, macro-F1 as %v", shown, f1)
	}
}

// schemes are the colours to look at: dark at one width only, unless there are screenshots
// to take, since it changes nothing but colours.
func schemes(width int64) []string {
	if width == 820 || os.Getenv("DEFEKT_SHOTS") != "" {
		return []string{"light", "dark"}
	}
	return []string{"light"}
}

// ready unfolds everything, loads all pictures and gives the page's width.
const ready = `document.querySelectorAll('details').forEach(d => d.open = true);
document.querySelectorAll('img').forEach(i => i.loading = 'eager');
Promise.race([Promise.all([...document.images].map(i => i.decode().catch(() => {}))), new Promise(r => setTimeout(r, 20000))])
  .then(() => document.documentElement.scrollWidth)`

func (b *browser) look(t *testing.T, url string, width int64) {
	t.Helper()
	b.do(t, chromedp.Navigate(url))
	if wide := ask[int64](t, b, ready); wide > width {
		t.Errorf("the page is %d pixels wide on a screen of %d: %q", wide, width, ask[[]string](t, b, fmt.Sprintf(stickingOut, width)))
	}
	for what, expression := range map[string]string{
		"pictures are missing": `[...document.images].filter(i => !i.naturalWidth).map(i => i.src.slice(0, 60))`,
		"targets are small":    smallTargets, "texts are faint": faintTexts, "letters of plots are small": smallLetters, "tables cannot be scrolled to": unreachable,
	} {
		if list := ask[[]string](t, b, expression); len(list) > 0 {
			t.Errorf("%s: %q", what, list[:min(len(list), 8)])
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complain {
		t.Errorf("the browser complains: %s", c)
	}
	b.complain = nil
}

const stickingOut = `[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll > *') && e.getBoundingClientRect().right > %d).slice(0, 4).map(e => e.outerHTML.slice(0, 80))`

// smallTargets lists controls below the 24 pixels of WCAG 2.2, links inside text apart.
const smallTargets = `[...document.querySelectorAll('button,select,input,nav a,summary')].filter(e => e.checkVisibility()).filter(e => {
  const target = e.tagName == 'INPUT' ? e.parentElement : e, r = target.getBoundingClientRect();
  return r.height < 24 || r.width < 24 }).map(e => e.outerHTML.slice(0, 80))`

// smallLetters lists texts of curves that are below 9 pixels on the screen.
const smallLetters = `[...document.querySelectorAll('svg.curve')].filter(s => s.checkVisibility()).map(s => [s.getBoundingClientRect().width / s.viewBox.baseVal.width * 12, s]).filter(([px]) => px < 9)
  .map(([px, s]) => px.toFixed(1) + ' ' + s.querySelector('title').textContent)`

// unreachable lists boxes that scroll and cannot be focused.
const unreachable = `[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80))`

// faintTexts lists elements with text of their own whose contrast is below 4.5, letters of plots too.
const faintTexts = `(() => {
  const ctx = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const over = (list) => { ctx.clearRect(0, 0, 1, 1); for (const c of list) { ctx.fillStyle = c; ctx.fillRect(0, 0, 1, 1) } return [...ctx.getImageData(0, 0, 1, 1).data] };
  const lum = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
  const out = [];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || e.closest('.skip,title,desc,script') || ![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
    const backs = []; for (let p = e; p; p = p.parentElement) backs.unshift(getComputedStyle(p).backgroundColor);
    const back = over(backs), own = getComputedStyle(e), fore = over([...backs, e.tagName == 'text' ? own.fill : own.color]);
    const [a, b] = [lum(back), lum(fore)], ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) out.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 90));
  }
  return out })()`

// keep writes a screenshot of the whole page, when asked to.
func (b *browser) keep(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("DEFEKT_SHOTS")
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), shot, 0o600); err != nil {
		t.Fatal(err)
	}
}

// axe runs axe-core, when there is one.
func (b *browser) axe(t *testing.T) {
	t.Helper()
	path := os.Getenv("DEFEKT_AXE")
	if path == "" {
		return
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Evaluate[chromedp.Void](string(source)))
	found := ask[[]string](t, b, `axe.run(document).then(r => (r.passes.length < 10 ? ['it checked next to nothing'] : []).concat(
  r.violations.map(v => v.impact + ' ' + v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))))`)
	for _, f := range found {
		t.Errorf("axe: %s", f)
	}
}
