package dbfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// allocate gives f real room, not a promise of it.
func allocate(f *os.File, size int64) error {
	if unix.Fallocate(int(f.Fd()), 0, 0, size) == nil {
		return nil
	}
	return fillIncompressible(f, size) // not every file system can
}

// network are the file systems on which several processes cannot share a
// write-ahead log: sooner or later they destroy it.
var network = map[int64]string{0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB"}

// NetworkDisk names the network file system that dir is on, if it is on one.
func NetworkDisk(dir string) string {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return ""
	}
	return network[int64(uint32(fs.Type))]
}
