package prefault

import (
	"syscall"
	"unsafe"
)

const (
	// populateWrite is MADV_POPULATE_WRITE, of Linux 5.14. It changes no byte of what is there.
	populateWrite = 23
	// step is by how much the heap of Go grows at least, and what its growth is aligned to.
	step = 4 << 20
)

// fresh is memory of the size of a page of Go's heap, which lies where the heap is filled.
type fresh [8 << 10]byte

// Heap takes the rest of what Go's heap last grew by. Where the system refuses, what is used
// is taken page by page, as ever.
func Heap() {
	size := uintptr(syscall.Getpagesize())
	from := (uintptr(unsafe.Pointer(new(fresh))) + size - 1) &^ (size - 1)
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, -from&(step-1), populateWrite)
}
