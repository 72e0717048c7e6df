package recall

import (
	"cmp"
	"context"
	"slices"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/store"
)

// Summary is what a list comes to.
type Summary struct {
	// Units counts those on the list by stage.
	Units map[store.Stage]int `json:"units"`
	// Products are those on the list, the most units first.
	Products []Product `json:"products"`
	// Targeted is what this recall costs, Whole what recalling every unit of the products would,
	// by currency; units whose product has no figure are counted in Unpriced instead.
	Targeted []store.Money `json:"targeted"`
	Whole    []store.Money `json:"whole"`
	Unpriced int           `json:"unpriced"`
}

// Product is one SKU on the list. Units that are gone need no recall and count in neither.
type Product struct {
	SKU  string `json:"sku"`
	Name string `json:"name,omitempty"`
	// Listed of All units of the product are recalled.
	Listed int `json:"listed"`
	All    int `json:"all"`
	// Each is what one unit costs to recall, Basis what that is: "recall" or "price"; the zero
	// value where the product has neither.
	Each  store.Money `json:"each,omitzero"`
	Basis string      `json:"basis,omitempty"`
	// Targeted and Whole are Each times Listed and All.
	Targeted store.Money `json:"targeted,omitzero"`
	Whole    store.Money `json:"whole,omitzero"`
}

// Reach is how many units on the list have to be reached.
func (s Summary) Reach() int {
	return s.Units[store.StageStock] + s.Units[store.StageTrade] + s.Units[store.StageField]
}

// WholeUnits is how many a recall of the whole products would have to reach.
func (s Summary) WholeUnits() int {
	n := 0
	for _, p := range s.Products {
		n += p.All
	}
	return n
}

// Store is what a recall asks of the store.
type Store interface {
	UnitsBySerial(ctx context.Context, serial string) ([]store.Unit, error)
	UnitsOf(ctx context.Context, f store.UnitFilter, after string, limit int) ([]store.Unit, string, error)
	CountUnits(ctx context.Context, f store.UnitFilter) (map[store.Stage]int, error)
	RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error)
}

// tally counts rows as they go by.
type tally struct {
	stages map[store.Stage]int
	skus   map[string]int
}

func (t *tally) add(r Row) {
	t.stages[r.Stage]++
	if r.Stage != store.StageGone {
		t.skus[r.Unit.SKU]++
	} else {
		t.skus[r.Unit.SKU] += 0
	}
}

func (t *tally) summary(ctx context.Context, s Store) (Summary, error) {
	out := Summary{Units: t.stages}
	targeted, whole := money.Sums{}, money.Sums{}
	for sku, n := range t.skus {
		p, err := product(ctx, s, sku, n)
		if err != nil {
			return Summary{}, err
		}
		if p.Basis == "" {
			out.Unpriced += n
		}
		if err := addBoth(targeted, whole, p); err != nil {
			return Summary{}, err
		}
		out.Products = append(out.Products, p)
	}
	slices.SortFunc(out.Products, func(a, b Product) int { return cmp.Or(cmp.Compare(b.Listed, a.Listed), cmp.Compare(a.SKU, b.SKU)) })
	out.Targeted, out.Whole = targeted.List(), whole.List()
	return out, nil
}

func addBoth(targeted, whole money.Sums, p Product) error {
	for _, err := range []error{targeted.Add(p.Targeted), whole.Add(p.Whole)} {
		if err != nil {
			return claim.Problem{Code: CodeCost, Where: "cost", Message: err.Error()}
		}
	}
	return nil
}

// CodeCost is the code of a sum that is too large to be kept.
const CodeCost claim.Code = "recall_cost"

func product(ctx context.Context, s Store, sku string, listed int) (Product, error) {
	p := Product{SKU: sku, Listed: listed, All: listed}
	if sku == "" { // units whose product nobody knows
		return p, nil
	}
	stages, err := s.CountUnits(ctx, store.UnitFilter{Groups: []store.Group{{Kind: store.GroupSKU, Name: sku}}})
	if err != nil {
		return Product{}, err
	}
	p.All = stages[store.StageStock] + stages[store.StageTrade] + stages[store.StageField]
	records, err := s.RecordsOf(ctx, store.RecordProduct, sku)
	if err != nil || len(records) == 0 {
		return p, err
	}
	known, err := store.ReadRecord[store.Product](records[0])
	if err != nil {
		return Product{}, err
	}
	p.Name = known.Name
	switch {
	case known.Recall.Currency != "":
		p.Each, p.Basis = known.Recall, "recall"
	case known.Price.Currency != "":
		p.Each, p.Basis = known.Price, "price"
	default:
		return p, nil
	}
	if p.Targeted, err = money.Times(p.Each, p.Listed); err == nil {
		p.Whole, err = money.Times(p.Each, p.All)
	}
	if err != nil {
		return Product{}, claim.Problem{Code: CodeCost, Where: sku, Message: err.Error()}
	}
	return p, nil
}
