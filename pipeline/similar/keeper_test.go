package similar

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/store"
)

// keeper makes one whose ids no other keeper of the test gives.
func keeper(t *testing.T, s *shelf, name string, now *time.Time) *Keeper {
	t.Helper()
	next := ids()
	k, err := NewKeeper(KeeperConfig{Store: s, Space: "space", Clusters: Config{Resolution: 1},
		Now: func() time.Time { return *now }, NewID: func() string { return name + next() }})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func step(t *testing.T, k *Keeper) Stepped {
	t.Helper()
	got, err := k.Step(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestKeeperTakesInRestartsAndForgets(t *testing.T) {
	s, now := newShelf(), start
	items := shuffled(made(20, 4, 7), 3)
	k := keeper(t, s, "a", &now)
	for i, it := range items {
		now = start.Add(time.Duration(i) * time.Minute)
		it.At = now
		s.put(it, store.Done)
		if i%9 == 0 {
			step(t, k)
		}
	}
	s.put(Item{ID: "waiting", Text: "not classified yet", At: now}, store.Queued)
	step(t, k)
	agrees(t, k.board, s.book)
	if len(s.members) != len(items) {
		t.Errorf("%d of %d claims are members", len(s.members), len(items))
	}
	writes := s.writes
	if got := step(t, k); got.Added != 0 || s.writes != writes {
		t.Errorf("a step with nothing new did %+v and %d writes", got, s.writes-writes)
	}

	before := maps.Clone(s.members)
	other := keeper(t, s, "b", &now) // the program starts again
	if got := step(t, other); got.Added != 0 || got.Forgotten != 0 {
		t.Errorf("after a restart: %+v", got)
	}
	if diff := cmp.Diff(before, s.members); diff != "" {
		t.Errorf("a restart moved claims:\n%s", diff)
	}

	victim := s.living()[0].Central[0]
	s.erase(victim)
	if got := step(t, other); got.Forgotten != 1 {
		t.Errorf("after an erasure: %+v", got)
	}
	agrees(t, other.board, s.book)
	for _, c := range s.clusters {
		if slices.Contains(c.Central, victim) {
			t.Errorf("cluster %s still names the erased claim", c.ID)
		}
	}
	// The first keeper finds that another one was at work.
	s.put(Item{ID: "late", Text: items[0].Text, Vector: items[0].Vector, At: now}, store.Done)
	step(t, other)
	step(t, k)
	agrees(t, k.board, s.book)
}

func TestKeeperReadsLateClaimsWhenRegrouping(t *testing.T) {
	s, now := newShelf(), start
	k := keeper(t, s, "a", &now)
	for _, it := range made(10, 2, 8) {
		s.put(it, store.Done)
	}
	step(t, k)
	now = start.Add(72 * time.Hour)
	s.put(Item{ID: "late", Text: "came in long ago, was finished now", At: start}, store.Done)
	if got := step(t, k); got.Added != 0 {
		t.Errorf("a step looked back three days: %+v", got)
	}
	read := s.read
	got, err := k.Regroup(t.Context())
	if err != nil || got.Added != 1 || !got.Regrouped {
		t.Errorf("grouping anew: %+v, %v", got, err)
	}
	if s.read != read+1 {
		t.Errorf("vectors of %d claims were read, 1 was new", s.read-read)
	}
	agrees(t, k.board, s.book)
}

func TestKeeperMarksAndUnmarksEmerging(t *testing.T) {
	s, now := newShelf(), start.Add(60*day)
	k := keeper(t, s, "a", &now)
	for i, it := range made(40, 5, 9) {
		it.At = start.Add(time.Duration(i%40) * 36 * time.Hour) // spread over 60 days
		s.put(it, store.Done)
	}
	for _, it := range made(12, 6, 10)[60:] { // the sixth topic, all of today
		it.At = now.Add(-time.Hour)
		s.put(it, store.Done)
	}
	if got := step(t, k); got.Emerging != 1 {
		t.Errorf("%d clusters of %d are emerging, want the new one", got.Emerging, got.Clusters)
	}
	for _, c := range s.living() {
		if c.Emerging != (c.Central[0][:2] == "t5") {
			t.Errorf("cluster of %s: emerging is %v", c.Central[0], c.Emerging)
		}
	}
	now = now.Add(30 * day)
	if got := step(t, k); got.Emerging != 0 {
		t.Errorf("%d clusters are emerging after a month of silence", got.Emerging)
	}
	agrees(t, k.board, s.book)
}

func TestKeeperAfterFailures(t *testing.T) {
	broken := errors.New("disk full")
	for _, method := range []string{"List", "VectorsOf", "Clusters", "Members", "ChangeClusters"} {
		s, now := newShelf(), start
		k := keeper(t, s, "a", &now)
		items := made(12, 3, 11)
		for _, it := range items[:30] {
			s.put(it, store.Done)
		}
		if method != "Clusters" { // which is read only at the start
			step(t, k)
		}
		for _, it := range items[30:] {
			s.put(it, store.Done)
		}
		before := maps.Clone(s.members)
		s.fail[method] = broken
		if _, err := k.Step(t.Context()); !errors.Is(err, broken) {
			t.Errorf("%s fails: error %v", method, err)
		}
		if diff := cmp.Diff(before, s.members); diff != "" {
			t.Errorf("%s fails, yet members changed:\n%s", method, diff)
		}
		delete(s.fail, method)
		step(t, k)
		agrees(t, k.board, s.book)
		if len(s.members) != len(items) {
			t.Errorf("%s failed once: %d of %d claims are members", method, len(s.members), len(items))
		}
	}
}

func TestKeeperJoinsVectorsOfPhotos(t *testing.T) {
	s, now := newShelf(), start
	s.put(Item{ID: "a", At: start}, store.Done)
	s.vectors["a"] = []store.Vector{{Space: "space", Values: []float32{1, 0}}, {Space: "space", Values: []float32{0, 1}},
		{Space: "space", Values: []float32{1, 2, 3}}, {Space: "other", Values: []float32{9, 9}}}
	k := keeper(t, s, "a", &now)
	step(t, k)
	got := k.board.index.items[0].Vector
	if len(got) != 2 || got[0] != got[1] || got[0] < 0.7 || got[0] > 0.71 {
		t.Errorf("the mean of two photos is %v", got)
	}
}

func TestKeeperWorksOffABurstInPieces(t *testing.T) {
	s, now := newShelf(), start
	for i, it := range made(20, 4, 7) {
		it.At = start.Add(time.Duration(i) * time.Minute)
		s.put(it, store.Done)
		now = it.At
	}
	k := keeper(t, s, "a", &now)
	k.cfg.Most = 30
	for total := 0; total < len(s.claims); {
		got := step(t, k)
		if got.Added < 1 || got.Added > 30 {
			t.Fatalf("a step took in %d claims, with %d of %d done", got.Added, total, len(s.claims))
		}
		total += got.Added
	}
	if got := step(t, k); got.Added != 0 || len(s.members) != len(s.claims) {
		t.Errorf("%d of %d claims are members, and %d came after all", len(s.members), len(s.claims), got.Added)
	}
}
