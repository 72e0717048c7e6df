package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// node is an element of a parsed page with all text below it.
type node struct {
	name  string
	attrs map[string]string
	text  string
}

// elements reads a page with a parser that insists on balanced tags (void elements and bare
// attributes apart) and gives every element.
func elements(t *testing.T, page string) []*node {
	t.Helper()
	if from, to := strings.Index(page, "<script>"), strings.LastIndex(page, "</script>"); from >= 0 {
		page = page[:from+len("<script>")] + page[to:] // a script is no markup
	}
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict = false
	dec.AutoClose = []string{"meta", "img", "br", "input"}
	dec.Entity = xml.HTMLEntity
	var all, open []*node
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: tok.Name.Local, attrs: map[string]string{}}
			for _, a := range tok.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			all, open = append(all, n), append(open, n)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].name != tok.Name.Local {
				t.Fatalf("</%s> closes nothing", tok.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, n := range open {
				n.text += string(tok)
			}
		}
	}
	if len(open) > 0 {
		t.Fatalf("<%s> is never closed", open[len(open)-1].name)
	}
	return all
}

func find(all []*node, name, class string) []*node {
	var out []*node
	for _, n := range all {
		if n.name == name && (class == "" || slices.Contains(strings.Fields(n.attrs["class"]), class)) {
			out = append(out, n)
		}
	}
	return out
}

func texts(nodes []*node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, strings.Join(strings.Fields(n.text), " "))
	}
	return out
}

func write(t *testing.T, p htmlWriter) string {
	t.Helper()
	var out bytes.Buffer
	if err := p.WriteHTML(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReportHasEveryPart(t *testing.T) {
	all := elements(t, write(t, full(t)))
	want := []string{"At a glance", "The data", "Gates", "Against the baseline", "Symptom", "Severity", "Component", "Worst mistakes", "Drift", "People's labels", "Provenance"}
	if diff := cmp.Diff(want, texts(find(all, "h2", ""))); diff != "" {
		t.Error(diff)
	}
	toc := 0
	for _, n := range find(all, "a", "") {
		if strings.HasPrefix(n.attrs["href"], "#") && slices.Contains(want, strings.TrimSpace(n.text)) {
			toc++
		}
	}
	if toc < len(want) {
		t.Errorf("the contents lead to %d of %d sections", toc, len(want))
	}
	if got := texts(find(all, "p", "first")); len(got) != 1 || got[0] != "Doubtful: 12 claims of the test stand in the training too." {
		t.Errorf("the verdict begins with %q", got)
	}
	// three axes with two curves each, and three series of the drift
	if n := len(find(all, "svg", "curve")); n != 9 {
		t.Errorf("%d curves, want 9", n)
	}
	if n := len(find(all, "svg", "field")); n != 1 { // 26 components are too many for a table
		t.Errorf("%d fields of colours, want 1", n)
	}
	marks := texts(find(all, "mark", ""))
	if !slices.Contains(marks, "snapped") || !slices.Contains(marks, "not force") {
		t.Errorf("marked words are %q", marks)
	}
	if n := len(find(all, "img", "")); n < 9 {
		t.Errorf("%d pictures", n)
	}
}

// A part that is not there leaves no empty section, and no figure that nobody measured.
func TestReportOfATable(t *testing.T) {
	page := write(t, bareReport(t))
	all := elements(t, page)
	want := []string{"At a glance", "Symptom", "Severity", "Component", "Provenance"}
	if diff := cmp.Diff(want, texts(find(all, "h2", ""))); diff != "" {
		t.Error(diff)
	}
	if n := len(find(all, "svg", "curve")); n != 0 {
		t.Errorf("%d curves without probabilities", n)
	}
	for _, word := range []string{"Calibration error", "Coverage", "AURC", "NaN", "Inf"} {
		if strings.Contains(page, word) {
			t.Errorf("the page says %s", word)
		}
	}
	for _, empty := range []*Report{{}, {Title: "Nothing yet"}} {
		if n := len(find(elements(t, write(t, empty)), "h2", "")); n != 0 {
			t.Errorf("an empty report has %d sections", n)
		}
	}
}

func TestPagesAreAccessible(t *testing.T) {
	for name, p := range map[string]htmlWriter{"full": full(t), "bare": bareReport(t), "board": board(t)} {
		all := elements(t, write(t, p))
		ids := map[string]bool{}
		for _, n := range all {
			if id := n.attrs["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: id %q stands twice", name, id)
				}
				ids[id] = true
			}
		}
		for _, n := range all {
			for _, by := range strings.Fields(n.attrs["aria-labelledby"]) {
				if !ids[by] {
					t.Errorf("%s: <%s> is labelled by %q, which is not there", name, n.name, by)
				}
			}
			if href := n.attrs["href"]; href != "" && !ids[strings.TrimPrefix(href, "#")] {
				t.Errorf("%s: a link leads to %q, which is not there", name, href)
			}
			if n.name == "img" && n.attrs["alt"] == "" {
				t.Errorf("%s: an img has no alt", name)
			}
			if n.name == "svg" && n.attrs["role"] != "img" && n.attrs["aria-hidden"] != "true" && n.attrs["overflow"] == "" {
				t.Errorf("%s: an svg has neither a name nor is it hidden: %v", name, n.attrs)
			}
		}
		for _, svg := range find(all, "svg", "curve") {
			if len(strings.Fields(svg.text)) < 5 {
				t.Errorf("%s: a curve says no more than %q", name, svg.text)
			}
		}
	}
}

// Every field that a stranger can fill must arrive as text, never as markup.
func TestReportEscapes(t *testing.T) {
	page := write(t, hostile(t))
	for _, n := range elements(t, page) {
		if n.name == "script" || n.name == "img" && n.attrs["src"] == "x" {
			t.Errorf("the input made an element <%s>", n.name)
		}
		for k, v := range n.attrs {
			if strings.HasPrefix(k, "on") || k == "style" {
				t.Errorf("<%s> got %s=%q", n.name, k, v)
			}
			if (k == "src" || k == "href") && !strings.HasPrefix(v, "data:image/png;base64,") && !strings.HasPrefix(v, "#") {
				t.Errorf("<%s %s=%q> leads outside", n.name, k, v)
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
	if n := len(find(elements(t, write(t, l)), "script", "")); n != 1 {
		t.Errorf("%d scripts on the leaderboard, want its own", n)
	}
}

// The policy must name exactly what is on the page.
func TestPolicy(t *testing.T) {
	for name, p := range map[string]htmlWriter{"report": full(t), "board": board(t)} {
		page := write(t, p)
		var policy string
		for _, n := range find(elements(t, page), "meta", "") {
			if n.attrs["http-equiv"] == "Content-Security-Policy" {
				policy = n.attrs["content"]
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
