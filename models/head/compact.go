package head

import "math"

// compact holds fitted weights in few bytes, at a loss far below the noise of any label:
// dense ones in single precision, sparse ones, of which there are a hundred times more, as
// 8 bits with one scale a column.
type compact struct {
	classes, denseCols, sparseCols int
	dense                          []float32 // [class][column]
	levels                         []int8    // [column][class]; weight = level * scale
	scale                          []float32 // [column]
	bias                           []float64
	// mean is the mean over the classes of each dense column, sum the sum of each sparse
	// column's levels: evidence asks for them for every word.
	mean []float32
	sum  []float32
}

// settle fills in what follows from the weights.
func (c *compact) settle() {
	c.mean, c.sum = make([]float32, c.denseCols), make([]float32, c.sparseCols)
	for j := range c.mean {
		total := 0.0
		for k := range c.classes {
			total += float64(c.dense[k*c.denseCols+j])
		}
		c.mean[j] = float32(total / float64(c.classes))
	}
	for j := range c.sum {
		total := 0
		for _, v := range c.levels[j*c.classes : (j+1)*c.classes] {
			total += int(v)
		}
		c.sum[j] = float32(total)
	}
}

// maxLevel is the largest size of a level.
const maxLevel = 127

func narrow(w *weights) *compact {
	c := &compact{classes: w.classes, denseCols: w.denseCols, sparseCols: w.sparseCols}
	split, end := w.classes*w.denseCols, len(w.flat)-w.classes
	c.dense = float32s(w.flat[:split])
	c.quantise(w.flat[split:end])
	c.bias = append([]float64(nil), w.flat[end:]...)
	c.settle()
	return c
}

// quantise fills levels and scales from weights by column and class.
func (c *compact) quantise(sparse []float64) {
	c.levels, c.scale = make([]int8, len(sparse)), make([]float32, c.sparseCols)
	for j := range c.scale {
		column := sparse[j*c.classes : (j+1)*c.classes]
		largest := 0.0
		for _, v := range column {
			largest = max(largest, math.Abs(v))
		}
		if largest == 0 {
			continue
		}
		c.scale[j] = float32(largest / maxLevel)
		for k, v := range column {
			c.levels[j*c.classes+k] = int8(math.RoundToEven(v / largest * maxLevel))
		}
	}
}

func float32s(v []float64) []float32 {
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(x)
	}
	return out
}

// logits writes the row's score for each class to out.
func (c *compact) logits(r row, out []float64) {
	copy(out, c.bias)
	for k := range out {
		column := c.dense[k*c.denseCols : (k+1)*c.denseCols]
		for _, run := range r.runs {
			out[k] += dot(column[run.from:run.to], r.dense[run.from:run.to])
		}
	}
	for i, j := range r.index {
		x := float64(r.value[i] * c.scale[j])
		for k, v := range c.levels[int(j)*c.classes : (int(j)+1)*c.classes] {
			out[k] += x * float64(v)
		}
	}
}

// dot sums in four lanes, so that the additions need not wait for each other.
func dot(w []float32, x []float64) float64 {
	var a, b, c, d float64
	w = w[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += float64(w[i]) * x[i]
		b += float64(w[i+1]) * x[i+1]
		c += float64(w[i+2]) * x[i+2]
		d += float64(w[i+3]) * x[i+3]
	}
	for ; i < len(x); i++ {
		a += float64(w[i]) * x[i]
	}
	return (a + b) + (c + d)
}

// denseAgainstMean is the score that columns from at on give to class k beyond the mean
// of all classes.
func (c *compact) denseAgainstMean(k, at int, x []float64) float64 {
	return dot(c.dense[k*c.denseCols+at:k*c.denseCols+at+len(x)], x) - dot(c.mean[at:at+len(x)], x)
}

// sparseAgainstMean is class k's weight of a column beyond the mean of all classes.
func (c *compact) sparseAgainstMean(k int, column uint32) float64 {
	level := float64(c.levels[int(column)*c.classes+k])
	return float64(c.scale[column]) * (level - float64(c.sum[column])/float64(c.classes))
}
