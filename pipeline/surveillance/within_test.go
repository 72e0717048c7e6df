package surveillance_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/defekt/defekt/pipeline/store"
)

// A lot of motors is bad, and some of its units have the bad hinges as well: these have an alarm of
// their own, within the motors'.
func TestWorseLotIsWithinTheOther(t *testing.T) {
	w := newWorld(1, true)
	rng := rand.New(rand.NewPCG(6, 6))
	for _, u := range w.units {
		if u.Lots[1].Code == "M-03" {
			w.crack(rng, u, 1)
		}
		if u.Lots[0].Name() == w.bad.Name {
			w.crack(rng, u, 4)
		}
	}
	f := newFake(w)
	watcher := watch(t, f, &w.now)
	scan(t, watcher)
	scan(t, watcher) // whichever was opened first, both are there now
	byName := map[string]store.Alarm{}
	for _, a := range f.alarms {
		byName[a.Cause.Kind+" "+a.Cause.Name] = a
	}
	motors, hinges := byName["lot M-03|motor|Drive"], byName["lot "+w.bad.Name]
	if len(byName) != 2 || motors.ID == "" || hinges.ID == "" {
		t.Fatalf("alarms of %v, want one of the motors and one of the hinges", fmt.Sprint(f.alarms))
	}
	if hinges.Facts.Within != motors.ID || motors.Facts.Within != "" {
		t.Errorf("the hinges are within %q, the motors (%q) within %q", hinges.Facts.Within, motors.ID, motors.Facts.Within)
	}
}
