package main

import (
	"image"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// plain is the peer: each of gozxing's readers on the whole photo, as its README has it.
// harder sets TRY_HARDER, which looks at every row and, for linear codes, also at the photo
// turned by 90 degrees.
func plain(img image.Image, harder bool) []string {
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return nil
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_ASSUME_GS1: true}
	if harder {
		hints[gozxing.DecodeHintType_TRY_HARDER] = true
	}
	var texts []string
	for _, reader := range []gozxing.Reader{
		qrcode.NewQRCodeReader(), datamatrix.NewDataMatrixReader(), oned.NewCode128Reader(),
		oned.NewMultiFormatUPCEANReader(nil),
	} {
		if result := decode(reader, bmp, hints); result != "" {
			texts = append(texts, result)
		}
	}
	return texts
}

// decode contains a reader's panic: it counts as nothing read.
func decode(reader gozxing.Reader, bmp *gozxing.BinaryBitmap, hints map[gozxing.DecodeHintType]any) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	result, err := reader.Decode(bmp, hints)
	if err != nil {
		return ""
	}
	return result.GetText()
}
