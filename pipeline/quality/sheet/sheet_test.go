package sheet

import (
	"bytes"
	"encoding/csv"
	"testing"
)

func TestCellIsNoFormula(t *testing.T) {
	for in, want := range map[string]string{
		"":          "",
		"SN-1":      "SN-1",
		"=1+1":      "'=1+1",
		"@SUM(A1)":  "'@SUM(A1)",
		"+49 170 1": "'+49 170 1",
		"-5":        "-5",
		"+5.25":     "+5.25",

		"-5+cmd|' /C calc'!A0": "'-5+cmd|' /C calc'!A0",
		"-":                    "'-",
		"1e5":                  "1e5",
		" =1+1":                "' =1+1",
		"\t=1":                 "'\t=1",
		"\r=1":                 "'=1", // control characters go first
		"\x00=1":               "'=1",
		"\ufeff=1":             "'\ufeff=1",
		"＝1":                   "'＝1",
		"\nx":                  "'\nx",
		"a\u202eb":             "ab",
	} {
		if got := Cell(in); got != want {
			t.Errorf("Cell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRowsComeBack(t *testing.T) {
	var out bytes.Buffer
	w, err := New(&out, "serial", "text")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row("a,\"b", "two\nlines"); err != nil {
		t.Fatal(err)
	}
	if err := w.Row("alone"); err == nil {
		t.Error("a row of one cell under two columns is no error")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[1][0] != "a,\"b" || rows[1][1] != "two\nlines" {
		t.Errorf("rows %q", rows)
	}
}

func FuzzCell(f *testing.F) {
	f.Add("=1")
	f.Add("\u00a0@x")
	f.Fuzz(func(t *testing.T, s string) {
		if got := Cell(s); Cell(got) != got {
			t.Errorf("Cell(%q) = %q, and again %q", s, got, Cell(got))
		}
	})
}
