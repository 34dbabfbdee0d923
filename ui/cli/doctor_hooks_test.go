package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/state/config"
	userhooks "unibox/state/hooks"
)

// H2: doctor says which hooks failed lately, in whichever session, and why, and whose program
// is not there.
func TestDoctorSaysWhichHooksFail(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := config.Hooks{Run: map[string][]string{"new": {program}, "sent": {program}, "held": {filepath.Join(dir, "none")}}}
	said := func() string {
		var b strings.Builder
		r := &report{out: &b}
		r.add(examineHooks(c, dir)...)
		return b.String()
	}
	if got := said(); !strings.Contains(got, "✓ nothing is known to be wrong with the hooks for new, sent") || !strings.Contains(got, `✕ the hook for "held": there is no program`) {
		t.Errorf("%s", got)
	}
	kept := `{"new":{"event":"new","since":"2026-11-30T12:00:00Z","why":"The hook for \"new\" failed: no \u001b[2Jpager (exit status 1)"},
		"failed":{"event":"failed","since":"2026-11-30T12:00:00Z","why":"of a hook that is in the config no more"}}`
	if err := os.WriteFile(filepath.Join(dir, userhooks.FailuresFile), []byte(kept), 0o600); err != nil {
		t.Fatal(err)
	}
	got := said()
	if !strings.Contains(got, `! The hook for "new" failed: no pager (exit status 1), since 2026-11-30`) || !strings.Contains(got, "hooks for sent\n") || strings.Contains(got, "no more") || strings.Contains(got, "\x1b") {
		t.Errorf("%s", got)
	}
	if err := os.WriteFile(filepath.Join(dir, userhooks.FailuresFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := said(); !strings.Contains(got, "! it is not known which hooks failed") {
		t.Errorf("%s", got)
	}
}
