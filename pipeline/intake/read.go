package intake

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/serial"
	"github.com/defekt/defekt/pipeline/serial/codes"
	"github.com/defekt/defekt/pipeline/serial/rules"
	"github.com/defekt/defekt/pipeline/store"
)

// Claims is what a reader needs of a store of claims and their readings.
type Claims interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
	PutReadings(ctx context.Context, r store.PhotoReadings) (adopted bool, err error)
}

// Codes reads the codes on a photo; [codes.Reader] is one.
type Codes interface {
	Read(ctx context.Context, img image.Image) (codes.Result, error)
}

// Result says how reading the photos of a claim ended.
type Result string

// The results.
const (
	ResultAdopted   Result = "adopted"   // the claim has its serial from a photo now
	ResultConfirmed Result = "confirmed" // the photos show the claim's serial
	ResultConflict  Result = "conflict"  // they show another one, or several
	ResultNone      Result = "none"      // they show none
)

// ReaderConfig holds what a [Reader] works with. All but the optional must be set.
type ReaderConfig struct {
	Claims Claims
	Units  interface { // which serials are known
		Existing(ctx context.Context, keys []string) (map[string]string, error)
	}
	Photos  pipeline.Source
	Decoder *photo.Decoder
	Codes   Codes
	// Rules are the brands' rules, optional.
	Rules serial.Rules
	// Observe, optional, is told how each claim ended.
	Observe func(Result)
	// Now is the clock, optional.
	Now func() time.Time
}

// Limits of what is read.
const (
	// codeSide is the short side in pixels down to which a photo is scaled while it is decoded:
	// a phone's 12 megapixels come at full size, 48 at half of it.
	codeSide = 2400
	// maxDoubtful is how many readings of a photo are kept that were not believed.
	maxDoubtful = 5
)

// Reader reads the codes on the photos of stored claims. It is safe for concurrent use; each
// call holds one photo in memory at a time.
type Reader struct {
	cfg      ReaderConfig
	resolver *serial.Resolver
}

// NewReader gives a reader, or says what is missing.
func NewReader(cfg ReaderConfig) (*Reader, error) {
	if cfg.Claims == nil || cfg.Units == nil || cfg.Photos == nil || cfg.Decoder == nil || cfg.Codes == nil {
		return nil, errors.New("intake: claims, units, photos, decoder and codes must be set")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Result) {}
	}
	return &Reader{cfg, serial.New(serial.Config{Rules: cfg.Rules, Now: cfg.Now})}, nil
}

// ReadCodes reads a claim's photos and keeps what they say: the claim's serial, where it has
// none; a conflict, where they show another one. It may be repeated. The error is
// [store.ErrNotFound] for a claim that is gone, else that of a store that should be tried again.
func (r *Reader) ReadCodes(ctx context.Context, id string) error {
	c, err := r.cfg.Claims.Claim(ctx, id)
	if err != nil {
		return err
	}
	out := store.PhotoReadings{Claim: id}
	var seen []serial.Identity
	done := map[string]bool{}
	for i, ref := range c.Claim.Photos {
		if done[ref] {
			continue
		}
		done[ref] = true
		found, err := r.photo(ctx, ref)
		if err != nil {
			if again(ctx, err) {
				return fmt.Errorf("intake: photo %d: %w", i, err)
			}
			out.Failed = append(out.Failed, i)
			continue
		}
		seen = append(seen, r.note(&out, i, found, productOf(c.Claim))...)
	}
	result, err := r.decide(ctx, c.Claim.Serial, seen, &out)
	if err != nil {
		return err
	}
	out.At = r.cfg.Now()
	adopted, err := r.cfg.Claims.PutReadings(ctx, out)
	if err != nil {
		return err
	}
	if adopted {
		result = ResultAdopted
	}
	r.cfg.Observe(result)
	return nil
}

// again says that it is not the photo's fault: what stores it did not answer, or the work was
// stopped.
func again(ctx context.Context, err error) bool {
	code := claim.AsProblem(err, claim.CodeInternal).Code
	return ctx.Err() != nil || code == claim.CodePhotoStore || code == claim.CodeInternal && !errors.Is(err, codes.ErrSize)
}

// photo reads one photo.
func (r *Reader) photo(ctx context.Context, ref string) (codes.Result, error) {
	data, err := r.cfg.Photos.Read(ctx, ref, photo.MaxBytes)
	if err != nil {
		return codes.Result{}, err
	}
	p, err := r.cfg.Decoder.Decode(ctx, data, codeSide)
	if err != nil {
		return codes.Result{}, err
	}
	return r.cfg.Codes.Read(ctx, p.Image)
}

// note writes down the codes of a photo and gives what they name.
func (r *Reader) note(out *store.PhotoReadings, at int, found codes.Result, p serial.Product) (seen []serial.Identity) {
	add := func(reading store.Reading) {
		if len(out.Codes) < store.MaxReadings {
			out.Codes = append(out.Codes, reading)
		}
	}
	for _, c := range found.Codes {
		reading := store.Reading{Photo: at, Symbology: string(c.Symbology), Text: cut(c.Text)}
		id, err := r.resolver.InterpretCode(c, p)
		if err != nil && claim.AsProblem(err, "").Code == rules.CodePattern {
			// Of no brand whose rules are known: a text like any other.
			id, err = serial.Identity{Serial: c.Text, Form: serial.FormPlain}, nil
		}
		if err == nil {
			id.From = fmt.Sprintf("photo %d", at+1)
			seen = append(seen, id)
			reading.Serial, reading.GTIN, reading.Lot, reading.Made, reading.Form = id.Serial, id.GTIN, id.Lot, id.Made, string(id.Form)
		}
		add(reading)
	}
	for _, c := range found.Doubtful[:min(len(found.Doubtful), maxDoubtful)] {
		add(store.Reading{Photo: at, Symbology: string(c.Symbology), Text: cut(c.Text), Doubt: cut(c.Reason)})
	}
	return seen
}

// cut makes a text storable; whole codes are shorter.
func cut(s string) string { return s[:min(len(s), store.MaxReadingText)] }
