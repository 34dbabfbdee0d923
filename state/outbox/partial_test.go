package outbox_test

import (
	"path/filepath"
	"slices"
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
		if got := w.received(); !slices.Equal(got, []string{"text 1"}) {
			t.Errorf("the platform has %q", got)
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
		if got := w.received(); !slices.Equal(got, []string{"text 1", "|bill 0.pdf"}) {
			t.Errorf("in the end the platform has %q", got)
		}
	})
}

func says(w state.Window, text string) bool {
	for _, it := range w.Items {
		if it.Sending == nil && it.Message.Direction == api.Outbound && it.Message.Body == text {
			return true
		}
	}
	return false
}
