package wire

import "time"

// AlarmChange is what a person does with an alarm.
type AlarmChange struct {
	Version int64  `json:"version,omitempty" minimum:"0" doc:"The version that the person saw; 409 if there is another one by now. Absent or 0 takes the present one."`
	Why     string `json:"why,omitempty" doc:"Needed to dismiss or close."`
	By      string `json:"by,omitempty" maxLength:"200" doc:"The person, for the audit trail; the key stands beside it."`
}

// AlarmIssue ties an alarm to a known issue.
type AlarmIssue struct {
	AlarmChange
	Text       string `json:"text,omitempty" doc:"What is wrong; empty takes the issue away."`
	Resolution string `json:"resolution,omitempty" doc:"What to do with such a claim."`
}

// CAPARequest opens a corrective action.
type CAPARequest struct {
	Kind     string `json:"kind" doc:"The kind of group that it is about: lot, batch, supplier, sku, plant, warehouse, carrier ..."`
	Name     string `json:"name" doc:"Its name; lots are code|component|supplier, batches code|sku."`
	Label    string `json:"label,omitempty" doc:"axis=label, or unlabelled for claims that no watched axis has a label for; absent for all claims of the group."`
	Title    string `json:"title,omitempty" doc:"Made of the cause when absent."`
	Owner    string `json:"owner,omitempty"`
	Severity string `json:"severity,omitempty"`
	Supplier string `json:"supplier,omitempty"`
	SKU      string `json:"sku,omitempty"`
	Key      string `json:"key,omitempty" doc:"What it is opened for, such as an alarm's id; the same key is noted once."`
	Why      string `json:"why" doc:"Why it is needed."`
	By       string `json:"by,omitempty" maxLength:"200"`
}

// CAPAEdit changes an action's own fields; absent ones stay.
type CAPAEdit struct {
	Version  int64                `json:"version,omitempty" minimum:"0"`
	Title    *string              `json:"title,omitempty"`
	Owner    *string              `json:"owner,omitempty"`
	Severity *string              `json:"severity,omitempty"`
	Supplier *string              `json:"supplier,omitempty"`
	SKU      *string              `json:"sku,omitempty"`
	Due      map[string]time.Time `json:"due,omitempty" doc:"Due dates by step, D1 to D8."`
	By       string               `json:"by,omitempty" maxLength:"200"`
}

// CAPAStep is what was done for a step.
type CAPAStep struct {
	Version  int64     `json:"version,omitempty" minimum:"0"`
	Step     string    `json:"step" enum:"D1,D2,D3,D4,D5,D6,D7,D8"`
	Text     string    `json:"text"`
	Evidence []string  `json:"evidence,omitempty" nullable:"false" doc:"Addresses of documents, photos or claims."`
	FixedAt  time.Time `json:"fixed_at,omitzero" doc:"For D6: from when on units are made, or sold, with the fix."`
	By       string    `json:"by,omitempty" maxLength:"200"`
}

// CAPACheck says what a check compares.
type CAPACheck struct {
	Version int64  `json:"version,omitempty" minimum:"0"`
	Split   string `json:"split,omitempty" enum:"made,sold,report" doc:"How units before and after the fix are told apart; made unless told."`
	Kind    string `json:"kind,omitempty" doc:"The group whose units are compared, with name; absent for the one that the action leads to."`
	Name    string `json:"name,omitempty"`
	Label   string `json:"label,omitempty"`
	By      string `json:"by,omitempty" maxLength:"200"`
}

// CAPAEnd ends an action.
type CAPAEnd struct {
	Version int64  `json:"version,omitempty" minimum:"0"`
	Text    string `json:"text,omitempty" doc:"To close: what D8 says, unless that is done. To drop: why no action is needed."`
	By      string `json:"by,omitempty" maxLength:"200"`
}

// ChargebackRequest says what to charge.
type ChargebackRequest struct {
	Supplier  string    `json:"supplier"`
	Lot       string    `json:"lot,omitempty" doc:"A code; absent for everything of the supplier."`
	Component string    `json:"component,omitempty"`
	Label     string    `json:"label,omitempty" doc:"axis=label, or unlabelled; absent for all claims."`
	From      time.Time `json:"from,omitzero"`
	Until     time.Time `json:"until,omitzero"`
	Currency  string    `json:"currency,omitempty" doc:"Needed where the claims' costs have several."`
	Reference string    `json:"reference,omitempty" doc:"Made of supplier and claims when absent."`
	CAPA      string    `json:"capa,omitempty"`
	Findings  []string  `json:"findings,omitempty" nullable:"false"`
	Book      bool      `json:"book,omitempty" doc:"Book a draft credit: no claim is charged twice then. Its id is in the header Defekt-Credit."`
	By        string    `json:"by,omitempty" maxLength:"200"`
}

// RecallRequest says which units are recalled.
type RecallRequest struct {
	Alarm     string         `json:"alarm,omitempty" doc:"The alarm whose group is recalled; its audit trail says who made the list."`
	Targets   []RecallTarget `json:"targets,omitempty" nullable:"false"`
	SKU       string         `json:"sku,omitempty" doc:"Only units of this product."`
	MadeFrom  time.Time      `json:"made_from,omitzero"`
	MadeUntil time.Time      `json:"made_until,omitzero"`
	SoldFrom  time.Time      `json:"sold_from,omitzero"`
	SoldUntil time.Time      `json:"sold_until,omitzero"`
	By        string         `json:"by,omitempty" maxLength:"200"`
}

// RecallTarget is a group of units.
type RecallTarget struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Reason string `json:"reason,omitempty"`
}

// CreditChange is what became of a credit.
type CreditChange struct {
	Version int64  `json:"version,omitempty" minimum:"0"`
	To      string `json:"to" enum:"sent,accepted,rejected,recovered,void"`
	Amount  int64  `json:"amount,omitempty" doc:"In minor units of its currency, for accepted and recovered."`
	Note    string `json:"note,omitempty"`
	By      string `json:"by,omitempty" maxLength:"200"`
}
