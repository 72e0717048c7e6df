package chargeback

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/store/blob"
)

// Format names the layout of the package; it changes with the layout.
const Format = "defekt-chargeback/1"

// Result is what was written.
type Result struct {
	// Digest is the sha256 of the ZIP, in hex; Bytes its size.
	Digest string
	Bytes  int64
	Totals Totals
	// Missing are photos that could not be read, with the reason; the manifest says so too.
	Missing []MissingPhoto
}

// MissingPhoto is a photo that a claim names and the place for photos does not have.
type MissingPhoto struct {
	Photo  string `json:"photo"`
	Reason string `json:"reason"`
}

// file is an entry of the manifest.
type file struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
	// Claims are those that a photo belongs to.
	Claims []string `json:"claims,omitempty"`
}

// manifest says what is inside.
type manifest struct {
	Format        string         `json:"format"`
	Reference     string         `json:"reference"`
	Issuer        string         `json:"issuer,omitempty"`
	Supplier      string         `json:"supplier"`
	Lots          []string       `json:"lots,omitempty"`
	CAPA          string         `json:"capa,omitempty"`
	AsOf          time.Time      `json:"as_of"`
	Totals        Totals         `json:"totals"`
	Files         []file         `json:"files"`
	MissingPhotos []MissingPhoto `json:"missing_photos,omitempty"`
}

// Write writes the package to w. Photos are read one at a time.
func Write(ctx context.Context, w io.Writer, p Package, photos blob.Reader) (Result, error) {
	if err := p.validate(); err != nil {
		return Result{}, err
	}
	p = p.sorted()
	totals, err := p.totals()
	if err != nil {
		return Result{}, err
	}
	out := &archive{hash: sha256.New(), at: p.newest()}
	out.zip = zip.NewWriter(io.MultiWriter(w, out.hash, &out.size))
	m := manifest{Format: Format, Reference: p.Reference, Issuer: p.Issuer, Supplier: p.Supplier, Lots: p.Lots, CAPA: p.CAPA, AsOf: out.at, Totals: totals}
	cover, err := coverHTML(p, totals, out.at)
	if err != nil {
		return Result{}, err
	}
	if err := out.add("cover.html", cover, nil); err != nil {
		return Result{}, err
	}
	for _, l := range lists() {
		data, err := l.data(p)
		if err != nil {
			return Result{}, err
		}
		if err := out.add(l.name, data, nil); err != nil {
			return Result{}, err
		}
	}
	if m.MissingPhotos, err = out.photos(ctx, p, photos); err != nil {
		return Result{}, err
	}
	m.Files = slices.Clone(out.files)
	if err := out.close(m); err != nil {
		return Result{}, err
	}
	return Result{Digest: hex.EncodeToString(out.hash.Sum(nil)), Bytes: int64(out.size), Totals: totals, Missing: m.MissingPhotos}, nil
}

// archive is the ZIP under way.
type archive struct {
	zip  *zip.Writer
	hash interface {
		Sum(b []byte) []byte
		io.Writer
	}
	size  counter
	at    time.Time
	files []file
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// add stores a file. Size and checksum go in front of it, since some readers cannot take a stored
// file whose size comes after.
func (a *archive) add(name string, data []byte, claims []string) error {
	h := &zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(data),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data)), Extra: seconds(a.at)}
	h.SetModTime(a.at) //nolint:staticcheck // CreateRaw writes the old fields, not Modified
	h.SetMode(0o644)
	w, err := a.zip.CreateRaw(h)
	if err == nil {
		_, err = w.Write(data)
	}
	if err != nil {
		return fmt.Errorf("chargeback: %s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	a.files = append(a.files, file{name, hex.EncodeToString(sum[:]), len(data), claims})
	return nil
}

// seconds is the extra field 0x5455 with the time of change: ZIP's own field has steps of two
// seconds and no zone.
func seconds(t time.Time) []byte {
	b := binary.LittleEndian.AppendUint16(nil, 0x5455)
	b = binary.LittleEndian.AppendUint16(b, 5)
	return binary.LittleEndian.AppendUint32(append(b, 1), uint32(t.Unix()))
}

// photos stores each photo once, by digest, and says which are missing.
func (a *archive) photos(ctx context.Context, p Package, from blob.Reader) ([]MissingPhoto, error) {
	of := map[string][]string{}
	var digests []string
	for _, l := range p.Lines {
		for _, d := range l.Photos {
			if of[d] == nil {
				digests = append(digests, d)
			}
			if !slices.Contains(of[d], l.Claim) {
				of[d] = append(of[d], l.Claim)
			}
		}
	}
	slices.Sort(digests)
	var missing []MissingPhoto
	for _, d := range digests {
		data, err := from.Read(ctx, d, photo.MaxBytes)
		if why := gone(err); why != "" {
			missing = append(missing, MissingPhoto{d, why})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("chargeback: photo %s: %w", d, err)
		}
		if blob.Digest(data) != d {
			return nil, fmt.Errorf("chargeback: photo %s: %w", d, blob.ErrDamaged)
		}
		if err := a.add("photos/"+strings.TrimPrefix(d, "sha256:")+extension(data), data, of[d]); err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// gone says why a photo is not there for good; another fault may be over on another try, and a
// package without the photo would be another one.
func gone(err error) string {
	switch {
	case errors.Is(err, blob.ErrMissing):
		return "not kept"
	case errors.Is(err, blob.ErrDamaged):
		return "damaged"
	case errors.Is(err, blob.ErrTooLarge):
		return "too large"
	}
	return ""
}

func extension(data []byte) string {
	switch f := photo.Sniff(data); f {
	case "":
		return ".bin"
	case photo.JPEG:
		return ".jpg"
	default:
		return "." + string(f)
	}
}

// close writes the manifest and the list of hashes, and ends the ZIP.
func (a *archive) close(m manifest) error {
	var data bytes.Buffer
	enc := json.NewEncoder(&data)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return fmt.Errorf("chargeback: manifest: %w", err)
	}
	if err := a.add("manifest.json", data.Bytes(), nil); err != nil {
		return err
	}
	files := slices.Clone(a.files)
	slices.SortFunc(files, func(x, y file) int { return strings.Compare(x.Name, y.Name) })
	var sums strings.Builder
	for _, f := range files {
		sums.WriteString(f.SHA256 + "  " + f.Name + "\n")
	}
	if err := a.add("SHA256SUMS", []byte(sums.String()), nil); err != nil {
		return err
	}
	if err := a.zip.Close(); err != nil {
		return fmt.Errorf("chargeback: %w", err)
	}
	return nil
}
