package sqlite

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// victim names the folder in which a copy of the test program writes until it
// is killed.
const victim = "UNIBOX_TEST_VICTIM"

// TestVictim is that copy: it prints a number when all that belongs to it has
// been acknowledged.
func TestVictim(t *testing.T) {
	dir := os.Getenv(victim)
	if dir == "" {
		t.Skip("runs inside TestKillLosesNothingAcknowledged")
	}
	db := openIn(t, dir)
	for n := 1; ; n++ {
		id := conv(n)
		head(t, db, id, noon, page("", says(id, 1, "in", "hello", noon)))
		_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1000 + n), Body: fmt.Sprint(n)})
		must(t, err)
		submit(t, db, queued(id, fmt.Sprint("k", n), fmt.Sprint(n)))
		fmt.Println(n)
	}
}

func TestKillLosesNothingAcknowledged(t *testing.T) {
	for round := range 3 {
		dir := t.TempDir()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$")
		cmd.Env = append(os.Environ(), victim+"="+dir)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		acknowledged, lines := 0, bufio.NewScanner(out)
		for acknowledged < 20+13*round && lines.Scan() {
			_, _ = fmt.Sscan(lines.Text(), &acknowledged)
		}
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()
		survives(t, openIn(t, dir), acknowledged)
	}
}

func survives(t *testing.T, db *DB, acknowledged int) {
	t.Helper()
	if acknowledged == 0 {
		t.Fatal("the victim wrote nothing")
	}
	rows, err := db.Unsettled(t.Context(), "shop")
	must(t, err)
	for n := 1; n <= acknowledged; n++ {
		same := func(o state.Outbound) bool { return o.Key == fmt.Sprint("k", n) && o.Status == state.Queued }
		if !slices.ContainsFunc(rows, same) {
			t.Errorf("message %d is gone", n)
		}
		if d, err := db.Draft(t.Context(), conv(1000+n)); err != nil || d.Body != fmt.Sprint(n) {
			t.Errorf("draft %d: %+v, %v", n, d, err)
		}
		if got := lines(t, db, all(conv(n))); got != fmt.Sprint("hello ", n, "!") {
			t.Errorf("timeline %d: %q", n, got)
		}
	}
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Active: api.Known(time.Now())}}))
}
