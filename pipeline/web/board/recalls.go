package board

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/quality/outgoing"
	"github.com/defekt/defekt/pipeline/quality/recall"
	"github.com/defekt/defekt/pipeline/web/site"
)

// recallForm builds the list of a recall: of a pattern's group, or of a group.
type recallForm struct {
	Action     string
	Alarm      string
	Kind, Name string
}

// recallList is POST /recalls: the targeted list as CSV.
func (s *Server) recallList(ctx context.Context, r *http.Request) (*outgoing.File, error) {
	q, alarm, err := s.recallQuery(ctx, r)
	if err != nil {
		return nil, err
	}
	f, _, err := s.outgoing().Recall(ctx, s.cfg.Actor(ctx), alarm, q)
	return f, err
}

func (s *Server) recallQuery(ctx context.Context, r *http.Request) (q recall.Query, alarm string, err error) {
	form := r.PostForm
	if alarm = form.Get("alarm"); alarm != "" {
		a, err := s.cfg.Store.Alarm(ctx, alarm)
		if err != nil {
			return q, "", err
		}
		q.Targets = []recall.Target{recall.FromAlarm(a)}
	} else {
		g, err := groupIn(form.Get("kind"), form.Get("name"))
		if err != nil {
			return q, "", err
		}
		q.Targets = []recall.Target{{Group: g, Reason: strings.TrimSpace(form.Get("why"))}}
	}
	q.SKU = strings.TrimSpace(form.Get("sku"))
	for name, to := range map[string]*time.Time{"made_from": &q.MadeFrom, "made_until": &q.MadeUntil, "sold_from": &q.SoldFrom, "sold_until": &q.SoldUntil} {
		if *to, err = dayIn(form.Get(name)); err != nil {
			return q, "", err
		}
	}
	return q, alarm, nil
}

// dayIn reads a date field; the zero time when it is empty.
func dayIn(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, site.BadRequest("A day is written as 2026-03-31.")
	}
	return t, nil
}
