package fingerprint

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"runtime"

	"github.com/sourcegraph/conc/pool"

	"github.com/defekt/defekt/datasets"
)

// Prints are the fingerprints of a training set. Not to be changed; safe for use by several
// goroutines.
type Prints struct {
	// Data and Digest name the set, as a model's manifest does.
	Data   string `json:"data"`
	Digest string `json:"digest,omitempty"`

	claims []claimPrint
	photos []photoPrint
}

// claimPrint is one claim, in the order of the data. A hash of 0 is "has none".
type claimPrint struct {
	id, serial, text uint64
	sketch           [datasets.TextRows]byte
}

// photoPrint is one photo of a claim.
type photoPrint struct {
	claim  uint32 // index of claims
	file   uint64
	bits   [4]uint64 // the difference hash; all zero for a photo too flat to compare
	detail signs     // of the photo's detail
}

// Claims and Photos are the numbers that are remembered.
func (p *Prints) Claims() int { return len(p.claims) }

// Photos is the number of photos.
func (p *Prints) Photos() int { return len(p.photos) }

// Options for [Build] and [Prints.Match].
type Options struct {
	// Photos decodes photos for near-duplicates. nil: photos are known by their bytes only.
	Photos datasets.PhotoReader
	// SkipPhotos does not open photos at all.
	SkipPhotos bool
	// Workers is the number of claims read at a time. 0: one for each core.
	Workers int
}

// Build takes the fingerprints of the chosen splits of a set, whose digest the caller knows.
// The error is for failures of the stream and the context; a photo that cannot be read has
// no print.
func Build(ctx context.Context, s *datasets.Set, digest string, o Options) (*Prints, error) {
	p := &Prints{Data: s.Name, Digest: digest}
	err := each(ctx, s, o, func(one printed) {
		n := uint32(len(p.claims))
		p.claims = append(p.claims, one.claim)
		for _, photo := range one.photos {
			photo.claim = n
			p.photos = append(p.photos, photo.photoPrint)
		}
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Join gives the prints of several sets, one after the other, under a name and digest.
func Join(data, digest string, parts ...*Prints) *Prints {
	p := &Prints{Data: data, Digest: digest}
	for _, one := range parts {
		before := uint32(len(p.claims)) //nolint:gosec // claims are counted in 32 bits throughout
		p.claims = append(p.claims, one.claims...)
		for _, photo := range one.photos {
			photo.claim += before
			p.photos = append(p.photos, photo)
		}
	}
	return p
}

// printed is a claim with its prints.
type printed struct {
	row    datasets.Row
	claim  claimPrint
	text   datasets.TextPrint
	photos []comparedPhoto
}

// comparedPhoto also has what only the asking side needs: the mirror image.
type comparedPhoto struct {
	photoPrint
	mirrored       [4]uint64
	mirroredDetail signs
}

// each prints the claims side by side and hands them over in their order, a batch at a time.
func each(ctx context.Context, s *datasets.Set, o Options, take func(printed)) error {
	const batchSize = 512
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	project := newProjection()
	var batch []printed
	flush := func() error {
		work := pool.New().WithMaxGoroutines(workers).WithContext(ctx).WithCancelOnError()
		for i := range batch {
			work.Go(func(ctx context.Context) error {
				batch[i].compute(ctx, o, project)
				return ctx.Err()
			})
		}
		if err := work.Wait(); err != nil {
			return err
		}
		for _, one := range batch {
			take(one)
		}
		batch = batch[:0]
		return nil
	}
	for row, err := range s.Rows(ctx) {
		if err != nil {
			return err
		}
		if batch = append(batch, printed{row: row}); len(batch) == batchSize {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (p *printed) compute(ctx context.Context, o Options, project *projection) {
	p.text = datasets.PrintText(p.row.Text)
	p.claim = claimPrint{id: hash("id", p.row.ID), serial: hash("serial", datasets.SerialKey(p.row.Serial)), text: p.text.Exact, sketch: p.text.Sketch}
	if o.SkipPhotos {
		return
	}
	for _, path := range p.row.Photos {
		if one, ok := printPhoto(ctx, path, o.Photos, project); ok {
			p.photos = append(p.photos, one)
		}
	}
}

// hash is the beginning of a sha256; 0 for an empty value only.
func hash(kind, value string) uint64 {
	if value == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(kind + "\x00" + value))
	return max(binary.LittleEndian.Uint64(sum[:8]), 1)
}

func printPhoto(ctx context.Context, path string, decode datasets.PhotoReader, project *projection) (p comparedPhoto, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return p, false
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	_ = f.Close() // nothing was written
	if err != nil {
		return p, false
	}
	p.file = hash("photo", hex.EncodeToString(sum.Sum(nil)))
	if decode == nil {
		return p, true
	}
	img, err := decode(ctx, path)
	if err != nil {
		return p, true
	}
	h := datasets.HashPhoto(img)
	if !h.Flat {
		p.bits, p.mirrored = h.Bits, h.Mirrored
		p.detail, p.mirroredDetail = project.of(&h)
	}
	return p, true
}
