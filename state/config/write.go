package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"unibox/state/lockfile"
	"unibox/state/osfile"
)

// ErrChanged is the error of [Edit.Write] where somebody else wrote meanwhile: the same edit,
// prepared anew, may do.
var ErrChanged = errors.New("was changed meanwhile; nothing was written, try again")

// Write replaces the file in one step. Others can read it afterwards only if they could before
// and there is no secret in it. It refuses when the file has changed since the edit was
// prepared, was moved away, or is not to be written by its owner.
func (e Edit) Write() error {
	path, err := target(e.path)
	if err != nil {
		return err
	}
	mode, err := e.mode(path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Dir(path)); path != e.path && err != nil {
		return fmt.Errorf("%s is a link to %s, and the folder of that is not there: make it, or remove the link", e.path, path)
	}
	if err := osfile.MakeFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("the config's folder cannot be made: %w", err)
	}
	unlock, err := lock(path)
	if err != nil {
		return err
	}
	defer unlock()
	now, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the config cannot be read again: %w", err)
	}
	if !bytes.Equal(now, e.old) {
		return fmt.Errorf("%s %w", path, ErrChanged)
	}
	return replace(path, e.new, mode)
}

// Note says what a person has to know beside that the file is written: that others could read
// a secret in it. It is empty most times.
func (e Edit) Note() string {
	if !e.leaked {
		return ""
	}
	return "others could read the token until now: get a new one"
}

// mode is what the file gets: its own, but for its owner alone where there is a secret in it.
func (e Edit) mode(path string) (fs.FileMode, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && e.old != nil:
		return 0, fmt.Errorf("%s is not there any more; nothing was written", path)
	case errors.Is(err, fs.ErrNotExist):
		return 0o600, nil
	case err != nil:
		return 0, fmt.Errorf("the config cannot be written: %w", err)
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("the config cannot be written: %s is not a plain file, name one with --config", path)
	case info.Mode()&0o200 == 0:
		return 0, fmt.Errorf("%s is read-only (mode %04o); nothing was written: allow it with chmod u+w", path, info.Mode().Perm())
	case maySecret(path, e.new):
		return 0o600, nil
	}
	return info.Mode().Perm(), nil
}

// maySecret reports whether a config holds a token or a password itself, or may do so in a
// line that cannot be read.
func maySecret(file string, text []byte) bool {
	doc, lost, _ := salvage(file, text)
	return len(lost) > 0 || secretUnder(doc.values)
}

// secretIn reports whether a config surely holds one.
func secretIn(file string, text []byte) bool {
	doc, _, _ := salvage(file, text)
	return secretUnder(doc.values)
}

func secretUnder(value any) bool {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			if secretUnder(one) {
				return true
			}
		}
	case map[string]any:
		for key, one := range v {
			if (key == "token" || key == "password") && one != "" || secretUnder(one) {
				return true
			}
		}
	}
	return false
}

// lock keeps other edits of the file at path away until unlock is called.
func lock(path string) (unlock func(), err error) {
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	f, err := lockfile.Open(name, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, unwritable(path, err)
	}
	return func() { _, _ = os.Remove(name), f.Close() }, nil
}

// unwritable is err about a file of ours beside the config, whose name says nothing.
func unwritable(path string, err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		file.Path = filepath.Dir(path)
	}
	return fmt.Errorf("the config cannot be written: %w", err)
}

// replace writes beside path and renames.
func replace(path string, text []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*.toml")
	if err != nil {
		return unwritable(path, err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if old, missing := os.Stat(path); missing == nil && err == nil {
		err = osfile.KeepOwner(f, old)
	}
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("the config cannot be written: %w", err)
	}
	if err := osfile.Replace(f.Name(), path); err != nil {
		return fmt.Errorf("the config cannot be written: %w", err)
	}
	return nil
}
