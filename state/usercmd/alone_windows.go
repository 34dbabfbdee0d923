package usercmd

import (
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// alone puts a command into a process group of its own, which ctrl+c in the console does not
// reach, and ends it with its children: taskkill finds those, as Windows has no groups that
// end together. A child whose parent ended before is not found and goes on.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	cmd.Cancel = func() error {
		kill := exec.Command("taskkill.exe", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid))
		kill.WaitDelay = time.Second
		if kill.Run() != nil {
			return cmd.Process.Kill()
		}
		return nil
	}
}
