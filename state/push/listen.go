package push

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Socket reports whether an address is the path of a Unix socket, and which.
func Socket(address string) (path string, ok bool) {
	path, named := strings.CutPrefix(address, "unix:")
	return path, named || filepath.IsAbs(path)
}

// ErrBusy says that another process listens already.
var ErrBusy = errors.New("another process listens there already")

// Listen listens on an address of this machine: a loopback address with a port, or the
// path of a Unix socket. Anything else is an error of one sentence: whoever is outside
// comes through what the machine has in front.
func Listen(address string) (net.Listener, error) {
	if err := Local(address); err != nil {
		return nil, err
	}
	if path, ok := Socket(address); ok {
		return listenSocket(path)
	}
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("events cannot be received on %s: %w", address, ErrBusy)
	case err != nil:
		return nil, fmt.Errorf("events cannot be received on %s: %w", address, err)
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() { // a name that leads elsewhere
		l.Close()
		return nil, notLocal(address)
	}
	return l, nil
}

// Local says what is wrong with an address to listen on, nil if nothing is.
func Local(address string) error {
	if path, ok := Socket(address); ok && filepath.IsAbs(path) {
		return nil
	}
	host, port, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	if err != nil || port == "" || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return notLocal(address)
	}
	return nil
}

func notLocal(address string) error {
	return fmt.Errorf("%q is not on this machine alone: use a loopback address such as 127.0.0.1:8787, or the path of a Unix socket, and put a web server or a tunnel in front", address)
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
