package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/look/looktest"
)

func write(t *testing.T, p htmlWriter) string {
	t.Helper()
	var out bytes.Buffer
	if err := p.WriteHTML(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReportHasEveryPart(t *testing.T) {
	all := looktest.Elements(t, write(t, full(t)))
	want := []string{"At a glance", "The data", "Gates", "Against the baseline", "Symptom", "Severity", "Component", "Worst mistakes", "Drift", "People's labels", "Provenance"}
	if diff := cmp.Diff(want, looktest.Texts(looktest.Find(all, "h2", ""))); diff != "" {
		t.Error(diff)
	}
	toc := 0
	for _, n := range looktest.Find(all, "a", "") {
		if strings.HasPrefix(n.Attrs["href"], "#") && slices.Contains(want, strings.TrimSpace(n.Text)) {
			toc++
		}
	}
	if toc < len(want) {
		t.Errorf("the contents lead to %d of %d sections", toc, len(want))
	}
	if got := looktest.Texts(looktest.Find(all, "p", "first")); len(got) != 1 || got[0] != "Doubtful: 12 claims of the test stand in the training too." {
		t.Errorf("the verdict begins with %q", got)
	}
	// three axes with two curves each, and three series of the drift
	if n := len(looktest.Find(all, "svg", "curve")); n != 9 {
		t.Errorf("%d curves, want 9", n)
	}
	if n := len(looktest.Find(all, "svg", "field")); n != 1 { // 26 components are too many for a table
		t.Errorf("%d fields of colours, want 1", n)
	}
	marks := looktest.Texts(looktest.Find(all, "mark", ""))
	if !slices.Contains(marks, "snapped") || !slices.Contains(marks, "not force") {
		t.Errorf("marked words are %q", marks)
	}
	if n := len(looktest.Find(all, "img", "")); n < 9 {
		t.Errorf("%d pictures", n)
	}
}

// A part that is not there leaves no empty section, and no figure that nobody measured.
func TestReportOfATable(t *testing.T) {
	page := write(t, bareReport(t))
	all := looktest.Elements(t, page)
	want := []string{"At a glance", "Symptom", "Severity", "Component", "Provenance"}
	if diff := cmp.Diff(want, looktest.Texts(looktest.Find(all, "h2", ""))); diff != "" {
		t.Error(diff)
	}
	if n := len(looktest.Find(all, "svg", "curve")); n != 0 {
		t.Errorf("%d curves without probabilities", n)
	}
	for _, word := range []string{"Calibration error", "Coverage", "AURC", "NaN", "Inf"} {
		if strings.Contains(page, word) {
			t.Errorf("the page says %s", word)
		}
	}
	for _, empty := range []*Report{{}, {Title: "Nothing yet"}} {
		if n := len(looktest.Find(looktest.Elements(t, write(t, empty)), "h2", "")); n != 0 {
			t.Errorf("an empty report has %d sections", n)
		}
	}
}

func TestPagesAreAccessible(t *testing.T) {
	for name, p := range map[string]htmlWriter{"full": full(t), "bare": bareReport(t), "board": board(t)} {
		t.Run(name, func(t *testing.T) {
			all := looktest.Elements(t, write(t, p))
			ids := looktest.Named(t, all)
			for _, n := range all {
				if href := n.Attrs["href"]; href != "" && !ids[strings.TrimPrefix(href, "#")] {
					t.Errorf("a link leads to %q, which is not there", href)
				}
				if n.Name == "svg" && n.Attrs["role"] != "img" && n.Attrs["aria-hidden"] != "true" && n.Attrs["overflow"] == "" {
					t.Errorf("an svg has neither a name nor is it hidden: %v", n.Attrs)
				}
			}
			for _, svg := range looktest.Find(all, "svg", "curve") {
				if len(strings.Fields(svg.Text)) < 5 {
					t.Errorf("a curve says no more than %q", svg.Text)
				}
			}
		})
	}
}

// Every field that a stranger can fill must arrive as text, never as markup.
func TestReportEscapes(t *testing.T) {
	page := write(t, hostile(t))
	for _, n := range looktest.Elements(t, page) {
		if n.Name == "script" || n.Name == "img" && n.Attrs["src"] == "x" {
			t.Errorf("the input made an element <%s>", n.Name)
		}
		for k, v := range n.Attrs {
			if strings.HasPrefix(k, "on") || k == "style" {
				t.Errorf("<%s> got %s=%q", n.Name, k, v)
			}
			if (k == "src" || k == "href") && !strings.HasPrefix(v, "data:image/png;base64,") && !strings.HasPrefix(v, "#") {
				t.Errorf("<%s %s=%q> leads outside", n.Name, k, v)
			}
		}
	}
	if strings.ContainsAny(page, "\x00\u202e") {
		t.Error("a control character came through")
	}
	if n := strings.Count(page, "&lt;script&gt;"); n < 40 {
		t.Errorf("the hostile text shows at %d places only: is it still in every field?", n)
	}
	l := board(t)
	for i := range l.Runs {
		l.Runs[i].Model, l.Runs[i].Digest, l.Runs[i].Set, l.Runs[i].Split, l.Runs[i].ID = evil, evil, evil, evil, evil
	}
	l.Title = evil
	if n := len(looktest.Find(looktest.Elements(t, write(t, l)), "script", "")); n != 1 {
		t.Errorf("%d scripts on the leaderboard, want its own", n)
	}
}

// The policy must name exactly what is on the page.
func TestPolicy(t *testing.T) {
	for name, p := range map[string]htmlWriter{"report": full(t), "board": board(t)} {
		page := write(t, p)
		var policy string
		for _, n := range looktest.Find(looktest.Elements(t, page), "meta", "") {
			if n.Attrs["http-equiv"] == "Content-Security-Policy" {
				policy = n.Attrs["content"]
			}
		}
		for _, tag := range []string{"style", "script"} {
			from := strings.Index(page, "<"+tag+">")
			if from < 0 {
				if tag == "script" && strings.Contains(policy, "script-src") {
					t.Errorf("%s: the policy allows a script and there is none", name)
				}
				continue
			}
			content := page[from+len(tag)+2 : strings.LastIndex(page, "</"+tag+">")]
			sum := sha256.Sum256([]byte(content))
			if want := tag + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q lacks %s", name, policy, want)
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %q", name, policy)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWritersReportTheirError(t *testing.T) {
	broken := errors.New("disk full")
	r := full(t)
	for name, write := range map[string]func(io.Writer) error{"html": r.WriteHTML, "markdown": r.WriteMarkdown, "board": board(t).WriteHTML} {
		if err := write(failing{broken}); !errors.Is(err, broken) {
			t.Errorf("%s: error %v, want the writer's", name, err)
		}
	}
}

// The same report must give the same bytes, or nobody can compare two of them.
func TestReportRepeats(t *testing.T) {
	if a, b := write(t, full(t)), write(t, full(t)); a != b {
		t.Error("two pages of one report differ")
	}
}
