package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"unibox/state/osfile"
)

// Expand replaces ~ at the beginning of a path by a home folder, as a shell does:
// "~", "~/x", and "~name/x" for that of another user. Shells leave it alone in
// places where people expect it, such as --state=~/x. The error is one sentence for
// a person.
func Expand(path string) (string, error) { return expand(path, osfile.Separators, homeOf) }

func expand(path, separators string, homeOf func(name string) (string, error)) (string, error) {
	name, ok := strings.CutPrefix(path, "~")
	if !ok {
		return path, nil
	}
	var rest string
	if i := strings.IndexAny(name, separators); i >= 0 {
		name, rest = name[:i], name[i+1:]
	}
	home, err := homeOf(name)
	if err != nil {
		return "", err
	}
	return filepath.Join(home, rest), nil
}

// homeOf is the home folder of a user; an empty name is this one.
func homeOf(name string) (string, error) {
	if name == "" {
		home, err := os.UserHomeDir()
		if err != nil || !filepath.IsAbs(home) {
			return "", errors.New(osfile.HomeVariable + " does not name a folder, so ~ means nothing here")
		}
		return home, nil
	}
	u, err := user.Lookup(name)
	if err != nil || !filepath.IsAbs(u.HomeDir) {
		return "", fmt.Errorf("there is no user %s on this machine; write ./~%[1]s for a folder of that name", name)
	}
	return u.HomeDir, nil
}

// mostBytes bounds what is read of a file, such as /dev/zero, and of a command.
const mostBytes = 4 << 20

var errLarge = errors.New("it is too large")

// errNoFile: reading it might wait for ever.
var errNoFile = errors.New("it is not a plain file")

// readFile reads a config, which is a file or given to this process as an open one.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !info.IsDir() && !handedOver(path) {
		if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(null, info) {
			return []byte{}, nil
		}
		return nil, fmt.Errorf("%s: %w", path, errNoFile)
	}
	return readAny(path)
}

// handedOver reports whether path is a file that is open already: the input, or what
// <(command) of a shell is.
func handedOver(path string) bool {
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

// readAny reads what may be a pipe too, as that of a secret is under some keepers of them.
func readAny(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err == nil && len(text) > mostBytes {
		err = fmt.Errorf("%s: %w", path, errLarge)
	}
	return text, err
}

// maxLinks bounds how many links are followed from one to the next.
const maxLinks = 40

// target is the file that path is a link to, also where that does not exist yet; a
// path that is no link is its own target.
func target(path string) (string, error) {
	for range maxLinks {
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil // no link, or nothing there
		}
		if !filepath.IsAbs(to) {
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return path, nil
			}
			to = filepath.Join(dir, to)
		}
		path = to
	}
	return "", fmt.Errorf("%s is a link that leads in a circle", path)
}

// Dangling returns what a link leads to that is not there, "" if path is no such link.
func Dangling(path string) string {
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		return ""
	}
	if to, err := target(path); err == nil && to != path {
		return to
	}
	return ""
}
