//go:build race

package pattern_test

// underRace says that the race detector slows everything.
const underRace = true
