package sqlite

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func of(account api.AccountID, n int) api.ConversationID {
	return api.ConversationID{Account: account, Remote: fmt.Sprint(n)}
}

// filled has a little of everything of two accounts, with a word of its own in
// every text of each.
func filled(t testing.TB, db *DB) {
	t.Helper()
	for account, word := range map[api.AccountID]string{"shop": "walrus", "lab": "heron"} {
		must(t, db.SaveIdentity(t.Context(), account, api.Identity{Label: word, Channels: []api.Channel{{ID: api.ChannelID{Account: account, Remote: word}, Name: word}}}))
		for n := range 30 {
			id := of(account, n)
			lists(t, db, api.Conversation{ID: id, Contact: api.Contact{Name: word + " " + fmt.Sprint(n), Handle: word}, PinnedMessage: api.Known(word)})
			var msgs []api.Message
			for k := 40; k > 0; k-- {
				msgs = append(msgs, says(id, k, []string{"in", "out"}[k%2], fmt.Sprint(word, " says ", k), noon.Add(time.Duration(k)*time.Second)))
			}
			head(t, db, id, noon, page(api.Cursor(word), msgs...))
		}
		_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: of(account, 1), Body: word + " draft"})
		must(t, err)
		o := queued(of(account, 2), word, word+" unsent")
		o.Files = []state.File{{Path: "/x/outbox/" + word + "/1-a", Name: word}}
		submit(t, db, o)
		must(t, db.SetFlags(t.Context(), of(account, 3), state.FlagChange{Starred: api.Known(true)}))
		ch := changeOf(of(account, 4), api.CapAssign, true)
		ch.Arg = word
		submitChange(t, db, ch)
	}
}

func TestPurgingAnAccountLeavesNothingOfIt(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	filled(t, db)
	h, err := db.Holdings(t.Context(), "shop")
	must(t, err)
	if h.Conversations != 30 || h.Messages != 1200 || len(h.Drafts) != 1 || len(h.Unsent) != 1 || h.Flags != 1 || h.Changes != 1 || len(h.Files) != 1 {
		t.Errorf("%+v", h)
	}
	must(t, db.Purge(t.Context(), "shop"))
	if names := holding(t, dir, "walrus"); len(names) > 0 {
		t.Errorf("it still is in %v", names)
	}
	if h, err := db.Holdings(t.Context(), "shop"); err != nil || h.Conversations+h.Messages+len(h.Drafts)+len(h.Unsent)+h.Flags+h.Changes != 0 {
		t.Errorf("%+v %v", h, err)
	}
	lab, err := db.Holdings(t.Context(), "lab")
	must(t, err)
	if lab.Conversations != 30 || lab.Messages != 1200 || len(lab.Drafts) != 1 || len(lab.Unsent) != 1 || lab.Flags != 1 || lab.Changes != 1 {
		t.Errorf("of the other account there is %+v", lab)
	}
	if found, err := db.Search(t.Context(), "heron", 2000); err != nil || len(found) != 1200 {
		t.Errorf("of the other account %d messages are found, %v", len(found), err)
	}
	if found, err := db.Search(t.Context(), "walrus", 9); err != nil || len(found) != 0 {
		t.Errorf("found %d, %v", len(found), err)
	}
	must(t, db.state.Check(t.Context()))
	must(t, db.cache.Check(t.Context()))
}

// A session that runs meanwhile does not go on showing what it remembers, and
// its engine begins anew.
func TestARunningSessionForgetsAPurgedAccount(t *testing.T) {
	dir := t.TempDir()
	a, b := openIn(t, dir), openIn(t, dir)
	filled(t, a)
	shown := func(db *DB) int {
		return len(viewed(t, db, state.ListQuery{View: state.ViewAll, Account: "shop"})) + len(viewed(t, db, state.ListQuery{View: state.ViewOutbox, Account: "shop"}))
	}
	_, generation, _ := a.condition.Fetchable()
	if shown(a) < 30 {
		t.Fatalf("%d shown", shown(a))
	}
	must(t, b.Purge(t.Context(), "shop"))
	soon(t, "it is forgotten", func() bool { return shown(a) == 0 })
	soon(t, "the engine hears of it", func() bool { _, now, _ := a.condition.Fetchable(); return now > generation })
	if n := len(viewed(t, a, state.ListQuery{View: state.ViewAll})); n != 30 || shown(b) != 0 {
		t.Errorf("of the other account %d are listed; who wiped shows %d", n, shown(b))
	}
}

func TestPurgingAllLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	filled(t, db)
	must(t, db.Purge(t.Context(), ""))
	if names := append(holding(t, dir, "walrus"), holding(t, dir, "heron")...); len(names) > 0 {
		t.Errorf("something still is in %v", names)
	}
	if known, err := db.Accounts(t.Context()); err != nil || len(known) != 0 {
		t.Errorf("%v %v", known, err)
	}
	filled(t, db) // it works on
	if found, err := db.Search(t.Context(), "walrus", 2000); err != nil || len(found) != 1200 {
		t.Errorf("found %d, %v", len(found), err)
	}
}

func TestFilesOfAStoreAreRecognised(t *testing.T) {
	dir := t.TempDir()
	must(t, openIn(t, dir).Close())
	beside := []string{"state-3.db", "state-12.db-wal", "cache.db.corrupt-20260101-120000", "cache.db.corrupt-20260101-120000-wal",
		"state.db.corrupt-20260101-120000-2", "state.db.rescued-20260101-120000", "state-4.db.77.part", "ballast", "rescue.lock"}
	foreign := []string{"notes.txt", "state.db.bak", "state-old.db", "my-state.db", "ballast.txt", "state-3.db.copy", "unibox.log"}
	for _, name := range append(append([]string{}, beside...), foreign...) {
		must(t, os.WriteFile(dir+"/"+name, nil, 0o600))
	}
	must(t, os.Symlink("/etc/passwd", dir+"/state-9.db"))
	live, err := Files(dir)
	must(t, err)
	if len(live) != 2 {
		t.Errorf("live: %q", live)
	}
	found, err := Beside(dir)
	must(t, err)
	if len(found) != len(beside) {
		t.Errorf("beside: %q", found)
	}
}

// TestWiper is a copy of the test program that wipes until it is killed.
func TestWiper(t *testing.T) {
	dir := os.Getenv(victim)
	if dir == "" {
		t.Skip("runs inside TestAPurgeThatWasInterruptedCanBeRepeated")
	}
	db := openIn(t, dir)
	fmt.Println("now")
	must(t, db.Purge(t.Context(), "shop"))
}

func TestAPurgeThatWasInterruptedCanBeRepeated(t *testing.T) {
	cut, rounds := 0, cases(3, 8)
	for round := range rounds {
		dir := t.TempDir()
		db := openIn(t, dir)
		filled(t, db)
		must(t, db.Close())
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWiper$")
		cmd.Env = append(os.Environ(), victim+"="+dir)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		_, err = out.Read(make([]byte, 3))
		must(t, err)
		time.Sleep(time.Duration(round*round) * time.Millisecond) // into its work; any moment will do
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()
		db = openIn(t, dir)
		must(t, db.cache.Check(t.Context()))
		h, err := db.Holdings(t.Context(), "shop")
		must(t, err)
		if h.Messages > 0 && h.Messages < 1200 || h.Messages == 0 && len(h.Unsent) > 0 {
			cut++
		}
		if h.Conversations > 0 && (len(h.Drafts) != 1 || len(h.Unsent) != 1) {
			t.Errorf("drafts and unsent messages went before the rest: %+v", h)
		}
		must(t, db.Purge(t.Context(), "shop"))
		if names := holding(t, dir, "walrus"); len(names) > 0 {
			t.Errorf("round %d: it still is in %v", round, names)
		}
		if lab, err := db.Holdings(t.Context(), "lab"); err != nil || lab.Messages != 1200 || len(lab.Drafts) != 1 || len(lab.Unsent) != 1 {
			t.Errorf("round %d: of the other account there is %+v, %v", round, lab, err)
		}
		must(t, db.Close())
	}
	t.Logf("of %d wipes %d were cut short in the middle", rounds, cut)
}
