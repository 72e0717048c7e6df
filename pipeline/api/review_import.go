package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// MaxImport is how many tasks a file of answers may have.
const MaxImport = 1000

type importIn struct {
	ReviewerQuery
	Rater string `query:"rater" maxLength:"200" doc:"The person in Label Studio (e-mail address or number) whose annotations these are; needed when a task has those of several."`
}

type importOut struct{ Body wire.ImportResult }

// importReviews is POST /v1/review/import: Label Studio's export (JSON) as decisions of the
// named reviewer. A file that cannot be read is refused whole; each of its tasks then has its
// own answer, and sending the file again decides nothing twice.
func (s *Server) importReviews(ctx context.Context, in *importIn) (*importOut, error) {
	q, who, err := s.acting(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	tasks, err := s.readTasks(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &importOut{wire.ImportResult{Items: make([]wire.ImportItem, 0, len(tasks))}}
	for _, t := range tasks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.extend(callOf(ctx).w, s.answerTime())
		item, err := s.importTask(ctx, q, who, in.Rater, t)
		switch {
		case err != nil:
			p := s.problem(ctx, err).Problem
			item.Status, item.Problem = p.Status, &p
			out.Body.Refused++
		case item.Status == http.StatusNoContent:
			out.Body.Skipped++
		default:
			out.Body.Decided++
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	callOf(ctx).note(slog.Int("decided", out.Body.Decided))
	return out, nil
}

// readTasks reads the body as Label Studio's tasks.
func (s *Server) readTasks(ctx context.Context, q *Review) (exchange.Tasks, error) {
	c := callOf(ctx)
	kind, _, err := mediaType(c)
	if err != nil {
		return nil, err
	}
	if kind != typeJSON {
		return nil, unread(kind, typeJSON)
	}
	data, release, err := s.readAll(c, MaxBody)
	if err != nil {
		return nil, err
	}
	defer release()
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fault(codeBodyMissing, "body", "")
	case !utf8.Valid(data):
		return nil, fault(codeBodyMalformed, "body", "these bytes are no UTF-8")
	}
	if err := checkDepth(data); err != nil {
		return nil, err
	}
	if !json.Valid(data) { // nor packed, which the reader of files would unpack without limit
		return nil, fault(codeBodyMalformed, "body", "this is no JSON")
	}
	_, t, err := q.versions(ctx)
	if err != nil {
		return nil, err
	}
	// Labels of older versions stand as they were sent; the queue knows what became of them.
	tasks, err := exchange.ReadLabelStudio(bytes.NewReader(data), exchange.Options{Taxonomy: t})
	switch {
	case err != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		first, _, _ = strings.Cut(first, ": json: ") // what json says is about our types
		return nil, fault(codeBodyInvalid, "body", clip(first))
	case len(tasks) > MaxImport:
		return nil, fault(codeBatchTooLong, "body", fmt.Sprintf("there are %d tasks, at most %d are read", len(tasks), MaxImport))
	}
	return tasks, nil
}

// importTask keeps the answer of one task.
func (s *Server) importTask(ctx context.Context, q *Review, who store.Reviewer, rater string, t exchange.Task) (wire.ImportItem, error) {
	out := wire.ImportItem{}
	id, sealed, ok := taskOf(t.ID)
	if !ok {
		return out, fault(codeImportTask, "", "its claim_id is not one of an export for Label Studio")
	}
	out.Item = id
	version, err := review.Unseal(who, id, sealed)
	if err != nil {
		return out, err
	}
	a, err := annotationOf(t, rater)
	if err != nil {
		return out, err
	}
	if a.Skipped {
		out.Status = http.StatusNoContent
		return out, q.Queue.Pass(ctx, who, id, version, "skipped in Label Studio")
	}
	r, err := q.Store.Review(ctx, id)
	if err != nil {
		return out, err
	}
	answer := review.Answer{Item: id, Version: version, Labels: map[string]string{}, Took: tookSeconds(a.Seconds), Shown: true}
	for axis, label := range a.Labels {
		switch {
		case len(r.Axes) > 0 && !slices.Contains(r.Axes, axis):
			out.Ignored = append(out.Ignored, axis)
		case label == taxonomy.Undetermined:
			answer.Labels[axis] = ""
		default:
			answer.Labels[axis] = label
		}
	}
	slices.Sort(out.Ignored)
	d, err := q.Queue.Answer(ctx, who, answer)
	out.Status, out.Decision = http.StatusCreated, d.ID
	return out, err
}

// annotationOf finds the one annotation that counts: the last of the rater's, or the last of
// the only one there is.
func annotationOf(t exchange.Task, rater string) (exchange.Annotation, error) {
	var found *exchange.Annotation
	for i, a := range t.Annotations {
		if rater != "" && a.Rater != rater {
			continue
		}
		if found != nil && found.Rater != a.Rater {
			return a, fault(codeImportSeveral, "", "name one of them by rater")
		}
		found = &t.Annotations[i]
	}
	if found == nil {
		return exchange.Annotation{}, fault(codeImportNone, "", "")
	}
	if !found.Skipped && len(found.Labels) == 0 {
		return *found, fault(review.CodeLabels, "", "The annotation has no label on an axis of the taxonomy.")
	}
	return *found, nil
}

// tookSeconds reads a time that another tool took; one that no answer takes is not known.
func tookSeconds(seconds float64) time.Duration {
	if !(seconds > 0 && seconds <= review.MaxTook.Seconds()) {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
