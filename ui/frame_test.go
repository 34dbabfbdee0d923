package ui

import "testing"

// The library's clock, which would wake an idle program up, is stopped at the start,
// and after a program had the terminal.
func TestTheLibrarysClockIsStopped(t *testing.T) {
	stopped := 0
	f := &framed{inner: bare(1, 0, 80, 24), stopClock: func() error { stopped++; return nil }}
	f.Init()
	if stopped != 1 {
		t.Fatalf("stopped %d times at the start", stopped)
	}
	f.Update(clockMsg{})
	if stopped != 2 {
		t.Errorf("stopped %d times after another program", stopped)
	}
}
