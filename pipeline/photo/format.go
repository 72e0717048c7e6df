package photo

import (
	"bytes"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo/fastjpeg"
)

// Format is a file format, told from a file's content.
type Format string

// The formats that are read.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	WebP Format = "webp"
	HEIC Format = "heic"
	GIF  Format = "gif"
)

// label is the format's name in a sentence.
func (f Format) label() string {
	switch f {
	case JPEG:
		return "JPEG"
	case PNG:
		return "PNG"
	case WebP:
		return "WebP"
	case HEIC:
		return "HEIC"
	case GIF:
		return "GIF"
	}
	return string(f)
}

// Sniff tells the format of data from its first bytes, and "" when it is none that is read.
func Sniff(data []byte) Format {
	switch {
	case fastjpeg.IsJPEG(data):
		return JPEG
	case bytes.HasPrefix(data, []byte(pngSignature)):
		return PNG
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return GIF
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return WebP
	case isHEIC(data):
		return HEIC
	}
	return ""
}

// others are formats that are recognised only to say so.
var others = []struct{ prefix, name string }{
	{"%PDF", "a PDF document"}, {"PK\x03\x04", "a ZIP archive or office document"},
	{"BM", "a BMP picture"}, {"II*\x00", "a TIFF or raw photo"}, {"MM\x00*", "a TIFF or raw photo"},
	{"<svg", "an SVG drawing"}, {"<?xml", "an XML document"}, {"<!DOCTYPE", "a web page"}, {"<html", "a web page"},
	{"8BPS", "a Photoshop document"}, {"\xff\x0a", "a JPEG XL picture"}, {"\x1aE\xdf\xa3", "a video"},
}

// unknownFormat says what data seems to be instead of a photo.
func unknownFormat(data []byte) claim.Problem {
	what := "not a picture in a known format"
	for _, o := range others {
		if bytes.HasPrefix(data, []byte(o.prefix)) {
			what = o.name
			break
		}
	}
	if len(data) >= 12 && string(data[4:8]) == "ftyp" {
		what = "a video or an AVIF picture"
	}
	return problem(claim.CodePhotoFormat, "the file is %s; send JPEG, PNG, WebP, HEIC or GIF", what)
}
