package metric

// Hierarchical are precision, recall and F1 over the sets that a label makes with its
// ancestors (Kiritchenko, Matwin, Nock, Famili: Learning and Evaluation in the Presence of
// Class Hierarchies, Canadian AI 2006; recommended by Silla and Freitas: A Survey of
// Hierarchical Classification Across Different Application Domains, DMKD 2011). Near
// misses within a branch count in part. All 0..1.
type Hierarchical struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Tree knows how much of their way from the top two labels share.
type Tree struct {
	depth  []float64 // labels on the way, the label itself included
	shared []float64 // by truth and answer, row by row
}

// NewTree takes each label's parent by index, below 0 for a top label. A label must not be
// its own ancestor.
func NewTree(parents []int32) *Tree {
	k := len(parents)
	t := &Tree{depth: make([]float64, k), shared: make([]float64, k*k)}
	above := make([]map[int32]bool, k)
	for i := range parents {
		above[i] = map[int32]bool{}
		for at := int32(i); at >= 0 && !above[i][at]; at = parents[at] {
			above[i][at] = true
		}
		t.depth[i] = float64(len(above[i]))
	}
	for i := range k {
		for j := range k {
			for l := range above[i] {
				if above[j][l] {
					t.shared[i*k+j]++
				}
			}
		}
	}
	return t
}

// Only is the tree's knowledge of some of its labels, by their index.
func (t *Tree) Only(labels []int32) *Tree {
	out, k := &Tree{}, len(t.depth)
	for _, i := range labels {
		out.depth = append(out.depth, t.depth[i])
		for _, j := range labels {
			out.shared = append(out.shared, t.shared[int(i)*k+int(j)])
		}
	}
	return out
}

// Score gives the figures of a confusion matrix over the labels of the tree, summed over
// rows before dividing.
func (t *Tree) Score(c Counts) Hierarchical {
	k := len(t.depth)
	shared, truth, chosen := 0.0, 0.0, 0.0
	for i := range k {
		for j, n := range c[i*k : (i+1)*k] {
			shared += n * t.shared[i*k+j]
			truth += n * t.depth[i]
			chosen += n * t.depth[j]
		}
	}
	return Hierarchical{Precision: ratio(shared, chosen), Recall: ratio(shared, truth), F1: ratio(2*shared, truth+chosen)}
}
