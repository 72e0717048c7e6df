package page

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look/looktest"
)

var jpegBytes = []byte{0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3}

func render(t *testing.T, items ...Item) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, "Run <1> & more", slices.Values(items)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func sample() Item {
	return Item{
		Claim: claim.Claim{
			ID: "c1", Text: "Der Deckel ist gebrochen, nicht verkratzt.", Product: "Box", Lang: "de",
			Context: map[string]any{"days_since_delivery": 3.0, "drawn": true},
			Labels:  map[string]string{"severity": "minor"},
		},
		Prediction: claim.Prediction{
			ID: "c1", Model: "abc", Taxonomy: "starter@1",
			Axes: map[string]claim.AxisPrediction{
				"severity": {Label: "major", Probability: .41, Abstained: true, Reason: "two answers are close", Alternatives: []claim.Alternative{{Label: "minor", Probability: .39}}},
				"symptom": {Label: "crack_break", Probability: .934, Evidence: []claim.Evidence{
					{Source: "text", What: "gebrochen", Weight: 1.4},
					{Source: "text", What: "nicht verkratzt", Weight: -.3},
					{Source: "photos", What: "photos", Weight: .2},
				}},
			},
			Photos:   []claim.PhotoReport{{Ref: "a.jpg", Used: true}, {Ref: "b.jpg", Problem: &claim.Problem{Code: claim.CodePhotoTruncated, Message: "The file ends early."}}},
			Problems: []claim.Problem{{Code: claim.CodePhotoTruncated, Where: "photos[1]", Message: "The file ends early."}},
		},
		Photos: [][]byte{jpegBytes, nil},
	}
}

func TestPageShowsAClaim(t *testing.T) {
	all := looktest.Elements(t, render(t, sample()))
	for _, c := range []struct {
		name, class string
		want        []string
	}{
		{"h1", "", []string{"Run <1> & more"}},
		{"h2", "", []string{"Claim c1", "Summary"}},
		{"blockquote", "", []string{"Der Deckel ist gebrochen, nicht verkratzt."}},
		{"figcaption", "", []string{"drawn"}},
		{"dt", "", []string{"Symptom", "Severity"}},
		{"p", "look", []string{"A person should look: two answers are close"}},
		{"p", "label", []string{"crack break 93 %", "? perhaps major 41 %"}},
		{"p", "alt", []string{"for it: gebrochen, photos", "against it: nicht verkratzt", "or minor 39 %", "a person said: minor"}},
		{"div", "problems", []string{"Problems photo_truncated photos[1]: The file ends early."}},
		{"caption", "", []string{"Answers by question", "Problems by code"}},
		{"div", "none", []string{"No picture: The file ends early."}},
	} {
		if diff := cmp.Diff(c.want, looktest.Texts(looktest.Find(all, c.name, c.class))); diff != "" {
			t.Errorf("%s.%s: -want +got\n%s", c.name, c.class, diff)
		}
	}
	marks := looktest.Find(find2(all, "blockquote"), "mark", "")
	if diff := cmp.Diff([]string{"gebrochen", "nicht verkratzt"}, looktest.Texts(marks)); diff != "" {
		t.Error("marks:", diff)
	}
	if marks[0].Attrs["class"] != "for" || marks[1].Attrs["class"] != "against" {
		t.Errorf("marks are %v and %v", marks[0].Attrs, marks[1].Attrs)
	}
}

// find2 gives the elements from the first of a name on, up to the legend's section.
func find2(all []*looktest.Element, name string) []*looktest.Element {
	from := slices.IndexFunc(all, func(n *looktest.Element) bool { return n.Name == name })
	to := slices.IndexFunc(all, func(n *looktest.Element) bool { return n.Attrs["id"] == "summary" })
	return all[from:to]
}

func TestPageIsAccessible(t *testing.T) {
	all := looktest.Elements(t, render(t, sample(), sample()))
	for _, name := range []string{"header", "main", "footer", "h1", "title"} {
		if n := len(looktest.Find(all, name, "")); n != 1 {
			t.Errorf("%d <%s>, want 1", n, name)
		}
	}
	looktest.Named(t, all)
	for _, n := range all {
		if n.Name == "table" && !strings.Contains(n.Text, " by ") {
			t.Error("a table has no caption")
		}
	}
	if got := looktest.Find(all, "blockquote", "")[0].Attrs["lang"]; got != "de" {
		t.Errorf("lang of the text is %q", got)
	}
	if got := looktest.Find(all, "html", "")[0].Attrs["lang"]; got != "en" {
		t.Errorf("lang of the page is %q", got)
	}
}

// Every field that a stranger can fill must arrive as text, never as markup.
func TestPageEscapes(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>` + "\x00\u202e"
	item := Item{
		Claim: claim.Claim{ID: evil, Text: evil, Product: evil, SKU: evil, Serial: evil, Lang: `de" onclick="x`, Labels: map[string]string{evil: evil},
			Context: map[string]any{evil: evil, "days_since_delivery": evil}},
		Prediction: claim.Prediction{
			ID: evil, Model: evil, Taxonomy: evil, Code: evil,
			Axes: map[string]claim.AxisPrediction{evil: {
				Label: evil, Probability: 2, Abstained: true, Reason: evil,
				Alternatives: []claim.Alternative{{Label: evil, Probability: -1}},
				Evidence:     []claim.Evidence{{Source: "text", What: evil, Weight: 1}, {Source: evil, What: evil, Weight: -1}},
			}},
			Photos:   []claim.PhotoReport{{Ref: evil, Problem: &claim.Problem{Code: evil, Message: evil}}},
			Problems: []claim.Problem{{Code: evil, Where: evil, Message: evil}},
		},
		Photos: [][]byte{[]byte("<svg onload=alert(3)>")},
	}
	page := render(t, item)
	for _, n := range looktest.Elements(t, page) {
		if n.Name == "script" || n.Name == "img" {
			t.Errorf("the input made an element <%s>", n.Name)
		}
		for k, v := range n.Attrs {
			if strings.HasPrefix(k, "on") {
				t.Errorf("<%s> got a handler %s=%q", n.Name, k, v)
			}
		}
	}
	if strings.ContainsAny(page, "\x00\u202e") {
		t.Error("a control character came through")
	}
}

func TestPageHasNoOutside(t *testing.T) {
	for _, n := range looktest.Elements(t, render(t, sample())) {
		for _, k := range []string{"src", "href"} {
			v, ok := n.Attrs[k]
			if ok && !strings.HasPrefix(v, "data:image/jpeg;base64,/9j/") && !strings.HasPrefix(v, "#") {
				t.Errorf("<%s %s=%q> leads outside", n.Name, k, v)
			}
		}
		if n.Name == "script" || n.Name == "link" {
			t.Errorf("there is a <%s>", n.Name)
		}
	}
}

func TestEmptyAndBare(t *testing.T) {
	all := looktest.Elements(t, render(t))
	if diff := cmp.Diff([]string{"Summary"}, looktest.Texts(looktest.Find(all, "h2", ""))); diff != "" {
		t.Error(diff)
	}
	all = looktest.Elements(t, render(t, Item{Claim: claim.Claim{ID: "x"}, Prediction: claim.Prediction{ID: "x"}}))
	want := []string{"No answer: nothing in this claim could be read."}
	if diff := cmp.Diff(want, looktest.Texts(looktest.Find(all, "p", "look"))); diff != "" {
		t.Error(diff)
	}
}

func TestSummaryCounts(t *testing.T) {
	s := newSummary()
	s.add(sample())
	s.add(Item{Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{"severity": {Label: "minor"}, "zeal": {Abstained: true}}}})
	want := summaryView{
		Claims: 2, Photos: 2, Used: 1, WithProblems: 1, Origin: "model abc, taxonomy starter@1",
		Axes:     []axisRow{{"Symptom", 1, 0, 100, 0}, {"Severity", 1, 1, 50, 50}, {"Zeal", 0, 1, 0, 100}},
		Problems: []problemRow{{claim.CodePhotoTruncated, 1}},
	}
	if diff := cmp.Diff(want, s.view()); diff != "" {
		t.Error(diff)
	}
}

func TestWriteStopsAtAnError(t *testing.T) {
	taken := 0
	broken := errors.New("disk full")
	err := Write(failing{broken}, "t", func(yield func(Item) bool) {
		for yield(sample()) {
			if taken++; taken > 10000 {
				t.Error("items are still taken after the writer failed")
				return
			}
		}
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want the writer's", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A long run must reach the writer while it goes, not at its end.
func TestWriteStreams(t *testing.T) {
	var out bytes.Buffer
	seen := 0
	err := Write(&out, "t", func(yield func(Item) bool) {
		for range 300 {
			if !yield(sample()) {
				return
			}
		}
		seen = out.Len()
	})
	if err != nil || seen < out.Len()/2 {
		t.Errorf("%v: %d of %d bytes were written before the items ended", err, seen, out.Len())
	}
}
