package epc

import (
	"fmt"

	"github.com/defekt/defekt/pipeline/claim"
)

// Codes of tags that are not read.
const (
	CodeSyntax    claim.Code = "epc_syntax"    // no EPC in hex or as URI
	CodeScheme    claim.Code = "epc_scheme"    // a scheme that names no product unit
	CodeField     claim.Code = "epc_field"     // a field out of its range
	CodeCheck     claim.Code = "epc_gtin"      // a GTIN that is none
	CodeBlank     claim.Code = "epc_blank"     // a tag that nobody has written
	CodeTruncated claim.Code = "epc_truncated" // fewer bits than the header promises
)

func problem(code claim.Code, format string, args ...any) error {
	return claim.Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}
