package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/suggest"
	"github.com/defekt/defekt/pipeline/store"
)

// UnitSource is what the store knows of units.
type UnitSource interface {
	UnitsBySerial(ctx context.Context, serial string) ([]store.Unit, error)
	ReplacedBy(ctx context.Context, serial string) ([]store.Unit, error)
	RecordsOf(ctx context.Context, kind store.RecordKind, ids ...string) ([]store.Record, error)
	Existing(ctx context.Context, keys []string) (map[string]string, error)
}

// ClaimSource lists claims.
type ClaimSource interface {
	List(ctx context.Context, f store.Filter, p store.Page) (claims []store.Claim, next string, err error)
}

// Issues knows what is wrong with groups of units.
type Issues interface {
	// Known must give the issues that hold for any of the groups, the most telling first.
	Known(ctx context.Context, groups []store.Group) ([]Issue, error)
}

// Issue is something known about a batch, a lot or another group.
type Issue struct {
	ID string `json:"id"`
	// Group is what it is about, Label the label that it shows in ("axis=label"), empty for any.
	Group store.Group `json:"group"`
	Label string      `json:"label,omitempty"`
	// Text says what is wrong, Resolution what to do with such a claim.
	Text       string `json:"text"`
	Resolution string `json:"resolution,omitempty"`
}

// TracerConfig holds what a [Tracer] works with.
type TracerConfig struct {
	Units UnitSource
	// Claims finds earlier claims; nil when none are known.
	Claims ClaimSource
	// Issues finds known issues; nil when none are known.
	Issues Issues
	// DefaultTerms is the id of the terms of units and products that name none; empty means
	// [DefaultTermsID].
	DefaultTerms string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// DefaultTermsID is the id of the terms that hold where no others are named.
const DefaultTermsID = "default"

// Limits of what is looked at for one unit.
const (
	// MaxChain is the most units of a chain of replacements.
	MaxChain = 50
	// MaxRepeats is the most earlier claims of a chain.
	MaxRepeats = 100
)

// Tracer tells what is known of a claim's unit. It is safe for concurrent use if its sources
// are.
type Tracer struct{ cfg TracerConfig }

// NewTracer gives a tracer.
func NewTracer(cfg TracerConfig) (*Tracer, error) {
	if cfg.Units == nil {
		return nil, errors.New("trace: TracerConfig.Units is nil")
	}
	cfg.DefaultTerms = cmp.Or(cfg.DefaultTerms, DefaultTermsID)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Tracer{cfg}, nil
}

// Repeat is an earlier claim of the unit, or of one that it replaced.
type Repeat struct {
	Claim  string    `json:"claim"`
	Serial string    `json:"serial"`
	At     time.Time `json:"at"`
	// Labels are what was predicted, without those that the model abstained on.
	Labels map[string]string `json:"labels,omitempty"`
}

// Check is what is known of a claim's unit.
type Check struct {
	// Unit is nil when no unit has the serial, or when several have and the SKU does not tell
	// which.
	Unit *store.Unit `json:"unit,omitempty"`
	// Chain are the units that it replaced, the latest first, without itself.
	Chain []store.Unit `json:"chain,omitempty"`
	// Warranty is nil without a unit.
	Warranty *Warranty `json:"warranty,omitempty"`
	// Repeats are earlier claims, newest first.
	Repeats []Repeat `json:"repeats,omitempty"`
	Issues  []Issue  `json:"issues,omitempty"`
	// Problems say what could not be told.
	Problems []claim.Problem `json:"problems,omitempty"`
}

// CodeUnitUnknown and CodeUnitSeveral are the codes of claims whose unit cannot be told.
const (
	CodeUnitUnknown claim.Code = "unit_unknown"
	CodeUnitSeveral claim.Code = "unit_several"
)

// Question asks about a claim.
type Question struct {
	Claim claim.Claim
	// ID is the stored claim's id, to leave it out of its own repeats; empty before it is
	// stored.
	ID string
	// Owner narrows earlier claims to those of one key, as the store does; empty means all.
	Owner string
	// Labels are the claim's, as axis to label; Decided says that a person gave them.
	Labels  map[string]string
	Decided bool
}

// Check finds the claim's unit and what is known of it. A claim without serial gives the zero
// value. The error is that of a source.
func (t *Tracer) Check(ctx context.Context, q Question) (Check, error) {
	var out Check
	if q.Claim.Serial == "" {
		return out, nil
	}
	unit, err := t.unit(ctx, q.Claim, &out)
	if err != nil {
		return Check{}, err
	}
	at := q.Claim.ReceivedAt
	if at.IsZero() {
		at = t.cfg.Now()
	}
	if unit != nil {
		out.Unit = unit
		if out.Chain, err = t.chain(ctx, *unit); err != nil {
			return Check{}, err
		}
		w, err := t.warranty(ctx, q, *unit, out.Chain, at)
		if err != nil {
			return Check{}, err
		}
		out.Warranty = &w
		if t.cfg.Issues != nil {
			if out.Issues, err = t.cfg.Issues.Known(ctx, unit.Groups()); err != nil {
				return Check{}, fmt.Errorf("trace: %w", err)
			}
		}
	}
	out.Repeats, err = t.repeats(ctx, q, out.Chain, at)
	return out, err
}

// unit finds the unit that a claim is about.
func (t *Tracer) unit(ctx context.Context, c claim.Claim, out *Check) (*store.Unit, error) {
	list, err := t.bySerial(ctx, c.Serial)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	if len(list) > 1 && c.SKU != "" {
		list = slices.DeleteFunc(list, func(u store.Unit) bool { return u.SKU != c.SKU })
	}
	switch len(list) {
	case 0:
		out.Problems = append(out.Problems, problem(CodeUnitUnknown, "serial", "no unit with the serial %s is known", c.Serial))
	case 1:
		return &list[0], nil
	default:
		out.Problems = append(out.Problems, problem(CodeUnitSeveral, "serial", "%d products have a unit with the serial %s; the SKU would tell", len(list), c.Serial))
	}
	return nil, nil
}

// bySerial finds the units of a serial as it stands, else of the one that differs in case and
// separators alone, which is how people type.
func (t *Tracer) bySerial(ctx context.Context, serial string) ([]store.Unit, error) {
	list, err := t.cfg.Units.UnitsBySerial(ctx, serial)
	key := suggest.Key(serial)
	if err != nil || len(list) > 0 || key == "" {
		return list, err
	}
	known, err := t.cfg.Units.Existing(ctx, []string{key})
	if err != nil || known[key] == "" {
		return nil, err
	}
	return t.cfg.Units.UnitsBySerial(ctx, known[key])
}
