package datasets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/defekt/defekt/pipeline/claim"
)

// rawRow is one row as it stands in the file. A row that cannot be read has a problem
// and no record.
type rawRow struct {
	line    int
	rec     record
	problem *claim.Problem
	// notes are faults of a row that could be read all the same.
	notes []claim.Problem
}

// source streams the rows of one file or folder. The error ends the stream; it is the
// file's, or the context's.
type source func(ctx context.Context) iter.Seq2[rawRow, error]

func badRow(line int, code claim.Code, format string, args ...any) rawRow {
	return rawRow{line: line, problem: &claim.Problem{Code: code, Where: "row", Message: fmt.Sprintf(format, args...)}}
}

// fileSource streams a file. read hands on the rows of its unpacked content until yield says
// that no more are wanted; its error ends the stream.
func fileSource(path string, read func(ctx context.Context, file io.Reader, yield func(rawRow) bool) error) source {
	return func(ctx context.Context) iter.Seq2[rawRow, error] {
		return func(yield func(rawRow, error) bool) {
			file, err := openData(path)
			if err != nil {
				yield(rawRow{}, err)
				return
			}
			defer file.Close() //nolint:errcheck // nothing was written
			if err := read(ctx, file, func(row rawRow) bool { return yield(row, nil) }); err != nil {
				yield(rawRow{}, fmt.Errorf("%s: %w", path, err))
			}
		}
	}
}

// jsonLines streams a file of JSON Lines.
func jsonLines(path string) source {
	return fileSource(path, func(ctx context.Context, file io.Reader, yield func(rawRow) bool) error {
		lines := newLineReader(file)
		for {
			line, tooLong, err := lines.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err = errors.Join(err, ctx.Err()); err != nil {
				return fmt.Errorf("after line %d: %w", lines.line, err)
			}
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			if !yield(jsonRow(line, lines.line, tooLong)) {
				return nil
			}
		}
	})
}

func jsonRow(line []byte, number int, tooLong bool) rawRow {
	if tooLong {
		return badRow(number, claim.CodeRowTooLong, "the row has more than %d bytes", MaxRow)
	}
	rec, err := newJSONRecord(line)
	if err == nil && rec.raw == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return badRow(number, claim.CodeRowMalformed, "the row is not a JSON object: %v", err)
	}
	return rawRow{line: number, rec: rec}
}
