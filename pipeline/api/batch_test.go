package api

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
)

// results reads the answer to a batch.
func results(t *testing.T, body io.Reader) []wire.BatchResult {
	t.Helper()
	var out []wire.BatchResult
	for d := json.NewDecoder(body); ; {
		var r wire.BatchResult
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
}

func (r *running) batch(t *testing.T, body io.Reader, header ...string) []wire.BatchResult {
	t.Helper()
	got := r.ask(t, http.MethodPost, "/v1/claims:batch", body, append([]string{"Content-Type", typeNDJSON}, header...)...)
	if got.StatusCode != 200 || got.Header.Get("Content-Type") != typeNDJSON {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	return results(t, strings.NewReader(string(got.body)))
}

func TestBatchAnswersEachLineInItsPlace(t *testing.T) {
	r := start(t, open)
	lines := []struct {
		line   string
		status int
		code   string
	}{
		{`{"text":"a","idempotency_key":"k"}`, 202, ""},
		{`{"text":`, 400, "row_malformed"},
		{``, 400, "row_malformed"},
		{`{"text":"b"}`, 202, ""},
		{`{"text":"x","idempotency_key":"k"}`, 409, "idempotency_conflict"},
		{`{"text":"` + strings.Repeat("a", MaxText+1) + `"}`, 413, "text_too_long"},
		{"{\"text\":\"\xff\"}", 400, "row_malformed"},
		{`{"text":"a","idempotency_key":"k"}`, 202, ""},
		{`{"txet":"a"}`, 422, "body_invalid"},
		{`[]`, 422, "body_invalid"},
		{`{"text":"` + strings.Repeat("a", MaxBatchLine) + `"}`, 413, "row_too_long"},
		{`{"id":"last","text":"c"}`, 202, ""},
	}
	var body strings.Builder
	for i, l := range lines {
		body.WriteString(l.line)
		if i < len(lines)-1 {
			body.WriteByte('\n')
		}
	}
	got := r.batch(t, strings.NewReader(body.String()))
	if len(got) != len(lines) {
		t.Fatalf("%d results for %d lines", len(got), len(lines))
	}
	for i, l := range lines {
		code := ""
		if got[i].Problem != nil {
			code = got[i].Problem.Code
		}
		if got[i].Line != i+1 || got[i].Status != l.status || code != l.code || (code == "") != (got[i].ID != "") {
			t.Errorf("line %d: %+v %s", i+1, got[i], code)
		}
	}
	if got[0].ID != got[7].ID || len(r.claims) != 3 {
		t.Errorf("%d claims", len(r.claims))
	}
}

func TestBatchKeyCoversEachLine(t *testing.T) {
	r := start(t, open)
	body := "{\"text\":\"a\"}\n{\"text\":\"a\"}\n"
	first := r.batch(t, strings.NewReader(body), "Idempotency-Key", "b")
	again := r.batch(t, strings.NewReader(body), "Idempotency-Key", "b")
	if len(r.claims) != 2 || first[0].ID != again[0].ID || first[1].ID != again[1].ID || first[0].ID == first[1].ID {
		t.Errorf("%d claims, %+v %+v", len(r.claims), first, again)
	}
}

// TestBatchStreams reads each answer before it sends the next line: whoever buffered lines
// or answers would wait for ever.
func TestBatchStreams(t *testing.T) {
	r := start(t, open)
	body, send := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/v1/claims:batch", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", typeNDJSON)
	go io.WriteString(send, "{\"text\":\"0\"}\n")
	res, err := r.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answers := bufio.NewReader(res.Body)
	for i := range 50 {
		line, err := answers.ReadString('\n')
		if err != nil || !strings.Contains(line, fmt.Sprintf(`"line":%d,`, i+1)) {
			t.Fatalf("%q, %v", line, err)
		}
		if i < 49 {
			fmt.Fprintf(send, "{\"text\":\"%d\"}\n", i+1)
		}
	}
	send.Close()
	if rest, err := io.ReadAll(answers); len(rest) != 0 || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestBatchSaysWhyItEnds(t *testing.T) {
	r := start(t, open)
	t.Run("too many lines", func(t *testing.T) {
		got := r.batch(t, strings.NewReader(strings.Repeat("\n", MaxBatchLines)+"{}\n{}\n"))
		if last := got[len(got)-1]; len(got) != MaxBatchLines+1 || last.Problem == nil || last.Problem.Code != string(codeBatchTooLong) {
			t.Errorf("%d results, %+v", len(got), last)
		}
	})
	t.Run("store fails on one line", func(t *testing.T) {
		r.fail = errDisk
		got := r.batch(t, strings.NewReader("{\"text\":\"a\"}\n"))
		r.fail = nil
		if len(got) != 1 || got[0].Status != 500 || got[0].Problem.Detail != "" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("wrong type", func(t *testing.T) {
		r.post(t, "/v1/claims:batch", "{}").problem(t, 415, string(codeMediaType))
	})
}

func TestReadLineOneByteAtATime(t *testing.T) {
	r := bufio.NewReaderSize(iotest.OneByteReader(strings.NewReader("ab\n\ncd")), 16)
	for _, want := range []string{"ab\n", "\n", "cd"} {
		if got, err := readLine(r); string(got) != want || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if _, err := readLine(r); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	broken := bufio.NewReader(io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(claim.Problem{Code: codeBodyTooSlow})))
	if _, err := readLine(broken); codeOf(err).Code != codeBodyTooSlow {
		t.Error(err)
	}
}
