//go:build unix

package e2e

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/state/handover"
)

// handsOver ends the shift: another agent takes it over on a machine of his own, and has
// what was put off, the labels and the notes.
func (a *agent) handsOver() {
	a.t.Helper()
	a.press("&")
	a.wait("Write it to")
	a.press("\r")
	file := a.p.written(filepath.Join(a.home, "state", "handover"))
	other := a.p.home(func(string) string { return a.p.config })
	next := a.p.unibox(other)
	next.until("all accounts", func(screen string) bool {
		return listed.MatchString(screen) && strings.Count(screen, "● now") == strings.Count(a.p.config, "[[account]]")
	})
	next.press("g", "t")
	next.wait("Take over a shift")
	next.paste(file)
	next.press("\r")
	next.wait("Handover by", "Do these")
	next.press("\r")
	next.wait("from the handover done")
	cmd := command(a.t, other, "handover", "write", "--config", filepath.Join(other, "config.toml"), "--state", filepath.Join(other, "state"))
	if out, err := cmd.CombinedOutput(); err != nil {
		a.t.Fatalf("%v: %s", err, out)
	}
	had, has := left(a.t, file), left(a.t, a.p.written(filepath.Join(other, "state", "handover")))
	if len(had) == 0 || !slices.Equal(had, has) {
		a.t.Errorf("the next agent has\n%s\nand not\n%s", strings.Join(has, "\n"), strings.Join(had, "\n"))
	}
}

// written waits for the file of a handover in a folder.
func (p *served) written(folder string) string {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if all, _ := filepath.Glob(filepath.Join(folder, "*.json")); len(all) == 1 {
			return all[0]
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("no handover came into %s", folder)
		}
	}
}

// left is what a handover leaves to be done, and what is kept on one machine alone.
func left(t testing.TB, path string) (all []string) {
	t.Helper()
	f, err := handover.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Conversations {
		line := c.Account + " " + c.ID
		if !c.Snoozed.IsZero() {
			line += " until " + c.Snoozed.Format(time.RFC3339)
		}
		for _, note := range c.Notes {
			line += " note: " + note.Body
		}
		if line += " " + strings.Join(c.Labels, ","); line != c.Account+" "+c.ID+" " {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}
