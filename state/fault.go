package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// PlainError is an error for a person: what the system says of a file or a program,
// such as "open x: permission denied", stands in it in words.
func PlainError(err error) string {
	text := err.Error()
	var file *fs.PathError
	var link *os.LinkError
	var program *exec.Error
	switch {
	case errors.As(err, &file):
		return strings.ReplaceAll(text, file.Error(), fileWords(file.Op, file.Path, file.Err))
	case errors.As(err, &link):
		return strings.ReplaceAll(text, link.Error(), fileWords(link.Op, link.New, link.Err))
	case errors.As(err, &program):
		return strings.ReplaceAll(text, program.Error(), "there is no program "+program.Name)
	}
	return text
}

// longPath is how many bytes of a path are shown.
const longPath = 200

// fileWords says what is wrong with a file.
func fileWords(op, path string, err error) string {
	if len(path) > longPath {
		path = strings.ToValidUTF8(path[:longPath], "") + "…"
	}
	var number syscall.Errno
	if !errors.As(err, &number) {
		return path + ": " + err.Error()
	}
	switch number {
	case syscall.ENOENT:
		return path + " is not there"
	case syscall.EACCES, syscall.EPERM:
		return "you have no permission for " + path
	case syscall.EISDIR:
		return path + " is a folder"
	case syscall.EEXIST:
		return path + " is there already"
	case syscall.ENOTDIR:
		if op == "mkdir" {
			return path + " is not a folder"
		}
		return path + " is, or leads through, a file where a folder has to be"
	case syscall.ENOSPC, syscall.EDQUOT:
		return "no room is left on the disk of " + path
	case syscall.EROFS:
		return "nothing can be written on the disk of " + path
	case syscall.ELOOP:
		return path + " leads in a circle of links"
	case syscall.ENAMETOOLONG:
		return path + " is too long for a name"
	case syscall.EINVAL:
		return path + " is no name of a file"
	}
	switch { // Windows has numbers of its own, which say the same
	case errors.Is(number, fs.ErrNotExist):
		return path + " is not there"
	case errors.Is(number, fs.ErrPermission):
		return "you have no permission for " + path
	}
	return fmt.Sprintf("%s: %s", path, number.Error())
}
