// Package attach decides which files of this machine may be sent to a customer.
// A [Guard] describes a file that an agent named, refuses what must not leave
// the machine, and names what a person should think about before it does.
package attach

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/gabriel-vasile/mimetype"

	"unibox/state"
)

// system are the folders whose files are views of the running system, except for
// shared, which is a disk in memory.
var (
	system = []string{"/proc", "/sys", "/dev"}
	shared = "/dev/shm"
)

// Options say what is ours.
type Options struct {
	// Files are single files that never leave: configs, files with a token.
	Files []string
	// Folders are those of which no file leaves: where the store is. Copies are
	// folders in one of them whose files may: copies of what agents attached, and
	// the agents' own folders.
	Folders, Copies []string
	// Only, if set, are the folders of which files may be named, also through links; a name
	// without a folder is one in the first.
	Only []string
	// Box is what people call this box of a team, empty where there is one, and BoxID asks for its id;
	// nil where nothing does.
	Box   string
	BoxID func() (string, error)
}

// Guard knows what is ours. It is safe for concurrent use.
type Guard struct {
	o       Options
	mu      sync.Mutex
	secrets []string
}

// New returns a guard that knows no secret yet.
func New(o Options) *Guard { return &Guard{o: o} }

// shortest is the length from which a secret is looked for: what is shorter is
// found in any file.
const shortest = 8

// AddSecret makes the guard ask before a file leaves that holds a secret.
func (g *Guard) AddSecret(secret string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(secret) >= shortest && !slices.Contains(g.secrets, secret) {
		g.secrets = append(g.secrets, secret)
	}
}

// Inspect describes the file at a path as it would be sent: a link as what it
// leads to. The error is a sentence for a person.
func (g *Guard) Inspect(path string) (state.LocalFile, error) {
	if err := g.named(path); err != nil {
		return state.LocalFile{}, err
	}
	file, err := g.Open(path)
	if err != nil {
		return state.LocalFile{}, err
	}
	defer file.Close()
	f := state.LocalFile{File: state.File{Path: file.Name(), Name: filepath.Base(file.Name()), Box: g.o.Box}}
	if g.o.BoxID != nil {
		if f.BoxID, err = g.o.BoxID(); err != nil {
			return state.LocalFile{}, fmt.Errorf("this box has no name of its own among those of the team yet, so nothing can be attached: %w", err)
		}
	}
	if named := filepath.Base(path); named != f.Name {
		f.Link = named
	}
	if err := g.describe(file, &f); err != nil {
		return state.LocalFile{}, sentence(path, err)
	}
	return f, nil
}

// named refuses a path that leads out of the folders of which files may be named.
func (g *Guard) named(path string) error {
	err := error(nil)
	for _, folder := range g.o.Only {
		if err = within(folder, g.absolute(path)); err == nil || errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return sentence(filepath.Base(path), err)
	}
	return err
}

// absolute is a path from the folder of which files may be named, else from the working one.
func (g *Guard) absolute(path string) string {
	if len(g.o.Only) > 0 && !filepath.IsAbs(path) {
		return filepath.Join(g.o.Only[0], path)
	}
	return path
}

// within refuses a path that leads out of a folder, by its name or by a link.
func within(folder, path string) error {
	inside, err := Inside(folder, path)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return outside(path)
	}
	defer root.Close()
	if _, err := root.Stat(inside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return outside(path)
	} else if err != nil {
		return err
	}
	return nil
}

// Inside is a path as seen from a folder that holds it by its name: where links lead, it
// does not look.
func Inside(folder, path string) (string, error) {
	inside, err := filepath.Rel(folder, path)
	if err != nil || !filepath.IsLocal(inside) {
		return "", outside(path)
	}
	return inside, nil
}

func outside(path string) error {
	return fmt.Errorf("%s is not in your own folder: only what is in there can be attached", filepath.Base(path))
}

func (g *Guard) describe(file *os.File, f *state.LocalFile) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	kind, err := mimetype.DetectReader(file)
	if err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f.MIME, f.Size = kind.String(), info.Size()
	f.Dangers, err = g.dangers(file, info, kind)
	return err
}

// Open opens a file that may be sent; its name is the path without links. The
// error is a sentence for a person. What is refused is not even opened: closing
// a database would take its locks from the store.
func (g *Guard) Open(path string) (*os.File, error) {
	abs, err := filepath.Abs(g.absolute(path))
	if err != nil {
		return nil, sentence(path, err)
	}
	at, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, sentence(path, err)
	}
	info, err := os.Stat(at)
	if err != nil {
		return nil, sentence(path, err)
	}
	if err := g.refuse(at, info, filepath.Base(abs)); err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, sentence(path, errSpecial)
	}
	file, err := os.Open(at)
	if err != nil {
		return nil, sentence(path, err)
	}
	if now, err := file.Stat(); err != nil || !os.SameFile(now, info) {
		file.Close()
		return nil, fmt.Errorf("%s was replaced while it was opened: try again", filepath.Base(path))
	}
	return file, nil
}

// refuse decides about the file at a path without links in it. Which file and
// which folder it is, the file system says and not the name: a file may have
// several names.
func (g *Guard) refuse(at string, info fs.FileInfo, named string) error {
	name := named
	if real := filepath.Base(at); real != named {
		name = fmt.Sprintf("%s leads to %s, which", named, at)
	}
	for dir := filepath.Dir(at); ; dir = filepath.Dir(dir) {
		switch {
		case slices.ContainsFunc(g.o.Copies, func(own string) bool { return same(dir, own) }):
			return g.refuseNamed(info, name)
		case same(dir, shared):
			return g.refuseNamed(info, name)
		case slices.ContainsFunc(g.o.Folders, func(own string) bool { return same(dir, own) }):
			return ownFile(name)
		case slices.ContainsFunc(system, func(s string) bool { return same(dir, s) }):
			return fmt.Errorf("%s belongs to the running system and cannot be attached", name)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return g.refuseNamed(info, name)
}

// refuseNamed refuses what is one of our files under another name.
func (g *Guard) refuseNamed(info fs.FileInfo, name string) error {
	for _, own := range g.own() {
		if it, err := os.Stat(own); err == nil && os.SameFile(it, info) {
			return ownFile(name)
		}
	}
	return nil
}

func ownFile(name string) error {
	return fmt.Errorf("%s is a file of unibox itself, with what only this machine may know: it cannot be attached", name)
}

// own lists the files that are ours: by name, and in our folders.
func (g *Guard) own() []string {
	list := slices.Clone(g.o.Files)
	for _, dir := range g.o.Folders {
		entries, _ := os.ReadDir(dir) // a folder that is not there holds nothing
		for _, e := range entries {
			list = append(list, filepath.Join(dir, e.Name()))
		}
	}
	return list
}

// same reports whether two paths are the same folder.
func same(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

var errSpecial = errors.New("it is a folder or a device, and only files can be sent")

// sentence says why a file cannot be sent.
func sentence(path string, err error) error {
	name := filepath.Base(path)
	switch {
	case errors.Is(err, errSpecial):
		return fmt.Errorf("%s: %w", name, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file or folder", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: you have no permission to read this", path)
	}
	return fmt.Errorf("%s: this cannot be read", path)
}
