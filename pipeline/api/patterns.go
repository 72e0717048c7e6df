package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/trace"
)

// lineFault says of an import that ended early which line it was.
func lineFault(err error) error {
	if l, ok := errors.AsType[trace.LineProblem](err); ok {
		return claim.Problem{Code: l.Problem.Code, Where: fmt.Sprintf("line %d", l.Line), Message: l.Problem.Message}
	}
	return err
}

// limitOf is the length of a list.
func limitOf(asked int) int {
	if asked == 0 {
		return DefaultPage
	}
	return asked
}

// cut takes away the one that was asked for beyond the limit, and gives the id to go on behind.
func cut[T any](list []T, limit int, id func(T) string) ([]T, string) {
	if len(list) <= limit {
		if list == nil {
			list = []T{}
		}
		return list, ""
	}
	list = list[:limit]
	return list, id(list[limit-1])
}

type alarmsIn struct {
	State []string `query:"state" enum:"open,acknowledged,dismissed,closed" doc:"In any of these states; all unless given."`
	Kind  string   `query:"kind" maxLength:"200" doc:"The kind of the group: lot, batch, supplier ..."`
	Name  string   `query:"name" maxLength:"700" doc:"The name of the group."`
	Label string   `query:"label" maxLength:"200" doc:"axis=label"`
	Known bool     `query:"known" doc:"Only those that are tied to a known issue."`
	Limit int      `query:"limit" minimum:"1" maximum:"500"`
	After string   `query:"after" maxLength:"200" doc:"The next of the page before."`
}

type alarmsOut struct {
	Body struct {
		Alarms []store.Alarm `json:"alarms" nullable:"false"`
		Next   string        `json:"next,omitempty" doc:"For after; absent with the last page."`
	}
}

// listAlarms is GET /v1/alarms.
func (s *Server) listAlarms(ctx context.Context, in *alarmsIn) (*alarmsOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	limit := limitOf(in.Limit)
	f := store.AlarmFilter{Kind: in.Kind, Name: in.Name, Label: in.Label, Known: in.Known, Limit: limit + 1, After: in.After}
	for _, state := range in.State {
		f.States = append(f.States, store.AlarmState(state))
	}
	list, err := q.Store.Alarms(ctx, f)
	if err != nil {
		return nil, err
	}
	out := new(alarmsOut)
	out.Body.Alarms, out.Body.Next = cut(list, limit, func(a store.Alarm) string { return a.ID })
	return out, nil
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

// changeAlarm does one of the things that people do with alarms.
func (s *Server) changeAlarm(ctx context.Context, id string, in wire.AlarmChange, do func(surveillance.Ledger, surveillance.Change) (store.Alarm, error)) (*alarmOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	who, err := signed(ctx, in.By)
	if err != nil {
		return nil, err
	}
	a, err := do(surveillance.Ledger{Alarms: q.Store, Now: s.cfg.Now}, surveillance.Change{ID: id, Who: who, Why: in.Why, Version: in.Version})
	if err != nil {
		return nil, alarmFault(err)
	}
	return s.alarm(ctx, q, a)
}

func (s *Server) acknowledgeAlarm(ctx context.Context, in *idIn) (*alarmOut, error) {
	var body wire.AlarmChange
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	return s.changeAlarm(ctx, in.ID, body, func(l surveillance.Ledger, c surveillance.Change) (store.Alarm, error) { return l.Acknowledge(ctx, c) })
}

func (s *Server) dismissAlarm(ctx context.Context, in *idIn) (*alarmOut, error) {
	var body wire.AlarmChange
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	return s.changeAlarm(ctx, in.ID, body, func(l surveillance.Ledger, c surveillance.Change) (store.Alarm, error) { return l.Dismiss(ctx, c) })
}

func (s *Server) closeAlarm(ctx context.Context, in *idIn) (*alarmOut, error) {
	var body wire.AlarmChange
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	return s.changeAlarm(ctx, in.ID, body, func(l surveillance.Ledger, c surveillance.Change) (store.Alarm, error) { return l.Close(ctx, c) })
}

func (s *Server) setAlarmIssue(ctx context.Context, in *idIn) (*alarmOut, error) {
	var body wire.AlarmIssue
	if err := s.small(ctx, &body); err != nil {
		return nil, err
	}
	var issue *store.KnownIssue
	if body.Text != "" || body.Resolution != "" {
		issue = &store.KnownIssue{Text: body.Text, Resolution: body.Resolution}
	}
	return s.changeAlarm(ctx, in.ID, body.AlarmChange, func(l surveillance.Ledger, c surveillance.Change) (store.Alarm, error) {
		return l.Attach(ctx, c, issue)
	})
}
