package api

import (
	"net/http"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/surveillance"
)

// qualityRoutes registers units, patterns and quality work.
func (s *Server) qualityRoutes() {
	get, post, patch := http.MethodGet, http.MethodPost, http.MethodPatch

	add(s, route{method: post, path: "/v1/units:import", id: "import-units", summary: "Read units, lots, sales, inspections, costs or EPCIS events; sending them again changes nothing", tag: "units", scope: ScopeAdmin, heavy: true, body: anyOf(typeNDJSON, typeCSV, typeJSON)}, s.importUnits)
	add(s, route{method: get, path: "/v1/units/{serial}", id: "get-unit", summary: "Everything about the units of a serial", tag: "units", scope: ScopeAdmin}, s.getUnit)

	add(s, route{method: get, path: "/v1/alarms", id: "list-alarms", summary: "Patterns that are kept, newest first", tag: "patterns", scope: ScopeAdmin}, s.listAlarms)
	add(s, route{method: get, path: "/v1/alarms/{id}", id: "get-alarm", summary: "One pattern with its measures and what people did with it", tag: "patterns", scope: ScopeAdmin}, s.getAlarm)
	add(s, route{method: post, path: "/v1/alarms/{id}/acknowledge", id: "acknowledge-alarm", summary: "Say that somebody is at work on it", tag: "patterns", scope: ScopeAdmin, body: jsonOf[wire.AlarmChange]()}, s.alarmChanger(surveillance.Ledger.Acknowledge))
	add(s, route{method: post, path: "/v1/alarms/{id}/dismiss", id: "dismiss-alarm", summary: "Say that it is explained and needs no action; it opens again when it gets clearly worse", tag: "patterns", scope: ScopeAdmin, body: jsonOf[wire.AlarmChange]()}, s.alarmChanger(surveillance.Ledger.Dismiss))
	add(s, route{method: post, path: "/v1/alarms/{id}/close", id: "close-alarm", summary: "Say that it is over", tag: "patterns", scope: ScopeAdmin, body: jsonOf[wire.AlarmChange]()}, s.alarmChanger(surveillance.Ledger.Close))
	add(s, route{method: post, path: "/v1/alarms/{id}/issue", id: "set-alarm-issue", summary: "Tie it to a known issue, or take that away", tag: "patterns", scope: ScopeAdmin, body: jsonOf[wire.AlarmIssue]()}, s.setAlarmIssue)

	add(s, route{method: get, path: "/v1/capas", id: "list-capas", summary: "Corrective actions, newest first", tag: "quality", scope: ScopeAdmin}, s.listCAPAs)
	add(s, route{method: post, path: "/v1/capas", id: "open-capa", summary: "Open an action, or add to the open one of the same cause", tag: "quality", scope: ScopeAdmin, body: jsonOf[wire.CAPARequest]()}, s.openCAPA)
	add(s, route{method: get, path: "/v1/capas/{id}", id: "get-capa", summary: "One corrective action with its log", tag: "quality", scope: ScopeAdmin}, s.getCAPA)
	add(s, route{method: patch, path: "/v1/capas/{id}", id: "edit-capa", summary: "Change owner, title, due dates", tag: "quality", scope: ScopeAdmin, body: jsonOf[wire.CAPAEdit]()}, s.editCAPA)
	add(s, route{method: post, path: "/v1/capas/{id}/steps", id: "note-capa-step", summary: "Note what was done for a step (D1 to D8)", tag: "quality", scope: ScopeAdmin, body: jsonOf[wire.CAPAStep]()}, s.stepCAPA)
	add(s, route{method: post, path: "/v1/capas/{id}/checks", id: "check-capa", summary: "Test whether the fix works", tag: "quality", scope: ScopeAdmin, heavy: true, body: jsonOf[wire.CAPACheck]()}, s.checkCAPA)
	add(s, route{method: post, path: "/v1/capas/{id}/close", id: "close-capa", summary: "Close an action whose last check found the fix effective", tag: "quality", scope: ScopeAdmin, body: jsonOf[wire.CAPAEnd]()}, s.closeCAPA)
	add(s, route{method: post, path: "/v1/capas/{id}/drop", id: "drop-capa", summary: "End an action without one", tag: "quality", scope: ScopeAdmin, body: jsonOf[wire.CAPAEnd]()}, s.dropCAPA)

	add(s, route{method: get, path: "/v1/suppliers/{name}/scorecard", id: "get-scorecard", summary: "How a supplier does", tag: "quality", scope: ScopeAdmin, heavy: true}, s.getScorecard)
	add(s, route{method: get, path: "/v1/measures", id: "get-measures", summary: "The five measures, each with its definition", tag: "quality", scope: ScopeAdmin, heavy: true}, s.getMeasures)
	add(s, route{method: post, path: "/v1/chargebacks", id: "make-chargeback", summary: "The package that a supplier is charged with, as ZIP", tag: "quality", scope: ScopeAdmin, heavy: true, body: jsonOf[wire.ChargebackRequest]()}, s.makeChargeback)
	add(s, route{method: post, path: "/v1/recalls", id: "make-recall", summary: "The list of a targeted recall, as CSV", tag: "quality", scope: ScopeAdmin, heavy: true, body: jsonOf[wire.RecallRequest]()}, s.makeRecall)
	add(s, route{method: get, path: "/v1/credits", id: "list-credits", summary: "What suppliers are asked back, oldest first", tag: "quality", scope: ScopeAdmin}, s.listCredits)
	add(s, route{method: post, path: "/v1/credits/{id}", id: "move-credit", summary: "Book what became of a credit", tag: "quality", scope: ScopeAdmin, body: jsonOf[wire.CreditChange]()}, s.moveCredit)
}
