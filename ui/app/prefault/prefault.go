// Package prefault has the system hand over memory before it is used, in one call instead of
// in one page fault for each 4 KB.
//
// A start fills some ten megabytes of heap without a gap, in which no garbage is collected.
// In a virtual machine a fault may cost fifteen times what the page costs: 2,400 of them were
// a third of the start on the machine on which it was measured (ui/README.md). Nothing more
// is taken than what the start, or the first minute after it, fills.
//
// Importing the package does it for the first time. Go initializes packages by import path,
// each after what it imports: this one imports syscall alone, so it comes before most.
package prefault

func init() { Heap() }
