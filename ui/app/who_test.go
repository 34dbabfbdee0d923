package app

import (
	"os"
	"strings"
	"testing"
)

// A session of a job, which reads nothing, is at no terminal.
func TestWhoIsAtNoTerminal(t *testing.T) {
	if tty, err := os.Readlink("/proc/self/fd/0"); err != nil || tty != os.DevNull {
		t.Skip("standard input of the test is not the empty one")
	}
	if name, _ := Who(); name == "" || strings.Contains(name, "null") {
		t.Errorf("it is %q", name)
	}
}
