package desk

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// seat is a reviewer at a browser, with a keyboard and nothing else.
type seat struct {
	*looktest.Browser
	w *world
}

func sit(t *testing.T, w *world) seat {
	t.Helper()
	s := seat{looktest.Open(t), w}
	s.Screen(t, 1440, "light")
	return s
}

// press strikes keys as a hand does: the letter comes with its key and not after it, so that a
// page which keeps the key to itself gets no letter.
func (s seat) press(t *testing.T, keys ...string) {
	t.Helper()
	for _, r := range strings.Join(keys, "") {
		var down *input.DispatchKeyEventParams
		for _, e := range kb.Encode(r) {
			switch e.Type {
			case input.DispatchKeyEventTypeChar:
				down.Text, down.UnmodifiedText = e.Text, e.UnmodifiedText
				looktest.Call(t, s.Browser, input.DispatchKeyEvent, *down)
				down = nil
			case input.DispatchKeyEventTypeKeyUp:
				if down != nil {
					looktest.Call(t, s.Browser, input.DispatchKeyEvent, *down)
				}
				looktest.Call(t, s.Browser, input.DispatchKeyEvent, *e)
			default:
				down = e
			}
		}
	}
}

func (s seat) ask(t *testing.T, expression string) string {
	t.Helper()
	return looktest.Ask[string](t, s.Browser, `String(`+expression+`)`)
}

// tabTo presses Tab until the focus is on what the selector names.
func (s seat) tabTo(t *testing.T, selector string) {
	t.Helper()
	for range 80 {
		if s.ask(t, `document.activeElement.matches('`+selector+`')`) == "true" {
			return
		}
		s.press(t, kb.Tab)
	}
	t.Fatalf("Tab never comes to %s", selector)
}

// signIn signs in and begins, by keyboard.
func (s seat) signIn(t *testing.T, name string) {
	t.Helper()
	s.Do(t, chromedp.Navigate(s.w.server.URL+"/review/"))
	s.Until(t, "sign-in page", `document.activeElement.id === 'name'`)
	s.press(t, name, kb.Tab, password, kb.Enter)
	s.Until(t, "start page", `location.pathname === '/review/' && document.querySelector('h1').textContent === 'Review'`)
}

func (s seat) begin(t *testing.T) {
	t.Helper()
	s.tabTo(t, "button.big")
	s.press(t, kb.Enter)
	s.Until(t, "an item", `document.querySelector('#card.scripted')`)
}

const current = `document.getElementById('card').dataset.item`

// answer answers every question with the key, submits and waits for another claim, or for the
// start page.
func (s seat) answer(t *testing.T, key string) (item string) {
	t.Helper()
	item = s.ask(t, current)
	for range 10 {
		if s.ask(t, `document.querySelectorAll('.question:not(:has(input:checked))').length`) == "0" {
			break
		}
		s.press(t, key)
	}
	s.press(t, kb.Enter)
	s.Until(t, "the next item", `location.pathname === '/review/' || `+current+` !== '`+item+`'`)
	return item
}

func (s seat) signOut(t *testing.T) {
	t.Helper()
	s.Do(t, chromedp.Navigate(s.w.server.URL+"/review/"))
	s.tabTo(t, ".account button")
	s.press(t, kb.Enter)
	s.Until(t, "signed out", `location.pathname === '/review/sign-in'`)
}

// kept waits until so many decisions stand, and gives them.
func (w *world) kept(t *testing.T, n int) []store.ReviewDecision {
	t.Helper()
	var list []store.ReviewDecision
	for range 400 {
		all, err := w.store.Decisions(t.Context(), store.DecisionFilter{Limit: store.MaxDecisions})
		if err != nil {
			t.Fatal(err)
		}
		if list = review.Standing(all); len(list) >= n {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if len(list) != n {
		t.Fatalf("%d decisions stand, want %d\n%s", len(list), n, w.log)
	}
	return list
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (s seat) setCookie(t *testing.T, name, value string) {
	t.Helper()
	looktest.Call(t, s.Browser, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.w.server.URL, HTTPOnly: new(true)})
}
