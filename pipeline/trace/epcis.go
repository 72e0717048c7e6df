package trace

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
)

// event is what is used of an EPCIS 2.0 event (GS1 EPCIS 2.0, 7.4; JSON-LD binding, 10).
type event struct {
	Type      string   `json:"type"`
	OldType   string   `json:"isA"`
	Time      string   `json:"eventTime"`
	Action    string   `json:"action"`
	BizStep   string   `json:"bizStep"`
	Dispo     string   `json:"disposition"`
	EPCs      []string `json:"epcList"`
	Parent    string   `json:"parentID"`
	Children  []string `json:"childEPCs"`
	Inputs    []string `json:"inputEPCList"`
	Outputs   []string `json:"outputEPCList"`
	ReadPoint place    `json:"readPoint"`
	Location  place    `json:"bizLocation"`

	Quantities       []quantity      `json:"quantityList"`
	ChildQuantities  []quantity      `json:"childQuantityList"`
	InputQuantities  []quantity      `json:"inputQuantityList"`
	OutputQuantities []quantity      `json:"outputQuantityList"`
	Transactions     []transaction   `json:"bizTransactionList"`
	ILMD             map[string]any  `json:"ilmd"`
	Error            json.RawMessage `json:"errorDeclaration"`
}

type place struct {
	ID string `json:"id"`
}

type quantity struct {
	Class string `json:"epcClass"`
}

type transaction struct {
	Type string `json:"type"`
	ID   string `json:"bizTransaction"`
}

// word gives the last part of a vocabulary's name: "shipping" of "shipping",
// "urn:epcglobal:cbv:bizstep:shipping", "https://ref.gs1.org/cbv/BizStep-shipping" and
// "cbv:BizStep-shipping" (GS1 CBV 2.0, 7).
func word(name string) string {
	name = name[strings.LastIndexAny(name, ":/")+1:]
	for _, prefix := range []string{"BizStep-", "Disp-", "BTT-"} {
		name = strings.TrimPrefix(name, prefix)
	}
	return strings.ToLower(name)
}

// event takes one event in. A fault of one EPC costs the event, so that nothing is half done.
func (i *importer) event(ctx context.Context, number int, text []byte) error {
	var e event
	if err := json.Unmarshal(text, &e); err != nil {
		return i.bad(number, problem(CodeEvent, "", "this is no EPCIS event: %v", err))
	}
	t := &telling{event: e, chunk: &i.chunk, source: i.cfg.Source, line: number}
	units, events, err := t.tell()
	if err != nil {
		return i.bad(number, claim.AsProblem(err, CodeEvent))
	}
	if t.left != nil {
		i.note(LineProblem{number, *t.left})
	}
	for _, u := range units {
		i.chunk.units = append(i.chunk.units, placed[store.Unit]{number, u})
	}
	for _, ev := range events {
		i.chunk.events = append(i.chunk.events, placed[store.UnitEvent]{number, ev})
	}
	i.chunk.records = append(i.chunk.records, t.records...)
	i.chunk.rows++
	i.chunk.last = number
	return i.flushIf(ctx, i.cfg.Chunk)
}

// telling turns an event into what it says of units.
type telling struct {
	event
	chunk   *chunk
	source  string
	line    int
	at      time.Time
	step    string
	records []placed[store.Record]
	// left says what the event says and is not kept, nil when all is.
	left *claim.Problem
}

// partly notes that something of the event is not kept.
func (t *telling) partly(where, format string, args ...any) {
	p := problem(CodePartly, where, format, args...)
	t.left = &p
}

// tell gives the units' news and the lines of their time lines.
func (t *telling) tell() ([]store.Unit, []store.UnitEvent, error) {
	if len(t.Error) > 0 && string(t.Error) != "null" {
		return nil, nil, problem(CodeEvent, "errorDeclaration", "the event takes an earlier one back; what it said stays until a later event says otherwise")
	}
	kind := word(t.Type + t.OldType)
	if !strings.HasSuffix(kind, "event") {
		return nil, nil, problem(CodeEvent, "type", "%.40q is no type of event", t.Type)
	}
	var err error
	if t.at, err = ParseTime(t.Time); err != nil || t.at.IsZero() {
		return nil, nil, problem(CodeTime, "eventTime", "%.40q is no time", t.Time)
	}
	if n := len(t.EPCs) + len(t.Children) + len(t.Inputs) + len(t.Outputs); n > MaxEventUnits {
		return nil, nil, problem(CodeTooLarge, "", "%d EPCs in one event; at most %d are read", n, MaxEventUnits)
	}
	t.step = word(t.BizStep)
	switch kind {
	case "objectevent", "transactionevent":
		return t.object(kind)
	case "aggregationevent":
		return t.aggregation()
	case "associationevent":
		return t.association()
	case "transformationevent":
		return t.transformation()
	}
	return nil, nil, problem(CodeEvent, "type", "%.40q is no type of event that is read", t.Type)
}

// name says which unit it is.
func (t *telling) name(u *store.Unit, id epcName) {
	u.Serial = id.serial
	u.SKU = id.other
	if id.gtin != "" {
		u.SKU = t.chunk.byGTIN(id.gtin)
	}
	if id.lot != "" {
		u.Batch = id.lot
	}
}

// entry is a line of the unit's time line.
func (t *telling) entry(u store.Unit, what, with string) store.UnitEvent {
	if d := word(t.Dispo); d != "" && with == "" {
		with = d
	}
	return store.UnitEvent{
		Serial: u.Serial, SKU: u.SKU, At: t.at, What: cmp.Or(what, "observed"), With: with, Source: t.source,
		Where: t.where(),
	}
}

// where is the place that the event names: where things are afterwards, else where they were read.
func (t *telling) where() string { return cmp.Or(placeName(t.Location.ID), placeName(t.ReadPoint.ID)) }
