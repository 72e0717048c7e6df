package chargeback

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/paper"
	"github.com/defekt/defekt/pipeline/quality/sheet"
)

//go:embed template
var files embed.FS

// maxShown is how many claims the cover lists; claims.csv has all.
const maxShown = 500

// cover is what the template shows.
type cover struct {
	Package
	Totals         Totals
	AsOf           string
	Charged, Other string
	Labels         []labelCount
	Lines          []coverLine
	Cut            int
}

type labelCount struct {
	Label     string
	N, People int
}

type coverLine struct{ Claim, Reference, Serial, SKU, At, Labels, Photos, Cost string }

func coverHTML(p Package, totals Totals, at time.Time) ([]byte, error) {
	t, err := paper.Page(files, "template/cover.html", nil)
	if err != nil {
		return nil, fmt.Errorf("chargeback: cover: %w", err)
	}
	c := cover{Package: cleaned(p), Totals: totals, AsOf: sheet.Day(at), Charged: money.String(totals.Charged), Labels: countLabels(p.Lines)}
	if len(totals.Other) > 0 {
		sums := money.Sums{}
		for _, m := range totals.Other {
			sums[m.Currency] = m.Minor
		}
		c.Other = sums.String()
	}
	for i, l := range p.Lines {
		if i == maxShown {
			c.Cut = maxShown
			break
		}
		c.Lines = append(c.Lines, coverLine{look.Clean(l.Claim), look.Clean(l.Reference), look.Clean(l.Serial), look.Clean(l.SKU), sheet.Day(l.At),
			look.Clean(l.words()), fmt.Sprint(len(l.Photos)), money.String(l.charged(p.Currency))})
	}
	var out bytes.Buffer
	if err := t.Execute(&out, c); err != nil {
		return nil, fmt.Errorf("chargeback: cover: %w", err)
	}
	return out.Bytes(), nil
}

// cleaned takes away what HTML has no way to write.
func cleaned(p Package) Package {
	for _, s := range []*string{&p.Reference, &p.Issuer, &p.Supplier, &p.SupplierName, &p.SupplierContact, &p.CAPA} {
		*s = look.Clean(*s)
	}
	p.Lots, p.Findings = cleanAll(p.Lots), cleanAll(p.Findings)
	return p
}

func cleanAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = look.Clean(s)
	}
	return out
}

// countLabels counts claims by label, the most frequent first.
func countLabels(lines []Line) []labelCount {
	at := map[string]int{}
	var out []labelCount
	for _, l := range lines {
		for axis, a := range l.Labels {
			name := look.Sentence(axis) + ": " + look.Words(a.Label)
			i, ok := at[name]
			if !ok {
				i = len(out)
				at[name] = i
				out = append(out, labelCount{Label: name})
			}
			out[i].N++
			if a.Reviewer != "" {
				out[i].People++
			}
		}
	}
	slices.SortFunc(out, func(a, b labelCount) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Label, b.Label)) })
	return out
}
