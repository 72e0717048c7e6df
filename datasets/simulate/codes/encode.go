package codes

import (
	"fmt"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// bits is a code of w x h modules with its quiet zone; true is dark.
type bits struct {
	w, h int
	dark []bool
}

// at gives a module; outside is light.
func (b *bits) at(x, y int) bool {
	return x >= 0 && y >= 0 && x < b.w && y < b.h && b.dark[y*b.w+x]
}

// fnc1 is how the Code 128 writer takes FNC1.
const fnc1 = "\u00f1"

// encode gives the modules of a code. Linear codes are 40 modules high.
func encode(kind Kind, text string, gs1 bool) (*bits, error) {
	hints := map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_MARGIN: 0}
	var m *gozxing.BitMatrix
	var err error
	quiet, height := 10, 40
	switch kind {
	case QR:
		if gs1 {
			hints[gozxing.EncodeHintType_GS1_FORMAT] = true
		}
		quiet, height = 4, 0
		m, err = qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, hints)
	case DataMatrix:
		quiet, height = 2, 0
		m, err = datamatrix.NewDataMatrixWriter().Encode(text, gozxing.BarcodeFormat_DATA_MATRIX, 0, 0, nil)
	case Code128:
		if gs1 {
			text = fnc1 + strings.ReplaceAll(text, gs, fnc1)
		}
		m, err = oned.NewCode128Writer().Encode(text, gozxing.BarcodeFormat_CODE_128, 0, 1, hints)
	case EAN13:
		m, err = oned.NewEAN13Writer().Encode(text, gozxing.BarcodeFormat_EAN_13, 0, 1, hints)
	case UPCA:
		m, err = oned.NewUPCAWriter().Encode(text, gozxing.BarcodeFormat_UPC_A, 0, 1, hints)
	default:
		err = fmt.Errorf("no kind %q", kind)
	}
	if err != nil {
		return nil, fmt.Errorf("codes: encode %s: %w", kind, err)
	}
	return withQuietZone(m, quiet, height), nil
}

// withQuietZone copies a matrix; height repeats the single row of a linear code.
func withQuietZone(m *gozxing.BitMatrix, quiet, height int) *bits {
	rows := m.GetHeight()
	if height > 0 {
		rows = height
	}
	b := &bits{w: m.GetWidth() + 2*quiet, h: rows + 2*quiet}
	b.dark = make([]bool, b.w*b.h)
	for y := range rows {
		for x := range m.GetWidth() {
			b.dark[(y+quiet)*b.w+x+quiet] = m.Get(x, min(y, m.GetHeight()-1))
		}
	}
	return b
}
