package api

import (
	"context"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
)

type alarmsIn struct {
	State []string `query:"state" enum:"open,acknowledged,dismissed,closed" doc:"In any of these states; all unless given."`
	Kind  string   `query:"kind" maxLength:"200" doc:"The kind of the group: lot, batch, supplier ..."`
	Name  string   `query:"name" maxLength:"700" doc:"The name of the group."`
	Label string   `query:"label" maxLength:"200" doc:"axis=label, or unlabelled"`
	Known bool     `query:"known" doc:"Only those that are tied to a known issue."`
	PageQuery
}

type alarmsOut struct {
	Body struct {
		Alarms []store.Alarm `json:"alarms" nullable:"false"`
		Next   string        `json:"next,omitempty" doc:"For after; absent with the last page."`
	}
}

// listAlarms is GET /v1/alarms.
func (s *Server) listAlarms(ctx context.Context, in *alarmsIn) (*alarmsOut, error) {
	f := store.AlarmFilter{Kind: in.Kind, Name: in.Name, Label: in.Label, Known: in.Known, After: in.After}
	for _, state := range in.State {
		f.States = append(f.States, store.AlarmState(state))
	}
	var err error
	out := new(alarmsOut)
	out.Body.Alarms, out.Body.Next, err = qualityPage(s, in.PageQuery, func(q *Quality, limit int) ([]store.Alarm, error) {
		f.Limit = limit
		return q.Store.Alarms(ctx, f)
	}, func(a store.Alarm) string { return a.ID })
	return out, err
}

// alarmShown is an alarm with its audit trail.
type alarmShown struct {
	store.Alarm
	Trail []entryShown `json:"trail" nullable:"false" doc:"What happened to it, oldest first."`
}

// entryShown is a line of the audit trail.
type entryShown struct {
	At     string `json:"at" format:"date-time"`
	By     string `json:"by"`
	What   string `json:"what"`
	Detail string `json:"detail,omitempty"`
}

type alarmOut struct{ Body alarmShown }

// getAlarm is GET /v1/alarms/{id}.
func (s *Server) getAlarm(ctx context.Context, in *idIn) (*alarmOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	a, err := q.Store.Alarm(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.alarm(ctx, q, a)
}

func (s *Server) alarm(ctx context.Context, q *Quality, a store.Alarm) (*alarmOut, error) {
	trail, err := q.Store.Trail(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	out := &alarmOut{alarmShown{Alarm: a, Trail: []entryShown{}}}
	for _, e := range trail {
		out.Body.Trail = append(out.Body.Trail, entryShown{e.At.UTC().Format(timeFormat), e.By, e.What, e.Detail})
	}
	return out, nil
}

// timeFormat is that of encoding/json.
const timeFormat = "2006-01-02T15:04:05.999999999Z07:00"

// alarmAct is one of the things that people do with alarms.
type alarmAct func(surveillance.Ledger, context.Context, surveillance.Change) (store.Alarm, error)

// changeAlarm does it. body is what is read, in the part of it that says who and why.
func (s *Server) changeAlarm(ctx context.Context, id string, body any, in *wire.AlarmChange, do alarmAct) (*alarmOut, error) {
	q, who, err := s.signing(ctx, body, &in.By)
	if err != nil {
		return nil, err
	}
	a, err := do(surveillance.Ledger{Alarms: q.Store, Now: s.cfg.Now}, ctx, surveillance.Change{ID: id, Who: who, Why: in.Why, Version: in.Version})
	if err != nil {
		return nil, alarmFault(err)
	}
	return s.alarm(ctx, q, a)
}

// alarmChanger makes the handler of an act that says no more than who and why.
func (s *Server) alarmChanger(do alarmAct) func(ctx context.Context, in *idIn) (*alarmOut, error) {
	return func(ctx context.Context, in *idIn) (*alarmOut, error) {
		var body wire.AlarmChange
		return s.changeAlarm(ctx, in.ID, &body, &body, do)
	}
}

func (s *Server) setAlarmIssue(ctx context.Context, in *idIn) (*alarmOut, error) {
	var body wire.AlarmIssue
	return s.changeAlarm(ctx, in.ID, &body, &body.AlarmChange, func(l surveillance.Ledger, ctx context.Context, c surveillance.Change) (store.Alarm, error) {
		var issue *store.KnownIssue
		if body.Text != "" || body.Resolution != "" {
			issue = &store.KnownIssue{Text: body.Text, Resolution: body.Resolution}
		}
		return l.Attach(ctx, c, issue)
	})
}
