package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func markdownOf(t *testing.T, r *Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.WriteMarkdown(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// checkTables counts the cells of each table row and the balance of folded parts.
func checkTables(t *testing.T, text string) (rows int) {
	t.Helper()
	width := 0
	for i, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		rows++
		cells := strings.Count(line, "|") - 1
		if width == 0 {
			width = cells
		}
		if cells != width || !strings.HasSuffix(line, " |") {
			t.Errorf("line %d has %d cells, its table %d: %s", i+1, cells, width, line)
		}
	}
	if a, b := strings.Count(text, "<details>"), strings.Count(text, "</details>"); a != b {
		t.Errorf("%d parts are opened and %d closed", a, b)
	}
	return rows
}

func TestMarkdown(t *testing.T) {
	text := markdownOf(t, full(t))
	if n := checkTables(t, text); n < 40 {
		t.Errorf("%d table rows only", n)
	}
	for _, want := range []string{
		"### heads-v2 on simulated claims\n",
		"\n❌ **Doubtful: 12 claims of the test stand in the training too.** 1 of 3 gates missed.",
		"| axis | figure | baseline | now | difference, points | shown? |\n| --- | --- | --: | --: | --: | --- |\n| symptom | Accuracy | 55.8 | 62.8 | ▲ +7.0 (",
		"| ❌ | axes.severity.per&#95;label.critical.recall &gt;= 0.9 | 0.640 (low bound) | &gt;= 0.900 |",
		"<details><summary>2 gates passed</summary>\n\n| ",
		"<details><summary>Worst mistakes</summary>",
		"| Seed | 7 |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the comment lacks %q:\n%s", want, text[:min(len(text), 2500)])
		}
	}
	bare := markdownOf(t, bareReport(t))
	checkTables(t, bare)
	if !strings.Contains(bare, "| axis | claims | accuracy | macro-F1 |") || strings.Contains(bare, "alibration") {
		t.Errorf("a table of predictions gives %s", bare)
	}
}

// Text from outside must neither break a table nor become markup, a link or a mention.
func TestMarkdownEscapes(t *testing.T) {
	text := markdownOf(t, hostile(t))
	checkTables(t, text)
	ours := strings.NewReplacer("<details>", "", "</details>", "", "<summary>", "", "</summary>", "").Replace(text)
	for _, bad := range []string{"<", "@someone", " #1", "http://", "[x]", "`", "**b**", "\x00", "\u202e"} {
		if strings.Contains(ours, bad) {
			t.Errorf("%q came through", bad)
		}
	}
	if !strings.Contains(text, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("the hostile text does not show")
	}
}

func TestMarkdownFitsAComment(t *testing.T) {
	r := full(t)
	for i := range 40 {
		r.Warnings = append(r.Warnings, Warning{Title: fmt.Sprint(i), Text: strings.Repeat("long ", 1000)})
	}
	text := markdownOf(t, r)
	if len(text) > 65536 || !strings.Contains(text, "too long for a comment") {
		t.Errorf("%d bytes", len(text))
	}
	checkTables(t, text)
}
