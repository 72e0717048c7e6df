package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// browser starts a headless chromium; every complaint of a page (of its security policy, a
// missing picture) is kept.
type browser struct {
	ctx context.Context //nolint:containedctx // chromedp's handle of a tab is a context

	mu       sync.Mutex
	complain []string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium(t)
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("font-render-hinting", "none")))
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

// step bounds one step in the browser; an overloaded machine may need many seconds.
const step = time.Minute

// chromium finds the browser. Continuous integration must have it.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no chromium on this machine, and continuous integration must look at the pages; install Debian's package chromium")
	}
	t.Skip("no chromium on this machine: the pages are not looked at; install Debian's package chromium")
	return ""
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, step)
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
	ctx, cancel := context.WithTimeout(b.ctx, step)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// screen sets the width in pixels and the colours that the reader prefers.
func (b *browser) screen(t *testing.T, width int64, scheme string) {
	t.Helper()
	call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500})
	call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// shown are the pages that are looked at.
func shown() map[string]string {
	return map[string]string{
		"list": "/", "near": "/?near=1&q=the&label.symptom=crack_break", "claim": "/claims/" + full, "queued": "/claims/" + uuid(2, 1),
		"clusters": "/clusters", "cluster": "/clusters/" + uuid(3, 0), "none": "/?q=zzz", "lost": "/nowhere",
	}
}

// TestInBrowser opens every page at three widths and in light and dark: nothing may stick out
// at the side, be missing or break the security policy, and all text must have contrast.
// DEFEKT_SHOTS names a folder for screenshots, DEFEKT_AXE the file of axe-core to run too.
func TestInBrowser(t *testing.T) {
	b := newBrowser(t)
	f := worldOf(t, 900)
	server := httptest.NewServer(newSite(t, f, func(c *Config) { c.Open = open; c.Guard = Loopback }))
	defer server.Close()
	empty := httptest.NewServer(newSite(t, newFake(), nil))
	defer empty.Close()
	pages := map[string]string{"fresh": empty.URL + "/"}
	for name, path := range shown() {
		pages[name] = server.URL + path
	}
	for name, url := range pages {
		for _, width := range []int64{1440, 820, 390} {
			for _, scheme := range schemes(width) {
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					b.screen(t, width, scheme)
					b.look(t, name, url, width)
					b.keep(t, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
					b.axe(t)
				})
			}
		}
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

// ready unfolds the evidence, loads all pictures, waits for them (decode never ends for a
// lazy one that is off the screen) and gives the page's width.
const ready = `document.querySelectorAll('.answer details').forEach(d => d.open = unfold);
document.querySelectorAll('img').forEach(i => i.loading = 'eager');
Promise.race([Promise.all([...document.images].map(i => i.decode().catch(() => {}))), new Promise(r => setTimeout(r, 20000))])
  .then(() => document.documentElement.scrollWidth)`

func (b *browser) look(t *testing.T, name, url string, width int64) {
	b.do(t, chromedp.Navigate(url))
	wide := ask[int64](t, b, `unfold = true;`+ready)
	broken := ask[[]string](t, b, `[...document.images].filter(i => !i.naturalWidth).map(i => i.src)`)
	small := ask[[]string](t, b, smallTargets)
	faint := ask[[]string](t, b, faintTexts)
	if wide > width {
		t.Errorf("the page is %d pixels wide on a screen of %d", wide, width)
	}
	for what, list := range map[string][]string{"pictures are missing": broken, "targets are too small": small, "texts are faint": faint} {
		if len(list) > 0 {
			t.Errorf("%s: %q", what, list)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complain {
		if name != "lost" || !strings.Contains(c, "404") { // that page is a 404
			t.Errorf("the browser complains: %s", c)
		}
	}
	b.complain = nil
}

// smallTargets lists controls below the 24 pixels of WCAG 2.2, links inside text apart.
const smallTargets = `[...document.querySelectorAll('button,select,input,nav a')].filter(e => e.checkVisibility()).filter(e => {
  const target = e.type == 'checkbox' ? e.parentElement : e, r = target.getBoundingClientRect();
  return r.height < 24 || r.width < 24 }).map(e => e.outerHTML.slice(0, 80))`

// faintTexts lists elements with text of their own whose contrast is below 4.5.
const faintTexts = `(() => {
  const ctx = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const over = (list) => { ctx.clearRect(0, 0, 1, 1); for (const c of list) { ctx.fillStyle = c; ctx.fillRect(0, 0, 1, 1) } return [...ctx.getImageData(0, 0, 1, 1).data] };
  const lum = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
  const out = [];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || e.closest('.sr,.skip,figcaption') || ![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
    const backs = []; for (let p = e; p; p = p.parentElement) backs.unshift(getComputedStyle(p).backgroundColor);
    const back = over(backs), fore = over([...backs, getComputedStyle(e).color]);
    const [a, b] = [lum(back), lum(fore)], ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) out.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 90));
  }
  return out })()`

// keep writes a screenshot of the whole page, when asked to.
func (b *browser) keep(t *testing.T, name string) {
	dir := os.Getenv("DEFEKT_SHOTS")
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

// axe runs axe-core, when there is one.
func (b *browser) axe(t *testing.T) {
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
  r.violations.map(v => v.impact + ' ' + v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | '))))`)
	for _, f := range found {
		t.Errorf("axe: %s", f)
	}
}
