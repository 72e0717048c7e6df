// Package erp exchanges quality work with the systems that book money and material: credit lines
// of chargebacks with their states, and exports whose columns stay.
//
// Its place in the flow: the last step of quality work. [Ledger] books chargebacks and what
// suppliers answer; [Credits], [Actions] and [Costs] write what is kept as CSV or as JSON lines.
// Columns are only added, at the end, and a golden test holds them. Changes are told to webhooks
// as they happen, as events of the types of package store ("credit.changed", "capa.closed"), in the
// same transaction as the change itself.
//
// Defekt does not book into an ERP: each has its own rules for that. It gives a draft with a
// reference that both sides carry, and takes back what became of it.
package erp
