package state

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
)

// SocketPath reports whether an address to listen on is the path of a Unix socket, and
// which.
func SocketPath(address string) (path string, ok bool) {
	path, named := strings.CutPrefix(address, "unix:")
	return path, named || filepath.IsAbs(path)
}

// CheckLocal says what is wrong with an address to listen on, in words that begin with
// it, nil if it is a loopback address with a port or the absolute path of a Unix socket: nothing of
// unibox is offered to other machines.
func CheckLocal(address string) error {
	if path, ok := SocketPath(address); ok && filepath.IsAbs(path) {
		return nil
	}
	host, port, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	if err != nil || port == "" || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%q, which other machines reach: use a loopback address such as 127.0.0.1:8787, or the path of a Unix socket, and put a web server or a tunnel in front", address)
	}
	return nil
}

// AddressInUse reports whether listening failed because somebody listens there already.
func AddressInUse(err error) bool { return errors.Is(err, addressInUse) }
