package trace

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/claim"
)

// Codes of lines that are not used, and of events that are used in part.
const (
	CodeColumns   claim.Code = "trace_columns"   // the first line names no columns that are known
	CodeKind      claim.Code = "trace_kind"      // the columns do not say what the file holds
	CodeMissing   claim.Code = "trace_missing"   // a column that the kind needs is empty
	CodeTime      claim.Code = "trace_time"      // no date, or one that can be read in two ways
	CodeNumber    claim.Code = "trace_number"    // no whole number, or out of its range
	CodeMoney     claim.Code = "trace_money"     // no amount with a currency
	CodeGTIN      claim.Code = "trace_gtin"      // a GTIN with a wrong check digit
	CodeRefused   claim.Code = "trace_refused"   // the store cannot keep it
	CodeAmbiguous claim.Code = "trace_ambiguous" // meant for one of several units, batches or lots
	CodeEvent     claim.Code = "trace_event"     // no EPCIS event that can be used
	CodePartly    claim.Code = "trace_partly"    // an event that is kept, but not all that it says; no fault of the file
	CodeTooLarge  claim.Code = "trace_too_large" // beyond a limit of this package
)

func problem(code claim.Code, where, format string, args ...any) claim.Problem {
	return claim.Problem{Code: code, Where: where, Message: fmt.Sprintf(format, args...)}
}

// LineProblem is a problem with its place.
type LineProblem struct {
	// Line is the number of the line, or of the event in an EPCIS document, from 1.
	Line    int           `json:"line"`
	Problem claim.Problem `json:"problem"`
}

// Error gives "line 12: ...".
func (p LineProblem) Error() string { return fmt.Sprintf("line %d: %v", p.Line, p.Problem) }

// Unwrap gives the problem.
func (p LineProblem) Unwrap() error { return p.Problem }
