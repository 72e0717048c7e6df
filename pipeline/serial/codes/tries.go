package codes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// tries is the work on one photo: what was read where, and whether it may go on.
type tries struct {
	ctx           context.Context
	hints         map[gozxing.DecodeHintType]any
	rows          []oned.RowDecoder
	matrixReaders []gozxing.Reader
	trusted       func(string) bool
	votes         map[ballot]*tally
	order         []ballot // as first read, so that results do not depend on a map's order
	region        int
	count, most   int
	now           func() time.Time
	end           time.Time
	budget        time.Duration
	settled       map[int]bool // regions whose code is accepted
}

// ballot is what one try may say.
type ballot struct {
	symbology Symbology
	text      string
	gs1       bool
}

// tally is who said so.
type tally struct {
	tries   int
	last    int // number of the last try that counted
	places  map[vec]bool
	regions map[int]bool
	first   vec
}

func newTries(ctx context.Context, c Config) *tries {
	return &tries{
		ctx: ctx, trusted: c.Trusted, most: c.MaxTries, now: c.Now, end: c.Now().Add(c.Budget), budget: c.Budget,
		hints: map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_ASSUME_GS1: true, gozxing.DecodeHintType_TRY_HARDER: true},
		rows: []oned.RowDecoder{
			oned.NewCode128Reader().(oned.RowDecoder), oned.NewMultiFormatUPCEANReader(nil).(oned.RowDecoder),
		},
		matrixReaders: []gozxing.Reader{qrcode.NewQRCodeReader(), datamatrix.NewDataMatrixReader()},
		votes:         map[ballot]*tally{}, settled: map[int]bool{},
	}
}

// over says that time or tries are spent; done also that this region needs no more.
func (t *tries) over() bool { return t.count >= t.most || t.ctx.Err() != nil || !t.now().Before(t.end) }
func (t *tries) done() bool { return t.settled[t.region] || t.over() }

var errReader = errors.New("codes: the decoder failed on this picture")

// contained runs a decoder of the library and turns its panic into an error: one odd
// picture must not end the run.
func contained(decode func() (*gozxing.Result, error)) (result *gozxing.Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, fmt.Errorf("%w: %v", errReader, r)
		}
	}()
	return decode()
}

// vote counts what a decoder reads; an error is a try that read nothing.
func (t *tries) vote(at vec, decode func() (*gozxing.Result, error)) {
	result, err := contained(decode)
	if err != nil || result == nil || result.GetText() == "" {
		return
	}
	b, ok := asBallot(result)
	if !ok {
		return
	}
	t.cast(b, at)
}

func (t *tries) cast(b ballot, at vec) {
	v := t.votes[b]
	if v == nil {
		v = &tally{places: map[vec]bool{}, regions: map[int]bool{}, first: at, last: -1}
		t.votes[b] = v
		t.order = append(t.order, b)
	}
	if v.last != t.count {
		v.tries++
		v.last = t.count
	}
	v.places[at] = true
	v.regions[t.region] = true
	if t.verdict(b).ok && !t.settled[t.region] {
		t.settled[t.region] = true
		t.hurry()
	}
}

// hurry leaves the rest of the photo a quarter of the time once a code is accepted: few
// labels have a second one, and most photos with a code should not take all of their time.
func (t *tries) hurry() {
	if soon := t.now().Add(t.budget / 4); soon.Before(t.end) {
		t.end = soon
	}
}

// asBallot takes over what the library read, in our terms.
func asBallot(result *gozxing.Result) (ballot, bool) {
	// A last FNC1 means nothing; the decoder also takes a check character for one.
	text := strings.TrimRight(result.GetText(), "\x1d")
	if text == "" {
		return ballot{}, false
	}
	id, _ := result.GetResultMetadata()[gozxing.ResultMetadataType_SYMBOLOGY_IDENTIFIER].(string)
	switch result.GetBarcodeFormat() {
	case gozxing.BarcodeFormat_QR_CODE:
		return ballot{QR, text, id == "]Q3"}, true
	case gozxing.BarcodeFormat_DATA_MATRIX:
		return ballot{DataMatrix, strings.TrimPrefix(text, "\x1d"), id == "]d2"}, true
	case gozxing.BarcodeFormat_CODE_128:
		rest, gs1 := strings.CutPrefix(text, "]C1")
		return ballot{Code128, rest, gs1}, true
	case gozxing.BarcodeFormat_EAN_13:
		if text[0] == '0' {
			return ballot{UPCA, text[1:], false}, true
		}
		return ballot{EAN13, text, false}, true
	case gozxing.BarcodeFormat_UPC_A:
		return ballot{UPCA, text, false}, true
	case gozxing.BarcodeFormat_EAN_8:
		return ballot{EAN8, text, false}, true
	case gozxing.BarcodeFormat_UPC_E:
		return ballot{UPCE, text, false}, true
	}
	return ballot{}, false
}
