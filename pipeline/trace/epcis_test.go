package trace_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

// document is an EPCIS document of events.
func document(events ...string) string {
	return `{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"eventList": "x"}], "type": "EPCISDocument", "schemaVersion": "2.0",
		"epcisBody": {"eventList": [` + strings.Join(events, ",\n") + `]}}`
}

const (
	gtin  = "80614141123458"
	thing = `"urn:epc:id:sgtin:0614141.812345.6789"`
)

func event(kind, at, more string) string {
	return fmt.Sprintf(`{"type": %q, "eventTime": %q, "eventTimeZoneOffset": "+02:00", %s}`, kind, at, more)
}

func TestWayOfAUnit(t *testing.T) {
	s := testStore(t)
	text := document(
		event("ObjectEvent", "2026-04-01T08:00:00+02:00", `"action": "ADD", "bizStep": "urn:epcglobal:cbv:bizstep:commissioning", "epcList": [`+thing+`],
			"bizLocation": {"id": "https://id.gs1.org/414/9521321000018/254/7"}, "ilmd": {"cbvmda:lotNumber": "LOT-9"}`),
		event("TransformationEvent", "2026-04-01T09:00:00Z", `"bizStep": "assembling", "outputEPCList": [`+thing+`],
			"inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.077777.L-17", "quantity": 2}],
			"inputEPCList": ["https://id.gs1.org/01/09521234543213/21/M-5"]`),
		event("AssociationEvent", "2026-04-01T10:00:00Z", `"action": "ADD", "bizStep": "cbv:BizStep-installing", "parentID": "https://id.gs1.org/01/80614141123458/21/6789",
			"childQuantityList": [{"epcClass": "https://id.gs1.org/01/09521234543213/10/X%2F1"}]`),
		event("AggregationEvent", "2026-04-02T09:00:00Z", `"action": "ADD", "bizStep": "packing", "parentID": "urn:epc:id:sscc:0614141.1234567890", "childEPCs": [`+thing+`, "urn:epc:id:grai:0614141.12345.400"]`),
		event("ObjectEvent", "2026-04-03T09:00:00Z", `"action": "OBSERVE", "bizStep": "shipping", "epcList": ["urn:epc:id:sscc:0614141.1234567890", `+thing+`], "readPoint": {"id": "urn:epc:id:sgln:0614141.00777.0"}`),
		event("ObjectEvent", "2026-04-05T09:00:00Z", `"action": "OBSERVE", "bizStep": "receiving", "epcList": [`+thing+`], "bizLocation": {"id": "urn:epc:id:sgln:0614141.00888.0"}`),
		event("TransactionEvent", "2026-05-03T09:00:00Z", `"action": "ADD", "bizStep": "https://ref.gs1.org/cbv/BizStep-retail_selling", "epcList": [`+thing+`], "bizLocation": {"id": "https://shop.example/berlin"},
			"bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:0614141000005:D-7"}]`),
		event("ObjectEvent", "2026-06-03T09:00:00Z", `"action": "OBSERVE", "bizStep": "destroying", "epcList": [`+thing+`]`),
	)
	r := load(t, s, trace.Config{Source: "way.json"}, text)
	if r.Kind != trace.Events || r.Used != 8 || r.Line != 8 {
		t.Errorf("%+v", r)
	}
	same(t, "unit", unitOf(t, s, "6789"), store.Unit{
		Serial: "6789", SKU: gtin, Batch: "LOT-9", Plant: "gln:9521321000018.7", MadeAt: day("2026-04-01").Add(9 * 3600e9),
		Lots:      []store.LotRef{{Component: "00614141777778", Code: "L-17"}, {Component: "09521234543213", Code: "X/1"}},
		Warehouse: "sgln:0614141.00888.0", Shipment: "bt:0614141000005:D-7", ShippedAt: day("2026-04-03").Add(9 * 3600e9),
		Channel: "shop.example/berlin", SoldAt: day("2026-05-03").Add(9 * 3600e9), GoneAt: day("2026-06-03").Add(9 * 3600e9), Gone: "destroying"})
	list, err := s.EventsOf(t.Context(), "6789", gtin)
	if err != nil {
		t.Fatal(err)
	}
	var line []string
	for _, e := range list {
		line = append(line, e.What+" "+e.Where+" "+e.With)
		if e.Source != "way.json" {
			t.Errorf("source %q", e.Source)
		}
	}
	same(t, "time line", line, []string{"commissioning gln:9521321000018.7 ", "assembling  ", "installing  X/1|09521234543213", "packing  106141412345678908",
		"shipping sgln:0614141.00777.0 ", "receiving sgln:0614141.00888.0 ", "retail_selling shop.example/berlin ", "destroying  "})
	shipment, err := s.RecordsOf(t.Context(), store.RecordShipment, "106141412345678908")
	if err != nil || len(shipment) != 1 || !strings.Contains(string(shipment[0].Body), "2026-04-03T09:00:00Z") {
		t.Errorf("shipment %v, %v", shipment, err)
	}
	again := load(t, s, trace.Config{Source: "way.json"}, text)
	if again.Events.Added != 0 || again.Units.Added != 0 {
		t.Errorf("again: %+v", again)
	}
}

// What an event with the action DELETE says is done, or told to be left.
func TestEventsThatDelete(t *testing.T) {
	made := event("ObjectEvent", "2026-04-01T08:00:00Z", `"action": "ADD", "bizStep": "commissioning", "epcList": [`+thing+`]`)
	at := day("2026-05-01")
	for _, c := range []struct {
		name, event string
		left        int
		unit        store.Unit // beside what it has when made
	}{
		{"object", event("ObjectEvent", "2026-05-01T00:00:00Z", `"action": "DELETE", "epcList": [`+thing+`]`), 0, store.Unit{GoneAt: at, Gone: "decommissioning"}},
		{"destroyed", event("ObjectEvent", "2026-05-01T00:00:00Z", `"action": "DELETE", "bizStep": "destroying", "epcList": [`+thing+`]`), 0, store.Unit{GoneAt: at, Gone: "destroying"}},
		{"sold", event("ObjectEvent", "2026-05-01T00:00:00Z", `"action": "DELETE", "bizStep": "retail_selling", "epcList": [`+thing+`]`), 0, store.Unit{SoldAt: at}},
		{"another step", event("ObjectEvent", "2026-05-01T00:00:00Z", `"action": "DELETE", "bizStep": "shipping", "epcList": [`+thing+`]`), 1, store.Unit{ShippedAt: at}},
		{"transaction", event("TransactionEvent", "2026-05-01T00:00:00Z", `"action": "DELETE", "bizStep": "retail_selling", "epcList": [`+thing+`],
			"bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:0614141000005:D-7"}]`), 1, store.Unit{}},
		{"part", event("AssociationEvent", "2026-05-01T00:00:00Z", `"action": "DELETE", "parentID": `+thing+`,
			"childQuantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.077777.L-17"}]`), 1, store.Unit{}},
		{"pallet", event("AggregationEvent", "2026-05-01T00:00:00Z", `"action": "DELETE", "parentID": "urn:epc:id:sscc:0614141.1234567890", "childEPCs": [`+thing+`]`), 0, store.Unit{}},
	} {
		s := testStore(t)
		r, err := trace.Import(t.Context(), s, strings.NewReader(document(made, c.event)), trace.Config{Strict: true})
		if err != nil || r.Used != 2 || r.Codes[trace.CodePartly] != c.left || len(r.Codes) != min(c.left, 1) {
			t.Errorf("%s: used %d, %v, %v", c.name, r.Used, r.Problems, err)
		}
		c.unit.Serial, c.unit.SKU, c.unit.MadeAt = "6789", gtin, day("2026-04-01").Add(8*3600e9)
		same(t, c.name, unitOf(t, s, "6789"), c.unit)
		if line, err := s.EventsOf(t.Context(), "6789", gtin); err != nil || len(line) != 2 {
			t.Errorf("%s: time line %v, %v", c.name, line, err)
		}
	}
}

func TestEventsLineByLineAndQueryDocuments(t *testing.T) {
	one := event("ObjectEvent", "2026-04-01T08:00:00Z", `"action": "ADD", "bizStep": "commissioning", "epcList": [`+thing+`]`)
	for name, text := range map[string]string{
		"lines": strings.ReplaceAll(one, "\n", " ") + "\n",
		"array": "[" + one + "]",
		"query": `{"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"queryName": "q", "resultsBody": {"eventList": [` + one + `]}}}}`,
	} {
		s := testStore(t)
		if r := load(t, s, trace.Config{}, text); r.Used != 1 || r.Format != trace.FormatEPCIS {
			t.Errorf("%s: %+v", name, r)
		}
		unitOf(t, s, "6789")
	}
}

func TestBadEvents(t *testing.T) {
	good := event("ObjectEvent", "2026-04-01T08:00:00Z", `"bizStep": "commissioning", "epcList": ["urn:epc:id:sgtin:0614141.812345.1"]`)
	var many []string
	for i := range trace.MaxEventUnits + 1 {
		many = append(many, fmt.Sprintf(`"urn:epc:id:sgtin:0614141.812345.%d"`, i))
	}
	for bad, code := range map[string]claim.Code{
		event("ObjectEvent", "yesterday", `"epcList": [`+thing+`]`):                                                                  trace.CodeTime,
		event("MoonEvent", "2026-04-01T08:00:00Z", `"epcList": [`+thing+`]`):                                                         trace.CodeEvent,
		event("Object", "2026-04-01T08:00:00Z", `"epcList": [`+thing+`]`):                                                            trace.CodeEvent,
		event("ObjectEvent", "2026-04-01T08:00:00Z", `"epcList": ["x"]`):                                                             trace.CodeEvent,
		event("ObjectEvent", "2026-04-01T08:00:00Z", `"epcList": ["urn:epc:id:sgtin:0614141.81234.1"]`):                              "epc_field",
		event("ObjectEvent", "2026-04-01T08:00:00Z", `"epcList": ["https://id.gs1.org/01/80614141123459/21/1"]`):                     "gs1_check_digit",
		event("ObjectEvent", "2026-04-01T08:00:00Z", `"epcList": 3`):                                                                 trace.CodeEvent,
		event("ObjectEvent", "2026-04-01T08:00:00Z", `"epcList": [`+strings.Join(many, ",")+`]`):                                     trace.CodeTooLarge,
		event("ObjectEvent", "2026-04-01T08:00:00Z", `"epcList": [`+thing+`], "errorDeclaration": {"reason": "x"}`):                  trace.CodeEvent,
		event("AssociationEvent", "2026-04-01T08:00:00Z", `"parentID": "urn:epc:id:sscc:0614141.1234567890", "childEPCs": []`):       trace.CodeEvent,
		event("AggregationEvent", "2026-04-01T08:00:00Z", `"parentID": "urn:epc:id:sscc:0614141.12345678", "childEPCs": []`):         trace.CodeEvent,
		event("ObjectEvent", "2026-04-01T08:00:00Z", `"note": "`+strings.Repeat("x", trace.MaxEvent)+`"`):                            trace.CodeTooLarge,
		event("TransformationEvent", "2026-04-01T08:00:00Z", `"inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.1"}]`): trace.CodeEvent,
	} {
		r, err := trace.Import(t.Context(), sinkhole{}, strings.NewReader(document(good, bad)), trace.Config{})
		if err != nil || r.Used != 1 || len(r.Problems) != 1 || r.Problems[0].Line != 2 || r.Problems[0].Problem.Code != code {
			t.Errorf("%.150s: want %s, used %d, %v, %v", bad, code, r.Used, r.Problems, err)
		}
	}
}

func TestDocumentsThatBreak(t *testing.T) {
	good := event("ObjectEvent", "2026-04-01T08:00:00Z", `"bizStep": "commissioning", "epcList": ["urn:epc:id:sgtin:0614141.812345.1"]`)
	large := `{"type": "ObjectEvent", "note": "` + strings.Repeat("x", 2*trace.MaxEvent) + `"}`
	for name, text := range map[string]string{
		"cut":       strings.TrimSuffix(document(good), "]}}"),
		"no comma":  strings.Replace(document(good, good), "},\n", "} ", 1),
		"too large": document(good, large),
	} {
		r, err := trace.Import(t.Context(), sinkhole{}, strings.NewReader(text), trace.Config{})
		if err == nil || r.Used != 1 {
			t.Errorf("%s: used %d, %v", name, r.Used, err)
		}
		if name == "too large" {
			var p claim.Problem
			if !errors.As(err, &p) || p.Code != trace.CodeTooLarge {
				t.Errorf("too large: %v", err)
			}
		}
	}
}
