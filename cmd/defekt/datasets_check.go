package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"sync"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

type datasetsCheckCmd struct {
	dataFlags
	Split    string `placeholder:"A,B" help:"Check these splits only."`
	NoPhotos bool   `help:"Do not decode photos; they are only looked for and compared by their bytes."`
	Workers  int    `placeholder:"N" help:"Photos read at a time. Default: one for each core."`
	Show     int    `default:"5" placeholder:"N" help:"Examples printed for each kind of finding; 0 for all."`
	JSON     string `name:"json" placeholder:"FILE" help:"Write all findings as JSON to FILE (- for standard output)."`
}

// Help is printed below the flags.
func (datasetsCheckCmd) Help() string {
	return `Findings are errors (figures would be wrong, or rows, photos or labels are lost), warnings (for a person to
judge) and notes. Texts are compared by 4-word shingles (6 characters in Chinese and Japanese) and count as
near-duplicates from a Jaccard similarity of 0.7; photos by a 256-bit difference hash, also mirrored, up to 30
bits apart.

  defekt datasets check --data claims.jsonl
  defekt datasets check --data car-damage --root ../data/car-damage --json findings.json`
}

// Run prints what is wrong with the set.
func (c *datasetsCheckCmd) Run(a *app) error {
	set, err := c.open(c.Split)
	if err != nil {
		return err
	}
	o := datasets.CheckOptions{Workers: c.Workers}
	if !c.NoPhotos {
		decoder, err := photo.New(photo.Config{})
		if err != nil {
			return err
		}
		defer decoder.Close()
		o.Photos = readPhoto(decoder)
	}
	bar := photoBar{w: a.stderr}
	o.Progress = bar.step
	report, err := datasets.Check(a.ctx, set, o)
	bar.done()
	if err != nil {
		return err
	}
	if c.JSON != "-" {
		printReport(a.stdout, report, c.Show)
	}
	if _, err := a.writeJSON(c.JSON, report); err != nil {
		return err
	}
	if n := report.Count(datasets.LevelError); n > 0 {
		return fmt.Errorf("%s has %d error(s)", set.Name, n)
	}
	return nil
}

// photoBar is a progress line that begins when the number of photos is known.
type photoBar struct {
	w    io.Writer
	once sync.Once
	bar  *progress
}

func (p *photoBar) step(total, read int64) {
	p.once.Do(func() { p.bar = newProgress(p.w, "photos", max(total, 1)) })
	p.bar.Add(read)
}

func (p *photoBar) done() {
	if p.bar != nil {
		p.bar.Done()
	}
}

// readPhoto reads files with the product's decoder; a fingerprint needs few pixels.
func readPhoto(d *photo.Decoder) datasets.PhotoReader {
	const fingerprintSide = 128
	return func(ctx context.Context, path string) (image.Image, error) {
		info, err := os.Stat(path)
		if err != nil {
			return nil, claim.Problem{Code: claim.CodePhotoMissing, Message: err.Error()}
		}
		if info.Size() > photo.MaxBytes {
			return nil, claim.Problem{Code: claim.CodePhotoTooLarge, Message: fmt.Sprintf("the file has %d bytes; at most %d are read", info.Size(), photo.MaxBytes)}
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, claim.Problem{Code: claim.CodePhotoUnread, Message: errors.Unwrap(err).Error()}
		}
		p, err := d.Decode(ctx, data, fingerprintSide)
		if err != nil {
			return nil, err
		}
		return grey(p.Image), nil
	}
}

// grey keeps what a fingerprint looks at.
func grey(m *raster.Image) *image.Gray {
	out := image.NewGray(m.Bounds())
	for y := range m.H {
		row, to := m.Row(y), out.Pix[y*out.Stride:]
		for x := range m.W {
			r, g, b := int(row[3*x]), int(row[3*x+1]), int(row[3*x+2])
			to[x] = uint8((299*r + 587*g + 114*b) / 1000)
		}
	}
	return out
}

// printReport prints a head, the findings by kind with a few examples each, and a
// verdict.
func printReport(w io.Writer, r *datasets.Report, show int) {
	s := r.Summary
	_, _ = fmt.Fprintf(w, "%s: %d rows (%s), %d photos (%d fine)\n", s.Set, s.Rows, counts(s.Splits, splitOrder(s.Splits)), s.Photos, r.PhotosRead)
	for _, axis := range s.Axes {
		_, _ = fmt.Fprintf(w, "  %s: %d labels, labelled rows %s\n", axis.Axis, len(axis.Labels), counts(axis.Labelled, splitOrder(axis.Labelled)))
	}
	_, _ = fmt.Fprintf(w, "  digest %s\n", r.Digest)
	for begin := 0; begin < len(r.Findings); {
		end := begin
		for end < len(r.Findings) && r.Findings[end].Code == r.Findings[begin].Code && r.Findings[end].Level == r.Findings[begin].Level {
			end++
		}
		printKind(w, r.Findings[begin:end], show)
		begin = end
	}
	_, _ = fmt.Fprintf(w, "\n%d error(s), %d warning(s), %d note(s)\n", r.Count(datasets.LevelError), r.Count(datasets.LevelWarning), r.Count(datasets.LevelNote))
}

func printKind(w io.Writer, same []datasets.Finding, show int) {
	_, _ = fmt.Fprintf(w, "\n%s %s: %d\n", same[0].Level, same[0].Code, len(same))
	for i, f := range same {
		if show > 0 && i == show {
			_, _ = fmt.Fprintf(w, "  ... and %d more (--show 0 prints all)\n", len(same)-i)
			return
		}
		if f.Row > 0 {
			_, _ = fmt.Fprintf(w, "  row %d (%s): %s\n", f.Row, f.ID, f.Message)
			continue
		}
		_, _ = fmt.Fprintf(w, "  %s\n", f.Message)
	}
}
