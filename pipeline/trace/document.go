package trace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/defekt/defekt/pipeline/claim"
)

// document reads JSON that is one value: an array of objects, or an EPCIS document, whose
// eventList is found wherever it lies. Elements are read one by one.
func (i *importer) document(ctx context.Context, in io.Reader) error {
	limited := &meter{in: in}
	d := json.NewDecoder(limited)
	if err := toList(d, limited, i.report.Format == FormatEPCIS); err != nil {
		return LineProblem{1, claim.AsProblem(err, claim.CodeRowMalformed)}
	}
	for number := 1; ; number++ {
		limited.allow(MaxEvent)
		if !d.More() {
			break
		}
		var text json.RawMessage
		if err := d.Decode(&text); err != nil {
			// Nothing tells where the next one begins.
			p := problem(claim.CodeRowMalformed, "", "no valid JSON: %v", err)
			if errors.Is(err, errMeter) {
				p = problem(CodeTooLarge, "", "more than %d bytes", MaxEvent)
			}
			i.report.note(LineProblem{number, p})
			return fmt.Errorf("trace: event %d: %w", number, p)
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("trace: %w", context.Cause(ctx))
		}
		if number < i.cfg.FromLine {
			continue
		}
		i.report.Rows++
		if len(text) > MaxEvent { // what was read ahead is not counted above
			if err := i.bad(number, problem(CodeTooLarge, "", "%d bytes; at most %d are read", len(text), MaxEvent)); err != nil {
				return err
			}
			continue
		}
		if err := i.object(ctx, number, text); err != nil {
			return err
		}
	}
	limited.allow(MaxEvent)
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("trace: the document ends early: %w", err)
	}
	return nil
}

// toList reads up to and with the bracket that opens the list.
func toList(d *json.Decoder, limited *meter, events bool) error {
	depth, last := 0, ""
	for {
		limited.allow(MaxEvent)
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return problem(CodeEvent, "", "there is no eventList in this document")
		}
		if err != nil {
			return problem(claim.CodeRowMalformed, "", "no valid JSON: %v", err)
		}
		switch t {
		case json.Delim('['):
			if last == "eventList" || depth == 0 && (!events || last == "") {
				return nil
			}
			depth++
		case json.Delim('{'):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		last, _ = t.(string)
	}
}

// meter bounds what one value may take.
type meter struct {
	in   io.Reader
	left int
}

var errMeter = errors.New("too large")

// allow gives room for n further bytes, besides what is read ahead.
func (m *meter) allow(n int) { m.left = n }

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errMeter
	}
	n, err := m.in.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}
