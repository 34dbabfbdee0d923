package place

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// O2: what was saved is read, until it is old, quit, or another program lives in it.
func TestAPlaceIsKept(t *testing.T) {
	dir := t.TempDir()
	p := Place{Key: noon, Pane: 2, List: inbox.Selection{View: state.ViewAll, Title: "All"}, Conversation: api.ConversationID{Account: "a", Remote: "1"}, Message: 7, Row: -3, Writing: true, Masked: true}
	if err := Save(dir, p); err != nil {
		t.Fatal(err)
	}
	if got := Read(dir, noon.Add(time.Hour)); got == nil || !got.Same(p) || !got.Key.Equal(noon) {
		t.Errorf("%+v", got)
	}
	if info, _ := os.Stat(filepath.Join(dir, FileName)); info.Mode().Perm() != 0o600 {
		t.Error(info.Mode())
	}
	for _, now := range []time.Time{noon.Add(For + time.Minute), noon.Add(-time.Minute)} {
		if got := Read(dir, now); got != nil {
			t.Errorf("at %s: %+v", now, got)
		}
	}
	text, _ := os.ReadFile(filepath.Join(dir, FileName))
	for _, strange := range []string{"", "null", "{", `{"Pane":9}`, strings.Repeat("[", 1<<20), strings.Replace(string(text), `"Pane":2`, `"Pane":-1`, 1),
		strings.Replace(string(text), `"PID":`, `"PID":1,"X":`, 1)} { // the first process lives
		os.WriteFile(filepath.Join(dir, FileName), []byte(strange), 0o600)
		if got := Read(dir, noon); got != nil {
			t.Errorf("%.40q is %+v", strange, got)
		}
	}
	if Forget(dir) != nil || Forget(dir) != nil || Read(dir, noon) != nil {
		t.Error("it is there after it was quit")
	}
}
