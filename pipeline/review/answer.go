package review

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Answer is what a reviewer decided.
type Answer struct {
	// Item and Version are those of the [Task].
	Item    string
	Version int64
	// Labels is the answer by axis; an empty label says that it cannot be told. Axes that were
	// asked and are missing stay unlabelled.
	Labels map[string]string
	// Taxonomy is the version (name@version) that the reviewer had before him, as [Task] said.
	// Where it is empty, or unknown, labels are taken for those of the newest version that has
	// them.
	Taxonomy string
	// Why is a note, at most MaxWhy bytes.
	Why string
	// Took is the time that the item was on the screen, 0..MaxTook.
	Took time.Duration
	// Shown says whether the model's suggestion was to be seen before.
	Shown bool
}

// Submit keeps an answer. The same one sent again, since the first one's reply was lost, gives
// the first one's decision. Labels of an older version of the taxonomy are kept as the newest
// has them. Errors: CodeStale when the item went to somebody else meanwhile, CodeLabels,
// CodeLabelsOld when a newer version leaves a label undecided, CodeWhyTooLong, CodeTook, CodeRole.
func (q *Queue) Submit(ctx context.Context, by store.Reviewer, a Answer) (store.ReviewDecision, error) {
	if err := q.check(a); err != nil {
		return store.ReviewDecision{}, err
	}
	r, err := q.cfg.Reviews.Review(ctx, a.Item)
	if err != nil {
		return store.ReviewDecision{}, err
	}
	given := a.Labels
	a.Labels, err = q.inForce(ctx, a)
	standing, err2 := q.standing(ctx, r.ID)
	if err2 != nil {
		return store.ReviewDecision{}, err2
	}
	if r.Holder != by.ID || r.Version != a.Version {
		return repeated(standing, by, a.Version, given, a.Labels)
	}
	if err != nil {
		return store.ReviewDecision{}, err
	}
	if r.State == store.ReviewDisputed && !Adjudicates(by) {
		return store.ReviewDecision{}, fault(CodeRole, "Only an adjudicator may decide what two disagree on.")
	}
	if err := asked(r, a.Labels); err != nil {
		return store.ReviewDecision{}, err
	}
	d, err := q.decision(r, by, a)
	if err != nil {
		return store.ReviewDecision{}, err
	}
	e := store.ReviewEvent{At: d.At, Who: by.ID, What: store.ReviewDecided, From: suggested(r), To: d.Labels, Why: d.Why, Took: d.Took, Model: d.Model}
	err = q.cfg.Reviews.ChangeReview(ctx, decided(r, asNow(standing), d), []store.ReviewDecision{d}, []store.ReviewEvent{e})
	return d, stale(err)
}

func (q *Queue) decision(r store.Review, by store.Reviewer, a Answer) (store.ReviewDecision, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return store.ReviewDecision{}, fmt.Errorf("review: %w", err)
	}
	return store.ReviewDecision{ID: id.String(), Item: r.ID, Claim: r.Claim, Reviewer: by.ID, At: q.now(), Labels: maps.Clone(a.Labels), Role: role(r),
		Version: r.Version, Why: a.Why, Took: a.Took.Truncate(time.Millisecond), Model: r.Model, Shown: a.Shown}, nil
}

// repeated finds the decision that an answer made when it came first, of the decisions as they
// are kept and as they read now, by the answer as it was given or as it reads now.
func repeated(standing []standingDecision, by store.Reviewer, version int64, answers ...map[string]string) (store.ReviewDecision, error) {
	for _, d := range standing {
		if d.Reviewer != by.ID || d.Version != version {
			continue
		}
		for _, labels := range answers {
			if labels != nil && (agree(d.Labels, labels) || agree(d.now, labels)) {
				return d.ReviewDecision, nil
			}
		}
	}
	return store.ReviewDecision{}, errStale()
}

// check refuses what no item could be answered with.
func (q *Queue) check(a Answer) error {
	if len(a.Labels) == 0 {
		return fault(CodeLabels, "An answer needs a label on at least one axis.")
	}
	if err := checkTook(a.Took); err != nil {
		return err
	}
	return checkWhy(a.Why)
}

func checkTook(took time.Duration) error {
	if took < 0 || took > MaxTook {
		return fault(CodeTook, fmt.Sprintf("An answer takes 0 to %s, not %s.", MaxTook, took))
	}
	return nil
}

func checkWhy(why string) error {
	if len(why) > MaxWhy {
		return fault(CodeWhyTooLong, fmt.Sprintf("A reason has at most %d bytes, this one %d.", MaxWhy, len(why)))
	}
	return nil
}

// asked refuses axes that the item does not ask for.
func asked(r store.Review, labels map[string]string) error {
	for _, axis := range slices.Sorted(maps.Keys(labels)) {
		if len(r.Axes) > 0 && !slices.Contains(r.Axes, axis) {
			return claim.Problem{Code: CodeLabels, Where: "labels." + axis, Message: "This axis was not asked for."}
		}
	}
	return nil
}

// suggested is what the model answered on the axes that were asked.
func suggested(r store.Review) map[string]string {
	out := map[string]string{}
	for axis, s := range r.Suggested {
		if len(r.Axes) == 0 || slices.Contains(r.Axes, axis) {
			out[axis] = s.Label
		}
	}
	return out
}

// stale tells a reviewer that the item moved on.
func stale(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return errStale()
	}
	return err
}

func errStale() error {
	return fault(CodeStale, "This claim went to somebody else, or was changed, before your answer came.")
}
