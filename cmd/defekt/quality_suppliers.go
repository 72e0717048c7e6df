package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	words "github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
)

// suppliersCmd are the commands about suppliers.
type suppliersCmd struct {
	Scorecard suppliersScorecardCmd `cmd:"" help:"Compare suppliers: PPM, claims by months in service, cost, trend, recovery, rank."`
}

type suppliersScorecardCmd struct {
	databaseFlags `embed:""`
	From          string `placeholder:"DATE" help:"First day. Default: 12 months before --until."`
	Until         string `placeholder:"DATE" help:"First day that no longer counts. Default: tomorrow."`
	Out           string `placeholder:"FILE" help:"Write a page (.html), a table (.csv) or everything (.json) instead of printing."`
}

// Help is shown by `defekt suppliers scorecard --help`.
func (suppliersScorecardCmd) Help() string {
	return `A claim counts for the supplier of the component that its label names; where the unit has no such component, for every
supplier of the unit. Suppliers of one component are compared at like ages of their units, and small numbers are pulled
to the middle before they are ranked: "at least" is what is left.`
}

// Run makes scorecards.
func (c *suppliersScorecardCmd) Run(a *app) error {
	from, until, err := daysOf("from", c.From, "until", c.Until)
	if err != nil {
		return err
	}
	if until.IsZero() {
		until = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	}
	if from.IsZero() {
		from = until.AddDate(-1, 0, 0)
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	sheet, err := quality.Cards(db.store).Make(a.ctx, from, until)
	if err != nil {
		return qualityError(err, "defekt suppliers scorecard --help")
	}
	if c.Out == "" {
		return printCards(a.stdout, sheet)
	}
	return a.writeTo(c.Out, func(w io.Writer) error {
		switch {
		case strings.HasSuffix(c.Out, ".csv"):
			return sheet.CSV(w)
		case strings.HasSuffix(c.Out, ".json"):
			return writeIndented(w, sheet)
		}
		return sheet.HTML(w)
	})
}

func printCards(w io.Writer, s scorecard.Sheet) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "rank\tsupplier\tunits\tclaims\tppm\ttimes expected\tat least\tcost\trecovered\ttrend")
	for _, c := range s.Cards {
		fmt.Fprintf(t, "%d\t%s\t%d\t%d\t%.0f\t%.2f\t%.2f\t%s\t%s\t%s\n", c.Rank, words.Clean(c.Supplier), c.Units, c.Claims, c.PPM, c.Ratio, c.EB05, amounts(c.Cost), amounts(c.Recovered), c.TrendWords())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d claims are of units whose parts nobody knows\n", s.Unknown)
	return nil
}

func amounts(list []store.Money) string { return orDash(money.All(list)) }

type chargebackCmd struct {
	databaseFlags `embed:""`
	whoFlag       `embed:""`
	Blobs         string `default:"blobs" env:"DEFEKT_BLOBS" placeholder:"DIR|s3://BUCKET/PREFIX" help:"Where photos are kept, as for 'defekt serve'."`
	Supplier      string `required:"" help:"Who is charged."`
	Lot           string `help:"Code of the lot. Default: everything of the supplier."`
	Component     string `help:"Component, where several have lots of this code."`
	Label         string `placeholder:"AXIS=LABEL" help:"Only claims with this label, such as component=hinge."`
	From          string `placeholder:"DATE" help:"First day of the claims."`
	Until         string `placeholder:"DATE" help:"First day that no longer counts."`
	Currency      string `placeholder:"EUR" help:"Currency of the charge; needed when costs have several."`
	Reference     string `help:"Number that both sides write on it. Default: made of supplier and claims."`
	Issuer        string `help:"Who charges, for the cover."`
	CAPA          string `name:"capa" placeholder:"ID" help:"Corrective action; its findings go to the cover."`
	Out           string `required:"" placeholder:"FILE.zip" help:"File to write."`
	Book          bool   `help:"Book the credit as a draft: its claims are not charged again."`
}

// Help is shown by `defekt chargeback --help`.
func (chargebackCmd) Help() string {
	return `Writes one ZIP for the supplier: a cover to print, lists of serials, claims, labels (with confidence and who decided) and
costs, the photos, and the hash of every file. The same claims give the same bytes. Claims that another credit charges
are left out. Example:
  defekt chargeback --supplier ACME --lot L-17 --label component=hinge --out acme-l17.zip --book`
}

// Run writes the package.
func (c *chargebackCmd) Run(a *app) error {
	from, until, err := daysOf("from", c.From, "until", c.Until)
	if err != nil {
		return err
	}
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the credit is stored by then
	blobs, err := (&serviceFlags{Blobs: c.Blobs}).openBlobs(a)
	if err != nil {
		return err
	}
	defer blobs.Close() //nolint:errcheck // only read from
	r := chargeback.Request{Supplier: c.Supplier, Lot: c.Lot, Component: c.Component, Label: c.Label, From: from, Until: until,
		Currency: c.Currency, Reference: c.Reference, Issuer: c.Issuer, CAPA: c.CAPA}
	if c.CAPA != "" {
		if r.Findings, err = findings(a.ctx, db.store, c.CAPA); err != nil {
			return qualityError(err, "defekt capa list --all")
		}
	}
	p, err := chargeback.Collector{Cases: quality.Cases(db.store), Source: db.store}.Collect(a.ctx, r)
	if err != nil {
		return qualityError(err, "defekt chargeback --help")
	}
	var result chargeback.Result
	err = a.writeTo(c.Out, func(w io.Writer) error {
		result, err = chargeback.Write(a.ctx, w, p, blobs)
		return err
	})
	if err != nil {
		return qualityError(err, "defekt chargeback --help")
	}
	fmt.Fprintf(a.stderr, "%s: %s for %d claims on %d units, %d photos (%d missing), %d claims are charged elsewhere\nsha256 %s\n", p.Reference,
		money.String(result.Totals.Charged), result.Totals.Claims, result.Totals.Units, result.Totals.Photos, len(result.Missing), p.Already, result.Digest)
	if !c.Book {
		return nil
	}
	credit, err := erp.NewLedger(db.store, nil).Draft(a.ctx, c.who(), p, result)
	if err != nil {
		return qualityError(err, "defekt credits list")
	}
	fmt.Fprintln(a.stdout, credit.ID)
	return nil
}

// findings are what an action knows of the cause.
func findings(ctx context.Context, s store.CorrectiveActions, id string) ([]string, error) {
	c, err := s.CAPA(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range c.Firings[:min(len(c.Firings), 1)] {
		out = append(out, f.What)
	}
	for _, step := range c.Steps {
		if (step.Step == "D2" || step.Step == "D4") && step.Text != "" {
			out = append(out, capa.Title(step.Step)+": "+step.Text)
		}
	}
	return out, nil
}

// creditsCmd are the commands about money asked back.
type creditsCmd struct {
	List creditsListCmd `cmd:"" help:"List credits."`
	Set  creditsSetCmd  `cmd:"" help:"Book what became of a credit."`
}

type creditsListCmd struct {
	databaseFlags `embed:""`
	Supplier      string `help:"Only this supplier's."`
}

// Run lists credits, oldest first.
func (c *creditsListCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // only read from
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\treference\tsupplier\tstate\tclaims\tclaimed\taccepted\trecovered")
	for k, err := range store.EachCredit(a.ctx, db.store, store.CreditFilter{Supplier: c.Supplier}) {
		if err != nil {
			return err
		}
		sum := func(minor int64) string { return money.String(store.Money{Minor: minor, Currency: k.Currency}) }
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", k.ID, words.Clean(k.Reference), words.Clean(k.Supplier), k.State, k.Claims, sum(k.Claimed), sum(k.Accepted), sum(k.Recovered))
	}
	return t.Flush()
}

type creditsSetCmd struct {
	databaseFlags `embed:""`
	whoFlag       `embed:""`
	ID            string `arg:"" help:"The credit's id, from 'defekt credits list'."`
	State         string `arg:"" enum:"sent,accepted,rejected,recovered,void" help:"sent, accepted, rejected, recovered or void (which frees its claims)."`
	Minor         *int64 `help:"Amount accepted, or recovered in all, in minor units such as cents. Default: everything."`
	Note          string `help:"What to remember."`
	Version       int64  `help:"The version that you saw. Default: whatever stands now."`
}

// Run books a change.
func (c *creditsSetCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the change is stored by then
	ch := erp.Change{To: store.CreditState(c.State), Note: c.Note}
	was, err := db.store.Credit(a.ctx, c.ID)
	if err != nil {
		return qualityError(err, "defekt credits list")
	}
	ch.Accepted, ch.Recovered = was.Claimed, was.Accepted
	if c.Minor != nil {
		if ch.To != store.CreditAccepted && ch.To != store.CreditRecovered {
			return usageError(errors.New("--minor is for accepted and recovered"))
		}
		ch.Accepted, ch.Recovered = *c.Minor, *c.Minor
	}
	k, err := erp.NewLedger(db.store, nil).Move(a.ctx, c.ID, c.Version, c.who(), ch)
	if err != nil {
		return qualityError(err, "defekt credits list")
	}
	fmt.Fprintf(a.stderr, "%s is %s, version %d\n", words.Clean(k.Reference), k.State, k.Version)
	return nil
}
