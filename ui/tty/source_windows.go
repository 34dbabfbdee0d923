package tty

import (
	"fmt"
	"os"
	"syscall"

	xwindows "github.com/charmbracelet/x/windows"
	"golang.org/x/sys/windows"
)

// deviceSource reads the console until it is stopped, and takes nothing out of it afterwards.
// It reads records and not text, because the console says among them how large it is,
// and because a read of text waits where only a key was let go.
type deviceSource struct {
	in      windows.Handle
	wake    windows.Handle
	resized chan<- os.Signal
	keys    consoleKeys
}

func newSource(in *os.File, resized chan<- os.Signal) (*deviceSource, error) {
	wake, err := windows.CreateEvent(nil, 1, 0, nil)
	return &deviceSource{in: windows.Handle(in.Fd()), wake: wake, resized: resized}, err
}

// Read waits for keys.
func (s *deviceSource) Read(p []byte) (int, error) {
	for {
		if n := s.keys.read(p); n > 0 {
			return n, nil
		}
		which, err := windows.WaitForMultipleObjects([]windows.Handle{s.wake, s.in}, false, windows.INFINITE)
		switch {
		case err != nil:
			return 0, fmt.Errorf("wait for a key: %w", err)
		case which == windows.WAIT_OBJECT_0:
			return 0, errStopped
		}
		if err := s.take(); err != nil {
			return 0, err
		}
	}
}

// take reads the records that wait.
func (s *deviceSource) take() error {
	var records [64]xwindows.InputRecord
	var n uint32
	if err := xwindows.ReadConsoleInput(s.in, &records[0], uint32(len(records)), &n); err != nil {
		return fmt.Errorf("read the console: %w", err)
	}
	for _, r := range records[:n] {
		switch r.EventType {
		case xwindows.KEY_EVENT:
			k := r.KeyEvent()
			s.keys.add(key{down: k.KeyDown, times: int(k.RepeatCount), code: k.VirtualKeyCode, unit: uint16(k.Char)})
		case xwindows.WINDOW_BUFFER_SIZE_EVENT:
			select {
			case s.resized <- syscall.Signal(0):
			default: // one is enough: whoever takes it asks for the size
			}
		}
	}
	return nil
}

func (s *deviceSource) stop() { _ = windows.SetEvent(s.wake) }

func (s *deviceSource) close() { _ = windows.CloseHandle(s.wake) }
