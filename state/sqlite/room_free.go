package sqlite

import "golang.org/x/sys/unix"

// freeRoom asks the system how much of a disk is free for us.
func freeRoom(dir string) (free, whole int64, err error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, 0, err
	}
	return int64(disk.Bavail) * int64(disk.Bsize), int64(disk.Blocks) * int64(disk.Bsize), nil
}
