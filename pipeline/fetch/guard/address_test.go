package guard

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// TestAddresses names addresses at both ends of the ranges and just outside of them.
func TestAddresses(t *testing.T) {
	for want, addrs := range map[class]string{
		public: `1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
			169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255
			198.20.0.0 223.255.255.255 168.63.129.15 168.63.129.17 2606:4700::1111 2a00:1450:4001::1 2003::1 2001:200::1 2001:4860::8888
			::ffff:8.8.8.8`,
		loopback:    `127.0.0.1 127.255.255.255 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1`,
		private:     `10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255 fc00::1 fdff::1 fec0::1 ::ffff:10.0.0.1 ::ffff:192.168.1.1`,
		carrier:     `100.64.0.0 100.127.255.255 ::ffff:100.64.0.1`,
		linkLocal:   `169.254.0.0 169.254.255.255 fe80::1 febf::1 fe80::1%eth0 2606:4700::1111%eth0`,
		metadata:    `169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::254 fd20:ce::254 ::ffff:169.254.169.254`,
		multicast:   `224.0.0.0 239.255.255.255 ff02::1 ff0e::1`,
		unspecified: `0.0.0.0 :: ::ffff:0.0.0.0`,
		docs:        `192.0.2.1 198.51.100.255 203.0.113.7 2001:db8::1 3fff::1`,
		benchmark:   `198.18.0.0 198.19.255.255 2001:2::1`,
		tunnel: `64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::1 2001::1 2001:0:808:808::1
			::127.0.0.1 ::8.8.8.8 ::ffff:0:10.0.0.1 192.88.99.1`,
		reserved: `0.0.0.1 0.255.255.255 240.0.0.1 255.255.255.255 192.0.0.8 192.31.196.1 192.52.193.1 192.175.48.1 2001:20::1 2001:1ff::1
			100::1 5f00::1 4000::1 1::1 2620:4f:8000::1`,
	} {
		for a := range strings.FieldsSeq(addrs) {
			if got := newRanges().of(netip.MustParseAddr(a)); got != want {
				t.Errorf("%s is %q, want %q", a, got, want)
			}
		}
	}
	if got := newRanges().of(netip.Addr{}); got != reserved {
		t.Errorf("no address is %q", got)
	}
}

func TestWhatConfigLetsPass(t *testing.T) {
	const (
		looping = "127.0.0.1 ::1 ::ffff:127.0.0.1"
		inHouse = "10.1.2.3 172.16.0.1 192.168.1.1 fd12::1 100.64.0.1 ::ffff:10.0.0.1"
		open    = "8.8.8.8 2606:4700::1111"
		never   = "169.254.169.254 169.254.1.1 100.100.100.200 fd00:ec2::254 fd20:ce::254 168.63.129.16 0.0.0.0 :: 224.0.0.1 64:ff9b::a00:1 2002:a00:1::1 fe80::1"
	)
	for name, c := range map[string]struct {
		cfg        Config
		pass, fail string
	}{
		"zero":     {Config{}, open, looping + " " + inHouse + " " + never},
		"loopback": {Config{AllowLoopback: true}, open + " " + looping, inHouse + " " + never},
		"private":  {Config{AllowPrivate: true}, open + " " + inHouse, looping + " " + never},
		"both":     {Config{AllowLoopback: true, AllowPrivate: true}, open + " " + inHouse + " " + looping, never},
	} {
		g := newGuard(t, c.cfg)
		for a := range strings.FieldsSeq(c.pass) {
			if err := g.address(netip.MustParseAddr(a)); err != nil {
				t.Errorf("%s: %s: %v", name, a, err)
			}
		}
		for a := range strings.FieldsSeq(c.fail) {
			wantReason(t, name+": "+a, g.address(netip.MustParseAddr(a)), Address)
		}
	}
}

func newGuard(t *testing.T, cfg Config) *Guard {
	t.Helper()
	g, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func wantReason(t *testing.T, what string, err error, want Reason) {
	t.Helper()
	var r *Refused
	if !errors.As(err, &r) && want == "" && err == nil {
		return
	}
	if r == nil || r.Reason != want {
		t.Errorf("%s: error %v, want reason %q", what, err, want)
	}
}
