package gs1

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/claim"
)

// Codes of GS1 data that is not well formed.
const (
	CodeEmpty      claim.Code = "gs1_empty"           // nothing to read
	CodeTooLong    claim.Code = "gs1_too_long"        // longer than any code holds
	CodeUnknownAI  claim.Code = "gs1_unknown_ai"      // an application identifier that GS1 has not given out
	CodeLength     claim.Code = "gs1_length"          // a value too short or too long
	CodeCharacter  claim.Code = "gs1_character"       // a character that the value may not have
	CodeCheck      claim.Code = "gs1_check_digit"     // a wrong check digit
	CodeDate       claim.Code = "gs1_date"            // no such date or time
	CodeRepeated   claim.Code = "gs1_repeated"        // one identifier with two values
	CodeLink       claim.Code = "gs1_link"            // not a GS1 Digital Link URI
	CodeCompressed claim.Code = "gs1_link_compressed" // the compressed form of a Digital Link
)

func problem(code claim.Code, format string, args ...any) error {
	return claim.Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}
