package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

// typeCSV is a table.
const typeCSV = "text/csv"

// maxImportBody is the largest body of an import, in bytes: lines are bounded and kept in chunks,
// so that memory does not grow with it.
const maxImportBody = 16 << 30

type importUnitsIn struct {
	Kind     string `query:"kind" enum:"auto,units,sales,batches,lots,products,suppliers,warehouses,shipments,inspections,terms,costs" doc:"What the body holds; told by its columns unless given."`
	Format   string `query:"format" enum:"auto,csv,jsonl,epcis" doc:"How it is written; told by its first bytes unless given."`
	Source   string `query:"source" maxLength:"200" doc:"Its name, for the units' time line."`
	Strict   bool   `query:"strict" doc:"End at the first bad line; what came before it stays."`
	FromLine int    `query:"from_line" minimum:"0" doc:"Pass over the lines before it, to go on where an import broke off."`
}

type importUnitsOut struct{ Body trace.Report }

// importUnits is POST /v1/units:import. The body is read as it comes and kept in chunks; lines
// that cannot be used are reported and passed over.
func (s *Server) importUnits(ctx context.Context, in *importUnitsIn) (*importUnitsOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	c := callOf(ctx)
	kind, _, err := mediaType(c)
	if err != nil {
		return nil, err
	}
	switch kind {
	case typeNDJSON, "application/jsonl", typeCSV, typeJSON, "application/ld+json":
	default:
		return nil, unread(kind, typeNDJSON, typeCSV, typeJSON)
	}
	release, err := s.admit.hold(MaxBatchLine)
	if err != nil {
		return nil, err
	}
	defer release()
	report, err := trace.Import(ctx, q.Store, s.newPaced(c, maxImportBody), trace.Config{
		Kind: trace.Kind(in.Kind), Format: trace.Format(in.Format), Source: in.Source, Strict: in.Strict, FromLine: in.FromLine, Now: s.cfg.Now,
		Progress: func(trace.Report) { s.extend(c.w, s.answerTime()) },
	})
	c.note(slog.Int("rows", report.Rows))
	c.note(slog.Int("used", report.Used))
	if err != nil {
		return nil, lineFault(err)
	}
	s.extend(c.w, s.cfg.WriteIdle)
	return &importUnitsOut{report}, nil
}

type unitIn struct {
	Serial string `path:"serial"`
	SKU    string `query:"sku" maxLength:"200" doc:"Only the unit of this product; two products may use a serial."`
}

// unitsOut is everything about the units of a serial.
type unitsOut struct {
	Body struct {
		Units []trace.Dossier `json:"units" nullable:"false"`
	}
}

// getUnit is GET /v1/units/{serial}.
func (s *Server) getUnit(ctx context.Context, in *unitIn) (*unitsOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	if len(in.Serial) > store.MaxUnitText {
		return nil, store.ErrNotFound
	}
	out := new(unitsOut)
	out.Body.Units, err = q.Tracer.Dossiers(ctx, q.Store, in.Serial, in.SKU)
	return out, alarmFault(err)
}

// lineFault says of an import that ended early which line it was.
func lineFault(err error) error {
	if l, ok := errors.AsType[trace.LineProblem](err); ok {
		return claim.Problem{Code: l.Problem.Code, Where: fmt.Sprintf("line %d", l.Line), Message: l.Problem.Message}
	}
	return err
}
