package photo

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/defekt/defekt/pipeline/claim"
)

// TestTruncated cuts files at many places. Every backend must say that the file ends early,
// wherever the cut is, and never give half a picture as a whole one.
func TestTruncated(t *testing.T) {
	for name, d := range backends(t) {
		files := []string{"420.jpg", "444.jpg", "420-restart.jpg", "420-progressive.jpg", "grey.jpg"}
		if name == "default" {
			files = append(files, "source.png", "lossless.webp", "lossy.webp", "palette.gif", "plain.heic")
		}
		for _, file := range files {
			data := testFile(t, file)
			for _, cut := range []int{len(data) * 55 / 100, len(data) * 3 / 4, len(data) * 9 / 10, len(data) - 100, len(data) - 2} {
				if file == "palette.gif" && cut == len(data)-2 {
					continue // the first frame is whole
				}
				for _, short := range []int{0, 10} {
					_, err := d.Decode(t.Context(), data[:cut], short)
					if err == nil {
						t.Errorf("%s, %s cut to %d of %d bytes, short side %d: decoded", name, file, cut, len(data), short)
						continue
					}
					if code := codeOf(t, err); code != claim.CodePhotoTruncated {
						t.Errorf("%s, %s cut to %d of %d bytes, short side %d: %v", name, file, cut, len(data), short, err)
					}
				}
			}
		}
	}
}

// TestScanCutShort: data is missing in the middle, but the file ends as it should.
func TestScanCutShort(t *testing.T) {
	for _, file := range []string{"420.jpg", "grey.jpg"} {
		data := testFile(t, file)
		data = append(bytes.Clone(data[:len(data)*3/4]), 0xff, 0xd9)
		for name, d := range backends(t) {
			for _, short := range []int{0, 10} {
				_, err := d.Decode(t.Context(), data, short)
				if err == nil || codeOf(t, err) != claim.CodePhotoTruncated {
					t.Errorf("%s, %s, short side %d: %v", name, file, short, err)
				}
			}
		}
	}
}

// TestDamaged changes bytes at random: whatever comes out, it is a picture of the right
// size or a problem, and backends agree on files that do not decode at full size.
func TestDamaged(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	all := backends(t)
	for _, file := range []string{"420.jpg", "420-restart.jpg", "420-progressive.jpg", "source.png", "lossy.webp", "lossless.webp", "palette.gif"} {
		original := testFile(t, file)
		for range 60 {
			data := bytes.Clone(original)
			for range 1 + rnd.IntN(4) {
				data[rnd.IntN(len(data))] = uint8(rnd.Uint32())
			}
			for name, d := range all {
				p, err := d.Decode(t.Context(), data, 10*rnd.IntN(2))
				if err == nil {
					if p.Image.W == 0 || p.Image.H == 0 {
						t.Errorf("%s, %s: empty picture", name, file)
					}
					continue
				}
				var problem claim.Problem
				if !errors.As(err, &problem) || problem.Code == claim.CodePhotoPanic {
					t.Errorf("%s, %s: %v", name, file, err)
				}
			}
		}
	}
}

func TestCorrupt(t *testing.T) {
	d := newDecoder(t, Config{})
	png := testFile(t, "source.png")
	i := bytes.Index(png, []byte("IDAT"))
	png[i+200] ^= 0xff
	jpg := testFile(t, "420.jpg")
	j := bytes.Index(jpg, []byte{0xff, 0xc4})
	jpg[j+5] = 200 // 200 codes of one bit
	for name, data := range map[string][]byte{"png": png, "jpeg": jpg} {
		for _, short := range []int{0, 10} {
			if _, err := d.Decode(t.Context(), data, short); err == nil || codeOf(t, err) != claim.CodePhotoCorrupt {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
