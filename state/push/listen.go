package push

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"unibox/state"
)

// ErrBusy says that another process listens already.
var ErrBusy = errors.New("another process listens there already")

// Listen listens on an address of this machine: a loopback address with a port, or the
// path of a Unix socket. Anything else is an error of one sentence: whoever is outside
// comes through what the machine has in front.
func Listen(address string) (net.Listener, error) {
	if err := state.CheckLocal(address); err != nil {
		return nil, fmt.Errorf("events cannot be received there: %w", err)
	}
	if path, ok := state.SocketPath(address); ok {
		return listenSocket(path)
	}
	l, err := net.Listen("tcp", address)
	switch {
	case state.AddressInUse(err):
		return nil, fmt.Errorf("events cannot be received on %s: %w", address, ErrBusy)
	case err != nil:
		return nil, fmt.Errorf("events cannot be received on %s: %w", address, err)
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() { // a name that leads elsewhere
		l.Close()
		return nil, fmt.Errorf("%q is not on this machine: use 127.0.0.1 and a port", address)
	}
	return l, nil
}

// listenSocket removes a socket that a process left behind which ended.
func listenSocket(path string) (net.Listener, error) {
	if len(path) > 100 { // the system has room for about so much
		return nil, fmt.Errorf("the path of the Unix socket %s is too long: use a shorter one", path)
	}
	if info, err := os.Lstat(path); err == nil {
		if info.Mode()&os.ModeSocket == 0 {
			return nil, fmt.Errorf("%s is no Unix socket: use a path where nothing is", path)
		}
		if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
			c.Close()
			return nil, fmt.Errorf("events cannot be received on %s: %w", path, ErrBusy)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("the socket that is left at %s cannot be removed: %w", path, err)
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("events cannot be received on %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o660); err != nil { // for the group of what is in front
		l.Close()
		return nil, fmt.Errorf("events cannot be received on %s: %w", path, err)
	}
	return l, nil
}
