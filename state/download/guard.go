package download

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// mostRedirects is how many redirects are followed to a file.
const mostRedirects = 5

// Refusal is why an address is not requested, in words for a person.
type Refusal string

// Error is the refusal itself.
func (r Refusal) Error() string { return string(r) }

// origin is the server of an account as configured: the only one that may be
// on this machine or in a private network. The zero value is no server.
type origin struct{ scheme, address string }

func originOf(baseURL string) origin {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" {
		return origin{}
	}
	return origin{strings.ToLower(u.Scheme), addressOf(u)}
}

// addressOf is the host and port that a request for u is sent to.
func addressOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[strings.ToLower(u.Scheme)]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// admit refuses addresses of a kind that is not requested, and removes user and
// password from the others. Where the host is, is checked when it is dialled.
func (o origin) admit(u *url.URL) error {
	u.User = nil
	switch {
	case u.Hostname() == "" && (u.Scheme == "" || u.Scheme == "https" || u.Scheme == "http"):
		return Refusal("its address names no server")
	case u.Scheme == "https", o == origin{u.Scheme, addressOf(u)}:
		return nil
	case u.Scheme == "http":
		return Refusal("its address is not encrypted: it begins with http, and only https is asked")
	}
	return Refusal(fmt.Sprintf("its address begins with %q, and only https is asked", u.Scheme+":"))
}

// redirect checks each redirect. The next server does not learn the address that
// the redirect came from.
func (o origin) redirect(next *http.Request, before []*http.Request) error {
	next.Header.Del("Referer")
	switch {
	case len(before) > mostRedirects:
		return Refusal(fmt.Sprintf("its address leads on and on: more than %d redirects", mostRedirects))
	case before[len(before)-1].URL.Scheme == "https" && next.URL.Scheme != "https":
		return Refusal("its server leads from https to an address without encryption")
	}
	return o.admit(next.URL)
}

// dialled refuses, at the moment of dialling, an address that is not on the
// open internet: what its name resolved to before does not count.
func dialled(barred func(netip.Addr) bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || barred(at.Addr()) {
			return Refusal("its address leads to this machine or into a private network (" + address + "), and such are not asked")
		}
		return nil
	}
}

// notPublic are the ranges within those that look public that are not, or that
// lead elsewhere (IANA's special-purpose registries), and one address that
// answers on every machine of a cloud.
var notPublic = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "168.63.129.16/32",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// translated is the prefix under which networks with IPv6 only show addresses of
// IPv4, in the last four bytes (RFC 6052).
var translated = netip.MustParsePrefix("64:ff9b::/96")

var unicast6 = netip.MustParsePrefix("2000::/3")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// private reports whether an address is anything but a host on the open
// internet: this machine, a private network, a metadata service, a multicast group.
func private(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if translated.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !unicast6.Contains(a) {
		return true
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
