package codes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"time"
)

// Symbology names a kind of code.
type Symbology string

// The symbologies that are read.
const (
	QR         Symbology = "qr"
	DataMatrix Symbology = "datamatrix"
	Code128    Symbology = "code128"
	EAN13      Symbology = "ean13"
	EAN8       Symbology = "ean8"
	UPCA       Symbology = "upca"
	UPCE       Symbology = "upce"
)

// Limits of a [Config].
const (
	// DefaultBudget is the time for one photo.
	DefaultBudget = 400 * time.Millisecond
	// MaxBudget is the longest that may be asked for.
	MaxBudget = time.Minute
	// DefaultMaxTries is far above what the default budget allows on today's machines.
	DefaultMaxTries = 20_000
	// DefaultMaxRegions is how many places of a photo are looked at.
	DefaultMaxRegions = 24
	// MinSide is the shortest side of a photo in pixels that can hold a code.
	MinSide = 24
	// MaxPixels is the largest photo: those of 100-megapixel cameras.
	MaxPixels = 100_000_000
)

// Config says how a [Reader] works. The zero value is a good one.
type Config struct {
	// Budget is the time for one photo; what was accepted by then is the result. Once a code
	// is accepted, the rest of the photo has a quarter of it. 0 means [DefaultBudget].
	Budget time.Duration
	// Now is the clock that Budget is measured by; nil means time.Now. A clock of processor
	// time makes measurements on a busy machine fair.
	Now func() time.Time
	// MaxTries ends the work on a photo after so many decodings, whatever the time. 0 means
	// [DefaultMaxTries].
	MaxTries int
	// MaxRegions is how many places of a photo are looked at. 0 means [DefaultMaxRegions].
	MaxRegions int
	// Trusted may say that a text proves itself, as a brand's serial with a right check
	// digit does; such a text needs fewer agreeing tries. It must be safe for concurrent
	// use. Nil trusts GS1 structure only.
	Trusted func(text string) bool
}

// Validate reports every field that is out of range.
func (c Config) Validate() error {
	var errs []error
	if c.Budget < 0 || c.Budget > MaxBudget {
		errs = append(errs, fmt.Errorf("codes: Budget is %v; it must be within 0 (the default) and %v", c.Budget, MaxBudget))
	}
	if c.MaxTries < 0 {
		errs = append(errs, fmt.Errorf("codes: MaxTries is %d; it must not be negative", c.MaxTries))
	}
	if c.MaxRegions < 0 {
		errs = append(errs, fmt.Errorf("codes: MaxRegions is %d; it must not be negative", c.MaxRegions))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	c.Budget = cmp.Or(c.Budget, DefaultBudget)
	c.MaxTries = cmp.Or(c.MaxTries, DefaultMaxTries)
	c.MaxRegions = cmp.Or(c.MaxRegions, DefaultMaxRegions)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Code is one code that was read.
type Code struct {
	Symbology Symbology `json:"symbology"`
	// Text is what it holds: without a symbology identifier, GS (0x1d) between GS1 element
	// strings; 12 digits for UPC-A.
	Text string `json:"text"`
	// GS1 says that the code itself claims to hold GS1 element strings (FNC1 in first
	// position).
	GS1 bool `json:"gs1,omitempty"`
	// X and Y are the place's middle in pixels of the photo.
	X float64 `json:"x"`
	Y float64 `json:"y"`
	// Agreeing is how many tries read exactly this.
	Agreeing int `json:"agreeing"`
	// Reason says why a code was not accepted; empty when it was.
	Reason string `json:"reason,omitempty"`
}

// Result is what a photo holds.
type Result struct {
	// Codes are accepted, in the order in which they were first read.
	Codes []Code `json:"codes,omitempty"`
	// Doubtful are readings that were not accepted. They must never be taken for the unit's
	// serial; a person may use them as a hint.
	Doubtful []Code `json:"doubtful,omitempty"`
	// Tries is how many decodings were tried.
	Tries int `json:"tries"`
	// Cut says that time or tries ran out before all places were looked at.
	Cut bool `json:"cut,omitempty"`
}

// Reader reads codes on photos. It is safe for concurrent use.
type Reader struct {
	config Config
}

// New gives a reader, or an error that names each field out of range.
func New(c Config) (*Reader, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &Reader{c.withDefaults()}, nil
}

// ErrSize is returned for a photo that is too small or too large to be looked at.
var ErrSize = errors.New("codes: photo has no size that can be read")

// Read gives the codes on a photo. The error is [ErrSize], or the context's when that ended;
// that nothing was read, or not in time, is no error.
func (r *Reader) Read(ctx context.Context, img image.Image) (Result, error) {
	b := img.Bounds()
	if min(b.Dx(), b.Dy()) < MinSide || b.Dx()*b.Dy() > MaxPixels {
		return Result{}, fmt.Errorf("%w: %d x %d; the shorter side must have %d pixels, all together at most %d", ErrSize, b.Dx(), b.Dy(), MinSide, MaxPixels)
	}
	t := newTries(ctx, r.config)
	t.read(fromImage(img), r.config.MaxRegions)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	return t.result(), nil
}

// wholePhoto stands for the number of a region.
const wholePhoto = -1

// read looks at the whole photo, then at its regions in two passes, so that one hard region
// does not take the time of the others.
func (t *tries) read(g *gray, most int) {
	t.region = wholePhoto
	t.whole(g)
	all := regions(g, most)
	for pass := range 2 {
		for i, r := range all {
			if t.over() {
				return
			}
			t.region = i
			if t.taken(all, r) {
				continue
			}
			if r.linear {
				t.scanLinear(g, r, pass)
			} else {
				t.scanMatrix(g, r, pass)
			}
		}
	}
}

// taken says that the region lies on one whose code is accepted.
func (t *tries) taken(all []region, r region) bool {
	for i := range all {
		if t.settled[i] && all[i].middle.sub(r.middle).length() < all[i].long {
			return true
		}
	}
	return false
}

func (t *tries) result() Result {
	out := Result{Tries: t.count, Cut: t.over()}
	for _, b := range t.order {
		v := t.votes[b]
		c := Code{Symbology: b.symbology, Text: b.text, GS1: b.gs1, X: v.first.x, Y: v.first.y, Agreeing: v.tries}
		if d := t.verdict(b); d.ok {
			out.Codes = append(out.Codes, c)
		} else {
			c.Reason = d.reason
			out.Doubtful = append(out.Doubtful, c)
		}
	}
	return out
}
