package revision_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

func TestCurrentSeesWhatOthersPublish(t *testing.T) {
	s, now := &shelf{}, day(1)
	model := parse(t, first)
	open := func() *revision.Current {
		t.Helper()
		c, err := revision.NewCurrent(t.Context(), revision.CurrentConfig{Taxonomies: s, Model: func() *taxonomy.Taxonomy { return model }, Every: time.Minute, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	ours, theirs := open(), open()
	holds := func(c *revision.Current, want string) {
		t.Helper()
		_, got, err := c.History(t.Context())
		if err != nil || got.Ref() != want || c.Taxonomy().Ref() != want {
			t.Errorf("%v holds, want %s; %v", got.Ref(), want, err)
		}
	}
	holds(ours, "house@1")
	p, err := revision.Read(model, second, way)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Publish(t.Context(), p, "ann", "", day(1)); err != nil {
		t.Fatal(err)
	}
	holds(ours, "house@2")
	holds(theirs, "house@1")
	now = now.Add(time.Minute)
	holds(theirs, "house@2")
	before, _, _ := theirs.History(t.Context())
	now = now.Add(time.Hour)
	if after, _, _ := theirs.History(t.Context()); after != before {
		t.Error("what did not change is parsed anew")
	}
	if _, err := theirs.Publish(t.Context(), p, "bob", "", day(2)); !errors.Is(err, store.ErrConflict) {
		t.Errorf("published twice: %v", err)
	}
	if _, err := revision.NewCurrent(t.Context(), revision.CurrentConfig{Taxonomies: s}); err == nil {
		t.Error("a configuration without a model is taken")
	}
}

func TestAnswerGoesByItsVersion(t *testing.T) {
	h := published(t)
	now, lost := h.Answer("house@1", map[string]string{"symptom": "scratch"}, day(25))
	if now["symptom"] != "blemish" || lost != nil {
		t.Errorf("a page of the first version, open for days: %v, %v", now, lost)
	}
	now, lost = h.Answer("", map[string]string{"symptom": "scratch"}, day(25))
	if now["symptom"] != "scratch" || lost != nil {
		t.Errorf("the same of no version: %v, %v", now, lost)
	}
	for _, version := range []string{"house@3", "house@9"} {
		if now, _ := h.Answer(version, map[string]string{"symptom": "leak"}, day(25)); now["symptom"] != "leak" {
			t.Errorf("%s: %v", version, now)
		}
	}
	now, lost = h.Answer("house@1", map[string]string{"symptom": "broken", "color": ""}, day(25))
	kinds := map[string]taxonomy.NoteKind{}
	for axis, note := range lost {
		kinds[axis] = note.Kind
	}
	if diff := cmp.Diff(map[string]taxonomy.NoteKind{"symptom": taxonomy.NoteSplit, "color": taxonomy.NoteUnknown}, kinds); diff != "" || len(now) != 0 {
		t.Errorf("%v %s", now, diff)
	}
	if now, lost = h.Answer("house@1", map[string]string{"symptom": ""}, day(25)); lost != nil || now["symptom"] != "" {
		t.Errorf("not told: %v, %v", now, lost)
	}
}
