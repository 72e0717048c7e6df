package desk

import (
	"fmt"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/store"
)

// TestLook opens every page at three widths, light and dark.
// DEFEKT_SHOTS names a folder for screenshots, DEFEKT_AXE the file of axe-core to run too.
func TestLook(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.draw(t, 900)
	w.person(t, "anna")
	w.person(t, "benjamin")
	w.person(t, "cleo", store.AdjudicatorRole, store.AdminRole)
	w.first = 100
	w.fill(t, 1, 2, "severity", "symptom", "component")
	w.first = 0
	w.judgeTwice(t, "anna", "benjamin")
	w.fill(t, 12, 1)
	s := sit(t, w)
	s.look(t, "sign-in", "/review/sign-in", "")
	s.signIn(t, "cleo")
	s.look(t, "start", "/review/", "")
	s.begin(t)
	disputed := s.ask(t, `location.pathname`)
	s.look(t, "disputed", disputed, "")
	s.answer(t, "1")
	s.answer(t, "x")
	item := s.ask(t, `location.pathname`)
	s.look(t, "item", item, "")
	const open = `document.getElementById('help').open = true; document.querySelector('.skipping').open = true; document.querySelectorAll('.question input[value="?"]').forEach((i, n) => { if (n < 2) i.click() });`
	s.look(t, "item-worked", item, open)
	for name, path := range map[string]string{"history": "/review/history", "settings": "/review/settings", "reviewers": "/review/reviewers", "gone": "/review/items/x", "lost": "/review/nowhere"} {
		s.look(t, name, path, `document.querySelectorAll('details').forEach(d => d.open = true);`)
	}
}

func (s seat) look(t *testing.T, name, path, unfold string) {
	t.Helper()
	for _, width := range []int64{1440, 820, 390} {
		for _, scheme := range looktest.Schemes(width) {
			t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
				s.Screen(t, width, scheme)
				s.Look(t, looktest.Page{URL: s.w.server.URL + path, Width: width, Unfold: unfold, Overlaid: ".sr", Expected: func(complaint string) bool {
					return name == "lost" && strings.Contains(complaint, "404") || name == "gone" && strings.Contains(complaint, "409")
				}})
				s.Keep(t, fmt.Sprintf("desk-%s-%d-%s.png", name, width, scheme))
				if width == 820 { // what axe looks for does not depend on the width
					s.Axe(t)
				}
			})
		}
	}
	s.Screen(t, 1440, "light")
}

// judgeTwice lets two disagree on the first item.
func (w *world) judgeTwice(t *testing.T, names ...string) {
	t.Helper()
	for i, name := range names {
		v := w.visitor(t)
		v.signIn(t, name)
		path, form := v.post(t, "/review/next", nil).form(t)
		v.post(t, path, with(form, "axis.severity", []string{"=minor", "=major"}[i], "axis.symptom", "=crack_break", "axis.component", []string{"=frame", "?"}[i], "why", []string{"one can still use it", "it may cut somebody"}[i]))
	}
}
