package learning_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/taxonomy"
)

func export(t *testing.T, s store.Store, b blob.Store, dir string) *learning.Version {
	t.Helper()
	v, err := learning.Export(t.Context(), learning.ExportConfig{
		Reviews: s, Claims: s, Datasets: s, Blobs: b, Taxonomy: taxonomy.Starter(), Dir: dir, Before: time.Now().Add(-10 * time.Minute), By: "test"})
	check(t, err)
	return v
}

// sides reads a version as any command would, with a taxonomy of its own if it is named.
func sides(t *testing.T, dir string, taxonomy ...string) map[string]claim.Claim {
	t.Helper()
	set, err := datasets.Open(dir, datasets.Options{Taxonomy: strings.Join(taxonomy, "")})
	check(t, err)
	out := map[string]claim.Claim{}
	for c, err := range set.Claims(t.Context()) {
		check(t, err)
		if len(c.Problems) > 0 {
			t.Errorf("claim %s: %v", c.ID, c.Problems)
		}
		out[c.ID] = c
	}
	return out
}

var picture = append([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0}, bytes.Repeat([]byte{7}, 100)...)

func TestExportedVersionsHoldWhatPeopleDecided(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		b, d := folder(t), newDesk(t, s)
		digest, err := b.Put(t.Context(), picture)
		check(t, err)
		labels := map[string]string{"severity": "major"}
		seen := d.claim(claim.Claim{ID: "r1", Text: "with a photo", Photos: []string{digest}, Context: map[string]any{"batch": "B7"}})
		d.decide(seen, store.ReasonAbstained, labels)
		random := d.claim(claim.Claim{ID: "r2", Text: "at random", Serial: "S1"})
		d.decide(random, store.ReasonRandom, labels)
		sameUnit := d.claim(claim.Claim{ID: "r3", Text: "the same unit", Serial: "S1"})
		d.decide(sameUnit, store.ReasonAbstained, labels)
		known := d.claim(claim.Claim{ID: "r4", Text: "a known item"})
		d.decide(known, store.ReasonKnown, labels)
		gone := d.claim(claim.Claim{ID: "r5", Photos: []string{blob.Digest([]byte("never kept"))}})
		d.decide(gone, store.ReasonAbstained, labels)
		d.claim(claim.Claim{ID: "r6", Text: "nobody looked at it"})

		dir := filepath.Join(t.TempDir(), "v")
		v := export(t, s, b, dir)
		if v.Claims != 3 || v.Photos != 1 || v.PhotosMissing != 1 || v.Empty != 1 || v.Reviewers != 1 || v.Extends != "" || v.Taxonomy != taxonomy.Starter().Ref() {
			t.Errorf("version %+v", v)
		}
		if v.Labels["severity"]["major"][learning.SplitTrain] != 1 || v.From.IsZero() || v.Until.Before(v.From) {
			t.Errorf("labels %v from %v until %v", v.Labels, v.From, v.Until)
		}
		rows := sides(t, dir)
		for id, want := range map[string]string{seen: learning.SplitTrain, random: learning.SplitAudit, sameUnit: learning.SplitAside} {
			if got := rows[id]; got.Split != want || got.Labels["severity"] != "major" {
				t.Errorf("claim %q: split %q, labels %v; want %q", got.Text, got.Split, got.Labels, want)
			}
		}
		if c := rows[seen].Context; len(c) != 1 || c["batch"] != "B7" {
			t.Errorf("context %v: a model must not learn who reviewed", c)
		}
		file := rows[seen].Photos[0]
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, picture) || !strings.Contains(file, strings.TrimPrefix(digest, "sha256:")+".jpeg") {
			t.Errorf("photo %s: %v", file, err)
		}
		read, err := learning.ReadVersion(dir)
		if err != nil || read.Digest != v.Digest {
			t.Errorf("read %+v, %v", read, err)
		}
	})
}

func TestTheSameDecisionsGiveTheSameBytes(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		b, d := folder(t), newDesk(t, s)
		d.many(0, 20)
		one, two := filepath.Join(t.TempDir(), "1"), filepath.Join(t.TempDir(), "2")
		export(t, s, b, one)
		export(t, s, b, two)
		export(t, s, b, two) // over itself
		for _, name := range []string{learning.ClaimsFile, learning.TaxonomyFile, learning.VersionFile} {
			a, err := os.ReadFile(filepath.Join(one, name))
			check(t, err)
			b, err := os.ReadFile(filepath.Join(two, name))
			check(t, err)
			if !bytes.Equal(a, b) {
				t.Errorf("%s differs", name)
			}
		}
	})
}

func TestClaimsKeepTheirSideForGood(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		b, d := folder(t), newDesk(t, s)
		ids := d.many(0, 20)
		first := filepath.Join(t.TempDir(), "1")
		before := export(t, s, b, first)
		was := sides(t, first)
		// A trained claim is drawn at random later, and an audited one comes for another reason.
		trained := ids[1]
		if was[trained].Split != learning.SplitTrain {
			t.Fatalf("claim 1 is in %s", was[trained].Split)
		}
		d.decide(trained, store.ReasonRandom, map[string]string{"severity": "minor"})
		d.decide(ids[0], store.ReasonLabelError, map[string]string{"severity": "minor"})
		more := d.many(100, 10)
		second := filepath.Join(t.TempDir(), "2")
		after := export(t, s, b, second)
		now := sides(t, second)
		for id, c := range was {
			if now[id].Split != c.Split {
				t.Errorf("claim %s moved from %s to %s", id, c.Split, now[id].Split)
			}
		}
		if len(now) != len(ids)+len(more) || after.Extends != before.Digest || after.Digest == before.Digest {
			t.Errorf("%d rows, extends %s of %s", len(now), after.Extends, before.Digest)
		}
		if now[trained].Labels["severity"] != "minor" {
			t.Errorf("the newest label is not in it: %v", now[trained].Labels)
		}
	})
}

// Erased claims must not live on in a copy.
func TestErasedClaimsLeaveTheNextVersion(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		b, d := folder(t), newDesk(t, s)
		digest, err := b.Put(t.Context(), picture)
		check(t, err)
		id := d.claim(claim.Claim{ID: "r1", Text: "with a photo", Photos: []string{digest}})
		d.decide(id, store.ReasonAbstained, map[string]string{"severity": "major"})
		d.many(0, 5)
		dir := filepath.Join(t.TempDir(), "v")
		export(t, s, b, dir)
		file := sides(t, dir)[id].Photos[0]
		_, err = s.Erase(t.Context(), id, "test")
		check(t, err)
		export(t, s, b, dir)
		if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the photo of an erased claim is still there: %v", err)
		}
		if _, there := sides(t, dir)[id]; there {
			t.Error("the erased claim is still there")
		}
	})
}

func TestNothingIsOverwritten(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		d := newDesk(t, s)
		cfg := learning.ExportConfig{Reviews: s, Claims: s, Datasets: s, Blobs: folder(t), Taxonomy: taxonomy.Starter(), Dir: t.TempDir(), Before: time.Now()}
		if _, err := learning.Export(t.Context(), cfg); !errors.Is(err, learning.ErrNothing) {
			t.Errorf("without a label: %v", err)
		}
		d.many(0, 5)
		cfg.Dir = t.TempDir()
		check(t, os.WriteFile(filepath.Join(cfg.Dir, "mine.txt"), []byte("x"), 0o600))
		if _, err := learning.Export(t.Context(), cfg); !errors.Is(err, learning.ErrNotVersion) {
			t.Errorf("over somebody's folder: %v", err)
		}
	})
}

func TestTheRandomSliceMayBeTrainedOnWhenAskedFor(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		newDesk(t, s).many(0, 10)
		v, err := learning.Export(t.Context(), learning.ExportConfig{Reviews: s, Claims: s, Datasets: s, Blobs: folder(t), Taxonomy: taxonomy.Starter(),
			Dir: filepath.Join(t.TempDir(), "v"), Before: time.Now(), TrainAll: true})
		check(t, err)
		if v.Splits[learning.SplitTrain] != 10 || v.Splits[learning.SplitAudit] != 0 {
			t.Errorf("splits %v", v.Splits)
		}
	})
}

func TestAgreementIsMeasured(t *testing.T) {
	onStores(t, func(t *testing.T, s store.Store) {
		d := newDesk(t, s)
		other := store.Reviewer{ID: "0199f0e0-0000-7000-8000-00000000000b", Name: "bert", Roles: []store.ReviewRole{store.ReviewerRole}}
		anna := d.by
		for i := range 6 {
			id := d.claim(claim.Claim{ID: "r", Text: "x"})
			items, err := s.AddReviews(t.Context(), []store.NewReview{{Claim: id, Reasons: []store.ReviewReason{store.ReasonAbstained}, Looks: 2}})
			check(t, err)
			for _, by := range []store.Reviewer{anna, other} {
				d.by = by
				label := []string{"minor", "major"}[i%2]
				d.look(items, map[string]string{"severity": label})
			}
		}
		v := export(t, s, folder(t), filepath.Join(t.TempDir(), "v"))
		if len(v.Agreement) != 1 || v.Agreement[0].Axis != "severity" || v.Agreement[0].Doubled != 6 || v.Agreement[0].Observed.Value != 1 {
			b, _ := json.Marshal(v.Agreement)
			t.Errorf("agreement %s", b)
		}
		if !slices.Equal([]int{v.Claims, v.Reviewers}, []int{6, 1}) {
			t.Errorf("%d claims of %d reviewers, whose label counts", v.Claims, v.Reviewers)
		}
	})
}
