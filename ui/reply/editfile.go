package reply

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"unibox/state/osfile"
	"unibox/ui/catalog"

	"unibox/api"
	"unibox/state"
	"unibox/state/drafts"
)

// The file that $EDITOR works on is in a folder of its own in the state folder, with
// a note of whose reply it is. The session that waits for the editor holds a lock on the
// note; one that was killed does not, so the next start takes over what was written.

const (
	editsName = "editor"
	replyName = "reply.txt"
	noteName  = "draft.json"
)

// edited is the note beside the file.
type edited struct {
	Account api.AccountID
	Remote  string
	// Body is the text that the editor began with.
	Body string
}

func (e edited) conversation() api.ConversationID {
	return api.ConversationID{Account: e.Account, Remote: e.Remote}
}

// editFile is a reply that is in an editor.
type editFile struct {
	path string
	lock *os.File
}

// newEditFile writes a reply for an editor. stateDir empty is the folder for temporary
// files, where nobody takes it over.
func newEditFile(stateDir string, id api.ConversationID, body string) (e editFile, err error) {
	top := cmp.Or(stateDir, os.TempDir())
	if stateDir != "" {
		top = filepath.Join(stateDir, editsName)
		if err := osfile.MakeFolder(top); err != nil {
			return e, err
		}
	}
	dir, err := osfile.MakeTempFolder(top, "unibox-") // 0700
	if err != nil {
		return e, err
	}
	note, err := json.Marshal(edited{id.Account, id.Remote, body})
	if err != nil { // plain texts
		panic(err)
	}
	e.path = filepath.Join(dir, replyName)
	e.lock, err = osfile.OpenShared(filepath.Join(dir, noteName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		err = osfile.TryLock(e.lock)
	}
	if err == nil {
		_, err = e.lock.Write(note)
	}
	if err == nil {
		err = os.WriteFile(e.path, []byte(body), 0o600)
	}
	if err != nil {
		e.release()
		return e, errors.Join(err, os.RemoveAll(dir))
	}
	return e, nil
}

// release lets another session take over what is in the file.
func (e editFile) release() { _ = e.lock.Close() }

// remove deletes the file and its folder.
func (e editFile) remove() {
	_ = os.RemoveAll(filepath.Dir(e.path))
	e.release()
}

// abandoned lists the folders of editors that no session waits for.
func abandoned(stateDir string, fn func(dir string, of edited) error) error {
	dirs, _ := filepath.Glob(filepath.Join(stateDir, editsName, "*"))
	var errs []error
	for _, dir := range dirs {
		of, lock, err := claimEdit(dir)
		if lock == nil {
			continue
		}
		if err == nil {
			err = fn(dir, of)
		}
		errs = append(errs, err, lock.Close())
	}
	_ = os.Remove(filepath.Join(stateDir, editsName)) // if nothing is in it
	return errors.Join(errs...)
}

// claimEdit locks the note of a folder; nil where somebody else has.
func claimEdit(dir string) (of edited, lock *os.File, err error) {
	lock, err = osfile.OpenShared(filepath.Join(dir, noteName), os.O_RDWR, 0)
	if err != nil {
		return of, nil, err
	}
	if err := osfile.TryLock(lock); err != nil {
		_ = lock.Close()
		return of, nil, err
	}
	err = json.NewDecoder(lock).Decode(&of)
	if err != nil {
		err = catalog.Errorf("cannot tell which conversation the reply in %s is for: %w", filepath.Join(dir, replyName), err)
	}
	return of, lock, err
}

// AdoptEdits takes what was written in editors that a killed session waited for into
// the drafts, and removes their files. It returns sentences about that for a person.
func AdoptEdits(ctx context.Context, say *catalog.Language, stateDir string, store drafts.Store) (notices []string) {
	err := abandoned(stateDir, func(dir string, of edited) error {
		text, err := os.ReadFile(filepath.Join(dir, replyName))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if body := trimEdited(text); err == nil && body != of.Body {
			if err := adopt(ctx, store, of, body); err != nil {
				return catalog.Errorf("what was written in the editor stays in %s: %w", filepath.Join(dir, replyName), err)
			}
			notices = append(notices, say.T("unibox ended while a reply was in the editor; what was written is in its draft (view Drafts)"))
		}
		return os.RemoveAll(dir)
	})
	if err != nil {
		notices = append(notices, state.PlainError(err))
	}
	return notices
}

// adopt merges a text that was edited with what is stored.
func adopt(ctx context.Context, store drafts.Store, of edited, body string) error {
	stored, err := store.Draft(ctx, of.conversation())
	for err == nil {
		base, ours := stored, stored
		base.Body, ours.Body = of.Body, body
		merged := drafts.Merge(base, ours, stored)
		merged.Rev = stored.Rev
		stored, err = store.SaveDraft(ctx, merged)
		if !errors.Is(err, state.ErrDraftMoved) {
			return err
		}
		err = nil
	}
	return err
}

// ClearEdits removes the files of editors that no session waits for, of one account
// or, with an empty name, of all.
func ClearEdits(stateDir string, account api.AccountID) error {
	err := abandoned(stateDir, func(dir string, of edited) error {
		if account != "" && of.Account != account {
			return nil
		}
		return os.RemoveAll(dir)
	})
	if account == "" {
		err = os.RemoveAll(filepath.Join(stateDir, editsName)) // also what nobody knows whose it is
	}
	return err
}
