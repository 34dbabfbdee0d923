package reply

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"unibox/ui/catalog"
	"unibox/ui/text"
)

// Unsaved counts the texts that could not be saved.
func (b *Box) Unsaved() int { return len(b.drafts.Unsaved()) + len(b.edits.unsaved()) }

// Abandon forgets the texts that could not be saved.
func (b *Box) Abandon() {
	b.drafts.Abandon()
	b.edits.abandon()
}

// errNowhere: an agent who is restricted to unibox has no folder to write to.
var errNowhere = catalog.Error("you have no folder of your own here: copy the text")

// WriteUnsaved writes the texts that could not be saved to a new file, and forgets
// them: in a restricted session to one of the agent's own folder, of which the path is a name.
// It touches the disk.
func (b *Box) WriteUnsaved(path string) error {
	path = text.LongPath(path)
	if b.env.Settings.Restricted {
		name := strings.TrimLeft(filepath.Base(path), ".")
		if b.env.Settings.Drop == "" || name == "" || name == string(filepath.Separator) {
			return errNowhere
		}
		path = filepath.Join(b.env.Settings.Drop, name)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.unsavedText())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path) // half of a text would be taken for all of it
		return err
	}
	b.Abandon()
	return nil
}

// Rescue writes the texts that could not be saved to a new file in the first of
// some folders that takes it, and returns its path: a name in the agent's own folder, which is
// the only one in a restricted session. It touches the disk.
func (b *Box) Rescue(folders ...string) (path string, err error) {
	if b.env.Settings.Restricted {
		path = unsavedName(time.Now())
		return path, b.WriteUnsaved(path)
	}
	for _, dir := range folders {
		path = filepath.Join(dir, unsavedName(time.Now()))
		if err = b.WriteUnsaved(path); err == nil {
			return path, nil
		}
	}
	return "", err
}

// UnsavedPath is where the texts that could not be saved may go.
func (b *Box) UnsavedPath(now time.Time) string {
	if b.env.Settings.Restricted {
		return unsavedName(now)
	}
	return filepath.Join("~", unsavedName(now))
}

func unsavedName(now time.Time) string {
	return "unibox-unsaved-" + now.Format("20060102-150405") + ".txt"
}

// unsavedText is what is written of texts: to whom, the text, and its files.
func (b *Box) unsavedText() string {
	var s strings.Builder
	say := b.env.Look.Language
	for _, d := range b.drafts.Unsaved() {
		fmt.Fprint(&s, say.T("== not saved: a reply in conversation %s of %s ==\n%s\n", d.Conversation.Remote, d.Conversation.Account, d.Body))
		for _, f := range d.Files {
			fmt.Fprint(&s, say.T("== with the file %s ==\n", cmp.Or(f.Path, f.URL)))
		}
	}
	for _, d := range b.edits.unsaved() {
		kept, _ := b.edits.get(d)
		fmt.Fprint(&s, say.T("== not saved: a message as you edited it in conversation %s of %s ==\n%s\n", d.Conversation.Remote, d.Conversation.Account, kept.body))
	}
	return s.String()
}
