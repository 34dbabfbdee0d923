package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"unibox/state/osfile"

	"github.com/gabriel-vasile/mimetype"

	"unibox/state"
)

// inspect completes what a draft says of its files, and refuses those that
// cannot be sent with a sentence for a person. What the platform fetches itself is not
// looked at.
func (b *Outbox) inspect(files []state.File) ([]state.File, error) {
	out := make([]state.File, len(files))
	for i, f := range files {
		if f.URL != "" {
			f.Remote = ""
			out[i] = f
			continue
		}
		if err := b.attachedHere(f); err != nil {
			return nil, err
		}
		info, err := os.Stat(f.Path)
		if err == nil {
			err = sendable(info)
		}
		if err == nil && b.shared && f.Size != 0 && f.Size != info.Size() {
			err = errAnother
		}
		if err == nil {
			err = b.mayLeave(&f)
		}
		if err != nil {
			return nil, unreadable(f.Path, err)
		}
		if f.Name == "" {
			f.Name = filepath.Base(f.Path)
		}
		f.Size, f.Remote, f.Box, f.BoxID = info.Size(), "", "", ""
		out[i] = f
	}
	return out, nil
}

// attachedHere refuses a file that was attached on another box: what lies at its path here may be another
// customer's. Several boxes may have one name. An older version says no id.
func (b *Outbox) attachedHere(f state.File) error {
	if f.BoxID == "" || b.boxID == nil {
		if f.Box != "" && f.Box != b.box {
			return fmt.Errorf("%s was attached on %s and is not looked for on this machine: attach it here, or send it off there", filepath.Base(f.Path), f.Box)
		}
		return nil
	}
	here, err := b.boxID()
	switch {
	case err != nil:
		return fmt.Errorf("it cannot be found out on which box %s was attached: %w", filepath.Base(f.Path), err)
	case f.BoxID == here:
		return nil
	case f.Box == b.box || f.Box == "":
		return fmt.Errorf("%s was attached on another machine that has the name of this one, and is not looked for here: attach it here, or send it off there", filepath.Base(f.Path))
	}
	return fmt.Errorf("%s was attached on %s and is not looked for on this machine: attach it here, or send it off there", filepath.Base(f.Path), f.Box)
}

var (
	errFolder  = errors.New("is a folder: attach the files in it one by one")
	errSpecial = errors.New("is not a plain file and cannot be sent")
	// errAnother: boxes of a team may have one name, and other files at the same path.
	errAnother = errors.New("is not as it was when it was attached: attach it again or remove it")
)

func sendable(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return errFolder
	case !info.Mode().IsRegular():
		return errSpecial
	}
	return nil
}

// mayLeave asks whether a file may be sent at all, and finds out what it is where
// that is not known.
func (b *Outbox) mayLeave(f *state.File) error {
	file, err := b.open(f.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	if f.MIME == "" {
		kind, err := mimetype.DetectReader(file)
		if err != nil {
			return err
		}
		f.MIME = kind.String()
	}
	return nil
}

// unreadable says why a file cannot be sent. What is no error of the file system
// says so itself.
func unreadable(path string, err error) error {
	name := filepath.Base(path)
	_, failed := errors.AsType[*fs.PathError](err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is not there any more: attach it again or remove it (%w)", name, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may not be read: change its permissions or remove it (%w)", name, err)
	case errors.Is(err, errFolder), errors.Is(err, errSpecial), errors.Is(err, errAnother):
		return fmt.Errorf("%s %w", name, err)
	case !failed:
		return err
	}
	return fmt.Errorf("%s cannot be read: %w", name, err)
}

// folder is where the copies of a message's files are.
func (b *Outbox) folder(key string) string { return filepath.Join(b.dir, filepath.Base(key)) }

// copyFiles copies a message's files to its folder, which lockFolder has made, on disk
// when it returns, so that nothing the agent does to them later changes what is
// sent.
func (b *Outbox) copyFiles(o *state.Outbound) error {
	dir := b.folder(o.Key)
	files := make([]state.File, len(o.Files))
	for i, f := range o.Files {
		if f.URL != "" {
			files[i] = f
			continue
		}
		to := filepath.Join(dir, fmt.Sprintf("%d-%s", i+1, safeName(f.Name)))
		var err error
		if f.Size, err = b.copyFile(to, f.Path); err != nil {
			return err
		}
		f.Path = to
		files[i] = f
	}
	o.Files = files
	return errors.Join(osfile.SyncFolder(dir), osfile.SyncFolder(b.dir))
}

func (b *Outbox) copyFile(to, from string) (n int64, err error) {
	src, err := b.open(from)
	if err != nil {
		return 0, unreadable(from, err)
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		n, err = io.Copy(dst, src)
		err = errors.Join(err, dst.Sync(), dst.Close())
	}
	return n, wrap(err, "keep a copy of %s", filepath.Base(from))
}

// safeName makes a file name of any text: no folders, nothing hidden, nothing
// that a terminal would obey, and short enough for any file system, cut in
// front because the ending says what kind of file it is.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:<>"|?*`, r) || !unicode.IsPrint(r) { // of Windows, too
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	for len(name) > 120 {
		_, n := utf8.DecodeRuneInString(name)
		name = name[n:]
	}
	if name == "" {
		return "file"
	}
	return name
}

// discardCopies removes the copies of a message that needs them no longer.
func (b *Outbox) discardCopies(o state.Outbound) {
	if len(o.Files) == 0 {
		return
	}
	if err := os.RemoveAll(b.folder(o.Key)); err != nil {
		b.log.Warn("remove the copies of sent files", "key", o.Key, "err", err)
	}
}

// discardOld removes copies that a message taken back had left to its draft,
// once that draft has been submitted with new copies.
func (b *Outbox) discardOld(files []state.File) {
	for _, f := range files {
		if f.Path == "" {
			continue
		}
		dir := filepath.Dir(f.Path)
		if filepath.Dir(dir) != filepath.Clean(b.dir) {
			continue
		}
		if err := os.Remove(f.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			b.log.Warn("remove an old copy", "err", err)
		}
		os.Remove(dir) // fails while another file is in it, as it should
	}
}
