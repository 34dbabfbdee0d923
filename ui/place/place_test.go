package place

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// gone is the number of a process that has ended.
func gone(t *testing.T) int {
	t.Helper()
	ended := exec.Command(os.Args[0], "-test.run=^$")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	return ended.Process.Pid
}

// own is the file of the one session of a process.
func own(dir string, pid int) string { return filepath.Join(dir, fmt.Sprint(FileName, ".", pid)) }

func save(t *testing.T, dir string, pid int, p Place) {
	t.Helper()
	if err := os.WriteFile(own(dir, pid), text(p), 0o600); err != nil {
		t.Fatal(err)
	}
}

func files(dir string) (n int) {
	all, _ := os.ReadDir(dir)
	return len(all)
}

// O2: what a session left behind is gone back to once, until it is old.
func TestAPlaceIsClaimed(t *testing.T) {
	dir, pid := t.TempDir(), gone(t)
	p := Place{Key: noon, Pane: 2, List: inbox.Selection{View: state.ViewAll, Title: "All"}, Conversation: api.ConversationID{Account: "a", Remote: "1"}, Message: 7, Row: -3, Writing: true, Masked: true}
	save(t, dir, pid, p)
	if got := Claim(dir, noon.Add(-time.Minute)); got != nil {
		t.Errorf("before it was: %+v", got)
	}
	if got := Claim(dir, noon.Add(time.Hour)); got == nil || !got.Same(p) || !got.Key.Equal(noon) {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(own(dir, os.Getpid())); err != nil || files(dir) != 1 {
		t.Error("the place is not this session's", err)
	}
	if got := Claim(dir, noon.Add(For+time.Minute)); got != nil || files(dir) != 0 {
		t.Errorf("a day later: %+v, %d files", got, files(dir))
	}
	if Claim("", noon) != nil || Claim(filepath.Join(dir, "none"), noon) != nil {
		t.Error("a place in no folder")
	}
}

// Two sessions on one store: the place of one that lives is nobody else's, and of those that are
// gone the last comes first.
func TestEachSessionHasItsPlace(t *testing.T) {
	dir, first, second := t.TempDir(), gone(t), gone(t)
	save(t, dir, os.Getppid(), Place{Key: noon.Add(time.Hour), Pane: 1}) // it lives
	if got := Claim(dir, noon.Add(2*time.Hour)); got != nil {
		t.Errorf("the place of a session that lives: %+v", got)
	}
	save(t, dir, first, Place{Key: noon, Pane: 0})
	save(t, dir, second, Place{Key: noon.Add(time.Minute), Pane: 2})
	if first == second {
		t.Skip("the numbers of processes have come around")
	}
	if got := Claim(dir, noon.Add(2*time.Hour)); got == nil || got.Pane != 2 {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(own(dir, os.Getppid())); err != nil || files(dir) != 3 {
		t.Error("the others' places are gone", err)
	}
}

// A file that is damaged or hostile is no place, and does not stay.
func TestAStrangeFileIsNoPlace(t *testing.T) {
	dir, pid := t.TempDir(), gone(t)
	for _, strange := range []string{"", "null", "{", `{"Pane":9}`, strings.Repeat("[", 1<<20), `{"Key":"2026-11-20T12:00:00Z","Pane":-1}`} {
		os.WriteFile(own(dir, pid), []byte(strange), 0o600)
		if got := Claim(dir, noon); got != nil || files(dir) != 0 {
			t.Errorf("%.40q is %+v, %d files", strange, got, files(dir))
		}
	}
	for _, name := range []string{FileName, FileName + ".x", FileName + ".1.2", FileName + ".-1x"} {
		os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600)
	}
	if Claim(dir, noon) != nil || files(dir) != 4 {
		t.Error("what is no session's was taken")
	}
}

// Sessions of one process have places of their own, and go back to that of one which ended.
func TestSessionsOfOneProcessHaveTheirPlaces(t *testing.T) {
	dir, now := t.TempDir(), noon.Add(time.Hour)
	runs := func(number int) bool { return number == 1 }
	first, second, third := Owner{1, runs}, Owner{2, runs}, Owner{3, runs}
	for i, o := range []Owner{first, second} {
		if err := os.WriteFile(o.file(dir), text(Place{Key: noon, Pane: i}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := third.Claim(dir, now); got == nil || got.Pane != 1 {
		t.Fatalf("%+v", got)
	}
	if _, err := os.Stat(third.file(dir)); err != nil || files(dir) != 2 {
		t.Error("the place is not the third's", err)
	}
	if got := second.Claim(dir, now); got == nil || got.Pane != 1 { // the third does not run either
		t.Errorf("%+v", got)
	}
	if got := third.Claim(dir, now); got == nil {
		t.Error("no place is left")
	}
	if err := os.WriteFile(filepath.Join(dir, FileName+"."+fmt.Sprint(gone(t))+"-7"), text(Place{Key: noon, Pane: 2}), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := first.Claim(dir, now); got == nil {
		t.Error("what another process left is not found")
	}
}
