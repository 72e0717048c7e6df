package webhook

import "time"

// schedule is the specification's: how long to wait after the first, second, ... attempt.
func schedule() []time.Duration {
	const h = time.Hour
	return []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute,
		2 * h, 5 * h, 10 * h, 14 * h, 20 * h, 24 * h,
	}
}

// MaxAttempts is how often a message is sent: once, and again after each wait of the schedule,
// some 75 hours in all.
const MaxAttempts = 10

// spread is by how much of itself a wait is shortened or lengthened, so that the messages that
// failed together do not come back together.
const spread = 0.1

// Delay says how long to wait after the attempt-th attempt (1 is the first) has failed, and
// whether to try again at all. jitter gives numbers in [0,1), as math/rand/v2's Float64 does.
func Delay(attempt int, jitter func() float64) (wait time.Duration, again bool) {
	all := schedule()
	if attempt < 1 || attempt > len(all) {
		return 0, false
	}
	wait = all[attempt-1]
	return wait + time.Duration((2*jitter()-1)*spread*float64(wait)), true
}

// MaxAfter is the longest wait that a receiver can ask for with Retry-After.
const MaxAfter = 24 * time.Hour

// Next joins what a failed attempt says with the schedule: how long to wait after it, and
// whether to try again. An error that is not a *Failure is tried again by the schedule.
func Next(attempt int, err error, jitter func() float64) (wait time.Duration, again bool) {
	wait, again = Delay(attempt, jitter)
	failure := AsFailure(err)
	if !again || !failure.Retry {
		return 0, false
	}
	return max(wait, min(failure.After, MaxAfter)), true
}
