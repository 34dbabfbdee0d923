package journal

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func conversation(n string) api.ConversationID { return api.ConversationID{Account: "shop", Remote: n} }

// written runs a log over what add adds, to its end.
func written(t *testing.T, opt Options, add func(*Log)) {
	t.Helper()
	l := Open(opt)
	ctx, stop := context.WithCancel(t.Context())
	add(l)
	stop()
	if err := l.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func entries(t *testing.T, dir string) []Entry {
	t.Helper()
	all, damaged, err := Read(dir, 0, nil)
	if err != nil || damaged > 0 {
		t.Fatalf("%d damaged lines, %v", damaged, err)
	}
	return all
}

// X5: what was done is there with who, when and on whom, a file a month, for its owner
// alone, and nothing that was there is changed.
func TestX5TheLogIsOnlyAddedTo(t *testing.T) {
	dir, now := t.TempDir(), noon
	opt := Options{Dir: dir, Who: "olga", Texts: true, Now: func() time.Time { return now }}
	written(t, opt, func(l *Log) {
		l.Add(Entry{Did: Submitted, Account: "shop", Conversation: "1", Text: "Hello\nthere \x1b[2J"})
		now = now.AddDate(0, 0, 3)
		l.Found(Entry{Did: Outcome, Account: "shop", Conversation: "1", Result: "unknown"})
	})
	first, err := os.ReadFile(filepath.Join(dir, "activity-2026-11.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(first), "\n") != 1 || strings.Contains(string(first), "\x1b") {
		t.Errorf("written %q", first)
	}
	written(t, opt, func(l *Log) { l.Add(On(conversation("2"), Noted)) })
	all := entries(t, dir)
	if len(all) != 3 || all[0].Who != "olga" || all[0].Text != "Hello\nthere \x1b[2J" || !all[0].At.Equal(noon) || all[1].Who != "" || all[2].Conversation != "2" {
		t.Errorf("read %+v", all)
	}
	files, _ := Files(dir)
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
	if len(files) != 2 {
		t.Errorf("files %q", files)
	}
	if newest, _, _ := Read(dir, 1, nil); len(newest) != 1 || newest[0].Conversation != "2" {
		t.Errorf("the newest is %+v", newest)
	}
}

// X5: texts stay out where the config says so.
func TestX5TextsMayBeLeftOut(t *testing.T) {
	dir := t.TempDir()
	written(t, Options{Dir: dir}, func(l *Log) { l.Add(Entry{Did: Submitted, Text: "a secret"}) })
	files, _ := Files(dir)
	text, err := os.ReadFile(files[0])
	if err != nil || strings.Contains(string(text), "secret") {
		t.Errorf("%q, %v", text, err)
	}
	var none *Log
	none.Add(Entry{Did: Submitted}) // switched off
}

// X5: a folder that cannot be written stops nobody, is said once, and costs no line once
// it can.
func TestX5AFailureIsSaidOnceAndLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not there")
	var said []string
	l := Open(Options{Dir: dir, Problem: func(s string) { said = append(said, s) }})
	l.Add(Entry{Did: "one"})
	l.flush()
	l.Add(Entry{Did: "two"})
	l.flush()
	if len(said) != 1 || !strings.Contains(said[0], "cannot be written") {
		t.Errorf("it said %q", said)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	l.flush()
	if all := entries(t, dir); len(all) != 2 || all[0].Did != "one" || all[1].Did != "two" {
		t.Errorf("written %+v", all)
	}
	for range mostWaiting + 5 {
		l.Add(Entry{Did: "many"})
	}
	if len(l.waiting) != mostWaiting || l.dropped != 5 {
		t.Errorf("%d wait, %d dropped", len(l.waiting), l.dropped)
	}
}

// X5: sessions write beside each other, and a line that was cut costs only itself.
func TestX5SeveralSessionsAndATornLine(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				l := Open(Options{Dir: dir, Now: func() time.Time { return noon }})
				l.Add(Entry{Did: strings.Repeat("x", 3000)})
				l.flush()
			}
		})
	}
	all.Wait()
	path := filepath.Join(dir, "activity-2026-11.jsonl")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(`{"did":"cut`)
	f.Close()
	written(t, Options{Dir: dir, Now: func() time.Time { return noon }}, func(l *Log) { l.Add(Entry{Did: "after"}) })
	read, damaged, err := Read(dir, 0, nil)
	if err != nil || damaged != 1 || len(read) != 201 || read[200].Did != "after" {
		t.Errorf("%d lines, %d damaged, %v", len(read), damaged, err)
	}
}

// X5: one account is taken out of the log, and old months go.
func TestX5TheLogIsWipedAndAges(t *testing.T) {
	dir, now := t.TempDir(), noon.AddDate(0, -3, 0)
	written(t, Options{Dir: dir, Now: func() time.Time { return now }}, func(l *Log) {
		l.Add(Entry{Did: "old", Account: "shop"})
		now = noon
		l.Add(Entry{Did: "mine", Account: "shop"})
		l.Add(Entry{Did: "theirs", Account: "other"})
	})
	if err := Expire(dir, noon, func(api.AccountID) time.Duration { return 30 * 24 * time.Hour }); err != nil {
		t.Fatal(err)
	}
	if all := entries(t, dir); len(all) != 2 {
		t.Errorf("after aging %+v", all)
	}
	if err := Clear(dir, "shop"); err != nil {
		t.Fatal(err)
	}
	if all := entries(t, dir); len(all) != 1 || all[0].Did != "theirs" {
		t.Errorf("after a wipe %+v", all)
	}
	if err := Clear(dir, ""); err != nil {
		t.Fatal(err)
	}
	if files, _ := Files(dir); len(files) != 0 {
		t.Errorf("left: %q", files)
	}
}

// X5: of each account what is older than its messages are kept goes, also in the midst of
// a month.
func TestX5EachAccountAgesByItself(t *testing.T) {
	dir, now := t.TempDir(), noon.AddDate(0, 0, -3)
	written(t, Options{Dir: dir, Texts: true, Now: func() time.Time { return now }}, func(l *Log) {
		l.Add(Entry{Did: "old", Account: "brief", Text: "a secret"})
		l.Add(Entry{Did: "old", Account: "ever"})
		l.Add(Entry{Did: "old", Account: "week"})
		now = noon
		l.Add(Entry{Did: "new", Account: "brief"})
	})
	kept := map[api.AccountID]time.Duration{"brief": 24 * time.Hour, "week": 7 * 24 * time.Hour}
	of := func(a api.AccountID) time.Duration { return kept[a] }
	for _, c := range []struct {
		at   time.Time
		left string
	}{{noon.AddDate(0, 0, -3), "old brief, old ever, old week, new brief"}, {noon, "old ever, old week, new brief"}, {noon.AddDate(1, 0, 0), "old ever"}} {
		if err := Expire(dir, c.at, of); err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, e := range entries(t, dir) {
			left = append(left, e.Did+" "+e.Account)
		}
		if strings.Join(left, ", ") != c.left {
			t.Errorf("at %v there is %q", c.at, left)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 1 {
		t.Errorf("files %q", files)
	}
}

// X5: what sessions add while the log is written anew is not lost.
func TestX5NothingIsLostWhileItIsWrittenAnew(t *testing.T) {
	dir := t.TempDir()
	add := func(account string) {
		l := Open(Options{Dir: dir, Now: func() time.Time { return noon }})
		l.Add(Entry{Did: "x", Account: account})
		l.flush()
	}
	var adding, clearing sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		adding.Go(func() {
			for range 100 {
				add("stays")
				add("goes")
			}
		})
	}
	clearing.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if err := Clear(dir, "goes"); err != nil {
				t.Error(err)
			}
		}
	})
	adding.Wait()
	close(done)
	clearing.Wait()
	if err := Clear(dir, "goes"); err != nil {
		t.Fatal(err)
	}
	if n := len(entries(t, dir)); n != 400 {
		t.Errorf("%d lines are left of 400", n)
	}
}
