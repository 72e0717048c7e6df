package looktest

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Element is an element of a page, with all text below it.
type Element struct {
	Name  string
	Attrs map[string]string
	Text  string
}

// script is a script with what is in it, which is no markup. As in a browser it ends at the
// first end tag.
var script = regexp.MustCompile(`(?s)<script>.*?</script>`)

// Elements reads a page with a parser that insists on balanced tags (void elements and bare
// attributes apart) and gives every element.
func Elements(t *testing.T, page string) []*Element {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(script.ReplaceAllString(page, "<script></script>")))
	dec.Strict = false
	dec.AutoClose = []string{"meta", "img", "br", "input"}
	dec.Entity = xml.HTMLEntity
	var all, open []*Element
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
			n := &Element{Name: tok.Name.Local, Attrs: map[string]string{}}
			for _, a := range tok.Attr {
				n.Attrs[a.Name.Local] = a.Value
			}
			all, open = append(all, n), append(open, n)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].Name != tok.Name.Local {
				t.Fatalf("</%s> closes nothing", tok.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, n := range open {
				n.Text += string(tok)
			}
		}
	}
	if len(open) > 0 {
		t.Fatalf("<%s> is never closed", open[len(open)-1].Name)
	}
	return all
}

// Find gives the elements of a name, and of a class unless that is empty.
func Find(all []*Element, name, class string) []*Element {
	var out []*Element
	for _, n := range all {
		if n.Name == name && (class == "" || slices.Contains(strings.Fields(n.Attrs["class"]), class)) {
			out = append(out, n)
		}
	}
	return out
}

// Texts gives the texts of elements with single spaces.
func Texts(elements []*Element) []string {
	var out []string
	for _, n := range elements {
		out = append(out, strings.Join(strings.Fields(n.Text), " "))
	}
	return out
}

// Named checks that ids are unique, that what labels an element is there, and that pictures
// say what is on them. It gives the ids.
func Named(t *testing.T, all []*Element) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range all {
		if id := n.Attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("id %q stands twice", id)
			}
			ids[id] = true
		}
	}
	for _, n := range all {
		for _, by := range strings.Fields(n.Attrs["aria-labelledby"]) {
			if !ids[by] {
				t.Errorf("<%s> is labelled by %q, which is not there", n.Name, by)
			}
		}
		if n.Name == "img" && n.Attrs["alt"] == "" {
			t.Error("an img has no alt")
		}
	}
	return ids
}
