package lead

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/review"
)

const editPath = "/review/lead/taxonomy/edit"

// TestEditor: mistakes with their lines, a preview with its counts, a reason, and the history.
func TestEditor(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.story(t)
		v := w.signedIn(t, "dora")
		form := v.get(t, editPath+"?do=split&axis=symptom&label=tear_seam").form(t)
		bad := v.post(t, editPath, with(form, "do", "preview", "document", strings.Replace(form.Get("document"), "version: 2", "version: two\r\ncolour: red", 1)))
		if list := bad.texts("li", ""); bad.StatusCode != http.StatusUnprocessableEntity || !slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, "taxonomy, line 2") }) || !slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, "colour") && strings.Contains(s, "line 3") }) {
			t.Errorf("%d, mistakes: %q", bad.StatusCode, list)
		}
		if kept := bad.form(t); !strings.Contains(kept.Get("document"), "version: two\ncolour: red\n") {
			t.Error("what was typed is lost")
		}

		p := v.post(t, editPath, with(form, "do", "preview"))
		p.has(t, "Tear or open seam | Symptom | split | – | 31 | 26 | people decide anew", "– | Symptom | added | Tear or open seam, first kind | 0 | 0 | nothing to do")
		if text := strings.Join(p.texts("strong", "critical"), ""); text != "31 answers of the model and 26 decisions of people must be decided anew, or no longer count." {
			t.Errorf("the sum: %q", text)
		}
		if len(storeVersions(t, w)) != 0 {
			t.Error("a preview was kept")
		}
		p = v.post(t, editPath, with(form, "do", "publish", "why", "  "))
		if p.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Say in a sentence why") || len(storeVersions(t, w)) != 0 {
			t.Errorf("without a reason: %d", p.StatusCode)
		}
		if p = v.post(t, editPath, with(form, "do", "publish", "why", strings.Repeat("x", review.MaxWhy+1))); p.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a reason that is too long: %d", p.StatusCode)
		}
		p = v.post(t, editPath, with(form, "do", "publish", "why", "seams are not fabric"))
		if got := strings.Join(p.texts("p", "notice"), ""); got != "starter@2 holds from now on." {
			t.Errorf("notice %q", got)
		}
		if list := p.texts("article", ""); len(list) != 2 || !strings.Contains(list[0], "starter@2 holds dora") || !strings.Contains(list[0], "seams are not fabric") || !strings.Contains(list[1], "starter@1") {
			t.Errorf("history: %q", list)
		}
		kept := storeVersions(t, w)
		diff := v.get(t, "/review/lead/taxonomy/versions/starter@2")
		diff.has(t, "−taken away | version: 1", "+added | version: 2", "−taken away | - {id: tear_seam,", "+added | - {id: tear_seam_1,")
		for file, want := range map[string]string{"taxonomy.yaml": kept[1].Document, "mapping.yaml": kept[1].Mapping} {
			got := v.get(t, "/review/lead/taxonomy/versions/starter@2/"+file)
			if got.body != want || !strings.Contains(got.Header.Get("Content-Disposition"), file) {
				t.Errorf("%s: %q", file, got.body)
			}
		}
		v.get(t, "/review/lead/taxonomy").has(t, "Tear or open seam, first kind tear_seam_1")
	})
}

// TestConflict: another admin publishes while this one types. He is told who and why, nothing
// that he typed is lost, and his next try is one after that version.
func TestConflict(t *testing.T) {
	w := sqliteWorld(t)
	w.team(t)
	w.people["eve"] = w.person(t, "eve", "admin")
	v := w.signedIn(t, "dora")
	form := v.get(t, editPath+"?do=remove&axis=symptom&label=leak").form(t)
	other := w.signedIn(t, "eve")
	if p := other.post(t, editPath, with(other.get(t, editPath+"?do=merge&axis=symptom&label=crack_break&other=tear_seam").form(t), "do", "publish", "why", "too much alike")); p.StatusCode != http.StatusOK {
		t.Fatal(p.StatusCode, p.texts("li", ""))
	}
	p := v.post(t, editPath, with(form, "do", "publish", "why", "nothing leaks"))
	text := strings.Join(p.texts("div", "notice"), " ")
	if p.StatusCode != http.StatusConflict || !strings.Contains(text, "eve published starter@2") || !strings.Contains(text, "too much alike") || !strings.Contains(text, "Nothing was published, and all that you typed is still here") {
		t.Errorf("%d %q", p.StatusCode, text)
	}
	again := p.form(t)
	if again.Get("document") != form.Get("document") || again.Get("mapping") != form.Get("mapping") || again.Get("why") != "nothing leaks" || again.Get("base") != "starter@2" {
		t.Errorf("lost: %q", again)
	}
	if len(storeVersions(t, w)) != 2 {
		t.Error("a version too many")
	}
	p = v.post(t, editPath, with(again, "do", "publish"))
	if list := p.texts("li", ""); p.StatusCode != http.StatusUnprocessableEntity || !slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, "after starter@2 comes starter@3") }) {
		t.Errorf("the same once more: %d %q", p.StatusCode, list)
	}
	mended := strings.NewReplacer("version: 2", "version: 3", "crack_break, name: \"Crack or break\"", "crack_break, name: \"Crack\"").Replace(again.Get("document"))
	lines := slices.DeleteFunc(strings.Split(mended, "\n"), func(l string) bool { return strings.Contains(l, "id: tear_seam") })
	p = v.post(t, editPath, with(again, "do", "publish", "document", strings.Join(lines, "\r\n"), "mapping", "from: starter@2\r\nto: starter@3\r\naxes:\r\n  symptom: {removed: [leak]}\r\n"))
	if p.StatusCode != http.StatusOK || len(storeVersions(t, w)) != 3 || strings.Contains(storeVersions(t, w)[2].Document, "\r") {
		t.Errorf("mended: %d %q", p.StatusCode, p.texts("li", ""))
	}
}

// TestLargeForms: a taxonomy larger than other forms may be is taken, one larger than that is
// refused in words.
func TestLargeForms(t *testing.T) {
	w := sqliteWorld(t)
	w.team(t)
	v := w.signedIn(t, "dora")
	form := v.get(t, editPath).form(t)
	long := strings.Replace(form.Get("document"), "Leaks liquid", strings.Repeat("Ä leak. ", 20_000)+"Leaks liquid", 1)
	if p := v.post(t, editPath, with(form, "do", "preview", "document", long)); p.StatusCode != http.StatusOK || len(looktest.Find(p.all, "section", "sheet")) != 1 {
		t.Errorf("a long description: %d", p.StatusCode)
	}
	p := v.post(t, editPath, with(form, "do", "preview", "document", strings.Repeat("x", maxForm)))
	if p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, "too large") {
		t.Errorf("a form too large: %d", p.StatusCode)
	}
}
