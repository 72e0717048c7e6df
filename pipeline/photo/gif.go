package photo

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"image/gif"
	"io"

	"github.com/defekt/defekt/models/vision/raster"
)

// readGIF takes the size of the logical screen; the decoder refuses frames beyond it.
func (h *Header) readGIF(data []byte) error {
	if len(data) < 13 {
		return io.ErrUnexpectedEOF
	}
	h.Width, h.Height = int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))
	return nil
}

// decodeGIF decodes the first frame, on white where it leaves the screen open.
func decodeGIF(data []byte, h Header, denom int) (*raster.Image, error) {
	frame, err := gif.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	b := frame.Bounds()
	if b.Min.X == 0 && b.Min.Y == 0 && b.Dx() == h.Width && b.Dy() == h.Height {
		return raster.FromImageReduced(frame, denom), nil
	}
	screen := raster.New(h.Width, h.Height)
	screen.Fill(color.RGBA{255, 255, 255, 255})
	part := screen.Crop(b)
	pixels := raster.FromImage(frame)
	for y := range part.H {
		copy(part.Row(y), pixels.Row(y))
	}
	return raster.Reduce(screen, denom), nil
}
