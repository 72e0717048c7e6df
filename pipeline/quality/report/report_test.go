package report

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/quality/measures"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/webhook"
)

func TestPeriods(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct{ kind, now, name, from, until, before string }{
		{"weekly", "2026-03-04", "2026-W09", "2026-02-23", "2026-03-02", "2026-W08"},
		{"weekly", "2026-03-02", "2026-W09", "2026-02-23", "2026-03-02", "2026-W08"},
		{"weekly", "2027-01-07", "2026-W53", "2026-12-28", "2027-01-04", "2026-W52"},
		{"weekly", "2027-01-12", "2027-W01", "2027-01-04", "2027-01-11", "2026-W53"},
		{"monthly", "2026-03-31", "2026-02", "2026-02-01", "2026-03-01", "2026-01"},
		{"monthly", "2026-01-01", "2025-12", "2025-12-01", "2026-01-01", "2025-11"},
	} {
		p, err := Last(Kind(c.kind), day(c.now))
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != c.name || !p.From.Equal(day(c.from)) || !p.Until.Equal(day(c.until)) || p.Before().Name != c.before {
			t.Errorf("%s: %+v, before %s", c.now, p, p.Before().Name)
		}
		if again, err := Read(p.Kind, p.Name); err != nil || again != p {
			t.Errorf("%s is read as %+v, %v", p.Name, again, err)
		}
	}
	for kind, names := range map[Kind][]string{Weekly: {"", "2026-W00", "2026-W54", "2025-W53", "2026-w01", "2026-W1", "2026-W01x", "2026-03"}, Monthly: {"2026-13", "2026-3", "2026-W01", "2026-03-01"}, "daily": {"2026-03"}} {
		for _, name := range names {
			if p, err := Read(kind, name); err == nil {
				t.Errorf("%s %q is read as %+v", kind, name, p)
			}
		}
	}
	if _, err := Last("daily", time.Now()); err == nil {
		t.Error("there is a daily report")
	}
}

const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>` + "\u202e\nBcc: x@example.com"

// sample is a report full of what strangers write.
func sample(n int) Report {
	from := time.Date(2026, 2, 23, 0, 0, 0, 0, time.UTC)
	three := 3.25
	r := Report{Kind: Weekly, Period: "2026-W09", From: from, Until: from.AddDate(0, 0, 7), Claims: Change{40, 12}, Critical: Change{3, 3}}
	for range n {
		r.Moves = append(r.Moves, Move{evil, evil, Change{9, 1}})
		r.Alarms.Top = append(r.Alarms.Top, AlarmLine{ID: "a", What: evil, New: true, Observed: 40, Expected: 3.2, EB05: 5.5, Stock: 7, Field: 300, Why: evil})
		r.CAPA.Top = append(r.CAPA.Top, ActionLine{"c", evil, evil, 12, "D3 Containment", 4}, ActionLine{"d", "b", "", 1, "D4 Root cause", -1})
		r.Suppliers = append(r.Suppliers, scorecard.Card{Supplier: evil, Name: evil, Claims: 30, PPM: 3000, Ratio: 2, EB05: 1.5, Cost: []store.Money{{Minor: 100, Currency: "EUR"}}, Trend: &scorecard.Trend{PerYear: 1, Low: 0.2, High: 2}})
		r.Measures.Cost.Batches = append(r.Measures.Cost.Batches, measures.Batch{Batch: evil, Units: 30, Total: store.Money{Minor: 100, Currency: "EUR"}, PerUnit: store.Money{Minor: 3, Currency: "EUR"}})
		r.Measures.Accuracy = append(r.Measures.Accuracy, measures.Accuracy{Axis: evil, N: 20, Value: 0.9, Low: 0.7, High: 0.97, Covered: 0.95, CoveredN: 18})
		r.Model.Digests = append(r.Model.Digests, evil)
	}
	r.Alarms.Open, r.Alarms.Opened = n, n
	r.Measures.CAPA.ContainDays, r.Measures.CAPA.Overdue = &three, 1
	r.Measures.Definitions = measures.Definitions()
	return r
}

func wrote(t *testing.T, f func(w io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Mail programs throw away style sheets and scripts and load nothing, so that none may be needed.
func TestMailHTML(t *testing.T) {
	for name, r := range map[string]Report{"full": sample(1), "empty": sample(0)} {
		all := looktest.Elements(t, wrote(t, r.HTML))
		for _, e := range all {
			switch e.Name {
			case "script", "style", "link", "img", "iframe", "form", "svg", "object":
				t.Errorf("%s: there is a <%s>", name, e.Name)
			}
			for k, v := range e.Attrs {
				if k == "class" || k == "id" || k == "src" || k == "href" || strings.HasPrefix(k, "on") || k == "style" && strings.Contains(v, "url(") {
					t.Errorf("%s: <%s %s=%q>", name, e.Name, k, v)
				}
			}
		}
		for _, tag := range []string{"h1", "title"} {
			if got := looktest.Texts(looktest.Find(all, tag, "")); len(got) != 1 || got[0] != "Quality report 2026-W09: 2026-02-23 to 2026-03-01" {
				t.Errorf("%s: %s is %q", name, tag, got)
			}
		}
		if got := looktest.Texts(looktest.Find(all, "h2", "")); strings.Join(got, ",") != "What changed,Open alarms,Corrective actions,Suppliers,Costs,The model" {
			t.Errorf("%s: sections %q", name, got)
		}
	}
}

// The plain text must say what the HTML says.
func TestTextSaysTheSame(t *testing.T) {
	r := sample(1)
	text, html := wrote(t, r.Text), wrote(t, r.HTML)
	for _, s := range r.sections() {
		for _, row := range append([][]string{s.Text, s.Head}, s.Rows...) {
			for _, cell := range row {
				if cell == "" || strings.Contains(cell, "script") {
					continue
				}
				if !strings.Contains(text, oneLine(cell)) {
					t.Errorf("the text lacks %q", cell)
				}
				if !strings.Contains(html, strings.NewReplacer("+", "&#43;").Replace(cell)) {
					t.Errorf("the HTML lacks %q", cell)
				}
			}
		}
	}
	for _, want := range []string{"40 claims (+28), 3 critical (as before), 1 new alarm, 1 corrective action overdue.", "4 days late", "in 1 day", "rising: +100 % a year", "3.2 days to containment"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestMessage(t *testing.T) {
	r := sample(1)
	raw := wrote(t, func(w io.Writer) error {
		return r.Message(w, "Qualität <q@example.com>", []string{"a@example.com", "b@example.com"})
	})
	if raw != wrote(t, func(w io.Writer) error {
		return r.Message(w, "Qualität <q@example.com>", []string{"a@example.com", "b@example.com"})
	}) {
		t.Error("the same report gave another message")
	}
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 2 || m.Header.Get("Bcc") != "" {
		t.Errorf("header %v, %v", m.Header, err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []struct {
		kind string
		data string
	}{{"text/plain; charset=utf-8", wrote(t, r.Text)}, {"text/html; charset=utf-8", wrote(t, r.HTML)}} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		if p.Header.Get("Content-Type") != want.kind || strings.ReplaceAll(string(data), "\r\n", "\n") != want.data {
			t.Errorf("part %v differs", p.Header)
		}
	}
	if _, err := parts.NextRawPart(); err != io.EOF {
		t.Errorf("a third part: %v", err)
	}
	for _, bad := range []string{"x", "a@example.com\r\nBcc: b@example.com"} {
		if err := r.Message(io.Discard, bad, nil); err == nil {
			t.Errorf("%q may send", bad)
		}
		if err := r.Message(io.Discard, "", []string{bad}); err == nil {
			t.Errorf("%q may receive", bad)
		}
	}
}

// With every list full and long words the event must stay below what webhooks take.
func TestNoticeFits(t *testing.T) {
	r := sample(0)
	long := strings.Repeat("ä", 150)
	fill := func(n int, add func()) {
		for range n {
			add()
		}
	}
	fill(MaxMoves, func() { r.Moves = append(r.Moves, Move{long, long, Change{1, 2}}) })
	fill(MaxAlarms, func() { r.Alarms.Top = append(r.Alarms.Top, AlarmLine{What: long, Why: strings.Repeat(long, 10)}) })
	fill(MaxActions, func() { r.CAPA.Top = append(r.CAPA.Top, ActionLine{Title: long, Owner: long}) })
	fill(MaxSuppliers, func() { r.Suppliers = append(r.Suppliers, scorecard.Card{Supplier: long, Name: long}) })
	fill(200, func() {
		r.Measures.Suppliers = append(r.Measures.Suppliers, measures.Supplier{Supplier: long, Trend: &scorecard.Trend{}})
	})
	n, err := r.Notice()
	if err != nil {
		t.Fatal(err)
	}
	if n.Key != "report.weekly 2026-W09" || n.Type != store.ReportWeekly {
		t.Errorf("notice %s, %s", n.Key, n.Type)
	}
	if _, err := (webhook.Event{Type: n.Type, Timestamp: r.Until, Data: json.RawMessage(n.Data)}).Encode(); err != nil {
		t.Error(err)
	}
}
