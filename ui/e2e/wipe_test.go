//go:build unix

package e2e

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite"
)

// stored makes a state folder with a few things of two accounts, and files of
// somebody else.
func stored(t *testing.T) (home, dir string) {
	t.Helper()
	home = t.TempDir()
	dir = filepath.Join(home, "state")
	ctx := context.Background()
	db, err := sqlite.Open(ctx, dir, state.NewFeed())
	check := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	check(err)
	for _, account := range []api.AccountID{"Bakery", "Dental"} {
		id := api.ConversationID{Account: account, Remote: "1"}
		name := "Anna of " + string(account)
		check(db.SaveConversations(ctx, []api.Conversation{{ID: id, Contact: api.Contact{Name: name}}}))
		_, err = db.SaveDraft(ctx, state.Draft{Conversation: id, Body: "draft of " + string(account)})
		check(err)
		key := strings.Repeat(string(account[0]), 26) + "-1"
		copied := filepath.Join(dir, "outbox", key, "1-a.png")
		check(os.MkdirAll(filepath.Dir(copied), 0o700))
		check(os.WriteFile(copied, []byte("picture of "+account), 0o600))
		_, err = db.Submit(ctx, state.Draft{Conversation: api.ConversationID{Account: account, Remote: "2"}}, []state.Outbound{{Key: key, Conversation: id, Body: "unsent of " + string(account), Files: []state.File{{Path: copied}}}})
		check(err)
		edited := filepath.Join(dir, "editor", "unibox-"+string(account)) // of a session that was killed
		check(os.MkdirAll(edited, 0o700))
		check(os.WriteFile(filepath.Join(edited, "draft.json"), []byte(`{"Account":"`+account+`","Remote":"1"}`), 0o600))
		check(os.WriteFile(filepath.Join(edited, "reply.txt"), []byte("edited for "+account), 0o600))
	}
	check(db.Close())
	for _, name := range []string{"state-1.db", "cache.db.corrupt-20260101-120000", "heartbeat-7", "presence-look-AB7", "unibox.log", "unibox.log.old"} {
		check(os.WriteFile(filepath.Join(dir, name), []byte("something of Bakery and Dental"), 0o600))
	}
	check(os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("my own, of Bakery"), 0o600))
	return home, dir
}

// below lists the files of a folder in which a text is.
func below(t *testing.T, dir, text string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(text)) {
			names = append(names, e.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWipeOfAnAccount(t *testing.T) {
	t.Parallel()
	home, dir := stored(t)
	w := open(t, command(t, home, "wipe", "Bakery", "--state", dir), 120, 40)
	w.wait("What is stored of Bakery", "1 conversation with 0 messages", "1 draft, to Anna of Bakery", "1 message in the outbox, to Anna of Bakery",
		"our copies of the files of 1 message", "files beside the store", "Downloads, the config", `Type "Bakery"`)
	if len(below(t, dir, "draft of Bakery")) == 0 {
		t.Error("it was removed before the answer")
	}
	w.press("Bakery", "enter")
	w.wait("Nothing of Bakery is stored any more", `unibox account remove "Bakery"`)
	w.ended(0)
	if names := below(t, dir, "Bakery"); !slices.Equal(names, []string{"notes.txt"}) {
		t.Errorf("it still is in %v", names)
	}
	for _, text := range []string{"draft of Dental", "unsent of Dental", "picture of Dental", "Anna of Dental", "edited for Dental"} {
		if len(below(t, dir, text)) == 0 {
			t.Errorf("%q of the other account is gone", text)
		}
	}
}

func TestWipeOfEverything(t *testing.T) {
	t.Parallel()
	home, dir := stored(t)
	out, err := command(t, home, "wipe", "--state", dir).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--yes") || len(below(t, dir, "draft of Bakery")) == 0 {
		t.Errorf("without a terminal: %v, %s", err, out)
	}
	out, err = command(t, home, "wipe", "--state", dir, "--dry-run").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "2 drafts, to Anna of Bakery, Anna of Dental") || !strings.Contains(string(out), "Nothing was done.") || len(below(t, dir, "draft of Bakery")) == 0 {
		t.Errorf("a dry run: %v: %s", err, out)
	}
	out, err = command(t, home, "wipe", "--state", dir, "--yes").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "2 drafts, to Anna of Bakery, Anna of Dental") {
		t.Errorf("%v: %s", err, out)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "notes.txt" || !strings.Contains(string(out), "notes.txt is not of unibox") {
		t.Errorf("left: %v, %v; said: %s", left, err, out)
	}
}

func TestWipeRefuses(t *testing.T) {
	t.Parallel()
	home, dir := stored(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"Nobody", "--state", dir, "--yes"}, "there is: Bakery, Dental"},
		{[]string{"--state", filepath.Join(home, "none"), "--yes"}, "nothing is stored in"},
	} {
		out, err := command(t, home, append([]string{"wipe"}, tt.args...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), tt.want) {
			t.Errorf("%v: %v, %s", tt.args, err, out)
		}
	}
	if _, err := os.Stat(filepath.Join(home, "none")); err == nil {
		t.Error("a folder was made to be wiped")
	}
}

// Whoever cannot open the store any more can still remove it.
func TestWipeOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	home, dir := stored(t)
	if err := os.WriteFile(filepath.Join(dir, "state.db"), bytes.Repeat([]byte("Bakery"), 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := command(t, home, "wipe", "--state", dir, "--yes").CombinedOutput()
	if names := below(t, dir, "Bakery"); err != nil || !slices.Equal(names, []string{"notes.txt"}) {
		t.Errorf("left: %v, %v; said: %s", names, err, out)
	}
}

// A wipe is not done under a session that runs, unless somebody insists, and
// then the session goes on.
func TestWipeUnderARunningSession(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	w := p.unibox(home)
	w.write("half a thought")
	w.press("esc")
	w.wait(seenDraft)
	dir := filepath.Join(home, "state")
	w.press("S")
	w.wait("Search all messages")
	w.paste("quartzly")
	w.wait("No message on this machine")
	w.press("alt+k")
	w.wait("kept: quartzly")
	w.press("esc")
	w.until("the search to be gone", func(screen string) bool { return !strings.Contains(screen, "Search all messages") })
	out, err := command(t, home, "wipe", "--state", dir, "--yes").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "unibox is running on this store") || !strings.Contains(string(out), "process ") {
		t.Errorf("%v: %s", err, out)
	}
	account, _, _ := strings.Cut(strings.SplitN(p.config, `name = "`, 2)[1], `"`)
	out, err = command(t, home, "wipe", account, "--state", dir, "--yes", "--force").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "1 draft, to ") || !strings.Contains(string(out), "what was searched for") {
		t.Errorf("%v: %s", err, out)
	}
	if names := below(t, dir, "quartzly"); len(names) > 0 {
		t.Errorf("what was searched for still is in %v", names)
	}
	out, err = command(t, home, "wipe", "--state", dir, "--yes", "--force").CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	w.press("?")
	w.wait("─ Keys ─")
	w.press("esc")
	w.until("the keys to be gone", func(screen string) bool { return !strings.Contains(screen, "─ Keys ─") })
	w.press("q")
	if code, err := w.Ended(patience); err != nil || code != 0 { // also while the store is being found again
		t.Errorf("exit code %d, %v", code, err)
	}
	if out, err = command(t, home, "wipe", "--state", dir, "--yes").CombinedOutput(); err != nil || strings.Contains(string(out), "is not of unibox") {
		t.Errorf("of what a session left: %v, %s", err, out)
	}
}
