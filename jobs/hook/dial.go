package hook

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"chancery/jobs"
)

// ErrInside is what a refused attempt to reach a network inside wraps.
var ErrInside = errors.New("the address lies inside, and is not allowed")

// inside are networks that no message goes to unless the office allows it: those that netip does not name by itself.
func inside() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8",        // this network
		"100.64.0.0/10",    // behind a carrier's NAT, and the metadata of a cloud (100.100.100.200)
		"168.63.129.16/32", // what a cloud answers its machines with
		"192.0.0.0/24",     // protocol assignments, the metadata of a cloud among them (192.0.0.192)
		"192.0.2.0/24",     // documentation
		"192.88.99.0/24",   // relays of 6to4
		"198.18.0.0/15",    // benchmarks
		"198.51.100.0/24",  // documentation
		"203.0.113.0/24",   // documentation
		"240.0.0.0/4",      // reserved, and broadcast
		"::/96",            // IPv4 in disguise
		"64:ff9b::/96",     // NAT64
		"64:ff9b:1::/48",   // NAT64 of one's own
		"100::/64",         // discard
		"2001::/23",        // protocol assignments, Teredo among them
		"2001:db8::/32",    // documentation
		"2002::/16",        // 6to4
		"3fff::/20",        // documentation
		"5f00::/16",        // segment routing
		"fec0::/10",        // sites, as they were
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// Allows says whether messages may go to an address: one of the world at large, or of a network that the office named.
func Allows(ip netip.Addr, named []netip.Prefix) bool {
	ip = ip.Unmap().WithZone("")
	if within(ip, named) {
		return true
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !ip.IsMulticast() && !within(ip, inside())
}

func within(ip netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// guard looks at the address that is about to be reached, whatever name led to it: a name that is given another address
// after it was looked up leads nowhere else. Without encryption only networks that the office named are reached.
func guard(named []netip.Prefix, encrypted bool) func(network, address string, _ syscall.RawConn) error {
	return func(network, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || network != "tcp4" && network != "tcp6" {
			return fmt.Errorf("%s %s: %w: %w", network, address, ErrInside, jobs.ErrForGood)
		}
		ip := at.Addr().Unmap().WithZone("")
		switch {
		case !Allows(ip, named):
			return fmt.Errorf("%s: %w", ip, ErrInside)
		case !encrypted && !within(ip, named):
			return fmt.Errorf("%s: http is for networks that --hook-allow names, others are told by https: %w", ip, ErrInside)
		}
		return nil
	}
}
