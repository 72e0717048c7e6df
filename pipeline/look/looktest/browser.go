// Package looktest helps tests to look at pages: in a headless Chromium, where sizes, contrast
// and complaints are checked, and by reading their markup. Only tests import it. Without
// Chromium a test is skipped, or fails when CI=true.
package looktest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// Browser is a tab of a headless Chromium; every complaint of a page (of its security policy,
// a missing picture) is kept for [Browser.Look].
type Browser struct {
	ctx context.Context //nolint:containedctx // chromedp's handle of a tab is a context

	mu       sync.Mutex
	complain []string
}

// Open starts a browser, which goes away with the test.
func Open(t *testing.T) *Browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("font-render-hinting", "none")))
	t.Cleanup(cancel)
	b := &Browser{ctx: ctx}
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
	Call(t, b, log.Enable, cdp.Empty{})
	return b
}

// step bounds one step in the browser; an overloaded machine may need many seconds.
const step = time.Minute

// chromium finds the browser. Continuous integration must have it.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} { // as .ci/packages looks for it
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

// Do runs steps, a minute at most.
func (b *Browser) Do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, step)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// Call sends one command of the browser's protocol.
func Call[P, R any](t *testing.T, b *Browser, cmd cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, cmd, params); err != nil {
		t.Fatal(err)
	}
}

// Ask evaluates an expression in the page and waits for its promise.
func Ask[T any](t *testing.T, b *Browser, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, step)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// patience is how long Until waits; an overloaded machine may need many seconds.
const patience = 30 * time.Second

// Until waits for an expression to be true, across pages that are left and loaded meanwhile;
// one that throws is not true. It fails with what should have become so, and the page's text.
func (b *Browser) Until(t *testing.T, what, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	guarded := "(() => { try { return !!(" + expression + ") } catch { return false } })()"
	for ctx.Err() == nil {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](guarded)); err == nil && ok {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s: not so after %s. The page says: %s", what, patience, Ask[string](t, b, "document.body.innerText.slice(0, 600)"))
}

// Screen sets the width in pixels and the colours that the reader prefers.
func (b *Browser) Screen(t *testing.T, width int64, scheme string) {
	t.Helper()
	Call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500})
	Call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// shots is the setting that names a folder for screenshots.
const shots = "DEFEKT_SHOTS"

// Schemes are the colours to look at: dark at one width only, unless there are screenshots
// to take, since it changes nothing but colours.
func Schemes(width int64) []string {
	if width == 820 || os.Getenv(shots) != "" {
		return []string{"light", "dark"}
	}
	return []string{"light"}
}

// Keep writes a screenshot of the whole page into the folder that DEFEKT_SHOTS names, if any.
func (b *Browser) Keep(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(shots)
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

// Axe runs axe-core, whose file DEFEKT_AXE names (.ci/axe gets it). Continuous integration must
// have it.
func (b *Browser) Axe(t *testing.T) {
	t.Helper()
	path := os.Getenv("DEFEKT_AXE")
	if path == "" {
		const without = `without axe-core, since DEFEKT_AXE is not set: eval "$(.ci/axe)" gets it`
		if os.Getenv("CI") == "true" {
			t.Fatal(without)
		}
		t.Log(without)
		return
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b.Do(t, chromedp.Evaluate[chromedp.Void](string(source)))
	found := Ask[[]string](t, b, `axe.run(document).then(r => (r.passes.length < 10 ? ['it checked next to nothing'] : []).concat(
  r.violations.map(v => v.impact + ' ' + v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))))`)
	for _, f := range found {
		t.Errorf("axe: %s", f)
	}
}
