package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// room is what is kept free on the disk.
type room struct {
	// low is the free room below which nothing is fetched, at most a twentieth
	// of the disk; ballast is the size of the file that makes room in need.
	// Both in bytes.
	low, ballast int64
	// free tells the free and the whole room of the disk that a folder is on.
	free func(dir string) (free, whole int64, err error)
}

var theRoom = room{low: 200 << 20, ballast: 8 << 20, free: freeRoom}

// enough is the free room that is needed, and what is needed to go on once it
// was missed: a little more, so that it does not come and go.
func (r room) enough(whole int64) (stop, resume int64) {
	stop = min(r.low, whole/20)
	return stop, stop + stop/4 + r.ballast
}

// short tells what to say while the disk is nearly full, empty while it is not.
func (r room) short(dir string, missed bool) string {
	free, whole, err := r.free(dir)
	if err != nil { // nobody knows; a write will tell
		return ""
	}
	stop, resume := r.enough(whole)
	if free >= resume || free >= stop && !missed {
		return ""
	}
	return fmt.Sprintf("only %d MB are free on the disk of %s: drafts and replies are saved, nothing new is fetched; make room", free>>20, dir)
}

const ballastName = "ballast"

// makeBallast puts the ballast where there is none, whole or not at all. It
// reports whether it is there.
func (r room) makeBallast(dir string) bool {
	path := filepath.Join(dir, ballastName)
	if info, err := os.Stat(path); err == nil && info.Size() == r.ballast {
		return true
	}
	part := fmt.Sprintf("%s.%d.part", path, os.Getpid())
	_ = os.Remove(part) // what an earlier try has left
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false
	}
	err = errors.Join(allocate(f, r.ballast), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return err == nil
}

// dropBallast makes its room free, and reports whether there was any.
func (r room) dropBallast(dir string) bool {
	return os.Remove(filepath.Join(dir, ballastName)) == nil
}

// scribble fills a file with what no file system can leave out.
func scribble(f *os.File, size int64) error {
	block := make([]byte, 1<<16)
	seed := uint64(size) | 1
	for written := int64(0); written < size; written += int64(len(block)) {
		for i := range block {
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			block[i] = byte(seed)
		}
		if _, err := f.Write(block[:min(int64(len(block)), size-written)]); err != nil {
			return err
		}
	}
	return nil
}
