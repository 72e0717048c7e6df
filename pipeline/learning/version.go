package learning

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/taxonomy"
)

// The files of a version in its folder. The claims are in the project's own format, so that
// every command that reads claims reads them; photos are beside them, named by their content.
const (
	ClaimsFile   = "claims.jsonl"
	TaxonomyFile = "taxonomy.yaml"
	VersionFile  = "dataset.json"
	photosFolder = "photos"
)

// The sides of the split.
const (
	// SplitTrain is what candidates are fitted on.
	SplitTrain = "train"
	// SplitAudit is the random slice: never trained on, so that figures on it are fair.
	SplitAudit = "audit"
	// SplitAside is neither: a claim of a unit, or with a photo, that the other side has.
	SplitAside = "aside"
)

// Version describes one version of the data set, as it stands in its folder and in the store.
type Version struct {
	// Digest is "sha256:<hex>" over the taxonomy and the claims, whose photos are named by
	// their content. Extends is the version before, empty for the first.
	Digest  string `json:"digest"`
	Extends string `json:"extends,omitempty"`
	// Taxonomy is name@version.
	Taxonomy string `json:"taxonomy"`
	// Claims counts rows, Splits them by side, Photos the files.
	Claims int            `json:"claims"`
	Splits map[string]int `json:"splits"`
	Photos int            `json:"photos"`
	// Labels counts by axis, label and side.
	Labels map[string]map[string]map[string]int `json:"labels"`
	// From and Until are the first and the last decision that counts.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Reviewers is how many people's labels count.
	Reviewers int `json:"reviewers"`
	// Agreement is how far people agree where two looked blindly, by axis.
	Agreement []AxisAgreement `json:"agreement,omitempty"`
	// Undecided counts, by axis, claims whose label was left out since a later version of the
	// taxonomy split or removed it, and nobody has decided anew.
	Undecided map[string]int `json:"undecided,omitempty"`
	// PhotosMissing counts photos that the place for photos does not have, Empty claims that
	// were left out since they have neither text nor photo any more.
	PhotosMissing int `json:"photos_missing,omitempty"`
	Empty         int `json:"empty,omitempty"`
}

// AxisAgreement is how far people agree on an axis.
type AxisAgreement struct {
	Axis string `json:"axis"`
	// Doubled is the number of claims that two people or more looked at.
	Doubled int `json:"doubled"`
	// Observed is the share of pairs that agree, Alpha Krippendorff's (Content Analysis, 1980),
	// which is 0 by chance; nil where they do not exist.
	Observed *people.Figure `json:"observed,omitempty"`
	Alpha    *people.Figure `json:"alpha,omitempty"`
}

// agreement measures how far people agreed before a time.
func agreement(ctx context.Context, reviews store.Reviews, tax *taxonomy.Taxonomy, before time.Time) ([]AxisAgreement, error) {
	ratings, err := review.Ratings(ctx, reviews, time.Time{}, before)
	if err != nil {
		return nil, err
	}
	o := people.DefaultOptions()
	o.Undecided = taxonomy.Undetermined
	known := ratings[:0]
	for _, r := range ratings {
		// A label of an older taxonomy has no place in the order of an ordinal axis.
		if a := tax.Axis(r.Axis); a != nil && (r.Label == "" || r.Label == taxonomy.Undetermined || a.Has(r.Label)) {
			known = append(known, r)
		}
	}
	for i := range tax.Axes {
		if a := &tax.Axes[i]; a.Ordinal {
			if o.Orders == nil {
				o.Orders = map[string][]string{}
			}
			o.Orders[a.ID] = a.IDs()
		}
	}
	found, err := people.Agree(ctx, known, o)
	if err != nil {
		return nil, fmt.Errorf("agreement: %w", err)
	}
	var out []AxisAgreement
	for _, a := range found {
		if a.Doubled > 0 {
			out = append(out, AxisAgreement{a.Axis, a.Doubled, a.Observed, a.Alpha})
		}
	}
	return out, nil
}

// ReadVersion reads the description in a version's folder.
func ReadVersion(dir string) (*Version, error) {
	data, err := os.ReadFile(filepath.Join(dir, VersionFile))
	if err != nil {
		return nil, err
	}
	v := &Version{}
	if err := json.Unmarshal(data, v); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, VersionFile), err)
	}
	return v, nil
}
