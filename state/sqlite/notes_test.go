package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
)

// noted stores a note of olga about a conversation.
func noted(t testing.TB, db *DB, id api.ConversationID, body string, made time.Time) note.Note {
	t.Helper()
	n := note.New(id, "olga", body, made)
	must(t, db.AddNote(t.Context(), n, note.Names(body, nil)))
	return n
}

// bodies are the notes about a conversation in one text.
func bodies(t testing.TB, db *DB, id api.ConversationID) string {
	t.Helper()
	all, err := db.Notes(t.Context(), id)
	must(t, err)
	var texts []string
	for _, n := range all {
		texts = append(texts, n.Body)
	}
	return strings.Join(texts, ", ")
}

// W2: notes are kept, changed, deleted and brought back, and say so when somebody else
// was faster.
func TestW2NotesAreKept(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	second := noted(t, db, conv(1), "second", noon.Add(time.Hour))
	first := noted(t, db, conv(1), "first", noon)
	if got := bodies(t, db, conv(1)); got != "first, second" {
		t.Fatalf("stored %q", got)
	}
	edited := second
	edited.Body, edited.Edited = "second again", noon.Add(2*time.Hour)
	must(t, db.EditNote(t.Context(), edited, "second", nil))
	if err := db.EditNote(t.Context(), edited, "second", nil); !errors.Is(err, note.ErrChanged) {
		t.Errorf("a note that reads otherwise was replaced: %v", err)
	}
	must(t, db.DeleteNote(t.Context(), first))
	must(t, db.Close())
	db = openIn(t, dir)
	if got := bodies(t, db, conv(1)); got != "second again" {
		t.Errorf("after a start %q", got)
	}
	must(t, db.AddNote(t.Context(), first, nil))
	must(t, db.AddNote(t.Context(), first, nil)) // the same key is the same note
	if got := bodies(t, db, conv(1)); got != "first, second again" {
		t.Errorf("brought back %q", got)
	}
	for _, bad := range []string{"", " ", strings.Repeat("x", note.Longest+1)} {
		if err := db.AddNote(t.Context(), note.New(conv(1), "olga", bad, noon), nil); err == nil {
			t.Errorf("%.10q was stored", bad)
		}
	}
}

// W2: what is typed of a note is on disk, and of two sessions' texts none is lost.
func TestW2DraftsOfNotes(t *testing.T) {
	db := openIn(t, t.TempDir())
	d := note.Draft{Conversation: conv(1), Writer: "olga"}
	save := func(was, body, want string) {
		t.Helper()
		got, err := db.SaveNoteDraft(t.Context(), d, was, body)
		must(t, err)
		stored, err := db.NoteDraft(t.Context(), d)
		must(t, err)
		if got != want || stored != want {
			t.Errorf("%q after %q became %q, stored %q, want %q", body, was, got, stored, want)
		}
	}
	save("", "call", "call")
	save("call", "call him", "call him")
	save("", "other window", "other window\n\ncall him")
	save("other window\n\ncall him", "", "")
	save("", "call", "call")
	save("", "pay", "pay\n\ncall")
	save("call", "call Anna", "pay\n\ncall Anna") // it goes on from what it knows
	save("call", "call Anna", "pay\n\ncall Anna") // as where no answer came
	save("call Anna", "", "pay")                  // its own text alone is gone
	save("pay", "call", "call")
	other, err := db.NoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: "maya"})
	must(t, err)
	if other != "" {
		t.Errorf("maya sees %q", other)
	}
	noted(t, db, conv(1), "another note of hers, from elsewhere", noon)
	if left, _ := db.NoteDraft(t.Context(), d); left != "call" {
		t.Errorf("after another note was saved %q is left", left)
	}
}

// W2: who is named in a note sees that on the row until they open the conversation.
func TestW2MentionsLastUntilTheyAreSeen(t *testing.T) {
	db := openIn(t, t.TempDir())
	lists(t, db, api.Conversation{ID: conv(1)})
	lists(t, db, api.Conversation{ID: conv(2)})
	n := noted(t, db, conv(1), "@Maya please, says @olga", noon)
	noted(t, db, conv(2), "nobody", noon)
	row := func(me string) state.Row { db.SetReader(me); return rowOf(t, db, conv(1)) }
	if r := row("maya"); r.Notes != 1 || !r.NamesYou {
		t.Errorf("maya's row: %+v", r)
	}
	if r := row("olga"); r.NamesYou {
		t.Error("the author is told of her own note")
	}
	list, err := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 9})
	must(t, err)
	for _, r := range list.Rows {
		if r.Notes != 1 {
			t.Errorf("listed with %d notes", r.Notes)
		}
	}
	open, err := db.Mentions(t.Context(), "MAYA", 9)
	must(t, err)
	if len(open) != 1 || open[0].Seen || open[0].Note.Body != n.Body {
		t.Fatalf("mentions %+v", open)
	}
	must(t, db.SeeMentions(t.Context(), conv(1), "Maya"))
	if r := row("maya"); r.NamesYou {
		t.Error("still named after it was opened")
	}
	was := n.Body
	n.Body = "@ivan instead"
	must(t, db.EditNote(t.Context(), n, was, note.Names(n.Body, nil)))
	if open, _ = db.Mentions(t.Context(), "maya", 9); len(open) != 0 {
		t.Errorf("maya is named still: %+v", open)
	}
	if r := row("ivan"); !r.NamesYou {
		t.Error("ivan is not told")
	}
}

// W2: another session on the store learns of a note.
func TestW2OtherSessionsSeeNotes(t *testing.T) {
	dir := t.TempDir()
	a := openIn(t, dir)
	feed := state.NewFeed()
	b, err := Open(t.Context(), dir, feed)
	must(t, err)
	t.Cleanup(func() { _ = b.Close() })
	sub := feed.Subscribe()
	defer sub.Close()
	noted(t, a, conv(1), "hello", noon)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		topics, err := sub.Next(ctx)
		if err != nil {
			t.Fatal("it never heard of it")
		}
		for _, topic := range topics {
			if topic == state.Thread(conv(1)) {
				if got := bodies(t, b, conv(1)); got != "hello" {
					t.Errorf("it reads %q", got)
				}
				return
			}
		}
	}
}

// W2: notes go where their conversation goes, and with it.
func TestW2NotesFollowTheirConversation(t *testing.T) {
	db := openIn(t, t.TempDir())
	noted(t, db, conv(1), "@maya", noon)
	_, err := db.SaveNoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: "olga"}, "", "one")
	must(t, err)
	_, err = db.SaveNoteDraft(t.Context(), note.Draft{Conversation: conv(2), Writer: "olga"}, "", "two")
	must(t, err)
	must(t, db.Adopt(t.Context(), conv(1), conv(2)))
	must(t, db.Adopt(t.Context(), conv(1), conv(2)))
	open, err := db.Mentions(t.Context(), "maya", 9)
	must(t, err)
	left, err := db.NoteDraft(t.Context(), note.Draft{Conversation: conv(2), Writer: "olga"})
	must(t, err)
	if bodies(t, db, conv(1)) != "" || bodies(t, db, conv(2)) != "@maya" || len(open) != 1 || open[0].Note.Conversation != conv(2) || left != "one\ntwo" {
		t.Errorf("adopted: %q, %q, %+v, %q", bodies(t, db, conv(1)), bodies(t, db, conv(2)), open, left)
	}
	owning(t, db)
	must(t, db.RemoveConversation(t.Context(), conv(2)))
	if got := bodies(t, db, conv(2)); got != "" {
		t.Errorf("after its conversation was deleted %q is left", got)
	}
	noted(t, db, conv(3), "a secret that was wiped", noon)
	h, err := db.Holdings(t.Context(), conv(3).Account)
	must(t, err)
	must(t, db.Purge(t.Context(), conv(3).Account))
	if h.Notes != 1 || bodies(t, db, conv(3)) != "" {
		t.Errorf("wiped: %+v, %q", h, bodies(t, db, conv(3)))
	}
	must(t, db.Close())
	if file, err := os.ReadFile(db.state.Path); err != nil || strings.Contains(string(file), "a secret") {
		t.Errorf("its text is in the file still (%v)", err)
	}
}

// W2: notes age as messages do.
func TestW2OldNotesAreDropped(t *testing.T) {
	db, _ := withRetention(t)
	oldAndFresh(t, db)
	noted(t, db, conv(1), "old", ago(100))
	noted(t, db, conv(1), "fresh", ago(10))
	changed := noted(t, db, conv(1), "old, changed", ago(99))
	again := changed
	again.Body, again.Edited = "changed", ago(1)
	must(t, db.EditNote(t.Context(), again, changed.Body, nil))
	dropExpired(t, db)
	if got := bodies(t, db, conv(1)); got != "changed, fresh" {
		t.Errorf("kept %q", got)
	}
}

// W2: notes, who they name and what was being written outlive a damaged file.
func TestW2NotesAreRescued(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	noted(t, db, conv(1), "@maya kept", noon)
	_, err := db.SaveNoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: "olga"}, "", "begun")
	must(t, err)
	must(t, db.Close())
	raw, err := sql.Open("sqlite", statePath(dir))
	must(t, err)
	_, err = raw.Exec("DELETE FROM clock")
	must(t, errors.Join(err, raw.Close()))
	db = openIn(t, dir)
	open, err := db.Mentions(t.Context(), "maya", 9)
	must(t, err)
	left, err := db.NoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: "olga"})
	must(t, err)
	if bodies(t, db, conv(1)) != "@maya kept" || len(open) != 1 || left != "begun" {
		t.Errorf("rescued %q, %+v, %q", bodies(t, db, conv(1)), open, left)
	}
	if news := strings.Join(db.Condition().News, " "); !strings.Contains(news, "1 private note") {
		t.Errorf("it says %q", news)
	}
}

// W2: what a colleague wrote to change a note is not lost with the note: it becomes what
// they write anew, behind what they wrote already. A note that is being changed is not
// dropped for its age.
func TestW2WhatOthersTypeOutlivesANote(t *testing.T) {
	db := openIn(t, t.TempDir())
	db.SetReader("olga")
	n := noted(t, db, conv(1), "hello", noon)
	typed := func(writer, of, body string) {
		t.Helper()
		_, err := db.SaveNoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: writer, Of: of}, "", body)
		must(t, err)
	}
	typed("maya", "", "my own")
	typed("maya", n.Key, "hello, and more")
	typed("Olga", n.Key, "hello, no")
	must(t, db.Expire(t.Context(), conv(1).Account, noon.Add(time.Hour)))
	if all, err := db.Notes(t.Context(), conv(1)); err != nil || len(all) != 1 {
		t.Fatalf("a note that is being changed is dropped: %v, %v", all, err)
	}
	must(t, db.DeleteNote(t.Context(), n))
	for writer, wanted := range map[string]string{"maya": "my own\nhello, and more", "Olga": ""} {
		if got, err := db.NoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: writer}); got != wanted || err != nil {
			t.Errorf("%s has %q, %v", writer, got, err)
		}
		if got, err := db.NoteDraft(t.Context(), note.Draft{Conversation: conv(1), Writer: writer, Of: n.Key}); got != "" || err != nil {
			t.Errorf("%s has %q of a note that is gone, %v", writer, got, err)
		}
	}
}
