package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/defekt/defekt/pipeline/store"
)

// RecordTx is the part of a transaction that keeps master data.
type RecordTx interface {
	// RecordsWith gives the records of any kind that have one of the ids; SetRecords writes
	// records one after the other, of which a later one may be the same as an earlier one.
	RecordsWith(ctx context.Context, ids []string) ([]store.Record, error)
	SetRecords(ctx context.Context, list []store.Record) error
}

// PutRecords does the work of [store.Records].
func PutRecords(ctx context.Context, tx RecordTx, list []store.Record) (w store.Written, err error) {
	list = slices.Clone(list)
	if err := checkRecords(list); err != nil {
		return w, err
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	kept, err := tx.RecordsWith(ctx, distinct(ids))
	if err != nil {
		return w, err
	}
	type name struct {
		kind store.RecordKind
		id   string
	}
	known := map[name][]byte{}
	for _, r := range kept {
		known[name{r.Kind, r.ID}] = r.Body
	}
	var rows []store.Record
	for _, r := range list {
		was, ok := known[name{r.Kind, r.ID}]
		body, changed, err := overlayBody(was, r.Body)
		if err != nil {
			return store.Written{}, err
		}
		count(&w, !ok, changed)
		if changed || !ok {
			r.Body, known[name{r.Kind, r.ID}] = body, body
			rows = append(rows, r)
		}
	}
	return w, tx.SetRecords(ctx, rows)
}

// checkRecords cleans records and says which are refused.
func checkRecords(list []store.Record) error {
	if err := checkChunk(len(list)); err != nil {
		return err
	}
	return each(len(list), func(i int) error {
		r := &list[i]
		r.ID = strings.TrimSpace(r.ID)
		if err := checkText("the "+string(r.Kind), r.ID, r.Kind == store.RecordProduct || r.Kind == store.RecordSupplier); err != nil {
			return err
		}
		if r.ID == "" {
			return fmt.Errorf("a %s needs an id", r.Kind)
		}
		var fields map[string]json.RawMessage
		return json.Unmarshal(r.Body, &fields)
	})
}
