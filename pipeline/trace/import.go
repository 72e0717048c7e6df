package trace

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
)

// Import reads r to its end into the sink. What the report says was used is kept, also when an
// error comes: that of the reader, the sink, the context, or, with Strict, a [LineProblem]. It
// is safe to import again.
func Import(ctx context.Context, sink Sink, r io.Reader, cfg Config) (Report, error) {
	if err := cfg.Validate(); err != nil {
		return Report{}, err
	}
	if cfg.Chunk == 0 {
		cfg.Chunk = DefaultChunk
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	start := cfg.Now()
	i := &importer{sink: sink, cfg: cfg, names: columnNames(), needs: neededColumns()}
	err := i.run(ctx, r)
	i.report.Took = cfg.Now().Sub(start)
	i.report.Codes = maps.Clone(i.report.Codes)
	return i.report, err
}

// importer is one import under way.
type importer struct {
	sink   Sink
	cfg    Config
	names  map[string]string
	needs  map[Kind][]string
	report Report
	chunk  chunk
	// refused are the lines of the chunk being kept of which the store refused something.
	refused map[int]bool
}

func (i *importer) run(ctx context.Context, r io.Reader) error {
	unpacked, err := datasets.Unpack(r)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	in := bufio.NewReaderSize(unpacked, sniffed)
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return fmt.Errorf("trace: %w", err)
	}
	format, whole := sniff(head)
	if i.cfg.Format != "" && i.cfg.Format != FormatAuto {
		whole = whole && i.cfg.Format != FormatCSV
		format = i.cfg.Format
	}
	i.report.Format, i.report.Kind = format, i.cfg.Kind
	if format == FormatEPCIS {
		i.report.Kind = Events
	}
	switch {
	case format == FormatCSV:
		err = i.table(ctx, in)
	case whole:
		err = i.document(ctx, in)
	default:
		err = i.lines(ctx, in)
	}
	// What was read before an error is kept all the same, unless the caller gave up.
	if ctx.Err() == nil && !errors.As(err, new(LineProblem)) {
		err = errors.Join(err, i.flush(ctx))
	}
	return err
}

// sniffed is how far the format is looked for.
const sniffed = 64 << 10

// sniff tells the format by the first bytes, and whether JSON is one value, to be read as a
// whole, and not one object a line.
func sniff(head []byte) (f Format, whole bool) {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(head) == 0 || head[0] != '{' && head[0] != '[' {
		return FormatCSV, false
	}
	for _, word := range []string{`"epcisBody"`, `"EPCISDocument"`, `"EPCISQueryDocument"`, `"eventList"`} {
		if bytes.Contains(head, []byte(word)) {
			return FormatEPCIS, true
		}
	}
	f = FormatJSONL
	if bytes.Contains(head, []byte(`"eventTime"`)) {
		f = FormatEPCIS
	}
	return f, head[0] == '['
}

// note counts a problem and tells it.
func (i *importer) note(l LineProblem) {
	i.report.note(l)
	if i.cfg.Problem != nil {
		i.cfg.Problem(l)
	}
}

// bad notes a line that is not used; the error ends a strict import.
func (i *importer) bad(line int, p claim.Problem) error {
	l := LineProblem{line, p}
	i.note(l)
	if i.cfg.Strict {
		return l
	}
	return nil
}

// table reads CSV.
func (i *importer) table(ctx context.Context, in io.Reader) error {
	t, err := datasets.ReadTable(in)
	if err != nil {
		return LineProblem{1, problem(CodeColumns, "", "%v", err)}
	}
	given := t.Columns()
	if len(given) > MaxColumns {
		return LineProblem{1, problem(CodeTooLarge, "", "%d columns; at most %d are read", len(given), MaxColumns)}
	}
	columns := make([]string, len(given))
	for c, name := range given {
		columns[c] = plain(name)
	}
	if err := i.kind(given); err != nil {
		return LineProblem{1, claim.AsProblem(err, CodeKind)}
	}
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("trace: %w", err)
		}
		if row.Line < i.cfg.FromLine {
			continue
		}
		i.report.Rows++
		if row.Problem != nil {
			if err := i.bad(row.Line, *row.Problem); err != nil {
				return err
			}
			continue
		}
		rec := record{line: row.Line, values: make(map[string]string, len(columns))}
		for c, cell := range row.Cells {
			if cell != "" {
				rec.set(columns[c], given[c], cell, i.names, i.report.ignore)
			}
		}
		if err := i.take(ctx, rec); err != nil {
			return err
		}
	}
}

// kind decides what a table holds, by the names of its columns as given.
func (i *importer) kind(given []string) error {
	have := map[string]bool{}
	for _, name := range given {
		if canonical := i.names[plain(name)]; canonical != "" {
			have[canonical] = true
		} else if _, ok := componentOf(name); !ok && name != "" {
			i.report.ignore(name)
		}
	}
	if len(have) == 0 {
		return problem(CodeColumns, "", "none of the columns %.200q is known; 'defekt units import --help' lists their names", strings.Join(given, ", "))
	}
	if i.cfg.Kind != "" && i.cfg.Kind != Auto {
		i.report.Kind = i.cfg.Kind
		return nil
	}
	kind, ok := kindOf(func(c string) bool { return have[c] })
	if !ok {
		names := slices.Sorted(maps.Keys(have))
		return problem(CodeKind, "", "the columns %s do not say what the file holds; say it with a kind", strings.Join(names, ", "))
	}
	i.report.Kind = kind
	return nil
}

// lines reads one JSON object a line.
func (i *importer) lines(ctx context.Context, in io.Reader) error {
	lines := datasets.ReadLines(in)
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("trace: %w", err)
		}
		if line.Number < i.cfg.FromLine {
			continue
		}
		i.report.Rows++
		if line.Problem != nil {
			err = i.bad(line.Number, *line.Problem)
		} else {
			err = i.object(ctx, line.Number, line.Text)
		}
		if err != nil {
			return err
		}
	}
}

// object takes one JSON object: an event, or a record.
func (i *importer) object(ctx context.Context, number int, text []byte) error {
	if i.report.Format == FormatEPCIS {
		return i.event(ctx, number, text)
	}
	rec, err := jsonRecord(number, text, i.names, i.report.ignore)
	if err != nil {
		return i.bad(number, claim.AsProblem(err, claim.CodeRowMalformed))
	}
	return i.take(ctx, rec)
}

// take turns a record into rows of the chunk.
func (i *importer) take(ctx context.Context, rec record) error {
	kind := i.report.Kind
	if kind == "" || kind == Auto {
		var ok bool
		if kind, ok = kindOf(func(c string) bool { return rec.get(c) != "" || c == "lot" && len(rec.lots) > 0 }); !ok {
			return i.bad(rec.line, problem(CodeKind, "", "the fields do not say what the row holds; say it with a kind"))
		}
	}
	if err := i.chunk.add(kind, i.needs[kind], rec); err != nil {
		return i.bad(rec.line, claim.AsProblem(err, CodeRefused))
	}
	return i.flushIf(ctx, i.cfg.Chunk)
}
