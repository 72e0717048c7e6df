package api

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// The formats of an export.
const (
	formatDataset     = "dataset"
	formatLabelStudio = "label-studio"
	formatConfig      = "label-studio-config"
)

// HeaderBefore says what time a data set holds the labels of: those settled before it.
const HeaderBefore = "Defekt-Before"

type exportIn struct {
	ReviewerQuery
	Format string `query:"format" enum:"dataset,label-studio,label-studio-config" doc:"dataset (default): the claims that people labelled, as rows of a data set. label-studio: what waits for the named reviewer, as tasks with predictions. label-studio-config: the labelling configuration for them."`
	Before string `query:"before" doc:"For dataset: labels settled before this time, RFC 3339 or a date. Default, and latest: the time before which no answer can be taken back."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" doc:"For label-studio: how many tasks; 100 unless told."`
	Photos string `query:"photos" maxLength:"1000" doc:"For label-studio: what stands before /v1/review/items/... in the addresses of photos, such as that of a proxy which adds the key. Default: nothing."`
}

type exportOut struct {
	Body func(huma.Context)
}

// exportReviews is GET /v1/review/export.
func (s *Server) exportReviews(ctx context.Context, in *exportIn) (*exportOut, error) {
	switch in.Format {
	case formatLabelStudio:
		return s.exportTasks(ctx, in)
	case formatConfig:
		q, err := s.queue()
		if err != nil {
			return nil, err
		}
		_, t, err := q.versions(ctx)
		if err != nil {
			return nil, err
		}
		e := exchange.Export{Taxonomy: t}
		return s.whole(ctx, "application/xml", e.LabelStudioConfig(true)), nil
	default:
		return s.exportDataset(ctx, in)
	}
}

// exportDataset streams claims. An error before the first is answered as ever; later the
// connection is cut, so that half a data set does not look whole.
func (s *Server) exportDataset(ctx context.Context, in *exportIn) (*exportOut, error) {
	v, err := s.viewing(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	if !v.all {
		return nil, fault(review.CodeRole, "", "Exports need an admin, or a front end's key.")
	}
	before, err := moment("query.before", in.Before)
	if err != nil {
		return nil, err
	}
	firm := v.q.Queue.Firm()
	if before.IsZero() {
		before = firm
	}
	if before.After(firm) {
		return nil, fault(codeParameter, "query.before", "answers may still be taken back; the latest time is "+firm.Format(time.RFC3339))
	}
	queue, err := v.q.Insight.Reviews(ctx) // in the labels of the latest taxonomy
	if err != nil {
		return nil, err
	}
	next, stop := iter.Pull2(review.Export(ctx, queue, s.cfg.Claims, before))
	first, err, more := next()
	if err != nil {
		stop()
		return nil, err
	}
	c := callOf(ctx)
	return &exportOut{func(huma.Context) {
		defer stop()
		c.w.Header().Set("Content-Type", typeNDJSON)
		c.w.Header().Set(HeaderBefore, before.Format(time.RFC3339Nano))
		c.w.WriteHeader(http.StatusOK)
		out := json.NewEncoder(c.w)
		for row := first; more; row, err, more = next() {
			s.extend(c.w, s.cfg.WriteIdle)
			if err != nil || out.Encode(row) != nil {
				if err != nil {
					_ = s.problem(ctx, err) // logs it; the status has long been sent
				}
				panic(http.ErrAbortHandler)
			}
		}
	}}, nil
}

// exportTasks gives what waits for a reviewer to Label Studio. Nothing is handed out: what
// changed meanwhile is refused when the answers come back.
func (s *Server) exportTasks(ctx context.Context, in *exportIn) (*exportOut, error) {
	q, who, err := s.acting(ctx, in.Reviewer)
	if err != nil {
		return nil, err
	}
	if in.Photos != "" {
		if err := webAddress(in.Photos); err != nil {
			return nil, fault(codeParameter, "query.photos", err.Error())
		}
	}
	if in.Limit == 0 {
		in.Limit = 100
	}
	list, err := q.Queue.Offer(ctx, who, in.Limit)
	if err != nil {
		return nil, err
	}
	h, t, err := q.versions(ctx)
	if err != nil {
		return nil, err
	}
	e := exchange.Export{
		Taxonomy: t,
		PhotoURL: func(path string) string { return strings.TrimSuffix(in.Photos, "/") + path },
	}
	var body bytes.Buffer
	if err := e.WriteLabelStudio(&body, s.tasks(ctx, who, list, func(p *claim.Prediction) *claim.Prediction { return answerable(h, t, p) })); err != nil {
		return nil, err
	}
	return s.whole(ctx, typeJSON, body.Bytes()), nil
}

// tasks are items as Label Studio gets them: the id names item and version, and the photos
// are served under the item.
func (s *Server) tasks(ctx context.Context, who store.Reviewer, list []store.Review, answerable func(*claim.Prediction) *claim.Prediction) iter.Seq2[exchange.Item, error] {
	return func(yield func(exchange.Item, error) bool) {
		for _, r := range list {
			c, err := s.cfg.Claims.Claim(ctx, r.Claim)
			item := exchange.Item{Claim: c.Claim, Prediction: answerable(c.Prediction)}
			item.Claim.ID = taskID(r.ID, review.Seal(who, r.ID, r.Version))
			item.Claim.Photos = nil
			for i := range c.Claim.Photos {
				item.Claim.Photos = append(item.Claim.Photos, itemPhoto(r.ID, i))
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// answerable gives of a prediction the labels that the taxonomy of today has.
func answerable(h *revision.History, t *taxonomy.Taxonomy, p *claim.Prediction) *claim.Prediction {
	if p == nil {
		return nil
	}
	out := h.Prediction(*p)
	axes := out.Axes
	out.Axes = map[string]claim.AxisPrediction{}
	for axis, one := range axes {
		if t.Valid(axis, one.Label) {
			out.Axes[axis] = one
		}
	}
	return &out
}

// taskID is what a task is called in Label Studio, and taskOf reads it.
func taskID(item, version string) string { return item + ":" + version }

func taskOf(id string) (item, version string, ok bool) {
	item, version, ok = strings.Cut(id, ":")
	return item, version, ok && isUUID(item)
}

// whole answers with a body that is there already.
func (s *Server) whole(ctx context.Context, kind string, body []byte) *exportOut {
	c := callOf(ctx)
	return &exportOut{func(huma.Context) {
		c.w.Header().Set("Content-Type", kind)
		c.w.WriteHeader(http.StatusOK)
		c.w.Write(body) //nolint:errcheck // the client is gone, there is no one to tell
	}}
}
