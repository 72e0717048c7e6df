package board

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/look/looktest"
)

// TestLook opens every page at three widths, light and dark. DEFEKT_SHOTS names a folder for
// screenshots, DEFEKT_AXE the file of axe-core to run too.
func TestLook(t *testing.T) {
	w := newWorld(t, nil)
	w.quickly()
	b := looktest.Open(t)
	a := w.alarm()
	capas := w.get("/quality/capas")
	_, rest, _ := strings.Cut(capas.body, `href="/quality/capas/`)
	action, _, _ := strings.Cut(rest, `"`)
	_, rest, _ = strings.Cut(w.get("/quality/credits").body, `href="/quality/credits/`)
	credit, _, _ := strings.Cut(rest, `"`)
	const unfold = `document.querySelectorAll('details').forEach(d => d.open = true);`
	for _, p := range []struct{ name, path string }{
		{"overview", "/"}, {"pattern", "/patterns/" + a.ID}, {"patterns", "/patterns"}, {"ranking", "/ranking"}, {"measures", "/measures"}, {"capas", "/capas"}, {"capa", "/capas/" + action},
		{"lot", "/groups/lot/" + url.PathEscape(badLot)}, {"supplier", "/groups/supplier/ACME"}, {"product", "/groups/sku/K-1"}, {"suppliers", "/suppliers"}, {"lots", "/lots"}, {"unit", "/units/" + w.decided}, {"replaced", "/units/BAD-0004"},
		{"credits", "/credits"}, {"credit", "/credits/" + credit}, {"search", "/search?q=nothing"}, {"lost", "/nowhere"},
	} {
		for _, width := range []int64{1440, 820, 390} {
			for _, scheme := range looktest.Schemes(width) {
				t.Run(fmt.Sprintf("%s/%d/%s", p.name, width, scheme), func(t *testing.T) {
					b.Screen(t, width, scheme)
					b.Look(t, looktest.Page{URL: w.server.URL + "/quality" + p.path, Width: width, Unfold: unfold, Overlaid: ".sr, figcaption", Expected: func(complaint string) bool { return p.name == "lost" && strings.Contains(complaint, "404") }})
					b.Keep(t, fmt.Sprintf("board-%s-%d-%s.png", p.name, width, scheme))
					if width == 820 { // what axe looks for does not depend on the width
						b.Axe(t)
					}
				})
			}
		}
	}
}
