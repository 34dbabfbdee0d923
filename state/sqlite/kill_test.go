package sqlite

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// victim names the folder in which a copy of the test program writes until it
// is killed, and victimFrom the number it begins at.
const (
	victim     = "UNIBOX_TEST_VICTIM"
	victimFrom = "UNIBOX_TEST_VICTIM_FROM"
)

// TestVictim is that copy: it prints a number when all that belongs to it has
// been acknowledged.
func TestVictim(t *testing.T) {
	dir := os.Getenv(victim)
	if dir == "" {
		t.Skip("runs inside TestKillLosesNothingAcknowledged")
	}
	from := 0
	_, _ = fmt.Sscan(os.Getenv(victimFrom), &from)
	db := openIn(t, dir)
	for n := from; ; n++ {
		id := conv(n)
		head(t, db, id, noon, page("", says(id, 1, "in", "hello", noon)))
		_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1_000_000 + n), Body: fmt.Sprint(n)})
		must(t, err)
		submit(t, db, queued(id, fmt.Sprint("k", n), fmt.Sprint(n)))
		fmt.Println(n)
	}
}

// Programs are killed again and again in the middle of writing both files, each
// line of them in a folder of its own that the next one goes on with.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	const atOnce = 8
	rounds := max(atOnce, cases(24, 200))
	var acknowledged atomic.Int64
	var all sync.WaitGroup
	for line := range atOnce {
		dir := t.TempDir()
		all.Go(func() {
			pick := rand.New(rand.NewPCG(uint64(line), 9))
			from := 1
			for range rounds / atOnce {
				to, err := killed(t, dir, from, pick)
				if err == nil {
					err = survived(t, dir, from, to)
				}
				if err != nil {
					t.Errorf("folder %d: %v", line, err)
					return
				}
				acknowledged.Add(int64(to - from + 1))
				from = to + 2 // the one after it may be there, or in part
			}
		})
	}
	all.Wait()
	t.Logf("%d rounds, %d acknowledged triples of a page, a draft and a message: none lost", rounds, acknowledged.Load())
}

// killed runs a victim from a number on, kills it, and returns the last number
// that it acknowledged.
func killed(t *testing.T, dir string, from int, pick *rand.Rand) (to int, err error) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$")
	cmd.Env = append(os.Environ(), victim+"="+dir, fmt.Sprint(victimFrom, "=", from))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(out)
	for enough := from + pick.IntN(25); to < enough && lines.Scan(); {
		_, _ = fmt.Sscan(lines.Text(), &to)
	}
	time.Sleep(time.Duration(pick.IntN(3000)) * time.Microsecond) // anywhere in the next one
	if err := cmd.Process.Kill(); err != nil {
		return 0, err
	}
	for lines.Scan() { // what it said before it died counts
		_, _ = fmt.Sscan(lines.Text(), &to)
	}
	_ = cmd.Wait()
	if to < from {
		return 0, errors.New("the victim wrote nothing")
	}
	return to, nil
}

// survived opens the store, and looks whether both files are whole and hold
// all that was acknowledged.
func survived(t *testing.T, dir string, from, to int) error {
	db, err := Open(t.Context(), dir, state.NewFeed())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, f := range []*dbfile.File{db.state, db.cache} {
		if err := f.Check(t.Context()); err != nil {
			return err
		}
	}
	if c := db.Condition(); len(c.News) > 0 {
		return fmt.Errorf("something was damaged: %q", c.News)
	}
	rows, err := db.Unsettled(t.Context(), "shop")
	if err != nil {
		return err
	}
	waits := map[string]bool{}
	for _, o := range rows {
		waits[o.Key] = o.Status == state.Queued
	}
	for n := from; n <= to; n++ {
		draft, err := db.Draft(t.Context(), conv(1_000_000+n))
		w, err2 := db.Timeline(t.Context(), all(conv(n)))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if !waits[fmt.Sprint("k", n)] || draft.Body != fmt.Sprint(n) || len(w.Items) != 2 || w.Items[0].Message.Body != "hello" {
			return fmt.Errorf("of %d there are: message %v, draft %q, %d items", n, waits[fmt.Sprint("k", n)], draft.Body, len(w.Items))
		}
	}
	return db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(from), Active: api.Known(time.Now())}})
}
