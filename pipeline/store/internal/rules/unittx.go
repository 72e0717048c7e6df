package rules

import (
	"context"

	"github.com/defekt/defekt/pipeline/store"
)

// UnitRow is a unit as it stands in the tables.
type UnitRow struct {
	ID int64
	// Unit is without its lots as long as only the row was read.
	Unit                store.Unit
	Makeup, Origin, Way int64

	lots  []*LotRow
	fresh bool
	dirty bool
}

// LotRow is a lot with its row's number.
type LotRow struct {
	ID int64
	store.LotRef
	Body []byte // JSON, the lot without its LotRef

	dirty bool
}

// BatchRow is a batch with its row's number.
type BatchRow struct {
	ID        int64
	Code, SKU string
	Body      []byte // JSON, the batch without code and SKU

	dirty bool
}

// Makeup is a set of lots; Digest names it.
type Makeup struct {
	Digest string
	Lots   []int64
}

// Origin is what a unit has from its making.
type Origin struct {
	SKU, Batch, Plant string
	Makeup            int64
}

// Way is what became of a unit since.
type Way struct{ Warehouse, Shipment, Carrier, Channel, Region, Country, Firmware, Terms string }

// UnitTx is a transaction of a store that no other writer of units gets in between.
type UnitTx interface {
	// UnitsWith gives the units that have one of the serials.
	UnitsWith(ctx context.Context, serials []string) ([]UnitRow, error)
	// LotsIn gives the lots of makeups.
	LotsIn(ctx context.Context, makeups []int64) (map[int64][]LotRow, error)
	// Makeups, Origins and Ways give the numbers of what is there or is made; each comes
	// once.
	Makeups(ctx context.Context, list []Makeup) ([]int64, error)
	Origins(ctx context.Context, list []Origin) ([]int64, error)
	Ways(ctx context.Context, list []Way) ([]int64, error)
	// InsertUnits and UpdateUnits write rows; UnitIDs gives n numbers for new ones.
	UnitIDs(ctx context.Context, n int) ([]int64, error)
	InsertUnits(ctx context.Context, rows []*UnitRow) error
	UpdateUnits(ctx context.Context, rows []*UnitRow) error
	// BatchTx and LotTx keep the batches and lots that units name.
	BatchTx
	LotTx
}

// LotTx is the part of a transaction that keeps lots.
type LotTx interface {
	// LotsWith gives the lots that have one of the codes, with their bodies.
	LotsWith(ctx context.Context, codes []string) ([]LotRow, error)
	// InsertLots keeps new lots and gives their numbers; SetLot writes all but the code.
	InsertLots(ctx context.Context, lots []*LotRow) ([]int64, error)
	SetLot(ctx context.Context, l LotRow) error
}

// BatchTx is the part of a transaction that keeps batches.
type BatchTx interface {
	// BatchesWith gives the batches that have one of the codes.
	BatchesWith(ctx context.Context, codes []string) ([]BatchRow, error)
	InsertBatches(ctx context.Context, batches []*BatchRow) error
	// SetBatch writes all but the code.
	SetBatch(ctx context.Context, b BatchRow) error
}
