package recall

import (
	"context"
	"io"
	"strings"

	"github.com/defekt/defekt/pipeline/quality/sheet"
	"github.com/defekt/defekt/pipeline/store"
)

// Columns are those of the list; programs may rely on them.
func Columns() []string {
	return []string{"serial", "sku", "batch", "lots", "made_at", "sold_at", "stage", "action", "warehouse", "channel", "country", "region",
		"customer", "contact", "replaced_by", "gone", "reasons"}
}

// Run writes the list to w as CSV while units come, tells each row to see (which may be nil), and
// gives the summary.
func Run(ctx context.Context, w io.Writer, s Store, q Query, see func(Row)) (Summary, error) {
	out, err := sheet.New(w, Columns()...)
	if err != nil {
		return Summary{}, err
	}
	t := tally{map[store.Stage]int{}, map[string]int{}}
	for row, err := range Rows(ctx, s, q) {
		if err != nil {
			return Summary{}, err
		}
		t.add(row)
		if err := out.Row(row.cells()...); err != nil {
			return Summary{}, err
		}
		if see != nil {
			see(row)
		}
	}
	if err := out.Close(); err != nil {
		return Summary{}, err
	}
	return t.summary(ctx, s)
}

func (r Row) cells() []string {
	u := r.Unit
	return []string{u.Serial, u.SKU, u.Batch, strings.Join(u.LotNames(), " "), sheet.Day(u.MadeAt), sheet.Day(u.Since()), string(r.Stage), r.Action(), u.Warehouse,
		u.Channel, u.Country, u.Region, u.Customer, u.Contact, u.ReplacedBy, u.Gone, strings.Join(r.Reasons, "; ")}
}
