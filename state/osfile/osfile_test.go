package osfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func ok(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestALockKeepsOthersOutUntilItsFileIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	one, err := OpenShared(path, os.O_CREATE|os.O_RDWR, 0o600)
	ok(t, err)
	two, err := OpenShared(path, os.O_RDWR, 0)
	ok(t, err, Lock(one))
	defer two.Close()
	if err := TryLock(two); !errors.Is(err, ErrLocked) {
		t.Errorf("got %v, want ErrLocked", err)
	}
	if _, err := two.WriteString("who reads and writes is not asked for the lock"); err != nil {
		t.Error(err)
	}
	ok(t, one.Close(), TryLock(two))
}

func TestAFolderIsHeldByManyOrClaimedByOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	ok(t, os.Mkdir(dir, 0o700))
	one, err := HoldFolder(dir)
	ok(t, err)
	two, err := HoldFolder(dir)
	ok(t, err, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600), one.Close())
	if _, err := ClaimFolder(dir); !errors.Is(err, ErrLocked) {
		t.Fatalf("got %v of a folder that is held, want ErrLocked", err)
	}
	ok(t, two.Close())
	claim, err := ClaimFolder(dir)
	ok(t, err)
	if _, err := ClaimFolder(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("got %v of a folder that is claimed, want ErrLocked", err)
	}
	if entries, err := os.ReadDir(dir); len(entries) != 1 || err != nil {
		t.Errorf("read %v, %v in a folder that is claimed", entries, err)
	}
	ok(t, os.RemoveAll(dir), claim.Close())
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestAFileIsReplacedWhileItIsOpen(t *testing.T) {
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "x"), filepath.Join(dir, "x.part")
	ok(t, os.WriteFile(old, []byte("old"), 0o600), os.WriteFile(fresh, []byte("new"), 0o600))
	open, err := OpenShared(old, os.O_RDONLY, 0)
	ok(t, err, Replace(fresh, old))
	now, err := os.ReadFile(old)
	ok(t, err)
	before, err := io.ReadAll(open)
	ok(t, err, open.Close())
	if string(now) != "new" || string(before) != "old" {
		t.Errorf("the file is %q, who had it open reads %q", now, before)
	}
}

func TestATemporaryFileIsRemovedWhileItIsOpen(t *testing.T) {
	dir := t.TempDir()
	f, err := CreateTemp(dir, ".x-*.part")
	ok(t, err)
	if hit, _ := filepath.Match(".x-*.part", filepath.Base(f.Name())); !hit || filepath.Dir(f.Name()) != dir {
		t.Errorf("it is called %s", f.Name())
	}
	ok(t, os.Link(f.Name(), filepath.Join(dir, "y")), os.Remove(f.Name()), f.Close())
	if left, err := os.ReadDir(dir); len(left) != 1 || err != nil {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestRoom(t *testing.T) {
	free, whole, err := Free(t.TempDir())
	if free <= 0 || whole < free || err != nil {
		t.Errorf("%d of %d bytes are free, %v", free, whole, err)
	}
	if !Writable(t.TempDir()) || Writable(filepath.Join(t.TempDir(), "none")) {
		t.Error("wrong about where files can be made")
	}
}

func TestAFolderIsMadeForUsAlone(t *testing.T) {
	dir := t.TempDir()
	ok(t, MakeFolder(filepath.Join(dir, "a", "b")), MakeFolder(filepath.Join(dir, "a", "b")))
	temporary, err := MakeTempFolder(dir, "t-")
	ok(t, err, os.WriteFile(filepath.Join(temporary, "token"), nil, 0o600), os.WriteFile(filepath.Join(dir, "a", "b", "token"), nil, 0o600))
	for _, path := range []string{filepath.Join(dir, "a"), filepath.Join(dir, "a", "b"), temporary, filepath.Join(dir, "a", "b", "token"), filepath.Join(temporary, "token")} {
		info, err := os.Stat(path)
		ok(t, err)
		if exposed, err := Exposed(path, info); exposed || err != nil {
			t.Errorf("%s is open to others: %v %v", path, exposed, err)
		}
	}
	ok(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	if MakeFolder(filepath.Join(dir, "file", "x")) == nil {
		t.Error("a folder was made in a file")
	}
}
