package outbox

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"unibox/state"
)

// delayed is a reply that can be taken back for a while.
func (d *session) delayed(i int, body string, wait time.Duration) state.Outbound {
	d.t.Helper()
	rows, err := d.Submit(d.t.Context(), state.Draft{Conversation: chat(i), Body: body, Delay: wait}, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return rows[0]
}

// C18: a delayed reply goes out when its time has come and not before, whoever asks for
// what waits to be tried, also after the session that took it was killed. What is said
// after it comes after it.
func TestReplyInDelay(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		first := d.delayed(1, "first", 5*time.Second)
		if !first.InDelay(time.Now()) {
			t.Fatalf("%+v", first)
		}
		d.say(1, "second")
		d.say(2, "to somebody else")
		d.TryNow(chat(1).Account)
		pass(4 * time.Second)
		d.sent("to somebody else")
		d.relaunch()
		pass(2 * time.Second)
		d.sent("to somebody else", "first", "second")
	})
}

// Taken back in time it never leaves, and the next one does not wait for it.
func TestReplyInDelayIsTakenBack(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		first := d.delayed(1, "too soon", 5*time.Second)
		d.say(1, "second")
		pass(3 * time.Second)
		draft, err := d.Takeback(t.Context(), first)
		if err != nil || draft.Body != "too soon" {
			t.Fatalf("%+v, %v", draft, err)
		}
		pass(time.Minute)
		d.sent("second")
	})
}

// Of a reply that became several messages all that has not gone out is taken back.
func TestAllPartsOfADelayedReplyAreTakenBack(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		dir := t.TempDir()
		first, second := filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.txt")
		for _, path := range []string{first, second} {
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		draft := state.Draft{Conversation: chat(1), Body: "two files", Files: []state.File{{Path: first}, {Path: second}}, Delay: 5 * time.Second}
		rows, err := d.Submit(t.Context(), draft, nil)
		if err != nil || len(rows) < 2 {
			t.Fatalf("%d parts, %v", len(rows), err)
		}
		pass(time.Second)
		back, err := d.Takeback(t.Context(), rows[len(rows)-1])
		if err != nil || back.Body != "two files" || len(back.Files) != 2 || back.Files[0].Name != "a.txt" {
			t.Fatalf("%+v, %v", back, err)
		}
		pass(time.Minute)
		d.sent()
	})
}
