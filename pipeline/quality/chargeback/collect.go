package chargeback

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
)

// Source is what a collector asks of the store beside cases.
type Source interface {
	CostsOf(ctx context.Context, f store.CostFilter, after string, limit int) ([]store.Cost, error)
	RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error)
	CreditOf(ctx context.Context, claims []string) (map[string]string, error)
	Credit(ctx context.Context, id string) (store.Credit, error)
}

// Request says what to charge.
type Request struct {
	// Supplier is required. Lot is a code, or empty for everything of the supplier; Component
	// narrows it where several have lots of this code.
	Supplier, Lot, Component string
	// Label keeps claims that have it, "axis=label"; empty keeps all.
	Label string
	// From is inclusive, Until exclusive; zero is open.
	From, Until time.Time
	// Currency is needed where the claims' costs have several.
	Currency string
	// Reference is made of supplier and claims when empty, so that the same claims have the same.
	Reference string
	// Issuer, CAPA and Findings go to the cover.
	Issuer, CAPA string
	Findings     []string
}

// Collector gathers packages.
type Collector struct {
	Cases  cases.Reader
	Source Source
}

// Group is the units in question.
func (r Request) Group() store.Group {
	if r.Lot == "" {
		return store.Group{Kind: store.GroupSupplier, Name: r.Supplier}
	}
	return store.Group{Kind: store.GroupLot, Name: store.LotRef{Component: r.Component, Code: r.Lot, Supplier: r.Supplier}.Name()}
}

// Collect gathers the claims of a supplier or lot that nobody is charged for yet.
func (c Collector) Collect(ctx context.Context, r Request) (Package, error) {
	if strings.TrimSpace(r.Supplier) == "" {
		return Package{}, claim.Problem{Code: CodeText, Where: "supplier", Message: "say which supplier is charged"}
	}
	p := Package{Reference: r.Reference, Issuer: r.Issuer, Supplier: r.Supplier, CAPA: r.CAPA, Findings: r.Findings, Currency: r.Currency}
	lots := map[string]bool{}
	for one, err := range c.Cases.OfGroup(ctx, r.Group(), r.Label, r.From, r.Until) {
		if err != nil {
			return Package{}, err
		}
		if len(p.Lines) == MaxLines {
			return Package{}, claim.Problem{Code: CodeLines, Where: "lines", Message: fmt.Sprintf("more than %d claims; narrow it by dates", MaxLines)}
		}
		p.Lines = append(p.Lines, line(one))
		for _, g := range one.Groups {
			if g.Kind == store.GroupLot && (r.Lot == "" && g.Parts()[2] == r.Supplier || cases.Covers(r.Group(), g)) {
				lots[g.String()] = true
			}
		}
	}
	for l := range lots {
		p.Lots = append(p.Lots, l)
	}
	slices.Sort(p.Lots)
	p = p.sorted()
	if p.Reference == "" {
		p.Reference = p.reference()
	}
	if err := c.complete(ctx, &p); err != nil {
		return Package{}, err
	}
	return p, p.validate()
}

func line(c cases.Case) Line {
	l := Line{Claim: c.Claim.ID, Reference: c.Claim.Claim.ID, Unit: c.Unit, Serial: c.Claim.Claim.Serial, SKU: c.Claim.Claim.SKU,
		At: c.At, Labels: c.Labels, Photos: c.Claim.Claim.Photos}
	if c.Unit != nil {
		l.SKU = c.Unit.SKU
	}
	return l
}

// reference is made of what is charged.
func (p Package) reference() string {
	h := sha256.New()
	_, _ = h.Write([]byte(p.Supplier))
	for _, l := range p.Lines {
		_, _ = h.Write([]byte("\n" + l.Claim))
	}
	return "CB-" + strings.ToUpper(hex.EncodeToString(h.Sum(nil)[:5]))
}

// complete takes out what is charged already and adds costs and the supplier's particulars.
func (c Collector) complete(ctx context.Context, p *Package) error {
	if err := c.uncharged(ctx, p); err != nil {
		return err
	}
	if err := c.costs(ctx, p); err != nil {
		return err
	}
	records, err := c.Source.RecordsOf(ctx, store.RecordSupplier, p.Supplier)
	if err != nil {
		return err
	}
	for _, r := range records {
		s, err := store.ReadRecord[store.Supplier](r)
		if err != nil {
			return err
		}
		p.SupplierName, p.SupplierContact = s.Name, s.Contact
	}
	return p.choose()
}

// uncharged leaves out claims of other credits. Those of this reference stay, so that the package
// can be made again after it was booked.
func (c Collector) uncharged(ctx context.Context, p *Package) error {
	ids := make([]string, len(p.Lines))
	for i, l := range p.Lines {
		ids[i] = l.Claim
	}
	charged, err := c.Source.CreditOf(ctx, ids)
	if err != nil {
		return err
	}
	others := map[string]bool{}
	for _, id := range charged {
		if _, known := others[id]; known {
			continue
		}
		credit, err := c.Source.Credit(ctx, id)
		if err != nil {
			return err
		}
		others[id] = credit.Reference != p.Reference
	}
	n := len(p.Lines)
	p.Lines = slices.DeleteFunc(p.Lines, func(l Line) bool { return others[charged[l.Claim]] })
	p.Already = n - len(p.Lines)
	return nil
}

// costs adds what each claim cost. A cost that names a unit and no claim belongs to the unit's
// last claim before it, or to the first.
func (c Collector) costs(ctx context.Context, p *Package) error {
	taken := map[string]bool{}
	byUnit := map[[2]string][]int{}
	for i, l := range p.Lines {
		for _, name := range []string{l.Claim, l.Reference} {
			err := c.each(ctx, store.CostFilter{Claim: name}, func(cost store.Cost) {
				if !taken[cost.ID] && name != "" && (cost.Serial == "" || l.Serial == "" || cost.Serial == l.Serial) {
					taken[cost.ID] = true
					p.Lines[i].Costs = append(p.Lines[i].Costs, cost)
				}
			})
			if err != nil {
				return err
			}
		}
		if l.Serial != "" {
			byUnit[[2]string{l.Serial, l.SKU}] = append(byUnit[[2]string{l.Serial, l.SKU}], i)
		}
	}
	for unit, lines := range byUnit {
		slices.SortFunc(lines, func(a, b int) int { return p.Lines[a].At.Compare(p.Lines[b].At) })
		err := c.each(ctx, store.CostFilter{Serial: unit[0]}, func(cost store.Cost) {
			if taken[cost.ID] || cost.Claim != "" || cost.SKU != "" && cost.SKU != unit[1] {
				return
			}
			at := lines[0]
			for _, i := range lines {
				if !p.Lines[i].At.After(cost.At) {
					at = i
				}
			}
			taken[cost.ID] = true
			p.Lines[at].Costs = append(p.Lines[at].Costs, cost)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c Collector) each(ctx context.Context, f store.CostFilter, do func(store.Cost)) error {
	if f.Claim == "" && f.Serial == "" {
		return nil
	}
	for cost, err := range store.EachCost(ctx, c.Source, f) {
		if err != nil {
			return err
		}
		do(cost)
	}
	return nil
}

// choose takes the only currency where none was asked for.
func (p *Package) choose() error {
	if p.Currency != "" || len(p.Lines) == 0 {
		return nil
	}
	sums := money.Sums{}
	for _, l := range p.Lines {
		for _, c := range l.Costs {
			sums[c.Amount.Currency] = 0
		}
	}
	switch list := sums.List(); len(list) {
	case 0:
		return claim.Problem{Code: CodeCurrency, Where: "costs", Message: "none of the claims has a cost; import costs, or say a currency to send the package without"}
	case 1:
		p.Currency = list[0].Currency
		return nil
	default:
		return claim.Problem{Code: CodeCurrency, Where: "currency", Message: "the claims have costs in several currencies (" + sums.String() + "); choose one"}
	}
}
