package taxonomy

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/defekt/defekt/taxonomy/strictyaml"
)

// Marshal writes t as YAML that [Parse] reads back to the same taxonomy.
func (t *Taxonomy) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "name: %s\nversion: %d\n", strictyaml.Quote(t.Name), t.Version)
	if t.Inferred {
		b.WriteString("inferred: true\n")
	}
	b.WriteString("axes:\n")
	for _, a := range t.Axes {
		fmt.Fprintf(&b, "  - id: %s\n", strictyaml.Quote(a.ID))
		if a.Question != "" {
			fmt.Fprintf(&b, "    question: %s\n", strictyaml.Quote(a.Question))
		}
		if a.Ordinal {
			b.WriteString("    ordinal: true # worst first\n")
		}
		b.WriteString("    labels:\n")
		writeLabels(&b, a.Labels, "      ")
	}
	return b.Bytes()
}

func writeLabels(b *bytes.Buffer, labels []Label, indent string) {
	for _, l := range labels {
		fields := []string{"id: " + strictyaml.Quote(l.ID)}
		if l.Name != "" {
			fields = append(fields, "name: "+strictyaml.Quote(l.Name))
		}
		if l.Description != "" {
			fields = append(fields, "description: "+strictyaml.Quote(l.Description))
		}
		if len(l.Children) == 0 {
			fmt.Fprintf(b, "%s- {%s}\n", indent, strings.Join(fields, ", "))
			continue
		}
		fmt.Fprintf(b, "%s- %s\n", indent, strings.Join(fields, "\n"+indent+"  "))
		fmt.Fprintf(b, "%s  children:\n", indent)
		writeLabels(b, l.Children, indent+"    ")
	}
}
