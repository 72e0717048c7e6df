package pattern

import "math"

// detector is an e-detector of Shiryaev-Roberts type (Shin, Ramdas and Rinaldo 2023) for a
// Poisson process, run in operational time: mu, the number of claims expected so far.
//
// For a rate ratio r, the likelihood ratio of "r times as many from start s on" against "as
// expected" is r^n exp(-(r-1)(mu - mu_s)), n being the claims since. The detector is its integral
// over all starts s (ds in mu) and its mean over a few ratios. As long as the rate is at most as
// expected, the detector minus mu is a supermartingale; so the expected number of alarms of a
// stream that is reset at each is at most its expected claims divided by the threshold, however
// often one looks. That adds up over streams, which is how a number of false alarms a year over
// everything watched becomes a threshold. Between claims the integral has a closed form, so a
// claim costs the same however long the gap.
type detector struct {
	sum    [len(ratios)]float64 // per ratio
	mu     float64              // at the end of the latest claim's day
	day    Day                  // of the latest claim
	path   [len(ratios)]run     // where each ratio's best start lies
	claims int
}

// ratios are what a rate may have risen to; the test is good at what lies between too.
var ratios = [...]float64{1.5, 2, 3, 5, 10}

// run is the best start of one ratio: the CUSUM's last visit to 0 (Page 1954).
type run struct {
	level float64 // logarithm of the likelihood ratio from the best start
	since Day     // the day that begins with it
	mu    float64 // operational time of the start
	n     int     // claims since
}

// add takes a claim of a day that begins and ends at these operational times (not less than those
// before) and gives the evidence. Claims have days, not hours: the starts within a day count as
// its beginning, since two claims of one day would else look like no time apart.
func (d *detector) add(begin, end float64, day Day) float64 {
	fresh := d.claims == 0 || day != d.day
	if fresh {
		d.turn(max(begin, d.mu), max(end, d.mu), day)
	}
	d.claims++
	total := 0.0
	for j, r := range ratios {
		d.sum[j] *= r
		total += d.sum[j]
		d.path[j].level += math.Log(r)
		d.path[j].n++
	}
	return total / float64(len(ratios))
}

// turn goes on to the end of another day, before its claims.
func (d *detector) turn(begin, end float64, day Day) {
	gap, today := begin-d.mu, end-begin
	for j, r := range ratios {
		c := r - 1
		fade := math.Exp(-c * gap)
		d.sum[j] = (d.sum[j]*fade + (1-fade)/c + today) * math.Exp(-c*today)
		if d.path[j].level -= c * gap; d.path[j].level <= 0 {
			d.path[j] = run{since: day, mu: begin}
		}
		d.path[j].level -= c * today
	}
	d.mu, d.day = end, day
}

// eValue is the detector at operational time mu over its mean there: an e-value for "the rate was
// never above expectation", valid at that moment.
func (d *detector) eValue(mu float64) float64 {
	gap := max(0, mu-d.mu)
	if mu <= 0 {
		return 1
	}
	total := 0.0
	for j, r := range ratios {
		fade := math.Exp(-(r - 1) * gap)
		total += d.sum[j]*fade + (1-fade)/(r-1)
	}
	return total / float64(len(ratios)) / mu
}

// best is the run of the ratio with most evidence.
func (d *detector) best() run {
	top := d.path[0]
	for _, r := range d.path[1:] {
		if r.level > top.level {
			top = r
		}
	}
	return top
}
