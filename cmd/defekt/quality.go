package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
)

// whoFlag says who acts, for logs, histories and the audit trail.
type whoFlag struct {
	By string `placeholder:"NAME" help:"Who does this, for the history. Default: the user's name."`
}

func (f whoFlag) who() string {
	if f.By != "" {
		return f.By
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// rulesFlag names the rules of corrective actions.
type rulesFlag struct {
	CAPARules string `name:"capa-rules" env:"DEFEKT_CAPA_RULES" placeholder:"FILE" help:"YAML file with the rules that open corrective actions. Default: an action for alarms of critical severity or of ten claims in a lot or batch, and for 3 critical claims of one SKU in 14 days."`
}

func (f rulesFlag) rules() (capa.Rules, error) {
	if f.CAPARules == "" {
		return capa.DefaultRules(), nil
	}
	file, err := os.Open(f.CAPARules)
	if err != nil {
		return capa.Rules{}, withHint(err, "defekt capa rules prints an example")
	}
	defer file.Close() //nolint:errcheck // only read from
	r, err := capa.ReadRules(file)
	if err != nil {
		return capa.Rules{}, usageError(fmt.Errorf("%s: %w", f.CAPARules, err))
	}
	return r, nil
}

// dayOf reads a day as people write it; the zero time for an empty one.
func dayOf(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, usageError(fmt.Errorf("--%s %q is no day; write it as 2026-03-01", flag, s))
	}
	return t, nil
}

// daysOf reads two days, from inclusive, until exclusive.
func daysOf(fromFlag, from, untilFlag, until string) (time.Time, time.Time, error) {
	f, err := dayOf(fromFlag, from)
	if err != nil {
		return f, f, err
	}
	u, err := dayOf(untilFlag, until)
	return f, u, err
}

// qualityError makes wrong use of what a person can mend, and names the list for an unknown id.
func qualityError(err error, list string) error {
	var p claim.Problem
	switch {
	case errors.As(err, &p):
		return usageError(p)
	case errors.Is(err, store.ErrNotFound):
		return withHint(usageError(errors.New("there is no such id")), "%s shows the ids", list)
	}
	return err
}

// writeTo writes a file, or to standard output for "-". A file that could not be written to its end
// is taken away, since half a list looks like a whole one.
func (a *app) writeTo(path string, write func(w io.Writer) error) error {
	if path == "-" {
		return write(a.stdout)
	}
	err := toFile(path, write)
	if err != nil {
		_ = os.Remove(path) // the error that led here is the one to tell
	}
	return err
}
