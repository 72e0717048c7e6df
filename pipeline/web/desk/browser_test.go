package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
)

// TestByKeyboard: sign in, 20 claims, and undo, all by keyboard.
func TestByKeyboard(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.draw(t, 200)
	w.person(t, "anna")
	w.fill(t, 26, 1, "severity", "symptom")
	s := sit(t, w)
	s.signIn(t, "anna")
	s.begin(t)
	seen := map[string]bool{}
	for i := range 20 {
		item := s.answer(t, []string{"1", "2", "m", "x", "3"}[i%5])
		if seen[item] {
			t.Fatalf("item %s came twice as number %d; %s\n%s", item, i, s.ask(t, `document.getElementById("trouble").textContent + document.getElementById("said").textContent`), w.log)
		}
		seen[item] = true
	}
	list := w.kept(t, 20)
	if d := list[0]; d.Labels["severity"] != "critical" || d.Labels["symptom"] != "crack_break" || !d.Shown || d.Took <= 0 {
		t.Errorf("the first answer was kept as %+v", d)
	}
	if d := list[3]; d.Labels["severity"] != "" || len(d.Labels) != 2 {
		t.Errorf("what cannot be told was kept as %+v", d)
	}

	now := s.ask(t, current)
	s.press(t, "u")
	s.Until(t, "the item before", current+` === '`+list[19].Item+`' && document.querySelectorAll('#card input:checked').length === 2`)
	if text := s.ask(t, `document.getElementById('said').textContent`); !strings.Contains(text, "Taken back") {
		t.Errorf("undo says %q", text)
	}
	w.kept(t, 19)
	s.press(t, "4", kb.Enter) // the marked question is the first
	s.Until(t, "back at the item that was left", current+` === '`+now+`'`)
	if d := w.kept(t, 20)[19]; d.Item != list[19].Item || d.Labels["symptom"] != "tear_seam" {
		t.Errorf("answered anew as %+v", d)
	}
	for i := 20; i < 26; i++ {
		s.answer(t, "1")
	}
	s.Until(t, "the start page, since nothing waits", `location.pathname === '/review/'`)
	w.kept(t, 26)
	if w.log.Len() > 0 {
		t.Errorf("the log says %s", w.log)
	}
}

// TestKeys: what every key of the help does.
func TestKeys(t *testing.T) {
	w := sqliteWorld(t, settings{})
	w.draw(t, 200)
	w.person(t, "anna")
	w.fill(t, 8, 1, "severity", "component")
	s := sit(t, w)
	s.signIn(t, "anna")
	s.begin(t)
	s.Until(t, "one claim ahead", `performance.getEntriesByName('`+w.server.URL+`/review/ahead').length > 0`)
	first := s.ask(t, current)
	s.press(t, "h")
	s.Until(t, "another item", current+` !== '`+first+`'`)
	s.Until(t, "three photos or two", `document.querySelectorAll('.shot').length === 2`)
	s.press(t, ".")
	s.Until(t, "the second photo", `document.querySelector('.count').textContent === '2 of 2' && document.querySelector('.shot').hidden`)
	s.press(t, ",", "z", "r")
	s.Until(t, "zoomed and turned", `document.querySelector('.shot .pane.zoomed').dataset.turns === '1' && document.querySelector('[data-do=zoom]').ariaPressed === 'true'`)
	s.Keep(t, "desk-zoomed.png")
	s.press(t, "?")
	s.Until(t, "help", `document.getElementById('help').open`)
	s.press(t, kb.Escape)
	s.Until(t, "no help", `!document.getElementById('help').open`)
	s.press(t, "/", "fasten")
	s.Until(t, "labels found", `document.querySelectorAll('.choice:not(.miss)').length === 1`)
	s.press(t, kb.Enter)
	s.Until(t, "a label by search", `document.querySelector('[data-axis=component] input:checked') && document.activeElement.id !== 'search'`)
	s.press(t, kb.Enter)
	s.Until(t, "what is open is told", `document.getElementById('said').textContent.startsWith('Still open: Severity')`)
	s.press(t, "2", kb.Backspace)
	s.Until(t, "back to the first question", `document.querySelector('.question.marked').dataset.axis === document.querySelector('.question').dataset.axis`)
	second := s.ask(t, current)
	s.press(t, "s")
	s.Until(t, "the reason's field", `document.activeElement.id === 'skip'`)
	s.press(t, "no photo shows it", kb.Enter)
	s.Until(t, "another item after skipping", current+` !== '`+second+`'`)
	s.Until(t, "skipped is told", `document.getElementById('said').textContent === 'Skipped.'`)
	log, err := w.store.ReviewLog(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	if e := log[len(log)-1]; e.What != store.ReviewSkipped || e.Why != "no photo shows it" {
		t.Errorf("%+v", e)
	}
	met := s.ask(t, current) // what was held comes again
	for range 7 {
		if met == first {
			break
		}
		s.answer(t, "1")
		met = s.ask(t, current)
	}
	if met != first {
		t.Error("the claim that was held never came again")
	}
	s.Do(t, chromedp.Navigate(w.server.URL+"/review/settings"))
	s.tabTo(t, "#keys")
	s.press(t, " ")
	s.tabTo(t, `button[value="pages"]`)
	s.press(t, kb.Enter)
	s.Until(t, "kept", `document.querySelector('.notice')`)
	s.Do(t, chromedp.Navigate(w.server.URL+"/review/"))
	s.begin(t)
	s.press(t, "1", "x", "u")
	if n := s.ask(t, `document.querySelectorAll('#card input:checked').length`); n != "0" {
		t.Errorf("keys that are switched off chose %s labels", n)
	}
}

// TestTwoAtOnce: two reviewers share a queue; nobody gets what the other has.
func TestTwoAtOnce(t *testing.T) {
	w := sqliteWorld(t, settings{})
	anna, ben := w.person(t, "anna"), w.person(t, "ben")
	w.fill(t, 16, 1, "severity")
	a, b := sit(t, w), sit(t, w)
	a.signIn(t, "anna")
	b.signIn(t, "ben")
	a.begin(t)
	b.begin(t)
	by := map[string]string{}
	for range 8 {
		for who, s := range map[string]seat{anna.ID: a, ben.ID: b} {
			if strings.HasPrefix(s.ask(t, `location.pathname`), "/review/items/") {
				item := s.answer(t, "2")
				if by[item] != "" {
					t.Errorf("item %s came to both", item)
				}
				by[item] = who
			}
		}
	}
	items := map[string]bool{}
	for _, d := range w.kept(t, 16) {
		if items[d.Item] || by[d.Item] != d.Reviewer {
			t.Errorf("decided twice, or by another than who saw it: %+v", d)
		}
		items[d.Item] = true
		if faults, err := review.Faults(t.Context(), w.store, d.Item); err != nil || len(faults) > 0 {
			t.Errorf("%q, %v", faults, err)
		}
	}
}

// TestDoubleReviewInBrowser: two look blindly, a third decides with both answers before him.
func TestDoubleReviewInBrowser(t *testing.T) {
	w := sqliteWorld(t, settings{queue: func(c *review.Config) { c.HideSuggestion = true }})
	w.person(t, "anna")
	w.person(t, "ben")
	w.person(t, "cleo", store.AdjudicatorRole)
	claims := w.fill(t, 1, 2, "severity", "symptom")
	s := sit(t, w)
	for name, key := range map[string]string{"anna": "1", "ben": "2"} {
		s.signIn(t, name)
		s.begin(t)
		if n := s.ask(t, `document.querySelectorAll('.others, mark, [data-model]').length`); n != "0" {
			t.Errorf("%s sees something of another answer or the model's", name)
		}
		s.answer(t, key)
		s.signOut(t)
	}
	s.signIn(t, "cleo")
	s.begin(t)
	if n := s.ask(t, `document.querySelectorAll('.other').length`); n != "2" {
		t.Errorf("the adjudicator sees %s answers", n)
	}
	s.press(t, "m") // hidden so far: shows it
	s.Until(t, "the model's answer", `document.querySelector('.question[data-model]') && document.querySelector('mark')`)
	s.tabTo(t, ".other:last-child .take")
	s.press(t, kb.Enter)
	s.Until(t, "the answer is taken over", `document.querySelectorAll('#card input:checked').length === 2`)
	s.tabTo(t, "button.big")
	s.press(t, kb.Enter)
	s.Until(t, "nothing waits", `location.pathname === '/review/'`)
	labels, err := review.Labels(t.Context(), w.store, claims[0].ID)
	if err != nil || len(labels) != 2 {
		t.Fatalf("%+v, %v", labels, err)
	}
	if d := w.kept(t, 3)[2]; d.Role != store.RoleAdjudication || !d.Shown {
		t.Errorf("%+v", d)
	}
}

// TestConflictInBrowser: the item went to somebody else while it was on the screen. The next
// one comes, the fault is told, and what was entered can be seen again.
func TestConflictInBrowser(t *testing.T) {
	w := sqliteWorld(t, settings{})
	anna, ben := w.person(t, "anna"), w.person(t, "ben")
	w.fill(t, 4, 1, "severity")
	s := sit(t, w)
	s.signIn(t, "anna")
	s.begin(t)
	item := s.ask(t, current)
	r, err := w.store.Review(t.Context(), item)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.queue.Release(t.Context(), anna, item, r.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.LeaseReview(t.Context(), store.Lease{IDs: []string{item}, Holder: ben.ID, At: time.Now(), Until: time.Now().Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	s.tabTo(t, "#why")
	s.press(t, "a long thought", kb.Escape, "2", kb.Enter)
	s.Until(t, "the next item, and the fault", current+` !== '`+item+`' && document.querySelector('.trouble')`)
	text := s.ask(t, `document.querySelector('.trouble').textContent`)
	for _, want := range []string{"Somebody else has this claim", "went to somebody else", "Severity Major", "a long thought"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
	s.tabTo(t, ".trouble button")
	s.press(t, kb.Enter)
	s.Until(t, "what was entered", current+` === '`+item+`' && document.querySelector('input:checked').value === '=major' && document.getElementById('why').value === 'a long thought'`)
	w.kept(t, 0)
}

// TestSessionEndsInBrowser: the answer of one who was signed out meanwhile is not lost.
func TestSessionEndsInBrowser(t *testing.T) {
	w := sqliteWorld(t, settings{})
	anna := w.person(t, "anna")
	w.fill(t, 3, 1, "severity")
	s := sit(t, w)
	s.signIn(t, "anna")
	s.begin(t)
	item := s.ask(t, current)
	if err := w.store.EndSessions(t.Context(), anna.ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.press(t, "2", kb.Enter)
	s.Until(t, "told", `document.querySelector('.trouble a[target=_blank]')`)
	v := w.visitor(t)
	v.signIn(t, "anna")
	for _, c := range v.Jar.Cookies(mustURL(t, w.server.URL)) { // as the sign-in of another tab leaves it
		s.setCookie(t, c.Name, c.Value)
	}
	s.tabTo(t, ".trouble button")
	s.press(t, kb.Enter)
	s.Until(t, "back", current+` === '`+item+`'`)
	s.press(t, kb.Enter)
	s.Until(t, "kept now", current+` !== '`+item+`'`)
	w.kept(t, 1)
}
