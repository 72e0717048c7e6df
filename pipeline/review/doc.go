// Package review brings claims to people and keeps what they decide: what comes, in which
// order, to whom, and what their answers are worth.
//
// Its place in the flow: [Planner] says at classification which looks a claim should get, and
// the store keeps them with the outcome in one transaction; [Queue] hands items out, takes
// answers, skips and takes back; [Accounts] knows the people; [Labels], [Export], [Estimate] and
// [Figures] read what came of it. The store does what must be atomic (an item is changed only
// at the version that was read), this package decides what an item becomes.
//
// Order is the expected value of a look, uncertainty x cost of the error, which doubles with
// each half-life that the deadline comes nearer. As that is alike for all items, their order
// never changes while they wait, and an index gives it (see [Rank]). Variety is a matter of
// the moment, so that it is judged among the first of the queue when an item is handed out.
// What a label teaches the next model is a matter of all that waits: [Planner.Favour] ranks the
// queue anew for it now and then.
//
// Trade-offs: a lease that ran out is not taken back until somebody else gets the item, so
// that a slow answer still counts; whoever answers after that is told so. The random slice is
// handed out in its own order by a fixed share of hand-outs: only then is the part that is
// decided so far a fair sample. Blind reviewers are told nothing of double looks and known
// items, which therefore must go through the [Task], never as a [store.Review] to a page.
package review
