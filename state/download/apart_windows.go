package download

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// apart gives a program no part of our console.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS}
}
