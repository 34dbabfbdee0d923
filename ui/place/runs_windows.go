package place

import (
	"os"

	"golang.org/x/sys/windows"
)

// runs reports whether a process is another one that lives.
func runs(pid int) bool {
	if pid <= 0 || pid == os.Getpid() {
		return false
	}
	p, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return false
	}
	defer func() { _ = windows.CloseHandle(p) }()
	waited, err := windows.WaitForSingleObject(p, 0)
	return err == nil && waited == uint32(windows.WAIT_TIMEOUT)
}
