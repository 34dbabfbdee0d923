package theme

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A program that imports Lip Gloss starts nothing before main, also inside tmux,
// and finds TMUX in its environment afterwards.
func TestNothingIsStartedBeforeMain(t *testing.T) {
	if os.Getenv("NOTMUX_CHILD") != "" {
		os.Stdout.WriteString("TMUX=" + os.Getenv("TMUX") + "\n")
		return
	}
	if runtime.GOOS == "windows" {
		t.Skip("there is no tmux")
	}
	bin := t.TempDir()
	called := filepath.Join(bin, "called")
	if err := os.WriteFile(filepath.Join(bin, "tmux"), []byte("#!/bin/sh\n: > "+called+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run", "^TestNothingIsStartedBeforeMain$")
	child.Env = []string{"NOTMUX_CHILD=1", "PATH=" + bin, "TERM=screen-256color", "TTY_FORCE=1", "TMUX=/tmp/tmux/default,1,0"}
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "TMUX=/tmp/tmux/default,1,0\n") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(called); err == nil {
		t.Error("tmux was called")
	}
}
