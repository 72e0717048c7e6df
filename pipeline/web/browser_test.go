package web

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/look/looktest"
)

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
	b := looktest.Open(t)
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
			for _, scheme := range looktest.Schemes(width) {
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					b.Screen(t, width, scheme)
					b.Look(t, looktest.Page{URL: url, Width: width, Unfold: unfold, Overlaid: ".sr,figcaption", Expected: func(complaint string) bool {
						return name == "lost" && strings.Contains(complaint, "404") // that page is a 404
					}})
					b.Keep(t, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
					b.Axe(t)
				})
			}
		}
	}
}

// unfold opens the evidence.
const unfold = `document.querySelectorAll('.answer details').forEach(d => d.open = true);`
