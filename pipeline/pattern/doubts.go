package pattern

import "math"

// doubts adds up how uncertain the streams' expectations are; strata must come one after the
// other, since errors are common within and apart between them.
type doubts struct {
	monitor *Monitor
	of      [][]float64 // doubt by stratum and label
	at      []int32     // by stream: the stratum under way, from 1
	sum     []float64   // expected claims of it
	total   []float64
	square  []float64
}

func (m *Monitor) newDoubts() *doubts {
	d := &doubts{monitor: m, at: make([]int32, len(m.streams)), sum: make([]float64, len(m.streams)),
		total: make([]float64, len(m.streams)), square: make([]float64, len(m.streams))}
	for _, s := range m.strata {
		row := make([]float64, len(m.names))
		for l, name := range m.names {
			row[l] = m.baseline.Labels[name].Doubt[s]
		}
		d.of = append(d.of, row)
	}
	return d
}

func (d *doubts) add(stream int, stratum int32, expected float64) {
	if d.at[stream] != stratum+1 {
		d.flush(stream)
		d.at[stream] = stratum + 1
	}
	d.sum[stream] += expected
}

func (d *doubts) flush(stream int) {
	if s := d.at[stream]; s > 0 {
		e := d.sum[stream] * d.of[s-1][stream%len(d.monitor.names)]
		d.square[stream] += e * e
		d.total[stream] += d.sum[stream]
		d.sum[stream] = 0
	}
}

// relative is the standard error of a stream's expectation as a share of it.
func (d *doubts) relative(stream int) float64 {
	d.flush(stream)
	d.at[stream] = 0
	if d.total[stream] <= 0 {
		return 0
	}
	return math.Sqrt(d.square[stream]) / d.total[stream]
}
