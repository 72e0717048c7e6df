package revision

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// Codes of what is wrong with a proposal.
const (
	// CodeDocument: the taxonomy cannot be read; CodeMapping: the mapping does not join the two
	// versions; CodeSame: it changes nothing; CodeVersion: its name or version does not follow.
	CodeDocument claim.Code = "taxonomy_malformed"
	CodeMapping  claim.Code = "taxonomy_mapping_malformed"
	CodeSame     claim.Code = "taxonomy_unchanged"
	CodeVersion  claim.Code = "taxonomy_version"
)

// Proposal is a new version that can be published.
type Proposal struct {
	From, To *taxonomy.Taxonomy
	Mapping  *taxonomy.Mapping
	// Document and mapping as they are kept.
	document, mapping string
}

// Read reads a new version of from, and the mapping to it; an empty mapping says that all labels
// keep their ids. Errors are of type [claim.Problem] or joined of such, one each, with the line
// where there is one.
func Read(from *taxonomy.Taxonomy, document, mapping string) (*Proposal, error) {
	to, err := taxonomy.Parse([]byte(document))
	if err != nil {
		return nil, coded(CodeDocument, err)
	}
	switch {
	case to.Digest() == from.Digest():
		return nil, claim.Problem{Code: CodeSame, Message: "this is the version that holds now"}
	case to.Name != from.Name || to.Version != from.Version+1:
		return nil, claim.Problem{Code: CodeVersion, Message: fmt.Sprintf("after %s comes %s@%d, not %s", from.Ref(), from.Name, from.Version+1, to.Ref())}
	}
	if strings.TrimSpace(mapping) == "" {
		mapping = fmt.Sprintf("from: %s\nto: %s\n", from.Ref(), to.Ref())
	}
	m, err := taxonomy.ParseMapping([]byte(mapping), from, to)
	if err != nil {
		return nil, coded(CodeMapping, err)
	}
	return &Proposal{From: from, To: to, Mapping: m, document: document, mapping: mapping}, nil
}

// coded gives each mistake the code, and its line as the place.
func coded(code claim.Code, err error) error {
	var all taxonomy.Errors
	if !errors.As(err, &all) {
		return claim.Problem{Code: code, Message: err.Error()}
	}
	out := make([]error, len(all))
	for i, e := range all {
		p := claim.Problem{Code: code, Message: e.Message}
		if e.Path != "" {
			p.Message = e.Path + ": " + e.Message
		}
		if e.Line > 0 {
			p.Where = fmt.Sprintf("line %d", e.Line)
		}
		out[i] = p
	}
	return errors.Join(out...)
}

// Mistakes takes the error of [Read] apart; false when it is of another kind.
func Mistakes(err error) ([]claim.Problem, bool) {
	var (
		p       claim.Problem
		several interface{ Unwrap() []error }
	)
	if errors.As(err, &several) {
		var out []claim.Problem
		for _, one := range several.Unwrap() {
			more, ok := Mistakes(one)
			if !ok {
				return nil, false
			}
			out = append(out, more...)
		}
		return out, len(out) > 0
	}
	if !errors.As(err, &p) {
		return nil, false
	}
	return []claim.Problem{p}, true
}

// Publish makes the proposal the version that holds from now on, and gives it as it is kept. [store.ErrConflict] says that
// another one was published since From was read. Where nothing was published so far, From is
// kept as the first version.
func Publish(ctx context.Context, s store.Taxonomies, p *Proposal, by, why string, at time.Time) (store.TaxonomyVersion, error) {
	v := store.TaxonomyVersion{Ref: p.To.Ref(), Document: p.document, Mapping: p.mapping, By: by, Why: why, At: at}
	kept, err := s.Taxonomies(ctx)
	if err != nil {
		return v, err
	}
	if len(kept) == 0 {
		first := store.TaxonomyVersion{Ref: p.From.Ref(), Document: string(p.From.Marshal()), By: by, Why: "the model's own", At: at}
		if err := s.AddTaxonomy(ctx, first, ""); err != nil {
			return v, err
		}
	}
	return v, s.AddTaxonomy(ctx, v, p.From.Ref())
}
