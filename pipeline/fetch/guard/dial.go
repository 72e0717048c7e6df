package guard

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxTried is how many addresses of one name are tried; all are checked.
const maxTried = 6

// DialContext connects to host:port like net.Dialer, for network tcp, tcp4 or tcp6. The error
// is a *Refused if the port, the name or one of its addresses may not be reached; nothing was
// sent then.
func (g *Guard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.cfg.Timeout)
	defer cancel()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &Refused{Reason: Malformed, Detail: "no host and port"}
	}
	if n, err := strconv.Atoi(port); err != nil || !g.port(n) {
		return nil, &Refused{Reason: Port, Detail: "port " + port}
	}
	addrs, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	return g.dialAny(ctx, network, addrs, port)
}

// resolve gives the addresses of a host, all of them checked.
func (g *Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	literal, isLiteral, err := literalHost(host)
	if err != nil {
		return nil, err
	}
	addrs := []netip.Addr{literal}
	if !isLiteral {
		addrs, err = g.cfg.Resolver.LookupNetIP(ctx, "ip", host)
		if err != nil {
			return nil, &Unresolved{Err: err}
		}
		if len(addrs) == 0 {
			return nil, &Unresolved{Err: errors.New("the name has no address")}
		}
	}
	for _, a := range addrs {
		if err := g.address(a); err != nil {
			return nil, err
		}
	}
	return addrs, nil
}

// dialAny tries the addresses one after the other, each with its share of the time left.
func (g *Guard) dialAny(ctx context.Context, network string, addrs []netip.Addr, port string) (net.Conn, error) {
	addrs = addrs[:min(len(addrs), maxTried)]
	var errs []error
	for i, a := range addrs {
		conn, err := g.dialOne(ctx, network, a.Unmap(), port, len(addrs)-i)
		if err == nil {
			return conn, nil
		}
		if refused := (*Refused)(nil); errors.As(err, &refused) || ctx.Err() != nil {
			return nil, err
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func (g *Guard) dialOne(ctx context.Context, network string, a netip.Addr, port string, left int) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok && left > 1 {
		share := max(time.Until(deadline)/time.Duration(left), time.Second)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, share)
		defer cancel()
	}
	return g.dial(ctx, network, net.JoinHostPort(a.String(), port))
}

// control is the last check, made by net.Dialer when the socket is there and before it
// connects. It sees the address that the kernel will be given.
func (g *Guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Refused{Reason: Address, Detail: fmt.Sprintf("%.100q is no address", address)}
	}
	if !g.port(int(ap.Port())) {
		return &Refused{Reason: Port, Detail: fmt.Sprintf("port %d", ap.Port())}
	}
	return g.address(ap.Addr())
}

func (g *Guard) tls() *tls.Config {
	return &tls.Config{RootCAs: g.cfg.RootCAs, MinVersion: tls.VersionTLS12}
}

// literalHost reads a host that is an address. A host whose last label is a number is always
// meant as one: 2130706433, 0177.0.0.1, 0x7f.1 and 127.1 are loopback to some resolvers and
// unknown names to others, so they are refused whatever they mean.
func literalHost(host string) (a netip.Addr, is bool, err error) {
	trimmed := strings.TrimSuffix(host, ".")
	if a, err := netip.ParseAddr(trimmed); err == nil {
		return a, true, nil
	}
	if trimmed == "" || strings.ContainsAny(trimmed, ":%/\\@ ") {
		return netip.Addr{}, false, &Refused{Reason: Malformed, Detail: fmt.Sprintf("%.100q is no host name", host)}
	}
	last := trimmed[strings.LastIndexByte(trimmed, '.')+1:]
	if endsInNumber(last) {
		return netip.Addr{}, false, &Refused{
			Reason: Malformed,
			Detail: fmt.Sprintf("%.100q is neither a name nor an address in the usual form", host),
		}
	}
	return netip.Addr{}, false, nil
}

func endsInNumber(label string) bool {
	if hex, ok := strings.CutPrefix(strings.ToLower(label), "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return label != "" && strings.Trim(label, "0123456789") == ""
}
