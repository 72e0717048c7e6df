package quality_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/quality/measures"
	"github.com/defekt/defekt/pipeline/quality/recall"
	"github.com/defekt/defekt/pipeline/quality/report"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/postgres"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

func TestABadLotOnSQLite(t *testing.T) {
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(t.TempDir(), "d.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := sqlite.New(db, sqlite.Config{Now: func() time.Time { return today }, Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	badLot(newWorld(t, s))
}

func TestABadLotOnPostgres(t *testing.T) {
	pool, err := postgres.OpenPool(t.Context(), postgrestest.Migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	s := postgres.New(pool, postgres.Config{Now: func() time.Time { return today }, Enqueue: func(context.Context, pgx.Tx, []store.Job) error { return nil }})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	badLot(newWorld(t, s))
}

// badLot follows one bad lot of hinges: alarm, corrective action, chargeback, recall, scorecard,
// check of the fix, closure, report.
func badLot(w *world) {
	alarm := w.alarm()
	action := w.opened(alarm)
	credit := w.charged(action)
	w.recalled(alarm)
	w.compared()
	w.closed(action)
	w.reported(action, credit)
}

const lotName = "L-17|hinge|ACME"

// alarm keeps the alarm that surveillance would raise.
func (w *world) alarm() store.Alarm {
	w.Helper()
	a := store.Alarm{ID: "01980000-0000-7000-8000-000000000001", Version: 1, State: store.AlarmOpen,
		Cause: store.Cause{Kind: "lot", Name: lotName, Label: "symptom=crack"}, OpenedAt: today.AddDate(0, 0, -5),
		Facts: store.AlarmFacts{Onset: today.AddDate(0, 0, -19), Raised: today.AddDate(0, 0, -5), Observed: len(w.claims), Expected: 6, Ratio: 9, EB05: 6,
			Explanation: "The lot holds it where its batch does not.", Units: store.AlarmUnits{Made: badUnits, Stock: 40, Field: 360}, Examples: w.claims[:5]}}
	if err := w.store.AddAlarm(w.ctx, a); err != nil {
		w.Fatal(err)
	}
	return a
}

func (w *world) clock() time.Time { return w.now }

// opened scans twice: the first time opens one action for each cause, the second changes nothing.
func (w *world) opened(a store.Alarm) store.CAPA {
	w.Helper()
	rules := capa.Rules{Owner: "anna", Rules: []capa.Rule{
		{Name: "lots", Alarm: &capa.AlarmRule{Kinds: []string{"lot"}, MinClaims: 10, MinRatio: 2}},
		{Name: "rate", Rate: &capa.RateRule{AbovePercent: 8, Days: 730, MinUnits: 50, MinClaims: 5, By: store.GroupBatch, Label: "symptom=crack"}},
	}}
	out, err := quality.Scanner(w.store, rules, w.clock).Scan(w.ctx)
	if err != nil {
		w.Fatal(err)
	}
	if len(out.Opened) != 2 || len(out.Attached) != 0 {
		w.Fatalf("opened %+v, attached %+v", out.Opened, out.Attached)
	}
	c := out.Opened[0]
	if c.Cause != a.Cause || c.Supplier != "ACME" || c.SKU != "K-1" || c.Owner != "anna" || c.Firings[0].Rule != "lots" {
		w.Errorf("the alarm opened %+v", c)
	}
	if got := out.Opened[1].Cause; got != (store.Cause{Kind: "batch", Name: "B-BAD|K-1", Label: "symptom=crack"}) {
		w.Errorf("the rate opened %+v", got)
	}
	again, err := quality.Scanner(w.store, rules, w.clock).Scan(w.ctx)
	if err != nil || len(again.Opened)+len(again.Attached) != 0 {
		w.Errorf("a second scan: %+v, %v", again, err)
	}
	w.now = w.now.AddDate(0, 0, 7)
	again, err = quality.Scanner(w.store, rules, w.clock).Scan(w.ctx)
	if err != nil || len(again.Opened) != 0 || len(again.Attached) != 1 || len(again.Attached[0].Firings) != 2 {
		w.Errorf("a scan a week later: %+v, %v", again, err)
	}
	desk := capa.NewDesk(w.store, w.clock)
	if _, err := desk.Drop(w.ctx, out.Opened[1].ID, 0, "anna", "the lot explains it"); err != nil {
		w.Fatal(err)
	}
	again, err = quality.Scanner(w.store, rules, w.clock).Scan(w.ctx)
	if err != nil || len(again.Opened)+len(again.Attached) != 0 {
		w.Errorf("a scan after the batch's action was dropped: %+v, %v", again, err)
	}
	return c
}

func (w *world) charged(action store.CAPA) store.Credit {
	w.Helper()
	collector := chargeback.Collector{Cases: w.cases(), Source: w.store}
	r := chargeback.Request{Supplier: "ACME", Lot: "L-17", Label: "component=hinge", Issuer: "Kettles Ltd", CAPA: action.ID}
	zipOf := func() ([]byte, chargeback.Package, chargeback.Result) {
		w.Helper()
		p, err := collector.Collect(w.ctx, r)
		if err != nil {
			w.Fatal(err)
		}
		var out bytes.Buffer
		result, err := chargeback.Write(w.ctx, &out, p, w.blobs)
		if err != nil {
			w.Fatal(err)
		}
		return out.Bytes(), p, result
	}
	one, p, result := zipOf()
	if len(p.Lines) != len(w.claims) || p.SupplierName != "Acme Hinges Oy" || result.Totals.Charged != (store.Money{Minor: 2490 * int64(len(w.claims)), Currency: "EUR"}) || len(result.Missing) != 0 {
		w.Errorf("%d claims of %d, %+v", len(p.Lines), len(w.claims), result)
	}
	z, err := zip.NewReader(bytes.NewReader(one), int64(len(one)))
	if err != nil {
		w.Fatal(err)
	}
	if n := len(z.File); n != 5+len(w.claims)+2 {
		w.Errorf("%d files", n)
	}
	ledger := erp.NewLedger(w.store, w.clock)
	credit, err := ledger.Draft(w.ctx, "anna", p, result)
	if err != nil {
		w.Fatal(err)
	}
	two, _, _ := zipOf()
	if !bytes.Equal(one, two) {
		w.Error("the package has other bytes after it was booked")
	}
	other := r
	other.Lot, other.Reference = "", "CB-OTHER"
	rest, err := collector.Collect(w.ctx, other)
	if err != nil {
		w.Fatal(err)
	}
	if rest.Already != len(w.claims) || slices.ContainsFunc(rest.Lines, func(l chargeback.Line) bool { return slices.Contains(w.claims, l.Claim) }) {
		w.Errorf("a second package has %d lines and left out %d claims", len(rest.Lines), rest.Already)
	}
	for _, ch := range []erp.Change{{To: store.CreditSent}, {To: store.CreditAccepted, Accepted: credit.Claimed / 2}, {To: store.CreditRecovered, Recovered: credit.Claimed / 4}} {
		if credit, err = ledger.Move(w.ctx, credit.ID, 0, "anna", ch); err != nil {
			w.Fatal(err)
		}
	}
	return credit
}

func (w *world) recalled(a store.Alarm) {
	w.Helper()
	q := recall.Query{Targets: []recall.Target{recall.FromAlarm(a), {Group: store.Group{Kind: store.GroupBatch, Name: "B-BAD"}}}}
	page := &recall.Page{Title: "Recall"}
	var s recall.Summary
	list := written(w.T, func(b *bytes.Buffer) (err error) {
		s, err = recall.Run(w.ctx, b, w.store, q, page.See)
		return err
	})
	rows, err := csv.NewReader(strings.NewReader(list)).ReadAll()
	if err != nil {
		w.Fatal(err)
	}
	if len(rows) != badUnits+1 || !slices.Equal(rows[0], recall.Columns()) {
		w.Fatalf("%d rows under %v", len(rows), rows[0])
	}
	for i, row := range rows[1:] {
		if !strings.HasPrefix(row[0], "BAD-") || i > 0 && row[0] <= rows[i][0] || !strings.Contains(row[16], "lot L-17 (hinge, ACME): alarm "+a.ID) || !strings.Contains(row[16], "; batch B-BAD") {
			w.Fatalf("row %q", row)
		}
	}
	all := badUnits + 2*goodUnits + fixUnits
	if s.Units[store.StageField] != badUnits*9/10 || s.Units[store.StageStock] != badUnits/10 || s.Reach() != badUnits || s.WholeUnits() != all {
		w.Errorf("summary %+v", s)
	}
	if !slices.Equal(s.Targeted, []store.Money{{Minor: badUnits * 1850, Currency: "EUR"}}) || !slices.Equal(s.Whole, []store.Money{{Minor: int64(all) * 1850, Currency: "EUR"}}) {
		w.Errorf("targeted %v, whole %v", s.Targeted, s.Whole)
	}
	html := written(w.T, func(b *bytes.Buffer) error { return page.Write(b, q, s) })
	// The page is long: a look at every element belongs to a smaller one.
	if want := ">400 units to reach instead of 4000: 7\u00a0400.00\u00a0EUR instead of 74\u00a0000.00\u00a0EUR</p>"; !strings.Contains(html, want) {
		w.Error("the page does not say what the recall costs")
	}
}

func (w *world) compared() {
	w.Helper()
	sheet, err := quality.Cards(w.store).Make(w.ctx, start, w.now.AddDate(0, 0, 1))
	if err != nil {
		w.Fatal(err)
	}
	var names []string
	for _, c := range sheet.Cards {
		names = append(names, c.Supplier)
	}
	if !slices.Equal(names, []string{"ACME", "WARM", "BOLT"}) && !slices.Equal(names, []string{"ACME", "BOLT", "WARM"}) {
		w.Fatalf("suppliers by rank %v", names)
	}
	acme, bolt := sheet.Cards[0], sheet.Cards[slices.Index(names, "BOLT")]
	if acme.Claims < len(w.claims) || acme.Shared != 0 || acme.Ratio <= 1 || bolt.Ratio >= 0.8 || acme.EB05 <= bolt.EB05 || acme.Units != (badUnits+goodUnits+fixUnits)*9/10 {
		w.Errorf("ACME %+v\nBOLT %+v", acme, bolt)
	}
	if len(acme.Months) < 3 || len(acme.Recovery) != 1 || acme.Recovery[0].Share <= 0.1 || acme.Recovery[0].Share >= 0.25 {
		w.Errorf("months %+v, recovery %+v", acme.Months, acme.Recovery)
	}
	if warm := sheet.Cards[slices.Index(names, "WARM")]; warm.Claims != 0 || warm.Units != (badUnits+2*goodUnits+fixUnits)*9/10 {
		w.Errorf("the heater's supplier got claims about hinges: %+v", warm)
	}
	table := written(w.T, func(b *bytes.Buffer) error { return sheet.CSV(b) })
	if rows, err := csv.NewReader(strings.NewReader(table)).ReadAll(); err != nil || len(rows) != 4 || rows[1][1] != "ACME" || rows[1][2] != "Acme Hinges Oy" {
		w.Errorf("table %q, %v", rows, err)
	}
	html := written(w.T, func(b *bytes.Buffer) error { return sheet.HTML(b) })
	if len(looktest.Find(looktest.Elements(w.T, html), "tr", "")) != 4 {
		w.Error("the page has another number of rows")
	}
}

// closed does the steps, proves the fix and closes.
func (w *world) closed(action store.CAPA) {
	w.Helper()
	desk := capa.NewDesk(w.store, w.clock)
	for _, s := range capa.Steps()[:7] {
		d := capa.Done{Step: s.ID, Text: "did " + s.Title}
		if s.ID == "D6" {
			d.FixedAt = fixDay
		}
		if _, err := desk.Step(w.ctx, action.ID, 0, "anna", d); err != nil {
			w.Fatal(err)
		}
	}
	evidence := capa.Evidence{Cases: w.cases()}
	q := capa.Question{Scope: store.Cause{Kind: "supplier", Name: "ACME", Label: "symptom=crack"}}
	c, err := desk.Check(w.ctx, action.ID, 0, "bert", evidence, capa.CheckConfig{}, q)
	if err != nil {
		w.Fatal(err)
	}
	check := c.Checks[0]
	if check.Verdict != capa.Effective || check.ClaimsBefore < len(w.claims) || check.ClaimsAfter == 0 || check.Ratio > 0.4 || check.High >= 1 {
		w.Errorf("the check says %+v", check)
	}
	if _, err := desk.Close(w.ctx, action.ID, 0, "anna", "lessons written down"); err != nil {
		w.Fatal(err)
	}
}

func (w *world) reported(action store.CAPA, credit store.Credit) {
	w.Helper()
	hook := store.Webhook{ID: "01980000-0000-7000-8000-0000000000aa", URL: "https://example.com", Secret: "whsec_x", CreatedAt: today}
	if err := w.store.AddWebhook(w.ctx, hook); err != nil {
		w.Fatal(err)
	}
	w.now = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	upkeep := quality.Upkeep{Store: w.store, Rules: capa.DefaultRules(), Now: w.clock}
	for range 2 {
		if err := upkeep.Report(w.ctx); err != nil {
			w.Fatal(err)
		}
	}
	list, err := w.store.Deliveries(w.ctx, hook.ID, 10)
	if err != nil || len(list) != 2 {
		w.Fatalf("deliveries %+v, %v", list, err)
	}
	p, err := report.Read(report.Monthly, "2026-02")
	if err != nil {
		w.Fatal(err)
	}
	r, err := quality.Reports(w.store).Make(w.ctx, p)
	if err != nil {
		w.Fatal(err)
	}
	if r.CAPA.Opened != 2 || r.CAPA.Closed != 1 || r.Alarms.Open != 1 || r.Measures.Detection.Alarms != 0 || r.Measures.CAPA.Closed != 1 || r.Measures.CAPA.TotalDays == nil {
		w.Errorf("report %+v", r)
	}
	if m := r.Measures; m.Cost.Units != (badUnits+2*goodUnits+fixUnits)*9/10 || len(m.Suppliers) != 3 || len(m.Definitions) != 5 {
		w.Errorf("measures %+v", m)
	}
	year, err := measures.Make(w.ctx, w.store, w.store, scorecard.Sheet{From: start, Until: w.now})
	if err != nil {
		w.Fatal(err)
	}
	if b := year.Cost.Batches; len(b) != 4 || b[0].Batch != "B-BAD|K-1" || b[0].Total.Minor != 2490*int64(len(w.claims)) || b[0].PerUnit.Minor <= 2*b[1].PerUnit.Minor ||
		year.Detection.Alarms != 1 || year.Detection.MedianDays != 14 {
		w.Errorf("measures of the year: %+v, %+v", year.Cost, year.Detection)
	}
	text := written(w.T, func(b *bytes.Buffer) error { return r.Text(b) })
	for _, want := range []string{"Quality report 2026-02: 2026-02-01 to 2026-02-28", "symptom=crack, lot L-17 (hinge, ACME)", "Median over 12 months"} {
		if !strings.Contains(text, want) {
			w.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	lines := written(w.T, func(b *bytes.Buffer) error {
		_, err := erp.Export{}.Credits(w.ctx, b, w.store, store.CreditFilter{})
		return err
	})
	if !strings.Contains(lines, credit.Reference+",recovered,ACME,") || !strings.Contains(lines, action.ID) {
		w.Errorf("credit lines:\n%s", lines)
	}
}
