package dbfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"unibox/state/osfile"
)

// Room is what is kept free on the disk.
type Room struct {
	// low is the free room below which nothing is fetched, at most a twentieth
	// of the disk; ballast is the size of the file that makes room in need.
	// Both in bytes.
	low, ballast int64
	// free is the free and the whole room of the disk that a folder is on.
	free func(dir string) (free, whole int64, err error)
}

// DefaultRoom is what is kept free on an ordinary disk.
func DefaultRoom() Room { return Room{low: 200 << 20, ballast: 8 << 20, free: osfile.Free} }

// enough returns the free room below which fetching stops, and the room with
// which it resumes: a little more, so that it does not stop and start all the time.
func (r Room) enough(whole int64) (stop, resume int64) {
	stop = min(r.low, whole/20)
	return stop, stop + stop/4 + r.ballast
}

// Short is what to say while the disk is nearly full, empty while it is not.
func (r Room) Short(dir string, missed bool) string {
	free, whole, err := r.free(dir)
	if err != nil { // unknown; a write will fail if there is none
		return ""
	}
	stop, resume := r.enough(whole)
	if free >= resume || free >= stop && !missed {
		return ""
	}
	return fmt.Sprintf("only %d MB are free on the disk of %s: drafts and replies are saved, nothing new is fetched; make room", free>>20, dir)
}

const ballastName = "ballast"

// MakeBallast makes the ballast if there is none, whole or not at all, and
// reports whether there is one now.
func (r Room) MakeBallast(dir string) bool {
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

// DropBallast makes its room free, and reports whether there was any.
func (r Room) DropBallast(dir string) bool {
	return os.Remove(filepath.Join(dir, ballastName)) == nil
}

// fillIncompressible fills a file with what no file system can leave out.
func fillIncompressible(f *os.File, size int64) error {
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
