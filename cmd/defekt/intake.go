package main

import (
	"fmt"
	"os"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/jobs"
	"github.com/defekt/defekt/pipeline/serial/codes"
	"github.com/defekt/defekt/pipeline/serial/rules"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/pipeline/trace"
)

// intakeFlags say how claims are tied to units.
type intakeFlags struct {
	SerialRules string        `type:"existingfile" env:"DEFEKT_SERIAL_RULES" placeholder:"FILE" help:"How each brand's serials look, as YAML: pattern, check digit, plant and date in it (see README). Without, any text may be a serial."`
	Codes       codesMode     `default:"missing" enum:"missing,always,never" env:"DEFEKT_CODES" help:"Read QR, Data Matrix, Code 128 and EAN codes on photos, after the claim has its labels: where no serial was typed (missing), of all claims (always: also finds serials that contradict the typed one), or never."`
	CodesBudget time.Duration `default:"800ms" env:"DEFEKT_CODES_BUDGET" help:"Time for the codes of one photo. A code counts only when it proves itself, by a check digit or by being read again; a slow machine needs more."`
}

// codesMode says whose photos are read for codes.
type codesMode string

const (
	codesMissing codesMode = "missing"
	codesAlways  codesMode = "always"
	codesNever   codesMode = "never"
)

// wants tells whether the claim's photos are to be read.
func (m codesMode) wants(c claim.Claim) bool {
	return len(c.Photos) > 0 && (m == codesAlways || m == codesMissing && c.Serial == "")
}

// units is what ties claims to units.
type units struct {
	tracer *trace.Tracer
	intake *intake.Intake
	reader *intake.Reader
	codes  codesMode
}

// codeReader is nil where no codes are to be read.
func (u units) codeReader() jobs.CodeReader {
	if u.codes == codesNever {
		return nil
	}
	return u.reader
}

// units puts it together.
func (f *intakeFlags) units(s *service) (u units, err error) {
	set, err := f.serialRules()
	if err != nil {
		return u, err
	}
	tracer, err := newTracer(s.db.store)
	if err != nil {
		return u, err
	}
	in := intake.Config{Units: s.db.store, Readings: s.db.store, Tracer: tracer, Observe: func(st intake.Status) { s.metrics.Typed(string(st)) }}
	out := intake.ReaderConfig{Claims: s.db.store, Units: s.db.store, Photos: blob.Source{Blobs: s.blobs}, Observe: func(r intake.Result) { s.metrics.Read(string(r)) }}
	if set != nil {
		in.Rules, out.Rules = set, set
	}
	u.tracer = tracer
	if u.intake, err = intake.New(in); err != nil {
		return u, err
	}
	if out.Decoder, err = s.parts.a.decoder(); err != nil {
		return u, err
	}
	s.parts.closeLater(func() error { out.Decoder.Close(); return nil })
	if out.Codes, err = codes.New(codes.Config{Budget: f.CodesBudget, Trusted: trusted(set)}); err != nil {
		return u, err
	}
	u.reader, err = intake.NewReader(out)
	u.codes = f.Codes
	return u, err
}

// trusted tells texts that prove themselves by a brand's check digit.
func trusted(set *rules.Set) func(string) bool {
	if set == nil {
		return nil
	}
	return func(text string) bool { return set.Trusted(text, time.Now()) }
}

// serialRules reads the file; nil without one.
func (f *intakeFlags) serialRules() (*rules.Set, error) {
	if f.SerialRules == "" {
		return nil, nil
	}
	file, err := os.Open(f.SerialRules)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read from
	set, err := rules.Load(file)
	if err != nil {
		return nil, usageError(fmt.Errorf("%s: %w", f.SerialRules, err))
	}
	return set, nil
}
