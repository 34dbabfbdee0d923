package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/journal"
	"unibox/state/note"
	"unibox/state/searches"
	"unibox/state/sqlite"
)

// X5: what goes to the store goes into the log, an unknown outcome as such, and nothing
// that was not stored.
func TestX5WhatIsDoneIsLogged(t *testing.T) {
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	log := journal.Open(journal.Options{Dir: dir, Who: "olga", Texts: true})
	a := activity{db, log, state.RightsAdmin, "olga", false}
	id := api.ConversationID{Account: "shop", Remote: "1"}
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rows, err := a.Submit(ctx, state.Draft{Conversation: id, Body: "Hello"}, []state.Outbound{{Key: "k1", Conversation: id, Body: "Hello", Parts: 1, Submitted: time.Now()}})
	must(err)
	must(db.Alone(ctx, "test", func(ctx context.Context) error {
		o := rows[0]
		o.Status, o.Reason = state.Uncertain, "no answer came"
		saved, err := a.SaveOutbound(ctx, o, state.Queued)
		if !saved {
			t.Error("not saved")
		}
		if saved, err := a.SaveOutbound(ctx, o, state.Queued); saved || err != nil {
			t.Errorf("saved again: %v, %v", saved, err)
		}
		return err
	}))
	later, err := a.Submit(ctx, state.Draft{Conversation: id, Body: "Later"}, []state.Outbound{{Key: "k2", Conversation: id, Body: "Later", Parts: 1, Submitted: time.Now(), At: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}})
	must(err)
	must(db.Alone(ctx, "test", func(ctx context.Context) error {
		o := later[0]
		o.At = o.At.Add(time.Hour)
		if _, err := a.Decided(ctx, o, o.Status); err != nil {
			return err
		}
		o.At = time.Time{}
		_, err := a.Decided(ctx, o, o.Status)
		return err
	}))
	must(a.SetFlags(ctx, id, state.FlagChange{Done: api.Known(true)}))
	must(a.SetFlags(ctx, id, state.FlagChange{ReadUpTo: api.Known(state.Pos(3))}))
	must(a.SetFlags(ctx, id, state.FlagChange{Snoozed: api.Known(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))}))
	must(a.SetLabels(ctx, id, []string{"vip"}, nil))
	n := note.New(id, "olga", "private", time.Now())
	must(a.AddNote(ctx, n, nil))
	if err := a.AddNote(ctx, note.New(id, "olga", "", time.Now()), nil); err == nil {
		t.Error("an empty note was stored")
	}
	must(a.DeleteNote(ctx, n))
	ended, stop := context.WithCancel(ctx)
	stop()
	must(log.Run(ended))
	all, damaged, err := journal.Read(dir, 0, nil)
	if err != nil || damaged > 0 {
		t.Fatal(damaged, err)
	}
	var lines []string
	for _, e := range all {
		if !e.Until.IsZero() {
			e.Result += e.Until.Format(" 2 Jan 15:04")
		}
		lines = append(lines, strings.TrimSpace(strings.Join([]string{e.Who, e.Did, e.Message[:min(2, len(e.Message))], e.Result, e.Text}, "|")))
	}
	key := n.Key[:2]
	want := []string{"olga|put into the outbox|k1||Hello", "|outcome|k1|unknown: no answer came, it may have gone out|", "olga|put into the outbox|k2|to be sent 30 Nov 09:00|Later", "olga|decided|k2|to be sent 30 Nov 10:00|", "olga|decided|k2|send it now|", "olga|marked||done|", "olga|marked||snoozed until 1 Dec 09:00|",
		"olga|labelled||+vip|", "olga|note|" + key + "||private", "olga|note deleted|" + key + "||"}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("logged\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// X5: texts leave the log while the program runs, as the messages of their account do.
func TestX5TheLogAgesWhileTheProgramRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		log := journal.Open(journal.Options{Dir: dir, Texts: true})
		for _, account := range []string{"brief", "shop"} {
			log.Add(journal.Entry{Did: journal.Submitted, Account: account, Text: "a secret"})
		}
		ended, stop := context.WithCancel(t.Context())
		stop()
		if err := log.Run(ended); err != nil {
			t.Fatal(err)
		}
		for _, search := range []searches.Search{{Text: "from:anna", At: time.Now()}, {Text: "label:vip", Kept: true, At: time.Now()}} {
			if err := searches.Add(dir, search); err != nil {
				t.Fatal(err)
			}
		}
		kept := state.Retention{For: 72 * time.Hour, Accounts: map[api.AccountID]time.Duration{"brief": 24 * time.Hour}}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go func() { _ = expireLog(dir, kept, func(problem string) { t.Error(problem) })(ctx) }()
		for day, left := range []int{2, 1, 1, 0} {
			synctest.Wait()
			if all, err := searches.Read(dir); len(all) != max(1, 2-day) || err != nil { // of no account: by the briefest
				t.Errorf("day %d: %v, %v", day, all, err)
			}
			if all, _, err := journal.Read(dir, 0, nil); len(all) != left || err != nil {
				t.Errorf("%v, %v; not %d lines", all, err, left)
			}
			time.Sleep(25 * time.Hour)
		}
	})
}

// What needs rights that an agent has not is refused by the store too, whichever way led
// there, and nothing of it is stored or logged.
func TestTheStoreRefusesWhoMayNot(t *testing.T) {
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	id, ctx := api.ConversationID{Account: "shop", Remote: "1"}, t.Context()
	n := note.New(id, "dora", "a word", time.Now())
	for _, way := range []struct {
		name  string
		needs state.Rights
		do    func(a activity) error
	}{
		{"submit", state.RightsSend, func(a activity) error {
			_, err := a.Submit(ctx, state.Draft{Conversation: id, Body: "Hello"}, []state.Outbound{{Key: "k", Conversation: id, Body: "Hello", Parts: 1, Submitted: time.Now()}})
			return err
		}},
		{"done", state.RightsSend, func(a activity) error { return a.SetFlags(ctx, id, state.FlagChange{Done: api.Known(true)}) }},
		{"snooze", state.RightsSend, func(a activity) error {
			return a.SetFlags(ctx, id, state.FlagChange{Snoozed: api.Known(time.Now().Add(time.Hour))})
		}},
		{"handled", state.RightsSend, func(a activity) error { return a.SetFlags(ctx, id, state.FlagChange{Handled: true}) }},
		{"change", state.RightsSend, func(a activity) error {
			_, err := a.SubmitChange(ctx, state.Change{Conversation: id, Cap: api.CapClose, On: true, Made: time.Now()})
			return err
		}},
		{"delete", state.RightsAdmin, func(a activity) error {
			_, err := a.SubmitChange(ctx, state.Change{Conversation: id, Cap: api.CapRemove, Made: time.Now()})
			return err
		}},
		{"star", state.RightsDraft, func(a activity) error { return a.SetFlags(ctx, id, state.FlagChange{Starred: api.Known(true)}) }},
		{"label", state.RightsDraft, func(a activity) error { return a.SetLabels(ctx, id, []string{"vip"}, nil) }},
		{"draft", state.RightsDraft, func(a activity) error {
			d, err := a.Draft(ctx, id)
			if err == nil {
				d.Body = "Hello"
				_, err = a.SaveDraft(ctx, d)
			}
			return err
		}},
		{"note", state.RightsDraft, func(a activity) error { return a.AddNote(ctx, n, nil) }},
		{"edit a note", state.RightsDraft, func(a activity) error { return a.EditNote(ctx, n, n.Body, nil) }},
		{"delete a note", state.RightsDraft, func(a activity) error { return a.DeleteNote(ctx, n) }},
	} {
		for _, has := range []state.Rights{state.RightsRead, state.RightsDraft, state.RightsSend, state.RightsAdmin} {
			err := way.do(activity{db, nil, has, "dora", false})
			if want := has.Refuse(way.needs); want != nil && !errors.Is(err, want) || want == nil && (errors.Is(err, state.ErrMayRead) || errors.Is(err, state.ErrMayDraft) || errors.Is(err, state.ErrMaySend)) {
				t.Errorf("%s with the rights to %s: %v", way.name, has, err)
			}
		}
	}
}

// Whom a colleague has taken only they answer where the config wants that, whichever way a
// message goes out; what was under way comes back to the queue.
func TestTheStoreRefusesToAnswerForAnother(t *testing.T) {
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	id, ctx := api.ConversationID{Account: "shop", Remote: "1"}, t.Context()
	olga, pavel := activity{db, nil, state.RightsAdmin, "olga", true}, activity{db, nil, state.RightsAdmin, "pavel", true}
	rows, err := pavel.Submit(ctx, state.Draft{Conversation: id}, []state.Outbound{{Key: "k1", Conversation: id, Body: "Hello", Submitted: time.Now()}})
	if err != nil {
		t.Fatalf("nobody has taken the customer: %v", err)
	}
	if _, err := db.Claim(ctx, state.Claim{Conversation: id, Agent: "olga", Who: "Olga", Since: time.Now()}, 10, false); err != nil {
		t.Fatal(err)
	}
	ways := map[string]func(a activity) error{
		"submit": func(a activity) error {
			_, err := a.Submit(ctx, state.Draft{Conversation: id}, []state.Outbound{{Key: "k-" + a.me, Conversation: id, Body: "Hello", Submitted: time.Now()}})
			return err
		},
		"send now": func(a activity) error { _, err := a.Decided(ctx, rows[0], state.Queued); return err },
		"retry":    func(a activity) error { _, err := a.Decided(ctx, rows[0], state.Failed); return err },
		"anyway":   func(a activity) error { _, err := a.Decided(ctx, rows[0], state.Held); return err },
		"again":    func(a activity) error { _, err := a.Decided(ctx, rows[0], state.Uncertain); return err },
	}
	for name, cap := range map[string]api.Caps{"retry at the platform": api.CapRetry, "edit": api.CapEdit, "reaction": api.CapReact} {
		ways[name] = func(a activity) error {
			_, err := a.SubmitChange(ctx, state.Change{Conversation: id, Message: api.MessageID{Account: "shop", Remote: "m"}, Cap: cap, On: true, Arg: "x", Made: time.Now()})
			return err
		}
	}
	for name, way := range ways {
		if err := way(pavel); err == nil || !strings.Contains(err.Error(), "Olga has taken this customer") {
			t.Errorf("%s for another: %v", name, err)
		}
		if err := way(olga); err != nil {
			t.Errorf("%s by who has taken them: %v", name, err)
		}
	}
	if _, err := pavel.Decided(ctx, rows[0], state.InFlight); err != nil {
		t.Errorf("nothing was sent: %v", err)
	}
	pavel.alone = false
	if err := ways["send now"](pavel); err != nil {
		t.Errorf("the config does not want it: %v", err)
	}
}

// A note is changed and deleted by whom it is stored as written by, and by admins.
func TestOnlyItsWriterChangesANote(t *testing.T) {
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	id, ctx := api.ConversationID{Account: "shop", Remote: "1"}, t.Context()
	n := note.New(id, "Olga", "give no refund", time.Now())
	if err := db.AddNote(ctx, n, nil); err != nil {
		t.Fatal(err)
	}
	forged, changed := n, n
	forged.Author, forged.Body, changed.Body = "dora", "give a refund", "ask the boss"
	for _, has := range []state.Rights{state.RightsDraft, state.RightsSend} {
		dora := activity{db, nil, has, "dora", false}
		if err := errors.Join(dora.EditNote(ctx, forged, n.Body, nil), dora.DeleteNote(ctx, forged)); !errors.Is(err, note.ErrNotYours) {
			t.Errorf("another with the right to %s: %v", has, err)
		}
	}
	if all, err := db.Notes(ctx, id); err != nil || len(all) != 1 || all[0].Body != n.Body {
		t.Fatalf("%+v, %v", all, err)
	}
	if err := (activity{db, nil, state.RightsDraft, "olga", false}).EditNote(ctx, changed, n.Body, nil); err != nil {
		t.Errorf("its writer: %v", err)
	}
	if err := (activity{db, nil, state.RightsAdmin, "boss", false}).DeleteNote(ctx, changed); err != nil {
		t.Errorf("an admin: %v", err)
	}
}

// What each agent searched for is kept apart, and leaves with the rest.
func TestSearchesOfAgentsAge(t *testing.T) {
	dir := t.TempDir()
	own := filepath.Join(dir, AgentsFolder, "olga")
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{dir, own} {
		if err := searches.Add(of, searches.Search{Text: "from:anna", At: time.Now().Add(-time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := expireSearches(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{dir, own} {
		if all, err := searches.Read(of); len(all) > 0 || err != nil {
			t.Errorf("%s: %v, %v", of, all, err)
		}
	}
}
