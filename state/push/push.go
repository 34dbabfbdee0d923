// Package push takes what platforms send by themselves: it listens for it, keeps each
// event on disk before it accepts it, and hands it to the engine as a hint.
//
// A [Listener] serves one address of this machine, behind whatever the box has in
// front. Each account has a path of its own that nobody can guess ([Addresses]). What
// arrives is written to a [Spool] and then accepted with exactly 200; a [Taker], in the
// process that has the lease, turns it into hints. So the listener may be another
// process, unibox hook, and nothing is lost while nobody runs the program.
//
// An event is never believed. It says what to read, and what no call returns: how far
// a message has come, and how a channel is. A forged one costs a reading.
package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"unibox/state/osfile"

	"unibox/api"
)

// Account is one whose platform can send events.
type Account struct {
	ID   api.AccountID
	Push api.Push
	// Forward is an address of somebody else that gets the same events; empty for
	// none.
	Forward string
}

// folder is where a state folder keeps what arrives and the addresses.
func folder(state string) string { return filepath.Join(state, "push") }

// writeFile replaces a file by another one that is durable, and readable for us alone.
func writeFile(path string, content []byte) (err error) {
	part, err := partOf(path, content)
	if err != nil {
		return err
	}
	if err := osfile.Replace(part, path); err != nil {
		os.Remove(part)
		return err
	}
	return osfile.SyncFolder(filepath.Dir(path))
}

// makeFile is writeFile for a file that is not there yet. Of several processes one
// makes it, and for the others it is fs.ErrExist.
func makeFile(path string, content []byte) error {
	part, err := partOf(path, content)
	if err != nil {
		return err
	}
	defer os.Remove(part)
	if err := os.Link(part, path); err != nil {
		return err
	}
	return osfile.SyncFolder(filepath.Dir(path))
}

// partOf writes a durable file beside path.
func partOf(path string, content []byte) (string, error) {
	if err := osfile.MakeFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Dir(path), partPrefix+"*") // of mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// partPrefix begins the names of files that are being written.
const partPrefix = ".part-"

// readJSON reads a file into v, and reports whether there is one.
func readJSON(path string, v any) (bool, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return false, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	return true, nil
}
