package lead

import "github.com/defekt/defekt/pipeline/look"

// diffLine is a line of a comparison: Sign is "+", "−", " ", or "…" where lines that both have
// were left out.
type diffLine struct{ Sign, Text string }

// maxCells bounds the table of a comparison. Texts whose changed middles are larger are shown
// as replaced.
const maxCells = 4 << 20

// diff compares two texts by their longest common subsequence of lines, after what both begin
// and end with alike.
func diff(a, b []string) []diffLine {
	var head, tail []diffLine
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, diffLine{" ", a[0]})
		a, b = a[1:], b[1:]
	}
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	for _, line := range a[len(a)-n:] {
		tail = append(tail, diffLine{" ", line})
	}
	return append(append(head, middleDiff(a[:len(a)-n], b[:len(b)-n])...), tail...)
}

func middleDiff(a, b []string) []diffLine {
	var out []diffLine
	w := len(b) + 1
	if (len(a)+1)*w > maxCells {
		for _, line := range a {
			out = append(out, diffLine{"−", line})
		}
		for _, line := range b {
			out = append(out, diffLine{"+", line})
		}
		return out
	}
	same := make([]int32, (len(a)+1)*w) // the longest of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				same[i*w+j] = same[(i+1)*w+j+1] + 1
			} else {
				same[i*w+j] = max(same[(i+1)*w+j], same[i*w+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine{" ", a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && same[(i+1)*w+j] >= same[i*w+j+1]:
			out = append(out, diffLine{"−", a[i]})
			i++
		default:
			out = append(out, diffLine{"+", b[j]})
			j++
		}
	}
	return out
}

// unchanged is how many lines are shown around a change.
const unchanged = 3

// around leaves out what is far from any change.
func around(list []diffLine) []diffLine {
	near := make([]bool, len(list))
	for i, l := range list {
		if l.Sign == " " {
			continue
		}
		for k := max(0, i-unchanged); k <= min(len(list)-1, i+unchanged); k++ {
			near[k] = true
		}
	}
	var out []diffLine
	for i, l := range list {
		l.Text = look.Clean(l.Text)
		switch {
		case near[i]:
			out = append(out, l)
		case len(out) == 0 || out[len(out)-1].Sign != "…":
			out = append(out, diffLine{"…", ""})
		}
	}
	return out
}
