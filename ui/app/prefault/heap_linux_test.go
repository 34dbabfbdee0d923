package prefault

import (
	"encoding/binary"
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// TestHeapIsThereBeforeItIsUsed has the system say which pages are in memory.
func TestHeapIsThereBeforeItIsUsed(t *testing.T) {
	size := uintptr(syscall.Getpagesize())
	at := uintptr(unsafe.Pointer(new(fresh)))
	if _, _, err := syscall.Syscall(syscall.SYS_MADVISE, at&^(size-1), size, populateWrite); err != 0 {
		t.Skipf("this system hands over memory as it is used: %v", err)
	}
	Heap()
	for page := (at + size - 1) &^ (size - 1); page%step != 0; page += size {
		if !present(t, page/size) {
			t.Fatalf("the page at %#x, of the heap at %#x, is not there", page, at)
		}
	}
}

// present reports whether a page is in memory.
func present(t *testing.T, page uintptr) bool {
	t.Helper()
	f, err := os.Open("/proc/self/pagemap")
	if err != nil {
		t.Skipf("the system does not say which pages are there: %v", err)
	}
	defer f.Close()
	var entry [8]byte
	if _, err := f.ReadAt(entry[:], int64(page)*8); err != nil {
		t.Fatal(err)
	}
	return binary.NativeEndian.Uint64(entry[:])>>63 == 1
}
