//go:build unix

package usercmd

import (
	"os/exec"
	"syscall"
)

// alone puts a command into a process group of its own, so that its children end with it and
// no key of the terminal reaches them.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
