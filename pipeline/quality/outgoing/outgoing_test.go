package outgoing

import (
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// What cannot be written whole leaves no file; what can is sent as a download and then gone.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	broken := errors.New("broken")
	if _, err := spool(func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	f, err := spool(func(w io.Writer) error { _, err := io.WriteString(w, "whole"); return err })
	if err != nil {
		t.Fatal(err)
	}
	f.Name, f.Kind = `a"b.csv`, "text/csv"
	rec := httptest.NewRecorder()
	f.Serve(rec, httptest.NewRequest("POST", "/", nil))
	if rec.Body.String() != "whole" || rec.Header().Get("Content-Type") != "text/csv" || !strings.HasPrefix(rec.Header().Get("Content-Disposition"), `attachment; filename="a\"b.csv"`) {
		t.Errorf("%q %v", rec.Body, rec.Header())
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v stay, %v", left, err)
	}
}

func TestFileWord(t *testing.T) {
	for in, want := range map[string]string{"L-17|hinge|ACME": "L-17-hinge-ACME", "../../etc": "etc", "ÄÖ": "", strings.Repeat("x", 99): strings.Repeat("x", 40)} {
		if got := fileWord(in); got != want {
			t.Errorf("%q is %q", in, got)
		}
	}
}
