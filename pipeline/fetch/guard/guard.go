package guard

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"
)

// Resolver finds the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Config says what a [Guard] lets pass. The zero value lets pass public addresses, at any port.
type Config struct {
	// AllowLoopback lets pass 127.0.0.0/8 and ::1. For tests, and for receivers on the same
	// machine.
	AllowLoopback bool
	// AllowPrivate lets pass the private ranges (10/8, 172.16/12, 192.168/16, fc00::/7) and
	// 100.64/10, for receivers in the same house. Cloud metadata addresses stay refused, and
	// so do link-local ones.
	AllowPrivate bool
	// Ports are the only ports that pass. Empty means any.
	Ports []int
	// Resolver finds the addresses of names. nil means the system's.
	Resolver Resolver
	// RootCAs are the certificate authorities believed in. nil means the system's.
	RootCAs *x509.CertPool
	// Timeout is how long resolving and connecting may take together. 0 means 10 s.
	Timeout time.Duration
}

// Validate reports a field that is out of range.
func (c Config) Validate() error {
	if c.Timeout < 0 {
		return fmt.Errorf("guard: Timeout is %v; it must not be negative", c.Timeout)
	}
	for _, p := range c.Ports {
		if p < 1 || p > 65535 {
			return fmt.Errorf("guard: port %d is not within 1 and 65535", p)
		}
	}
	return nil
}

// Guard checks URLs and makes checked connections. It is safe for concurrent use.
type Guard struct {
	cfg    Config
	ranges ranges
	// dial makes one connection to a literal address; a field so that a test can see what
	// would be dialled.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// New makes a guard.
func New(cfg Config) (*Guard, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	cfg.Ports = slices.Clone(cfg.Ports)
	g := &Guard{cfg: cfg, ranges: newRanges()}
	g.dial = (&net.Dialer{Control: g.control, KeepAlive: 30 * time.Second}).DialContext
	return g, nil
}

// address gives a *Refused for an address that may not be reached.
func (g *Guard) address(a netip.Addr) error {
	c := g.ranges.of(a)
	switch {
	case c == public,
		c == loopback && g.cfg.AllowLoopback,
		(c == private || c == carrier) && g.cfg.AllowPrivate:
		return nil
	}
	return &Refused{Reason: Address, Detail: fmt.Sprintf("%v is a %s address", a, c)}
}

// Transport gives an HTTP transport that connects through the guard, never through a proxy,
// never unpacks a compressed body, and takes at most 64 KiB of headers. The caller owns it
// and may lower its limits, but must leave its dialling and proxy alone.
func (g *Guard) Transport() *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            g.DialContext,
		TLSClientConfig:        g.tls(),
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  15 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        16,
		IdleConnTimeout:        30 * time.Second,
	}
}
