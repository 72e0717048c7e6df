package datasets

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"unicode/utf8"

	"github.com/defekt/defekt/taxonomy"
)

// The fuzz tests read from memory, below Open, since a file for each try would cost more
// than the reading.

func FuzzJSONL(f *testing.F) {
	f.Add([]byte(`{"id":"1","text":"t","labels":{"severity":"major"},"photos":["a"],"context":{"a":{"b":1}}}` + "\n\n{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, lines, n := fuzzConverter(), newLineReader(bytes.NewReader(data)), 0
		for {
			line, tooLong, err := lines.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(bytes.TrimSpace(line)) > 0 {
				n++
				checkClaim(t, k, jsonRow(line, lines.line, tooLong))
			}
		}
		want := 0
		for line := range bytes.SplitSeq(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("\n")) {
			if len(bytes.TrimSpace(line)) > 0 {
				want++
			}
		}
		if n != want {
			t.Fatalf("%d lines in, %d rows out", want, n)
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("id,text\n1,\"a\nb\"\n2,\"c\n3,d"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := csvReader{lines: newLineReader(bytes.NewReader(data))}
		if r.readHeader() != nil {
			return
		}
		r.header.labelColumns = map[string]string{}
		k, last := fuzzConverter(), 1
		for {
			row, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.line <= last {
				t.Fatalf("row of line %d after line %d", row.line, last)
			}
			last = row.line
			checkClaim(t, k, row)
		}
	})
}

func fuzzConverter() *converter {
	return newConverter(nativeDescriptor("fuzz", "f"), "root", &labelRules{open: true})
}

// checkClaim holds what is promised of every claim.
func checkClaim(t *testing.T, k *converter, row rawRow) {
	t.Helper()
	c := k.row(row)
	if c.ID == "" {
		t.Fatal("a claim without id")
	}
	if !utf8.ValidString(c.Text) || utf8.RuneCountInString(c.Text) > MaxText || len(c.Photos) > MaxPhotos {
		t.Fatalf("limits broken: %+v", c)
	}
	if c.Text == "" && len(c.Photos) == 0 && len(c.Problems) == 0 {
		t.Fatal("an empty claim without a problem")
	}
	for axis, label := range c.Labels {
		if label == "" || len(label) > maxLabel {
			t.Fatalf("label %q on %q", label, axis)
		}
	}
}

// The descriptor parser must not fail on what it wrote an error for.
func FuzzDescriptor(f *testing.F) {
	f.Add([]byte("name: a\nfile: b.csv\ntext: t\nlabels: {severity: {column: s, map: {1: x}, drop: [y]}}\nwhere: {a: {count: 1}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDescriptor(data)
		if (d == nil) == (err == nil) {
			t.Fatalf("%v %v", d, err)
		}
		if _, ok := errors.AsType[taxonomy.Error](err); err != nil && !ok {
			t.Fatalf("%T has no lines", err)
		}
	})
}
