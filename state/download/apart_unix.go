//go:build unix

package download

import (
	"os/exec"
	"syscall"
)

// apart gives a program a session without our terminal.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
