package cli

import (
	"errors"
	"io/fs"
	"net"
	"syscall"

	"unibox/state"
	"unibox/ui/catalog"
)

// listen serves on an address with a port. Without a host it would be all addresses
// of the machine, so an empty one is refused.
func listen(addr string) (net.Listener, error) {
	if host, _, err := net.SplitHostPort(addr); err != nil || host == "" {
		return nil, listenWords(addr, err)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, listenWords(addr, err)
	}
	return listener, nil
}

// listenWords says why an address cannot be served on, and what to do.
func listenWords(addr string, err error) error {
	var name *net.DNSError
	why := catalog.Say("it must be an address and a port, such as 127.0.0.1:4010")
	switch {
	case state.AddressInUse(err):
		return catalog.Errorf("%s is in use; choose another address with --addr", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &name):
		why = catalog.Say("this machine has no such address; choose another with --addr")
	case errors.Is(err, fs.ErrPermission):
		why = catalog.Say("you may not use that port; choose one above 1023 with --addr")
	}
	return catalog.Errorf("nothing can be served on %q: %s", addr, why)
}
