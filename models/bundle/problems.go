package bundle

import (
	"fmt"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// Codes of faulty bundles.
const (
	CodeManifest claim.Code = "bundle_manifest"     // manifest.json is missing, no valid JSON or has wrong values
	CodeFormat   claim.Code = "bundle_format"       // a format that this version does not read
	CodePath     claim.Code = "bundle_path"         // a path that leads out of the bundle
	CodeMissing  claim.Code = "bundle_file_missing" // a listed file is not there
	CodeChanged  claim.Code = "bundle_file_changed" // size or sha256 differ from the manifest
	CodeGolden   claim.Code = "bundle_golden"       // the model does not give the recorded output
	CodeKind     claim.Code = "bundle_kind"         // a bundle of another kind was asked for
)

// Problems are all faults of one bundle. It is an error.
type Problems []claim.Problem

// Error lists every problem on a line of its own.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems to [errors.As].
func (p Problems) Unwrap() []error {
	out := make([]error, len(p))
	for i, problem := range p {
		out[i] = problem
	}
	return out
}

// orNil gives a nil error when there are none.
func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// add records one more problem.
func (p *Problems) add(code claim.Code, where, format string, args ...any) {
	*p = append(*p, claim.Problem{Code: code, Where: where, Message: fmt.Sprintf(format, args...)})
}
