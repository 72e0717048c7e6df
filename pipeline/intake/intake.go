package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial"
	"github.com/defekt/defekt/pipeline/serial/rules"
	"github.com/defekt/defekt/pipeline/serial/suggest"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
)

// TypedFact is the fact of a claim's context that keeps the serial as it was typed, where the
// claim's own serial is in another spelling.
const TypedFact = "serial_typed"

// Units is what is asked of the store of units.
type Units interface {
	Existing(ctx context.Context, keys []string) (map[string]string, error)
	UnitsOf(ctx context.Context, f store.UnitFilter, after string, limit int) (units []store.Unit, next string, err error)
}

// Readings gives what codes on a claim's photos say; see [store.Readings].
type Readings interface {
	ReadingsOf(ctx context.Context, claim string) (store.PhotoReadings, error)
}

// Tracer tells what is known of a claim's unit; [trace.Tracer] is one.
type Tracer interface {
	Check(ctx context.Context, q trace.Question) (trace.Check, error)
}

// Config holds what an [Intake] works with. All but the optional must be set.
type Config struct {
	Units    Units
	Readings Readings
	Tracer   Tracer
	// Rules are the brands' rules, optional.
	Rules serial.Rules
	// Observe, optional, is told how each typed serial turned out.
	Observe func(Status)
	// Now is the clock, optional.
	Now func() time.Time
}

// Status says what became of a serial.
type Status string

// The statuses.
const (
	StatusKnown   Status = "known"   // one unit has it
	StatusSeveral Status = "several" // units of several products have it
	StatusUnknown Status = "unknown" // no unit has it
	StatusFaulty  Status = "faulty"  // nor can one have it: see Unit.Fault
)

// Unit is what is known of a claim's unit.
type Unit struct {
	// Serial is the claim's, as known; Typed what was typed where that is spelled otherwise.
	Serial string
	Typed  string
	// Status is empty without a serial.
	Status Status
	// Fault says what is wrong with a serial of which no unit is known: its check digit, its
	// form, its date.
	Fault *claim.Problem
	// Suggestions are known serials that it may stand for.
	Suggestions []suggest.Suggestion
	// Check is what is known of the unit.
	Check trace.Check
	// Readings are what the photos' codes say; nil when they were not read.
	Readings *store.PhotoReadings
}

// Intake prepares claims. It is safe for concurrent use.
type Intake struct {
	cfg      Config
	resolver *serial.Resolver
	finder   *suggest.Finder
	any      some
}

// New gives an intake, or says what is missing.
func New(cfg Config) (*Intake, error) {
	if cfg.Units == nil || cfg.Readings == nil || cfg.Tracer == nil {
		return nil, errors.New("intake: units, readings and tracer must be set")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Status) {}
	}
	finder, err := suggest.New(cfg.Units, suggest.Config{})
	if err != nil {
		return nil, err
	}
	return &Intake{cfg: cfg, resolver: serial.New(serial.Config{Rules: cfg.Rules, Now: cfg.Now}), finder: finder}, nil
}

// Prepare gives a claim that comes in the spelling of the known unit's serial and the unit's
// facts as context, and tells what it found, without suggestions. What the sender gave stays,
// and what he typed stands in [TypedFact]. A claim without serial costs nothing. owner narrows
// earlier claims. The error is that of a store; the claim is good for use nevertheless.
func (in *Intake) Prepare(ctx context.Context, owner string, c claim.Claim) (claim.Claim, Unit, error) {
	typed := c.Serial
	if strings.TrimSpace(typed) == "" {
		return c, Unit{}, nil
	}
	q := trace.Question{Claim: c, Owner: owner}
	if c.ReceivedAt.IsZero() {
		q.Claim.ReceivedAt = in.cfg.Now()
	}
	u, err := in.look(ctx, q)
	if err != nil {
		return c, Unit{}, err
	}
	in.cfg.Observe(u.Status)
	facts := u.Check.Facts(q.Claim.ReceivedAt)
	if c.Serial = u.Serial; c.Serial != typed {
		u.Typed = typed
		facts[TypedFact] = typed
	}
	return trace.AddFacts(c, facts), u, nil
}

// look finds the unit of a claim with a serial and puts the serial into the form in which it is
// known, or is written on labels.
func (in *Intake) look(ctx context.Context, q trace.Question) (u Unit, err error) {
	u.Serial = strings.TrimSpace(q.Claim.Serial)
	id, fault := in.resolver.Interpret(q.Claim.Serial, productOf(q.Claim))
	if fault == nil && id.Serial != "" {
		u.Serial = id.Serial
	}
	q.Claim.Serial = u.Serial
	if u.Check, err = in.cfg.Tracer.Check(ctx, q); err != nil {
		return u, fmt.Errorf("intake: %w", err)
	}
	if unit := u.Check.Unit; unit != nil && unit.Serial != u.Serial {
		// Earlier claims are kept under the unit's own spelling.
		u.Serial, q.Claim.Serial = unit.Serial, unit.Serial
		if u.Check, err = in.cfg.Tracer.Check(ctx, q); err != nil {
			return u, fmt.Errorf("intake: %w", err)
		}
	}
	u.Status = statusOf(u.Check)
	if u.Status == StatusUnknown && fault != nil && telling(fault, q.Claim) {
		p := claim.AsProblem(fault, serial.CodeNoSerial).At("serial")
		u.Status, u.Fault = StatusFaulty, &p
	}
	return u, nil
}

// telling says that a fault is one: that a serial has no form of the brands whose rules are known
// says nothing about a product that may be another brand's.
func telling(fault error, c claim.Claim) bool {
	return claim.AsProblem(fault, "").Code != rules.CodePattern || productOf(c) != serial.Product{}
}

func statusOf(c trace.Check) Status {
	if c.Unit != nil {
		return StatusKnown
	}
	for _, p := range c.Problems {
		if p.Code == trace.CodeUnitSeveral {
			return StatusSeveral
		}
	}
	return StatusUnknown
}

// productOf is what a claim says about the product.
func productOf(c claim.Claim) serial.Product {
	brand, _ := c.Context["brand"].(string)
	return serial.Product{Brand: brand, SKU: c.SKU}
}

// Unit tells what is known of a stored claim's unit now. owner narrows earlier claims to those
// that the one who looks may see. A claim without serial and photos costs nothing.
func (in *Intake) Unit(ctx context.Context, owner string, c store.Claim) (u Unit, err error) {
	if c.Claim.Serial != "" {
		q := trace.Question{Claim: c.Claim, ID: c.ID, Owner: owner, Labels: c.Prediction.Labels()}
		q.Claim.ReceivedAt = c.Received()
		if u, err = in.look(ctx, q); err != nil {
			return Unit{}, err
		}
		u.Typed, _ = c.Claim.Context[TypedFact].(string)
		if u.Serial != c.Claim.Serial && u.Typed == "" {
			u.Typed = c.Claim.Serial // units came in after the claim
		}
		if u, err = in.Suggest(ctx, u); err != nil {
			return Unit{}, err
		}
	}
	if c.State == store.Queued || len(c.Claim.Photos) == 0 {
		return u, nil
	}
	r, err := in.cfg.Readings.ReadingsOf(ctx, c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return u, nil
	}
	if err != nil {
		return Unit{}, fmt.Errorf("intake: %w", err)
	}
	u.Readings = &r
	return u, nil
}

// Suggest adds known serials near one that is not known. It costs some look-ups of thousands of
// serials each, unless no unit is known at all.
func (in *Intake) Suggest(ctx context.Context, u Unit) (Unit, error) {
	if u.Status != StatusUnknown && u.Status != StatusFaulty {
		return u, nil
	}
	known, err := in.any.known(ctx, in.cfg)
	if err != nil || !known {
		return u, err
	}
	if u.Suggestions, err = in.finder.Near(ctx, u.Serial); err != nil {
		return u, fmt.Errorf("intake: %w", err)
	}
	return u, nil
}
