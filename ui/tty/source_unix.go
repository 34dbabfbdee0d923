//go:build unix

package tty

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// deviceSource reads a file until it is stopped, and takes nothing out of it afterwards.
// No program that we start inherits its descriptors.
type deviceSource struct {
	in         *os.File
	wake, hand *os.File
}

func newSource(in *os.File, _ chan<- os.Signal) (*deviceSource, error) {
	wake, hand, err := os.Pipe()
	return &deviceSource{in, wake, hand}, err
}

// Read waits while the process is in the background: it may not read there.
func (s *deviceSource) Read(p []byte) (int, error) {
	for {
		switch stopped, err := s.ready(); {
		case stopped:
			return 0, errStopped
		case err != nil:
			return 0, err
		}
		if !Foreground(s.in) {
			time.Sleep(lookAgain)
			continue
		}
		n, err := s.in.Read(p)
		if n == 0 && err == nil {
			err = io.EOF
		}
		if errors.Is(err, unix.EIO) && !Foreground(s.in) {
			continue
		}
		return n, err
	}
}

// ready waits until there is something to read, or the source is stopped. It
// selects: poll knows no terminals on some systems.
func (s *deviceSource) ready() (stopped bool, err error) {
	in, wake := int(s.in.Fd()), int(s.wake.Fd())
	for {
		var fds unix.FdSet
		fds.Zero()
		fds.Set(in)
		fds.Set(wake)
		_, err := unix.Select(max(in, wake)+1, &fds, nil, nil, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return false, err
		default:
			return fds.IsSet(wake), nil
		}
	}
}

func (s *deviceSource) stop() { _, _ = s.hand.Write([]byte{0}) }

func (s *deviceSource) close() {
	s.wake.Close()
	s.hand.Close()
}
