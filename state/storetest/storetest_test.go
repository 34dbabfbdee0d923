package storetest

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func TestFoldersInMemoryAreRemoved(t *testing.T) {
	disk := t.TempDir()
	t.Setenv("TMPDIR", os.TempDir())
	left := filepath.Join(disk, folder+"999999999") // no process has this number
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	remove := inMemory(disk)
	if !hasRoom(disk) {
		t.Skip("less than 1 GB is free")
	}
	if want := filepath.Join(disk, folder+strconv.Itoa(os.Getpid())); os.TempDir() != want {
		t.Errorf("temporary files go to %s, want %s", os.TempDir(), want)
	}
	inMemory(disk)() // as a program that a test starts
	if _, err := os.Stat(os.TempDir()); err != nil {
		t.Error(err)
	}
	remove()
	if names, err := os.ReadDir(disk); err != nil || len(names) != 0 {
		t.Errorf("left %v, %v", names, err)
	}
}
