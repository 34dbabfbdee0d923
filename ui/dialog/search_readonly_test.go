package dialog

import (
	"os"
	"slices"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/searches"
	"unibox/ui/readonly"

	tea "charm.land/bubbletea/v2"
)

// X3: who only looks leaves no searches behind; who works does.
func TestX3SearchesOfWhoOnlyLooksAreNotStored(t *testing.T) {
	for _, only := range []bool{false, true} {
		_, e, said := newStack(&archive{})
		dir := t.TempDir()
		e.StateDir, e.Settings.ReadOnly = dir, only
		d := NewSearch(e, func(state.Found) tea.Cmd { return nil }, func(api.ConversationID) tea.Cmd { return nil })
		d.SetValue("cake")
		for _, cmd := range []tea.Cmd{d.note("cake"), d.Keep()} {
			runAll(cmd)
		}
		files, err := os.ReadDir(dir)
		if err != nil || (len(files) == 0) != only || slices.Contains(*said, readonly.Why) != only {
			t.Errorf("read-only %v: %d files, said %q, %v", only, len(files), *said, err)
		}
	}
}

func runAll(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if batch, ok := cmd().(tea.BatchMsg); ok {
		for _, c := range batch {
			runAll(c)
		}
	}
}

// Agents of one box do not see what the others searched for.
func TestSearchesAreTheAgentsOwn(t *testing.T) {
	_, e, _ := newStack(nil)
	e.StateDir, e.PlaceDir = t.TempDir(), t.TempDir()
	(&searchLine{}).store(nil, e, searches.Search{Text: "divorce lawyer", At: e.Now()})()
	shared, err := searches.Read(e.StateDir)
	own, failed := searches.Read(e.PlaceDir)
	if len(shared) > 0 || len(own) != 1 || err != nil || failed != nil {
		t.Errorf("%v, %v, %v, %v", shared, own, err, failed)
	}
}
