package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/metric"
	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

// pct writes a rate in percent with one decimal.
func pct(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + "\u00a0%" }

// bare is pct without the sign, for columns that say so in their head.
func bare(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) }

// fixed writes three decimals.
func fixed(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// whole writes a number with spaces between thousands.
func whole(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// count is a number with its noun; "s" makes the plural.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return whole(n) + " " + noun
}

// span writes an interval of rates: "79.7 to 87.6".
func span(i *metric.Interval) string {
	if i == nil {
		return ""
	}
	return bare(i.Low) + " to " + bare(i.High)
}

// interval gives the interval of a figure of an axis, nil when there is none.
func interval(a *eval.Axis, name string) *metric.Interval {
	if i, ok := a.Intervals[name]; ok {
		return &i
	}
	return nil
}

// ranged joins a value with its interval for a plot.
func ranged(v float64, i *metric.Interval) plot.Range {
	if i == nil {
		return plot.Exactly(v)
	}
	return plot.Range{Value: v, Low: i.Low, High: i.High}
}

// stated says whether the answers came with probabilities.
func stated(a *eval.Axis) bool {
	return slices.ContainsFunc(a.Reliability, func(b metric.Bin) bool { return b.N > 0 && b.Confidence > 0 })
}

// bias is the mean stated probability less the share that was right.
func bias(a *eval.Axis) float64 {
	sum, n := 0.0, 0
	for _, b := range a.Reliability {
		sum += float64(b.N) * (b.Confidence - b.Accuracy)
		n += b.N
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// commonest gives the label that most claims truly have, and its share.
func commonest(a *eval.Axis) (label string, share float64) {
	most, all := 0, 0
	for _, id := range sortedLabels(a) {
		s := a.PerLabel[id]
		all += s.Support
		if s.Support > most {
			label, most = id, s.Support
		}
	}
	if all == 0 {
		return "", 0
	}
	return label, float64(most) / float64(all)
}

// sortedLabels lists the labels of an axis by support, most first, then by id.
func sortedLabels(a *eval.Axis) []string {
	out := make([]string, 0, len(a.PerLabel))
	for id := range a.PerLabel {
		out = append(out, id)
	}
	slices.SortFunc(out, func(x, y string) int {
		return cmp.Or(cmp.Compare(a.PerLabel[y].Support, a.PerLabel[x].Support), cmp.Compare(x, y))
	})
	return out
}

// weakest lists the labels of an axis by F1, the lowest first.
func weakest(a *eval.Axis) []string {
	out := sortedLabels(a)
	slices.SortStableFunc(out, func(x, y string) int { return cmp.Compare(a.PerLabel[x].F1, a.PerLabel[y].F1) })
	return out
}

// short cuts a digest to what people compare.
func short(digest string) string {
	digest = look.Clean(digest)
	kind, sum, ok := strings.Cut(digest, ":")
	if !ok || len(sum) <= 12 {
		return digest
	}
	return kind + ":" + sum[:12]
}

// cut shortens a text to n characters at most.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}

// signed writes a difference of rates in points: "+2.5", "−0.3", "0.0".
func signed(v float64) string {
	r := math.Round(v*1000) / 10
	switch {
	case r > 0:
		return "+" + strconv.FormatFloat(r, 'f', 1, 64)
	case r < 0:
		return "−" + strconv.FormatFloat(-r, 'f', 1, 64)
	}
	return "0.0"
}
