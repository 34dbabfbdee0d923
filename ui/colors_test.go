package ui

import (
	"os"
	"path/filepath"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/ui/tty"
)

// L4: the screen counts clusters as one once the terminal was found to, whatever it answers about
// other modes, before and afterwards.
func TestL4OnlyMode2027SaysHowClustersCount(t *testing.T) {
	m := bare(5, 5, 80, 24)
	others := []tea.Msg{tea.ModeReportMsg{Mode: ansi.ModeBracketedPaste, Value: ansi.ModeReset}, tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset},
		tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeNotRecognized}}
	say := func(want bool, msgs ...tea.Msg) {
		t.Helper()
		for _, msg := range msgs {
			if m.Update(msg); m.env.Look.Mode.Clusters != want {
				t.Errorf("behind %+v: clusters %v", msg, !want)
			}
		}
	}
	say(false, others...)
	say(true, tty.WidthsMsg{Joined: true})
	say(true, others...)
	say(true, tty.WidthsMsg{})
	m = bare(5, 5, 80, 24)
	say(true, tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
}

// What only tmux knows of the colours of its terminal is asked beside the start, and what is
// known already is not.
func TestTmuxIsAskedForColours(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "tmux"), []byte("#!/bin/sh\necho 197: Tc: \\(flag\\) true\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	inTmux := []string{"TERM=tmux-256color", "TMUX=/tmp/tmux,1,0", "TTY_FORCE=1"}
	o := Options{Environ: inTmux}
	if o.profile() != colorprofile.ANSI256 {
		t.Errorf("before: %v", o.profile())
	}
	if msg, ok := o.detectColours()().(tea.ColorProfileMsg); !ok || msg.Profile != colorprofile.TrueColor {
		t.Errorf("tmux says %v", msg)
	}
	if o.Environ = []string{"TERM=xterm-256color", "COLORTERM=truecolor"}; o.detectColours() != nil {
		t.Error("it is asked for what is known")
	}
	if o.Environ, o.Connection = inTmux, new(tty.Connection); o.detectColours() != nil {
		t.Error("a tmux here is asked about a terminal elsewhere")
	}
}
