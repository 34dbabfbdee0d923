package outbox_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// colleague writes in a conversation through another program, with a file where one
// is named.
func (w *world) colleague(id api.ConversationID, body, file string) {
	w.t.Helper()
	c, err := w.of.client(w.account, newLine(w.in, func(*http.Request) harm { return harm{} }))
	if err != nil {
		w.t.Fatal(err)
	}
	out := api.Outgoing{Conversation: id, Body: body}
	if file != "" {
		content := bytes.Repeat([]byte("x"), 18000)
		att, err := c.(api.Uploader).Upload(context.Background(), api.Upload{Conversation: id, Name: file, MIME: "text/plain", Size: int64(len(content)), Body: bytes.NewReader(content)})
		if err != nil {
			w.t.Fatal(err)
		}
		out.Attachments = []api.Attachment{att}
	}
	r, err := c.Send(context.Background(), out)
	for range 30 {
		if err != nil || r.Message.Remote != "" {
			break
		}
		time.Sleep(time.Second)
		r, err = c.(api.Tracker).Track(context.Background(), r)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.foreign[r.Message] = true
}

// ties checks that no row is tied to a message that is not its own.
func (w *world) ties() {
	w.t.Helper()
	for _, o := range w.all() {
		if w.foreign[o.Receipt.Message] && o.Receipt.Message.Remote != "" {
			w.t.Errorf("%q is tied to a colleague's message %s", o.Body, o.Receipt.Message.Remote)
		}
	}
}

// TestALostFileIsNotFoundInAColleagues loses a file on its way, while a colleague
// sends one of the same shape: the row stays unknown, and both are shown.
func TestALostFileIsNotFoundInAColleagues(t *testing.T) {
	t.Parallel()
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range played() {
		if of.upload == nil {
			continue
		}
		t.Run(of.name, func(t *testing.T) {
			dir := folder(t)
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, of, dir)
				defer w.end()
				w.town = found[of.name]
				s := &stage{world: w, folder: t.TempDir(), script: []cue{{of.send, harm{header, reset}}}}
				w.choose = s.prompt
				w.start()
				id := w.town.chats[0].ID
				path := filepath.Join(s.folder, "a.txt")
				if err := os.WriteFile(path, bytes.Repeat([]byte("x"), 18000), 0o600); err != nil {
					t.Fatal(err)
				}
				rows := w.submit(state.Draft{Conversation: id, Files: []state.File{{Path: path}}}, nil)
				pass(time.Second)
				w.colleague(id, "", "b.txt")
				w.settle(10 * time.Minute)
				w.ties()
				o := w.all()[0]
				if o.Status != state.Uncertain || o.Receipt.Message.Remote != "" {
					t.Errorf("it is %s, tied to %q: %v", words[o.Status], o.Receipt.Message.Remote, w.log)
				}
				shown, err := w.any().db.Timeline(context.Background(), state.TimelineQuery{Conversation: id, Before: 5})
				if err != nil {
					t.Fatal(err)
				}
				n := len(shown.Items)
				if n < 2 || shown.Items[n-1].Sending == nil || shown.Items[n-1].Sending.ID != rows[0].ID || shown.Items[n-2].Sending != nil {
					t.Errorf("the thread shows %+v", shown.Items)
				}
			})
		})
	}
}
