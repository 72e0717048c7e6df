// Package outgoing makes what leaves the house: the list of a recall and the package that a
// supplier is charged with, each as a file that is whole before anybody gets the first byte.
//
// Its place in the flow: over packages recall, chargeback and erp, in front of the pages and the
// API, which both hand out the same files and leave the same lines in the audit trail.
//
// Trade-off: a temporary file costs disk for as long as it is sent; in return half a recall list
// never looks like a whole one, a fault is told as such, and a package is booked only if it could
// be written.
package outgoing

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/quality/recall"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
)

// RecallListed is the What of the line that a list leaves in the audit trail of the alarm whose
// group it is of.
const RecallListed = "recall.listed"

// Store is what is read and booked.
type Store interface {
	quality.Store
	Note(ctx context.Context, e store.Entry) error
}

// Maker makes files. Store and Photos are required.
type Maker struct {
	Store  Store
	Photos blob.Reader
	// Now is the clock, time.Now when nil.
	Now func() time.Time
}

func (m Maker) now() time.Time {
	if m.Now == nil {
		return time.Now().UTC()
	}
	return m.Now().UTC()
}

// Recall makes the list of a recall as CSV. alarm, unless empty, is the id of the alarm whose
// group it is of; its audit trail says who made the list.
func (m Maker) Recall(ctx context.Context, who, alarm string, q recall.Query) (*File, recall.Summary, error) {
	var sums recall.Summary
	f, err := spool(func(w io.Writer) (err error) {
		sums, err = recall.Run(ctx, w, m.Store, q, nil)
		return err
	})
	if err != nil {
		return nil, sums, err
	}
	f.Kind, f.Name = "text/csv; charset=utf-8", "recall-"+m.now().Format(time.DateOnly)+"-"+fileWord(q.Targets[0].Group.Name)+".csv"
	if alarm == "" {
		return f, sums, nil
	}
	if err := Listed(ctx, m.Store, m.now(), who, alarm, sums); err != nil {
		return nil, sums, errors.Join(err, f.Close())
	}
	return f, sums, nil
}

// Listed leaves in an alarm's audit trail that somebody made the list of its recall.
func Listed(ctx context.Context, trail interface {
	Note(ctx context.Context, e store.Entry) error
}, at time.Time, who, alarm string, sums recall.Summary) error {
	detail := fmt.Sprintf("%d units to reach instead of %d; %s instead of %s", sums.Reach(), sums.WholeUnits(), amounts(sums.Targeted), amounts(sums.Whole))
	return trail.Note(ctx, store.Entry{At: at, By: who, What: RecallListed, On: alarm, Detail: detail})
}

func amounts(list []store.Money) string { return cmp.Or(money.All(list), "an unknown cost") }

// Chargeback makes the package of a request as ZIP. With book its claims are charged from then on:
// the credit is a draft.
func (m Maker) Chargeback(ctx context.Context, who string, r chargeback.Request, book bool) (*File, *store.Credit, error) {
	p, err := chargeback.Collector{Cases: quality.Cases(m.Store), Source: m.Store}.Collect(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	var result chargeback.Result
	f, err := spool(func(w io.Writer) (err error) {
		result, err = chargeback.Write(ctx, w, p, m.Photos)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	f.Kind, f.Name, f.Digest = "application/zip", "chargeback-"+fileWord(p.Reference)+".zip", result.Digest
	if !book {
		return f, nil, nil
	}
	c, err := erp.NewLedger(m.Store, m.now).Draft(ctx, who, p, result)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, &c, nil
}

// File is a temporary file. Whoever got it must close it.
type File struct {
	// Name and Kind are for the one who keeps it; Digest is the sha256 of a package, in hex.
	Name, Kind, Digest string
	on                 *os.File
}

// spool writes a file whole.
func spool(write func(w io.Writer) error) (_ *File, err error) {
	on, err := os.CreateTemp("", "defekt-*")
	if err != nil {
		return nil, fmt.Errorf("a temporary file: %w", err)
	}
	f := &File{on: on}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	out := bufio.NewWriterSize(on, 1<<16)
	if err := write(out); err != nil {
		return nil, err
	}
	if err := out.Flush(); err != nil {
		return nil, fmt.Errorf("a temporary file: %w", err)
	}
	return f, nil
}

// Serve sends the file as a download.
func (f *File) Serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", f.Kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	http.ServeContent(w, r, "", time.Time{}, f.on)
}

// Close deletes the file.
func (f *File) Close() error { return errors.Join(f.on.Close(), os.Remove(f.on.Name())) }

// fileWord makes a part of a file's name: letters, digits and minus signs, 40 at most.
func fileWord(text string) string {
	out := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, text)
	return strings.Trim(out[:min(len(out), 40)], "-")
}
