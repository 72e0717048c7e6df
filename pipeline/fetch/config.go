package fetch

import (
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline/fetch/guard"
	"github.com/defekt/defekt/pipeline/photo"
)

// MaxRedirects is how many redirects are followed.
const MaxRedirects = 3

// Config says how a [Fetcher] works. The zero value is a good one.
type Config struct {
	// MaxBytes lowers the limit on a photo's size, in bytes. 0 means [photo.MaxBytes].
	MaxBytes int64
	// Timeout is how long one photo may take in all, redirects and body included. 0 means 20 s.
	Timeout time.Duration
	// Ports are the ports that may be asked. Empty means 80, 443, 8080 and 8443: a wider
	// choice would let strangers talk to mail servers and databases through us.
	Ports []int
	// AllowLoopback lets photos come from this machine, at any port. Only for tests.
	AllowLoopback bool
	// Resolver finds the addresses of names. nil means the system's.
	Resolver guard.Resolver
	// RootCAs are the certificate authorities believed in. nil means the system's.
	RootCAs *x509.CertPool
	// UserAgent is sent along. Empty means "Defekt".
	UserAgent string
	// Logger gets what a problem's message leaves out, such as the address that a name
	// resolved to. nil means none.
	Logger *slog.Logger
}

// Validate reports every field that is out of range.
func (c Config) Validate() error {
	var errs []error
	if c.MaxBytes < 0 || c.MaxBytes > photo.MaxBytes {
		errs = append(errs, fmt.Errorf("fetch: MaxBytes is %d; it must be within 0 (the default) and %d", c.MaxBytes, photo.MaxBytes))
	}
	if c.Timeout < 0 {
		errs = append(errs, fmt.Errorf("fetch: Timeout is %v; it must not be negative", c.Timeout))
	}
	return errors.Join(append(errs, guard.Config{Ports: c.Ports}.Validate())...)
}

func (c Config) withDefaults() Config {
	if c.MaxBytes == 0 {
		c.MaxBytes = photo.MaxBytes
	}
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	switch {
	case c.AllowLoopback:
		c.Ports = nil
	case len(c.Ports) == 0:
		c.Ports = []int{80, 443, 8080, 8443}
	}
	if c.UserAgent == "" {
		c.UserAgent = "Defekt"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
