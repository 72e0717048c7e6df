package lead

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/defekt/defekt/pipeline/look/looktest"
)

// sit opens a browser in which somebody has signed in.
func (w *world) sit(t *testing.T, name string) *looktest.Browser {
	t.Helper()
	b := looktest.Open(t)
	b.Screen(t, 1440, "light")
	c := w.cookie(t, name)
	looktest.Call(t, b, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: w.server.URL, HTTPOnly: new(true)})
	return b
}

// TestLook opens every page at three widths, light and dark.
// DEFEKT_SHOTS names a folder for screenshots, DEFEKT_AXE the file of axe-core to run too.
func TestLook(t *testing.T) {
	w := sqliteWorld(t)
	w.story(t)
	w.publishTwice(t)
	b := w.sit(t, "dora")
	claim, _ := w.queued(t, item{text: "The hinge snapped.", suggested: map[string]string{"severity": "minor", "symptom": "crack_break"}})
	w.answer(t, "anna", w.itemOf(t, claim), map[string]string{"severity": "major", "symptom": ""})
	w.registered(t)
	const edit = "/taxonomy/edit?do=merge&axis=symptom&label=crack_break&other=tear_seam"
	for name, path := range map[string]string{
		"overview": "/", "agreement": "/agreement", "confusions": "/confusions", "claim": "/claims/" + claim, "taxonomy": "/taxonomy", "editor": edit,
		"versions": "/taxonomy/versions", "models": "/models", "version": "/taxonomy/versions/starter@2", "lost": "/nowhere",
	} {
		lookAt(t, b, w, name, path, `document.querySelectorAll('details').forEach(d => d.open = true);`)
	}
	for name, typed := range map[string]string{"previewed": "", "mistaken": "document.getElementById('mapping').value = 'from: starter@3\\nto: starter@4\\naxes:\\n  symptom:\\n    merged: {nothing: [crack_break, none]}\\n';"} {
		b.Do(t, chromedp.Navigate(w.server.URL+"/review/lead"+edit))
		looktest.Ask[bool](t, b, typed+"document.querySelector('button[value=preview]').click(), true")
		b.Until(t, "the page after "+name, `document.querySelector('#preview-title, .notice.bad')`)
		b.Keep(t, "lead-"+name+".png")
		b.Axe(t)
	}
}

func lookAt(t *testing.T, b *looktest.Browser, w *world, name, path, unfold string) {
	t.Helper()
	for _, width := range []int64{1440, 820, 390} {
		for _, scheme := range looktest.Schemes(width) {
			t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
				b.Screen(t, width, scheme)
				b.Look(t, looktest.Page{URL: w.server.URL + "/review/lead" + path, Width: width, Unfold: unfold, Overlaid: ".sr", Expected: func(complaint string) bool {
					return name == "lost" && strings.Contains(complaint, "404")
				}})
				b.Keep(t, fmt.Sprintf("lead-%s-%d-%s.png", name, width, scheme))
				b.Axe(t)
			})
		}
	}
	b.Screen(t, 1440, "light")
}

// press strikes keys, and tabTo presses Tab until the focus is on what the selector names.
func press(t *testing.T, b *looktest.Browser, keys string) {
	t.Helper()
	b.Do(t, chromedp.KeyEvent(keys))
}

func tabTo(t *testing.T, b *looktest.Browser, selector string) {
	t.Helper()
	for range 120 {
		if looktest.Ask[bool](t, b, `document.activeElement.matches(`+"`"+selector+"`"+`)`) {
			return
		}
		press(t, b, kb.Tab)
	}
	t.Fatalf("Tab never comes to %s", selector)
}

// TestByKeyboard: from a suggestion to a published version, by keyboard alone.
func TestByKeyboard(t *testing.T) {
	w := sqliteWorld(t)
	w.story(t)
	b := w.sit(t, "dora")
	b.Do(t, chromedp.Navigate(w.server.URL+"/review/lead/"))
	tabTo(t, b, `.tabs a[href$="/taxonomy"]`)
	press(t, b, kb.Enter)
	b.Until(t, "the taxonomy", `document.querySelector('.trouble-spot')`)
	tabTo(t, b, `a[href*="do=merge"]`)
	press(t, b, kb.Enter)
	b.Until(t, "the editor", `document.getElementById('mapping').value.includes('merged')`)
	tabTo(t, b, `button[value="preview"]`)
	press(t, b, kb.Enter)
	b.Until(t, "the preview", `document.getElementById('preview-title')`)
	if text := looktest.Ask[string](t, b, `document.querySelector('[aria-labelledby="preview-title"] table').textContent`); !strings.Contains(text, "merged") || !strings.Contains(text, "Tear or open seam") {
		t.Errorf("the preview says %q", text)
	}
	tabTo(t, b, "#why")
	press(t, b, "people mix them up")
	tabTo(t, b, `button[value="publish"]`)
	press(t, b, kb.Enter)
	b.Until(t, "the list of versions", `location.pathname.endsWith('/versions') && document.querySelector('.notice')`)
	h, latest, err := w.insight.History(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if latest.Ref() != "starter@2" || h.Versions[1].Why != "people mix them up" || h.Versions[1].By != w.people["dora"].ID || latest.Valid("symptom", "tear_seam") {
		t.Errorf("%s by %s: %s", latest.Ref(), h.Versions[1].By, h.Versions[1].Why)
	}
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}

// publishTwice publishes two versions through the editor.
func (w *world) publishTwice(t *testing.T) {
	t.Helper()
	for i, q := range []string{"do=merge&axis=component&label=frame&other=wheel_brake", "do=remove&axis=defect_type&label=modification"} {
		v := w.signedIn(t, "dora") // anew, since sessions end within a day
		form := v.get(t, "/review/lead/taxonomy/edit?"+q).form(t)
		p := v.post(t, "/review/lead/taxonomy/edit", with(form, "do", "publish", "why", []string{"nobody tells them apart", "hardly used"}[i]))
		if !strings.HasSuffix(p.Request.URL.Path, "/versions") {
			t.Fatalf("publishing led to %s: %q", p.Request.URL, p.texts("li", ""))
		}
		w.later(day)
	}
}

// itemOf is the item of a claim.
func (w *world) itemOf(t *testing.T, claim string) string {
	t.Helper()
	list, err := w.store.ReviewsOf(t.Context(), claim)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	return list[0].ID
}

func with(fields url.Values, more ...string) url.Values {
	out := url.Values{}
	for k, v := range fields {
		out[k] = v
	}
	for i := 0; i+1 < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// form gives what the editor's form would send.
func (p answerPage) form(t *testing.T) url.Values {
	t.Helper()
	out := url.Values{}
	for _, e := range p.all {
		switch {
		case e.Name == "textarea":
			out.Set(e.Attrs["name"], e.Text)
		case e.Name == "input" && e.Attrs["type"] == "hidden":
			out.Set(e.Attrs["name"], e.Attrs["value"])
		}
	}
	if out.Get("document") == "" {
		t.Fatalf("no editor at %s: %d", p.Request.URL, p.StatusCode)
	}
	return out
}
