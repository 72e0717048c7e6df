package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// Format is how a file is written.
type Format string

// The formats.
const (
	FormatAuto  Format = "auto" // told by the first bytes
	FormatCSV   Format = "csv"
	FormatJSONL Format = "jsonl" // one object a line, or one array of objects
	FormatEPCIS Format = "epcis" // an EPCIS 2.0 document, or one event a line
)

// Limits of an import.
const (
	// MaxLine is the longest line in bytes.
	MaxLine = datasets.MaxRow
	// MaxColumns is the most columns of a table.
	MaxColumns = 1000
	// MaxEvent is the largest EPCIS event, or object of an array, in bytes: one event may
	// name a pallet's 50,000 units.
	MaxEvent = 8 << 20
	// MaxEventUnits is the most units of one event.
	MaxEventUnits = 50_000
	// DefaultChunk is the number of rows kept at once: few enough that other writers of the
	// database hardly wait.
	DefaultChunk = 2000
	// maxKept is the number of problems that a report holds; all are counted.
	maxKept = 100
)

// Sink is where an import goes; every store is one.
type Sink interface {
	PutUnits(ctx context.Context, units []store.Unit) (store.Written, error)
	PutBatches(ctx context.Context, batches []store.Batch) (store.Written, error)
	PutLots(ctx context.Context, lots []store.Lot) (store.Written, error)
	PutInspections(ctx context.Context, list []store.Inspection) (store.Written, error)
	PutRecords(ctx context.Context, list []store.Record) (store.Written, error)
	RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error)
	AddUnitEvents(ctx context.Context, events []store.UnitEvent) (store.Written, error)
	PutCosts(ctx context.Context, costs []store.Cost) (store.Written, error)
}

// Config says how a file is imported. The zero value reads any file and passes over bad lines.
type Config struct {
	// Kind is what the file holds; empty means [Auto].
	Kind Kind
	// Format is how it is written; empty means [FormatAuto].
	Format Format
	// Source is the file's name, for the units' time line.
	Source string
	// Strict ends the import at the first bad line; chunks before it stay.
	Strict bool
	// FromLine passes over the lines before it, 0 for none: to go on where an import broke
	// off without reading again what is there.
	FromLine int
	// Chunk is the number of rows kept at once, 1..store.MaxUnitChunk; 0 means
	// [DefaultChunk].
	Chunk int
	// Problem, if not nil, is told at once of each bad line, and of each event of which
	// something was not kept ([CodePartly]).
	Problem func(LineProblem)
	// Progress, if not nil, is told how far it is after each chunk.
	Progress func(Report)
	// Now is the clock for the time that it took; nil means time.Now.
	Now func() time.Time
}

// Validate reports every field that is out of range.
func (c Config) Validate() error {
	var errs []error
	if _, ok := infoOf(c.Kind); !ok && c.Kind != "" && c.Kind != Auto && c.Kind != Events {
		errs = append(errs, fmt.Errorf("trace: there is no kind %q", c.Kind))
	}
	if !slices.Contains([]Format{"", FormatAuto, FormatCSV, FormatJSONL, FormatEPCIS}, c.Format) {
		errs = append(errs, fmt.Errorf("trace: there is no format %q", c.Format))
	}
	if c.Chunk < 0 || c.Chunk > store.MaxUnitChunk {
		errs = append(errs, fmt.Errorf("trace: Chunk is %d; it must be within 0 (the default) and %d", c.Chunk, store.MaxUnitChunk))
	}
	if c.FromLine < 0 {
		errs = append(errs, fmt.Errorf("trace: FromLine is %d; it must be 0 or more", c.FromLine))
	}
	return errors.Join(errs...)
}

// Report says what an import did.
type Report struct {
	Kind   Kind   `json:"kind"`
	Format Format `json:"format"`
	// Rows is the number of rows or events read, Used of those that were kept, Line the last
	// line or event that is done with.
	Rows int `json:"rows"`
	Used int `json:"used"`
	Line int `json:"line"`
	// Units, Events and Other count what the store did: with units; with their time line;
	// with everything else.
	Units  store.Written `json:"units"`
	Events store.Written `json:"events"`
	Other  store.Written `json:"other"`
	// Ignored are names of columns that mean nothing here.
	Ignored []string `json:"ignored,omitempty"`
	// Codes counts the problems, Problems are the first of them. Those of [CodePartly] are of
	// events that were used.
	Codes    map[claim.Code]int `json:"codes,omitempty"`
	Problems []LineProblem      `json:"problems,omitempty"`
	Took     time.Duration      `json:"took"`
}

func (r *Report) note(p LineProblem) {
	if r.Codes == nil {
		r.Codes = map[claim.Code]int{}
	}
	r.Codes[p.Problem.Code]++
	if len(r.Problems) < maxKept {
		r.Problems = append(r.Problems, p)
	}
}

func (r *Report) ignore(name string) {
	if len(r.Ignored) < maxKept && !slices.Contains(r.Ignored, name) {
		r.Ignored = append(r.Ignored, name)
	}
}
