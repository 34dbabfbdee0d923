package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// The folder goes while somebody types: it is reported in a sentence, and what was
// typed is on disk again.
func TestARemovedFolderCostsNoDraft(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	a := startApp(t, appOptions{w: 120, h: 40, dir: dir})
	a.synced() // there is somebody to reply to
	a.press("enter", "r")
	a.inReplyBox()
	read := a.lastRead()
	a.write("do not lose this")
	a.see("do not lose this")
	if err := os.Rename(dir, dir+".gone"); err != nil { // removing takes its time, and the store would be in the way
		t.Fatal(err)
	}
	a.see("the state folder was emptied while unibox ran")
	var id api.ConversationID
	a.inspect(func(m *Model) { id = m.reply.Draft().Conversation })
	a.until("the draft on disk", func(string) bool {
		draft, err := a.db.Draft(t.Context(), id)
		return err == nil && draft.Body == "do not lose this"
	})
	// What is not there again when the reply is written counts as not seen, and holds it.
	a.until("the conversation to be read again", func(string) (ready bool) {
		a.inspect(func(m *Model) { ready = m.why(keymap.Send) == "" })
		_, err := a.db.Kind(t.Context(), id)
		return ready && err == nil && a.lastRead() == read
	})
	a.press("enter")
	a.see("✓✓")
}

// lastRead waits for messages in the thread, and is the id of the last of them.
func (a *app) lastRead() (last api.MessageID) {
	a.t.Helper()
	a.until("messages in the thread", func(string) (read bool) {
		a.inspect(func(m *Model) {
			all := m.thread.Messages()
			if read = len(all) > 0; read {
				last = all[len(all)-1].ID
			}
		})
		return read
	})
	return last
}

// faultyStore is a store that may be put into a condition.
type faultyStore struct {
	Store
	now atomic.Pointer[state.Condition]
	// slow, if set, keeps back what is found by words until it is closed.
	slow atomic.Pointer[chan struct{}]
	// refuses keeps nothing of a draft.
	refuses atomic.Bool
}

func (s *faultyStore) SaveDraft(ctx context.Context, d state.Draft) (state.Draft, error) {
	if s.refuses.Load() {
		return state.Draft{}, errors.New("the disk is full")
	}
	return s.Store.SaveDraft(ctx, d)
}

func (s *faultyStore) List(ctx context.Context, q state.ListQuery) (state.List, error) {
	if slow := s.slow.Load(); slow != nil && q.Text != "" {
		<-*slow
	}
	return s.Store.List(ctx, q)
}

func (s *faultyStore) Find(ctx context.Context, text string, limit int) ([]state.Row, error) {
	if slow := s.slow.Load(); slow != nil {
		<-*slow
	}
	return s.Store.Find(ctx, text, limit)
}

func (s *faultyStore) Condition() state.Condition {
	if now := s.now.Load(); now != nil {
		return *now
	}
	return s.Store.Condition()
}

func (a *app) setCondition(c state.Condition) {
	a.store.now.Store(&c)
	a.program.Send(staleMsg{state.Disk})
}

// A full disk is shown under the strip for as long as it lasts, and moves nothing
// out of the screen.
func TestProblemOfTheStoreStaysOnScreen(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 80, h: 24})
	a.see("WAITING")
	a.setCondition(state.Condition{Problem: "the disk is full: drafts and replies are saved, nothing new is fetched; make room on the disk of the state folder", ReadOnly: true})
	screen := a.see("of the state folder")
	if rows := strings.Split(screen, "\n"); !strings.Contains(rows[1], "the disk is full") || !strings.Contains(rows[2], "of the state folder") {
		t.Errorf("under the strip are\n%s\n%s", rows[1], rows[2])
	}
	a.press("enter")
	a.see("not now: nothing can be saved")
	a.frame()
	a.setCondition(state.Condition{})
	a.gone("the disk is full")
	a.see("reply")
}
