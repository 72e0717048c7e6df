package guard

import "net/netip"

// class says what kind of address one is. The empty class is a public one.
type class string

const (
	public      class = ""
	loopback    class = "loopback"
	private     class = "private"
	carrier     class = "carrier-grade NAT"
	linkLocal   class = "link-local"
	metadata    class = "cloud metadata"
	multicast   class = "multicast"
	unspecified class = "unspecified"
	docs        class = "documentation"
	benchmark   class = "benchmark"
	tunnel      class = "IPv4 inside IPv6"
	reserved    class = "reserved"
)

// block is a range of addresses of one class.
type block struct {
	prefix string
	class  class
}

// blocks are the ranges that are not public, the narrower ones first: what the special-purpose
// registries of IANA list, and the addresses under which clouds hand out credentials. Ranges
// that lead to a few public anycast services (AS112, AMT) are refused with their surroundings.
func blocks() []block {
	return []block{
		{"169.254.169.254/32", metadata}, {"169.254.170.0/24", metadata}, // AWS, GCP, Azure; ECS and EKS
		{"100.100.100.200/32", metadata}, {"192.0.0.192/32", metadata}, // Alibaba, Oracle
		{"168.63.129.16/32", metadata},                              // Azure, amid public addresses
		{"fd00:ec2::/32", metadata}, {"fd20:ce::254/128", metadata}, // AWS, GCP
		{"0.0.0.0/32", unspecified}, {"0.0.0.0/8", reserved},
		{"10.0.0.0/8", private}, {"172.16.0.0/12", private}, {"192.168.0.0/16", private},
		{"100.64.0.0/10", carrier}, {"127.0.0.0/8", loopback}, {"169.254.0.0/16", linkLocal},
		{"192.0.2.0/24", docs}, {"198.51.100.0/24", docs}, {"203.0.113.0/24", docs},
		{"192.0.0.0/24", reserved}, {"192.88.99.0/24", tunnel}, {"198.18.0.0/15", benchmark},
		{"192.31.196.0/24", reserved}, {"192.52.193.0/24", reserved}, {"192.175.48.0/24", reserved},
		{"224.0.0.0/4", multicast}, {"240.0.0.0/4", reserved},
		{"::/128", unspecified}, {"::1/128", loopback}, {"::/96", tunnel}, {"::ffff:0:0:0/96", tunnel},
		{"64:ff9b::/96", tunnel}, {"64:ff9b:1::/48", tunnel}, // NAT64
		{"2001::/32", tunnel}, {"2002::/16", tunnel}, // Teredo, 6to4
		{"2001:2::/48", benchmark}, {"2001:db8::/32", docs}, {"3fff::/20", docs}, {"2001::/23", reserved},
		{"2620:4f:8000::/48", reserved},
		{"fc00::/7", private}, {"fe80::/10", linkLocal}, {"fec0::/10", private}, {"ff00::/8", multicast},
	}
}

// ranges sorts addresses into classes.
type ranges struct {
	blocks []netip.Prefix
	class  []class
	// global is what IPv6 has given out so far; all else is reserved.
	global netip.Prefix
}

func newRanges() ranges {
	r := ranges{global: netip.MustParsePrefix("2000::/3")}
	for _, b := range blocks() {
		r.blocks = append(r.blocks, netip.MustParsePrefix(b.prefix))
		r.class = append(r.class, b.class)
	}
	return r
}

// of gives the class of an address. An IPv4 address in IPv6 notation (::ffff:10.0.0.1) counts
// as what it is to the kernel, the IPv4 one.
func (r ranges) of(a netip.Addr) class {
	if a.Zone() != "" {
		return linkLocal
	}
	a = a.Unmap()
	for i, p := range r.blocks {
		if p.Contains(a) {
			return r.class[i]
		}
	}
	if !a.IsValid() || a.Is6() && !r.global.Contains(a) {
		return reserved
	}
	return public
}
