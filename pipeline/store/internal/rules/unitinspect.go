package rules

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// inspectionBody cleans an inspection and writes it.
func inspectionBody(i *store.Inspection) ([]byte, error) {
	i.ID, i.At = strings.TrimSpace(i.ID), Time(i.At)
	parts := i.On.Parts()
	for _, s := range append([]string{i.ID, string(i.On.Kind)}, parts...) {
		if err := checkText("the inspection", s, false); err != nil {
			return nil, err
		}
	}
	switch {
	case i.ID == "":
		return nil, errors.New("an inspection needs an id")
	case parts[0] == "":
		return nil, fmt.Errorf("the inspection %s names nothing that it looked at", i.ID)
	case i.At.IsZero():
		return nil, fmt.Errorf("the inspection %s has no date", i.ID)
	case i.Checked < 0, i.Failed < 0, i.Failed > i.Checked && i.Checked > 0:
		return nil, fmt.Errorf("the inspection %s: %d of %d failed", i.ID, i.Failed, i.Checked)
	}
	if err := checkTime(i.At); err != nil {
		return nil, err
	}
	return Document(i)
}

// InspectionRow is an inspection with what is kept of it.
type InspectionRow struct {
	store.Inspection
	Body []byte
}

// InspectionTx is the part of a transaction that keeps inspections.
type InspectionTx interface {
	// InspectionsWith gives id and body of those that have one of the ids; SetInspections
	// writes rows one after the other, of which a later one may have the id of an earlier one.
	InspectionsWith(ctx context.Context, ids []string) ([]InspectionRow, error)
	SetInspections(ctx context.Context, rows []InspectionRow) error
}

// PutInspections does the work of [store.Genealogy].
func PutInspections(ctx context.Context, tx InspectionTx, list []store.Inspection) (w store.Written, err error) {
	if err := checkChunk(len(list)); err != nil {
		return w, err
	}
	all, ids := make([]InspectionRow, len(list)), make([]string, len(list))
	err = each(len(list), func(i int) (err error) {
		r := &all[i]
		r.Inspection = list[i]
		r.Body, err = inspectionBody(&r.Inspection)
		ids[i] = r.ID
		return err
	})
	if err != nil {
		return w, err
	}
	kept, err := tx.InspectionsWith(ctx, distinct(ids))
	if err != nil {
		return w, err
	}
	known := map[string][]byte{}
	for _, r := range kept {
		known[r.ID] = r.Body
	}
	var rows []InspectionRow
	for _, r := range all {
		was, ok := known[r.ID]
		same := bytes.Equal(was, r.Body)
		count(&w, !ok, !same)
		if !same {
			known[r.ID] = r.Body
			rows = append(rows, r)
		}
	}
	return w, tx.SetInspections(ctx, rows)
}

// InspectionValues are id, body, kind, code, at.
func InspectionValues[T any](r InspectionRow, when func(time.Time) T) []any {
	return []any{r.ID, string(r.Body), string(r.On.Kind), r.On.Parts()[0], when(r.At)}
}

// Inspections asks for those on a group, in the columns kind, code and at.
func (q *UnitQuery) Inspections(on store.Group, from, until time.Time) {
	if on.Kind != "" {
		q.Where("kind = ?", string(on.Kind))
	}
	if code := on.Parts()[0]; code != "" {
		q.Where("code = ?", Text(code))
	}
	q.span("at", from, until)
}

// KeepInspections reads bodies and keeps those whose further parts fit the group's name.
func KeepInspections(bodies [][]byte, on store.Group) ([]store.Inspection, error) {
	var out []store.Inspection
	want := on.Parts()
	for _, b := range bodies {
		var i store.Inspection
		if err := json.Unmarshal(b, &i); err != nil {
			return nil, fmt.Errorf("an inspection: %w", err)
		}
		fits := true
		for j, p := range i.On.Parts() {
			fits = fits && (j >= len(want) || want[j] == "" || want[j] == p)
		}
		if fits && len(out) < store.MaxUnitPage {
			out = append(out, i)
		}
	}
	return out, nil
}
