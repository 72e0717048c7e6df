// Package capa keeps corrective and preventive action: what opens it, the eight disciplines (8D)
// that it goes through, and the proof that it worked.
//
// Its place in the flow: behind the alarms of package surveillance and the claims of the store, in
// front of the pages, the report and the ERP. [Rules] say what opens an action, [Scanner] looks
// at alarms and claims for it, [Desk] moves actions on, [Compare] tests whether the fix works,
// [Clock] measures how long it all took. The store does what must be atomic (one open action
// for each cause, changes at the version that was read), this package decides what an action
// becomes.
//
// An action cannot be closed without a check that finds its fix effective. The check compares
// the rate of claims by exposure before and after the fix, at like ages, since units that were
// made after the fix are young and young units fail less. It is the exact conditional test of two
// Poisson rates (Przyborowski and Wilenski 1940), stratified by age (Martin and Austin 1996).
// People look more than once, so the k-th look must stay below alpha/(k(k+1)): all looks together
// err with at most alpha, however many there are and whenever (the union bound).
//
// Trade-offs: the bound costs power against a test planned for one look (the first look gets half
// of alpha); units that are gone count as exposed until today or the end of their warranty, since
// the store does not say when claims of theirs would have stopped; a fix whose units cannot be
// told from others by a day (a rework of half a batch) needs a scope of its own.
package capa
