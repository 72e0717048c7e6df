package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"runtime"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// The functions below write files that claim a size and hold next to no picture.

func bombJPEG(w, h int, frame byte) []byte {
	b := []byte{0xff, 0xd8, 0xff, frame, 0, 17, 8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3,
		1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0}
	return append(b, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0, 1, 2, 3, 0xff, 0xd9)
}

func pngChunk(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func bombPNG(w, h uint32, packed int) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := append([]byte(pngSignature), pngChunk("IHDR", append(ihdr, 8, 2, 0, 0, 0))...)
	b = append(b, pngChunk("IDAT", make([]byte, packed))...)
	return append(b, pngChunk("IEND", nil)...)
}

func bombGIF(w, h uint16) []byte {
	b := binary.LittleEndian.AppendUint16([]byte("GIF89a"), w)
	b = binary.LittleEndian.AppendUint16(b, h)
	return append(b, 0, 0, 0, ',', 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 0, ';')
}

func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func riffChunk(kind string, body []byte) []byte {
	b := append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(body))), body...)
	if len(body)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func vp8x(w, h int) []byte {
	w, h = w-1, h-1
	return riffChunk("VP8X", []byte{0, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
}

func vp8l(w, h uint32) []byte {
	return riffChunk("VP8L", binary.LittleEndian.AppendUint32([]byte{0x2f}, (w-1)|(h-1)<<14))
}

func box(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}

func bombHEIC(w, h uint32) []byte {
	ispe := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), w), h)
	return append(box("ftyp", []byte("heic\x00\x00\x00\x00mif1heic")),
		box("meta", make([]byte, 4), box("iprp", box("ipco", box("ispe", ispe))))...)
}

// TestLimits: each limit has its own code, is enforced within microseconds (a generous
// bound is tested, for busy machines) and takes no memory for pixels.
func TestLimits(t *testing.T) {
	d := newDecoder(t, Config{})
	small := newDecoder(t, Config{MaxBytes: 1000, MaxPixels: 10_000, MaxSide: 150, MaxRatio: 2})
	for _, c := range []struct {
		name string
		d    *Decoder
		data []byte
		want claim.Code
	}{
		{"jpeg 30,000 x 30,000", d, bombJPEG(30000, 30000, 0xc0), claim.CodePhotoSide},
		{"jpeg of 225 megapixels", d, bombJPEG(15000, 15000, 0xc0), claim.CodePhotoPixels},
		{"jpeg, progressive, of 81 megapixels", d, bombJPEG(9000, 9000, 0xc2), claim.CodePhotoPixels},
		{"jpeg, a strip", d, bombJPEG(19000, 10, 0xc0), claim.CodePhotoRatio},
		{"jpeg of 81 megapixels in 60 bytes", d, bombJPEG(9000, 9000, 0xc0), claim.CodePhotoTruncated},
		{"png 30,000 x 30,000", d, bombPNG(30000, 30000, 1000), claim.CodePhotoSide},
		{"png of 2^32 pixels a side", d, bombPNG(1<<32-1, 1<<32-1, 10), claim.CodePhotoCorrupt},
		{"png of 100 megapixels", d, bombPNG(10000, 10000, 400_000), claim.CodePhotoPixels},
		{"png of 49 megapixels in 1 KB", d, bombPNG(7000, 7000, 1000), claim.CodePhotoTruncated},
		{"gif 65,535 x 65,535", d, bombGIF(65535, 65535), claim.CodePhotoSide},
		{"gif of 100 megapixels", d, bombGIF(10000, 10000), claim.CodePhotoPixels},
		{"webp canvas", d, riff(vp8x(1<<24, 1<<24)), claim.CodePhotoSide},
		{"webp, large picture in a small canvas", d, riff(vp8x(10, 10), vp8l(16383, 16383)), claim.CodePhotoPixels},
		{"heic 30,000 x 30,000", d, bombHEIC(30000, 30000), claim.CodePhotoSide},
		{"heic of 100 megapixels", d, bombHEIC(10000, 10000), claim.CodePhotoPixels},
		{"heic of 2^32 pixels a side", d, bombHEIC(1<<32-1, 1<<32-1), claim.CodePhotoSide},
		{"heic, tiny", d, bombHEIC(100, 100), claim.CodePhotoTooSmall},
		{"too many bytes", d, make([]byte, MaxBytes+1), claim.CodePhotoTooLarge},
		{"lowered bytes", small, make([]byte, 1001), claim.CodePhotoTooLarge},
		{"lowered pixels", small, bombJPEG(101, 100, 0xc0), claim.CodePhotoPixels},
		{"lowered side", small, bombJPEG(151, 100, 0xc0), claim.CodePhotoSide},
		{"lowered ratio", small, bombJPEG(101, 50, 0xc0), claim.CodePhotoRatio},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := c.d.Decode(t.Context(), c.data, 224)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if code := codeOf(t, err); code != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<10 {
				t.Errorf("took %d bytes", used)
			}
			if took > 50*time.Millisecond {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestJustWithinLimits: limits are not off by one.
func TestJustWithinLimits(t *testing.T) {
	d := newDecoder(t, Config{MaxPixels: 20_000, MaxSide: 200, MaxRatio: 2})
	if _, err := d.Decode(t.Context(), encodeJPEG(t, madePhoto(200, 100), 80), 0); err != nil {
		t.Error(err)
	}
}

// TestZipBomb: a small PNG of few bytes that unpacks to the largest picture allowed is
// read; one that is larger is not, however well it is packed.
func TestZipBomb(t *testing.T) {
	d := newDecoder(t, Config{MaxPixels: 4_000_000})
	for side, want := range map[int]claim.Code{2000: "", 2001: claim.CodePhotoPixels} {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
			t.Fatal(err)
		}
		_, err := d.Decode(t.Context(), b.Bytes(), 224)
		if want == "" && err != nil || want != "" && codeOf(t, err) != want {
			t.Errorf("%d: %v in %d bytes, want %q", side, err, b.Len(), want)
		}
	}
}

// TestManyScans: a progressive file of a thousand passes is refused by every backend.
func TestManyScans(t *testing.T) {
	data := testFile(t, "420-progressive.jpg")
	sos := bytes.Index(data, []byte{0xff, 0xda})
	next := sos + 2 + bytes.Index(data[sos+2:], []byte{0xff, 0xc4})
	bomb := bytes.Clone(data[:next])
	for range 1000 {
		bomb = append(bomb, data[sos:next]...)
	}
	bomb = append(bomb, data[next:]...)
	for name, d := range backends(t) {
		if _, err := d.Decode(t.Context(), bomb, 0); err == nil || codeOf(t, err) != claim.CodePhotoCorrupt {
			t.Errorf("%s: %v", name, err)
		}
	}
}
