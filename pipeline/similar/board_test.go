package similar

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/eval/metric"
)

func board(t testing.TB, cfg Config) *Board {
	t.Helper()
	b, err := NewBoard("space", cfg, ids())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fill streams items and gives what a store would hold.
func fill(b *Board, items []Item) *book {
	k := newBook()
	for _, it := range items {
		k.apply(b.Add(it, start))
		if b.Due() {
			k.apply(b.Regroup(start))
		}
	}
	return k
}

// groups lists the clusters of items, by place.
func groups(b *Board, items []Item) (found, truth []string) {
	members := b.Members()
	for _, it := range items {
		found, truth = append(found, members[it.ID]), append(truth, it.ID[:2])
	}
	return found, truth
}

// agrees fails when the board and what a store holds of it differ.
func agrees(t *testing.T, b *Board, k *book) {
	t.Helper()
	if diff := cmp.Diff(b.Members(), k.members); diff != "" {
		t.Errorf("members on the board and in the store:\n%s", diff)
	}
	living := k.living()
	slices.SortFunc(living, bySize)
	if diff := cmp.Diff(b.Clusters(), living); diff != "" {
		t.Errorf("clusters on the board and in the store:\n%s", diff)
	}
	sizes := map[string]int{}
	for _, c := range k.members {
		sizes[c]++
	}
	for _, c := range living {
		if c.Size != sizes[c.ID] || c.Size == 0 {
			t.Errorf("cluster %s says %d claims and has %d", c.ID, c.Size, sizes[c.ID])
		}
	}
}

func TestStreamFindsTopics(t *testing.T) {
	items := shuffled(made(40, 6, 1), 1)
	b := board(t, Config{Resolution: 1})
	k := fill(b, items)
	agrees(t, b, k)
	found, truth := groups(b, items)
	if ami := metric.AMI(truth, found); ami < 0.9 {
		t.Errorf("AMI with the topics is %.3f", ami)
	}
	for _, c := range b.Clusters() {
		if len(c.Terms) < 3 || len(c.Terms) > 5 || len(c.Central) != 3 {
			t.Errorf("cluster %s has terms %q and central claims %q", c.ID, c.Terms, c.Central)
		}
		topic := topics[c.Central[0][1]-'0']
		for _, term := range c.Terms[:3] {
			if !strings.Contains(topic, term) {
				t.Errorf("term %q of %q is not of its topic %q", term, c.Terms, topic)
			}
		}
		for _, id := range c.Central {
			if k.members[id] != c.ID {
				t.Errorf("central claim %s of %s is no member", id, c.ID)
			}
		}
	}
}

func TestGroupingDoesNotDependOnOrderOrIDs(t *testing.T) {
	items := made(25, 6, 2)
	var first []string
	for seed := range uint64(4) {
		order := shuffled(items, seed)
		renamed := make([]Item, len(order))
		for i, it := range order {
			renamed[i] = it
			renamed[i].ID = string(rune('a'+(i*7+int(seed))%26)) + it.ID // ids that sort another way
		}
		b := board(t, Config{})
		fill(b, renamed)
		b.Regroup(start)
		members := b.Members()
		of := map[string]string{}
		for id, c := range members {
			of[id[1:]] = c
		}
		var found []string
		for _, it := range items {
			found = append(found, of[it.ID])
		}
		if first == nil {
			first = found
		}
		if kept, together := metric.PairShares(first, found); kept != 1 || together != 1 {
			t.Errorf("order %d keeps %.3f of pairs, %.3f of those together", seed, kept, together)
		}
	}
}

func TestAddSeedsJoinsOrWaits(t *testing.T) {
	b := board(t, Config{})
	text := map[string]string{
		"a": "the zip of the tent tore", "b": "tent zip tore open", "c": "zip tore, tent unusable",
		"d": "battery swollen and hot", "e": "my tent: zip tore at once",
	}
	k := newBook()
	for _, id := range []string{"a", "b", "d", "c", "e"} {
		k.apply(b.Add(Item{ID: id, Text: text[id], At: start}, start))
		if id == "b" && k.members["a"] != "" {
			t.Error("two claims made a cluster of at least three")
		}
	}
	want := map[string]string{"a": "c1", "b": "c1", "c": "c1", "d": "", "e": "c1"}
	if diff := cmp.Diff(want, k.members); diff != "" {
		t.Errorf("want, got:\n%s", diff)
	}
	agrees(t, b, k)
	if change := b.Add(Item{ID: "a", Text: "another text"}, start); len(change.Put)+len(change.Member) != 0 {
		t.Errorf("a claim that is there already changed %v", change)
	}
}

func TestBadItems(t *testing.T) {
	b := board(t, Config{})
	nan := float32(0)
	nan /= nan
	for i, it := range []Item{
		{ID: "empty"}, {ID: "nan", Vector: []float32{nan, 1}}, {ID: "zero", Vector: []float32{0, 0}},
		{ID: "dim", Vector: []float32{1, 2, 3}, Text: "x"}, {ID: "bytes", Text: "\xff\xfe\x00"}, {ID: "marks", Text: "!!! ... ---"},
		{ID: "good", Vector: []float32{1, 0}, Text: "a word"}, {ID: "long", Text: strings.Repeat("word ", 10_000)},
	} {
		b.Add(it, start)
		if b.Len() != i+1 {
			t.Errorf("%s: %d claims on the board", it.ID, b.Len())
		}
	}
	b.Regroup(start)
	for id, c := range b.Members() {
		if c != "" {
			t.Errorf("%s is in cluster %s", id, c)
		}
	}
}

func TestRegroupKeepsIDs(t *testing.T) {
	items := shuffled(made(30, 6, 6), 2)
	b := board(t, Config{Resolution: 1})
	k := fill(b, items[:150])
	k.apply(b.Regroup(start))
	before := b.Members()
	later := start.Add(day)
	for _, it := range items[150:] {
		k.apply(b.Add(it, later))
	}
	k.apply(b.Regroup(later))
	agrees(t, b, k)
	same := 0
	for id, c := range before {
		if b.Members()[id] == c {
			same++
		}
	}
	if float64(same) < 0.9*float64(len(before)) {
		t.Errorf("%d of %d claims kept their cluster's id", same, len(before))
	}
	for _, c := range b.Clusters() {
		if len(c.From) == 0 && !c.CreatedAt.Equal(start) {
			t.Errorf("cluster %s was made at %s and has no lineage", c.ID, c.CreatedAt)
		}
	}
}

func TestConfigRefusesNonsense(t *testing.T) {
	for name, cfg := range map[string]Config{
		"neighbours": {Neighbours: 201}, "lexical": {Lexical: 1.5}, "similarity": {MinSimilarity: -1}, "size": {MinSize: 1},
		"resolution": {Resolution: -2}, "starts": {Starts: -1}, "grow": {Grow: -0.1}, "central": {Central: -1},
		"level": {Growth: Growth{Level: 1}}, "window": {Growth: Growth{Window: -day}}, "least": {Growth: Growth{Least: -1}},
	} {
		if _, err := NewBoard("s", cfg, ids()); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := NewKeeper(KeeperConfig{Space: "s"}); !errors.Is(err, ErrConfig) {
		t.Errorf("no store: error %v", err)
	}
}
