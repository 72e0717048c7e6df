package api

import (
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/chargeback"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/quality/measures"
	"github.com/defekt/defekt/pipeline/quality/outgoing"
	"github.com/defekt/defekt/pipeline/quality/recall"
	"github.com/defekt/defekt/pipeline/quality/scorecard"
	"github.com/defekt/defekt/pipeline/store"
)

// PeriodQuery is a period; the last 365 days unless told.
type PeriodQuery struct {
	From  string `query:"from" doc:"A time (RFC 3339) or date, inclusive; 365 days before until unless told."`
	Until string `query:"until" doc:"A time or date, exclusive; the end of today unless told."`
}

func (s *Server) period(in PeriodQuery) (from, until time.Time, err error) {
	if from, err = moment("query.from", in.From); err != nil {
		return from, until, err
	}
	if until, err = moment("query.until", in.Until); err != nil {
		return from, until, err
	}
	const day = 24 * time.Hour
	if until.IsZero() {
		until = s.cfg.Now().UTC().Truncate(day).Add(day)
	}
	if from.IsZero() {
		from = until.Add(-365 * day)
	}
	return from, until, nil
}

type scorecardIn struct {
	PeriodQuery
	Name string `path:"name"`
}

type scorecardOut struct {
	Body struct {
		From  time.Time      `json:"from"`
		Until time.Time      `json:"until"`
		Of    int            `json:"of" doc:"How many suppliers are ranked."`
		Card  scorecard.Card `json:"card"`
	}
}

// getScorecard is GET /v1/suppliers/{name}/scorecard. All suppliers are compared for it.
func (s *Server) getScorecard(ctx context.Context, in *scorecardIn) (*scorecardOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	sheet, err := s.scorecards(ctx, q, in.PeriodQuery)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(sheet.Cards, func(c scorecard.Card) bool { return c.Supplier == in.Name })
	if i < 0 {
		return nil, store.ErrNotFound
	}
	out := new(scorecardOut)
	out.Body.From, out.Body.Until, out.Body.Of, out.Body.Card = sheet.From, sheet.Until, len(sheet.Cards), sheet.Cards[i]
	return out, nil
}

func (s *Server) scorecards(ctx context.Context, q *Quality, in PeriodQuery) (scorecard.Sheet, error) {
	from, until, err := s.period(in)
	if err != nil {
		return scorecard.Sheet{}, err
	}
	s.extend(callOf(ctx).w, fileTime)
	return quality.Cards(q.Store).Make(ctx, from, until)
}

type measuresOut struct{ Body measures.Measures }

// getMeasures is GET /v1/measures.
func (s *Server) getMeasures(ctx context.Context, in *PeriodQuery) (*measuresOut, error) {
	q, err := s.quality()
	if err != nil {
		return nil, err
	}
	sheet, err := s.scorecards(ctx, q, *in)
	if err != nil {
		return nil, err
	}
	m, err := measures.Make(ctx, q.Store, q.Store, sheet)
	return &measuresOut{m}, err
}

// HeaderCredit is the id of the credit that a package was booked as.
const HeaderCredit = "Defekt-Credit"

func (s *Server) outgoing(q *Quality) outgoing.Maker {
	return outgoing.Maker{Store: q.Store, Photos: s.cfg.Blobs, Now: s.cfg.Now}
}

// makeChargeback is POST /v1/chargebacks.
func (s *Server) makeChargeback(ctx context.Context, _ *struct{}) (*fileOut, error) {
	var in wire.ChargebackRequest
	q, who, err := s.signing(ctx, &in, &in.By)
	if err != nil {
		return nil, err
	}
	s.extend(callOf(ctx).w, fileTime)
	f, credit, err := s.outgoing(q).Chargeback(ctx, who, chargeback.Request{
		Supplier: in.Supplier, Lot: in.Lot, Component: in.Component, Label: in.Label, From: in.From, Until: in.Until, Currency: in.Currency, Reference: in.Reference,
		Issuer: q.Issuer, CAPA: in.CAPA, Findings: in.Findings,
	}, in.Book)
	if err != nil {
		return nil, err
	}
	out := s.file(ctx, f)
	send := out.Body
	out.Body = func(c huma.Context) {
		if credit != nil {
			callOf(ctx).w.Header().Set(HeaderCredit, credit.ID)
		}
		send(c)
	}
	return out, nil
}

// makeRecall is POST /v1/recalls.
func (s *Server) makeRecall(ctx context.Context, _ *struct{}) (*fileOut, error) {
	var in wire.RecallRequest
	q, who, err := s.signing(ctx, &in, &in.By)
	if err != nil {
		return nil, err
	}
	query := recall.Query{SKU: in.SKU, MadeFrom: in.MadeFrom, MadeUntil: in.MadeUntil, SoldFrom: in.SoldFrom, SoldUntil: in.SoldUntil}
	if in.Alarm != "" {
		a, err := q.Store.Alarm(ctx, in.Alarm)
		if err != nil {
			return nil, err
		}
		query.Targets = append(query.Targets, recall.FromAlarm(a))
	}
	for _, t := range in.Targets {
		query.Targets = append(query.Targets, recall.Target{Group: store.Group{Kind: store.GroupKind(t.Kind), Name: t.Name}, Reason: t.Reason})
	}
	s.extend(callOf(ctx).w, fileTime)
	f, _, err := s.outgoing(q).Recall(ctx, who, in.Alarm, query)
	if err != nil {
		return nil, err
	}
	return s.file(ctx, f), nil
}

type creditsIn struct {
	State    string `query:"state" enum:"draft,sent,accepted,rejected,recovered,void"`
	Supplier string `query:"supplier" maxLength:"300"`
	CAPA     string `query:"capa" maxLength:"200"`
	PageQuery
}

type creditsOut struct {
	Body struct {
		Credits []store.Credit `json:"credits" nullable:"false"`
		Next    string         `json:"next,omitempty" doc:"For after; absent with the last page."`
	}
}

// listCredits is GET /v1/credits.
func (s *Server) listCredits(ctx context.Context, in *creditsIn) (*creditsOut, error) {
	var err error
	out := new(creditsOut)
	out.Body.Credits, out.Body.Next, err = qualityPage(s, in.PageQuery, func(q *Quality, limit int) ([]store.Credit, error) {
		return q.Store.Credits(ctx, store.CreditFilter{State: store.CreditState(in.State), Supplier: in.Supplier, CAPA: in.CAPA, Limit: limit, After: in.After})
	}, func(c store.Credit) string { return c.ID })
	return out, err
}

type creditOut struct{ Body store.Credit }

// moveCredit is POST /v1/credits/{id}.
func (s *Server) moveCredit(ctx context.Context, at *idIn) (*creditOut, error) {
	var in wire.CreditChange
	q, who, err := s.signing(ctx, &in, &in.By)
	if err != nil {
		return nil, err
	}
	ch := erp.Change{To: store.CreditState(in.To), Note: in.Note}
	switch ch.To {
	case store.CreditAccepted:
		ch.Accepted = in.Amount
	case store.CreditRecovered:
		ch.Recovered = in.Amount
	}
	c, err := erp.NewLedger(q.Store, s.cfg.Now).Move(ctx, at.ID, in.Version, who, ch)
	return &creditOut{c}, err
}
