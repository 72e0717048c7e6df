package serial

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/codes"
	"github.com/defekt/defekt/pipeline/serial/ndef"
	"github.com/defekt/defekt/pipeline/serial/suggest"
)

// Codes of claims whose unit is in doubt.
const (
	CodeConflict claim.Code = "serial_conflict" // two sources name two units
	CodeProduct  claim.Code = "gtin_conflict"   // two sources name two products
	CodeUnknown  claim.Code = "serial_unknown"  // no unit with this serial is known
)

// Suggester finds known serials near a typed one; [suggest.Finder] is one.
type Suggester interface {
	// Near must give the nearest known serials, cheapest first; price 0 means that the
	// serial itself is known.
	Near(ctx context.Context, serial string) ([]suggest.Suggestion, error)
}

// Config holds what a [Resolver] works with.
type Config struct {
	// Rules are the brands' rules; nil for none.
	Rules Rules
	// Known finds known serials; nil when none are known.
	Known Suggester
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Resolver decides which unit a claim is about. It is safe for concurrent use if its rules
// and known serials are.
type Resolver struct {
	rules Rules
	known Suggester
	now   func() time.Time
}

// New gives a resolver.
func New(c Config) *Resolver {
	r := &Resolver{rules: c.Rules, known: c.Known, now: c.Now}
	if r.now == nil {
		r.now = time.Now
	}
	return r
}

// Input is all that a claim says about its unit.
type Input struct {
	Product
	// Typed is the form's serial, or empty.
	Typed string
	// Photos holds the accepted codes of each photo, in the claim's order.
	Photos [][]codes.Code
	// EPCs are identifiers from an RFID reader, NDEF messages from an NFC tag.
	EPCs []string
	NDEF [][]byte
}

// Resolution is the unit of a claim.
type Resolution struct {
	// Identity is what is believed: its Serial is the claim's serial.
	Identity
	// Certain says that nothing contradicts it and that it is proven by a check digit, is
	// known, or comes from two sources.
	Certain bool `json:"certain"`
	// Problems are contradictions and faults, in plain sentences.
	Problems []claim.Problem `json:"problems,omitempty"`
	// Suggestions are known serials that a typed one may stand for.
	Suggestions []suggest.Suggestion `json:"suggestions,omitempty"`
	// Seen is everything that was understood, in the order form, photos, tags.
	Seen []Identity `json:"seen,omitempty"`
}

// Resolve weighs the sources. The error is that of the known serials' store.
func (r *Resolver) Resolve(ctx context.Context, in Input) (Resolution, error) {
	var out Resolution
	typed, hasTyped := r.typed(in, &out)
	read := r.read(in, &out)
	best, others := pick(typed, hasTyped, read)
	out.Identity = best
	for _, o := range others {
		if p, ok := Conflict(best, o); ok && !slices.Contains(out.Problems, p) {
			out.Problems = append(out.Problems, p)
		}
	}
	out.complete(read)
	known, err := r.lookup(ctx, &out, hasTyped)
	if err != nil {
		return Resolution{}, err
	}
	agree := 0
	for _, s := range out.Seen {
		if s.Serial != "" && same(s, best) {
			agree++
		}
	}
	doubt := slices.ContainsFunc(out.Problems, func(p claim.Problem) bool { return p.Code == CodeConflict || p.Code == CodeProduct })
	out.Certain = best.Serial != "" && !doubt && (best.Proven || known || agree > 1)
	return out, nil
}

// typed understands the form's serial; a fault in it is noted and the text kept.
func (r *Resolver) typed(in Input, out *Resolution) (Identity, bool) {
	if strings.TrimSpace(in.Typed) == "" {
		return Identity{}, false
	}
	id, err := r.Interpret(in.Typed, in.Product)
	if err != nil {
		out.Problems = append(out.Problems, claim.AsProblem(err, CodeNoSerial).At("serial"))
		id = Identity{Serial: strings.TrimSpace(in.Typed), Form: FormPlain}
	}
	id.From = "the form"
	out.Seen = append(out.Seen, id)
	return id, true
}

// read understands photos and tags. What is no serial is left out without a word: photos
// show all kinds of codes.
func (r *Resolver) read(in Input, out *Resolution) []Identity {
	var all []Identity
	add := func(id Identity, err error, from string) {
		if err != nil {
			return
		}
		id.From = from
		all = append(all, id)
	}
	for i, found := range in.Photos {
		for _, c := range found {
			id, err := r.InterpretCode(c, in.Product)
			add(id, err, fmt.Sprintf("photo %d", i+1))
		}
	}
	for i, text := range in.EPCs {
		id, err := fromEPC(text)
		if err != nil {
			out.Problems = append(out.Problems, claim.AsProblem(err, CodeNoSerial).At(fmt.Sprintf("epcs[%d]", i)))
		}
		add(id, err, "the tag")
	}
	for i, data := range in.NDEF {
		c, err := ndef.Parse(data)
		if err != nil {
			out.Problems = append(out.Problems, claim.AsProblem(err, ndef.CodeMalformed).At(fmt.Sprintf("tags[%d]", i)))
			continue
		}
		for _, uri := range c.URIs {
			id, err := r.Interpret(uri, in.Product)
			add(id, err, "the tag")
		}
		for _, t := range c.Texts {
			id, err := r.Interpret(t.Text, in.Product)
			add(id, err, "the tag")
		}
	}
	out.Seen = append(out.Seen, all...)
	return all
}

// complete fills in what other texts about the same unit say.
func (out *Resolution) complete(read []Identity) {
	id := &out.Identity
	for _, o := range read {
		if o.Serial != "" && id.Serial != "" && !same(*id, o) {
			continue
		}
		if id.GTIN == "" {
			id.GTIN = o.GTIN
		}
		if o.Serial == "" {
			continue
		}
		if id.Lot == "" {
			id.Lot = o.Lot
		}
		if id.Made.IsZero() {
			id.Made, id.Precision, id.Plant = o.Made, o.Precision, o.Plant
		}
		id.Proven = id.Proven || o.Proven
	}
}

// lookup asks for the serial among the known ones, and for those near it when it is typed
// and not there.
func (r *Resolver) lookup(ctx context.Context, out *Resolution, typed bool) (known bool, err error) {
	if r.known == nil || out.Serial == "" {
		return false, nil
	}
	near, err := r.known.Near(ctx, out.Serial)
	if err != nil {
		return false, fmt.Errorf("serial: %w", err)
	}
	if len(near) > 0 && near[0].Price == 0 {
		return true, nil
	}
	message := "no unit with the serial " + out.Serial + " is known"
	if typed && len(near) > 0 {
		out.Suggestions = near
		message += "; did you mean " + near[0].Serial + "?"
	}
	out.Problems = append(out.Problems, claim.Problem{Code: CodeUnknown, Where: "serial", Message: message})
	return false, nil
}
