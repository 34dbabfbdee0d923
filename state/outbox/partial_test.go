package outbox_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state"
)

// A platform that takes a message and drops its file leaves the file to be
// sent, and the text in the thread.
func TestATextThatWentOutWithoutItsFile(t *testing.T) {
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, services[2], filepath.Join(dir, "store"))
		defer w.end()
		w.town = found["protocol"]
		s := &stage{world: w, folder: dir}
		w.start()
		pass(time.Second)
		w.served.SetProtocol(sandbox.Protocol{DropFiles: true})
		s.show(0)
		w.settle(time.Hour)
		o := w.all()[0]
		if o.Status != state.Failed || o.Body != "" || len(o.Files) != 1 || !strings.Contains(o.Reason, "the text is out") {
			t.Fatalf("%+v", o)
		}
		if texts, files := w.took("text 1"); texts != 1 || files != 0 {
			t.Errorf("the platform has the text %d times and %d files", texts, files)
		}
		shown, err := w.any().db.Timeline(t.Context(), state.TimelineQuery{Conversation: o.Conversation, Before: 9})
		if err != nil || !says(shown, "text 1") {
			t.Errorf("the thread shows %+v, %v", shown.Items, err)
		}
		w.served.SetProtocol(sandbox.Protocol{})
		w.decide()
		w.settle(time.Hour)
		if o := w.all()[0]; o.Status != state.Done {
			t.Errorf("%+v", o)
		}
		if texts, files := w.took("text 1"); texts != 1 || files != 1 {
			t.Errorf("in the end the platform has the text %d times and %d files", texts, files)
		}
	})
}

// took counts how often the platform has a text, and all files.
func (w *world) took(text string) (texts, files int) {
	for _, r := range w.received() {
		if r.Text == text {
			texts++
		}
		files += len(r.Attachments)
	}
	return texts, files
}

func says(w state.Window, text string) bool {
	for _, it := range w.Items {
		if it.Sending == nil && it.Message.Direction == api.Outbound && it.Message.Body == text {
			return true
		}
	}
	return false
}
