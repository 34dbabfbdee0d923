package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestPlainErrorSaysWhatTheSystemMeans(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	os.WriteFile(file, nil, 0o600)
	circle := filepath.Join(dir, "circle")
	os.Symlink(circle, circle)
	read := func(path string) error {
		_, err := os.ReadFile(path)
		return err
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{read(filepath.Join(dir, "none")), dir + "/none is not there"},
		{read(dir), dir + " is a folder"},
		{read(file + "/x"), file + "/x is, or leads through, a file where a folder has to be"},
		{os.Mkdir(dir, 0o700), dir + " is there already"},
		{os.MkdirAll(file, 0o700), file + " is not a folder"},
		{os.MkdirAll(file+"/x", 0o700), file + " is not a folder"},
		{read(circle), circle + " leads in a circle of links"},
		{read("/" + strings.Repeat("x", 5000)), "/" + strings.Repeat("x", 199) + "… is too long for a name"},
		{read("a\x00b"), "a\x00b is no name of a file"},
		{os.Rename(file, dir+"/none/x"), dir + "/none/x is not there"},
		{&fs.PathError{Op: "open", Path: "/x", Err: syscall.EACCES}, "you have no permission for /x"},
		{&fs.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}, "no room is left on the disk of /x"},
		{&fs.PathError{Op: "open", Path: "/x", Err: syscall.EROFS}, "nothing can be written on the disk of /x"},
		{&fs.PathError{Op: "read", Path: "/x", Err: syscall.EIO}, "/x: input/output error"},
		{exec.Command("no-such-program").Run(), "there is no program no-such-program"},
		{errors.New("as it is"), "as it is"},
	} {
		if got := PlainError(fmt.Errorf("it failed: %w", c.err)); got != "it failed: "+c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}
