package exchange

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/defekt/defekt/taxonomy"
)

// Names of the objects that controls point at.
const (
	textObject  = "text"
	photoObject = "photos"
)

// undeterminedName is what a reviewer reads on the choice for claims that cannot be decided.
const undeterminedName = "Cannot be determined"

// LabelStudioConfig gives the labelling configuration of the taxonomy in XML: the claim's id
// and text, with photos its photos, and one control an axis: Choices for a flat one,
// Taxonomy for a tree, each with a choice for claims that cannot be decided. Reviewers see
// names, exports hold ids (as aliases).
func (e *Export) LabelStudioConfig(photos bool) []byte {
	c := configWriter{}
	c.line(0, "<View>")
	c.line(1, `<Header value="$claim_id" size="4"/>`)
	c.line(1, `<Text name=%q value="$text"/>`, textObject)
	if photos {
		c.line(1, `<Image name=%q valueList="$photos"/>`, photoObject)
	}
	for i := range e.Taxonomy.Axes {
		c.axis(&e.Taxonomy.Axes[i])
	}
	c.line(0, "</View>")
	return c.out.Bytes()
}

type configWriter struct {
	out bytes.Buffer
	// names are the values given on the axis so far: two choices must not read the same.
	names map[string]bool
}

func (c *configWriter) line(depth int, format string, args ...any) {
	fmt.Fprintf(&c.out, "%s"+format+"\n", append([]any{strings.Repeat("  ", depth)}, args...)...)
}

func (c *configWriter) axis(a *taxonomy.Axis) {
	c.names = map[string]bool{}
	question := a.Question
	if question == "" {
		question = a.ID
	}
	c.line(1, `<Header value="%s" size="5"/>`, escape(question))
	tag, more := "Choices", `choice="single" showInline="true"`
	if isTree(a) {
		tag, more = "Taxonomy", `maxUsages="1" showFullPath="true"`
	}
	c.line(1, `<%s name="%s" toName=%q %s>`, tag, escape(a.ID), textObject, more)
	c.labels(2, a.Labels)
	c.line(2, `<Choice value=%q alias=%q/>`, undeterminedName, taxonomy.Undetermined)
	c.line(1, "</%s>", tag)
}

func (c *configWriter) labels(depth int, labels []taxonomy.Label) {
	for i := range labels {
		l := &labels[i]
		name := l.Name
		if name == "" {
			name = l.ID
		}
		if c.names[name] {
			name += " (" + l.ID + ")"
		}
		c.names[name] = true
		attributes := fmt.Sprintf(`value="%s" alias="%s"`, escape(name), escape(l.ID))
		if l.Description != "" {
			attributes += fmt.Sprintf(` hint="%s"`, escape(l.Description))
		}
		if len(l.Children) == 0 {
			c.line(depth, "<Choice %s/>", attributes)
			continue
		}
		c.line(depth, "<Choice %s>", attributes)
		c.labels(depth+1, l.Children)
		c.line(depth, "</Choice>")
	}
}

// escape makes s fit into an attribute.
func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
