// Package storetest is the contract of a store as tests (Run), which another
// implementation of the durable half would have to pass, and folders in memory for
// the tests of all who open a store (Main).
package storetest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"unibox/state/osfile"
)

// Main runs the tests of a package with their temporary folders in memory,
// where a store costs a tenth of what it costs on a disk: opening one creates,
// syncs and removes a dozen files. Call it from TestMain:
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
//
// It does not return. Programs that the tests start use the same memory. A
// machine without a disk in memory, or with less than 1 GB free on it, runs the
// tests on its ordinary one. Nothing is lost by it: a killed process loses
// nothing that it wrote, on either; only a power cut would show the difference.
func Main(m *testing.M) {
	remove := inMemory("/dev/shm")
	code := m.Run()
	remove()
	os.Exit(code)
}

// folder is how the folders in memory are called, before the process's number.
const folder = "unibox-test-"

// inMemory makes a folder on a disk in memory the one for temporary files, and
// returns what removes it.
func inMemory(disk string) (remove func()) {
	remove = func() {}
	if strings.HasPrefix(os.TempDir(), filepath.Join(disk, folder)) { // a test of ours started this one
		return remove
	}
	removeLeftovers(disk)
	if !hasRoom(disk) {
		return remove
	}
	dir := filepath.Join(disk, folder+strconv.Itoa(os.Getpid()))
	if os.Mkdir(dir, 0o755) != nil || os.Setenv("TMPDIR", dir) != nil {
		return remove
	}
	return func() { _ = os.RemoveAll(dir) }
}

// removeLeftovers removes the folders of tests that were killed.
func removeLeftovers(disk string) {
	left, _ := filepath.Glob(filepath.Join(disk, folder+"*"))
	for _, dir := range left {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), folder))
		if err == nil && ended(pid) {
			_ = os.RemoveAll(dir)
		}
	}
}

func hasRoom(memory string) bool {
	free, _, err := osfile.Free(memory)
	return err == nil && free >= 1<<30
}
