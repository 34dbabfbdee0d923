package ui

import (
	"context"
	"errors"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Stage is a terminal in memory, for a screen that is played and not used: what it gets is
// written to Out, and its keys come from Played.
type Stage struct {
	Out           io.Writer
	Columns, Rows int
	Environ       []string
	// Played is called once before the screen is drawn, with what hands it keys.
	Played func(send func(tea.Msg))
}

// Play is [Run] on a stage. It returns when the screen is left, or ctx ends.
func Play(ctx context.Context, opt Options, s Stage) error {
	model := New(ctx, opt)
	drawn := model.display(s.Out, s.Environ)
	frames := &framed{inner: model, screen: drawn}
	program := tea.NewProgram(frames, tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithoutRenderer(), tea.WithInput(strings.NewReader("")), tea.WithOutput(io.Discard),
		tea.WithWindowSize(s.Columns, s.Rows), tea.WithColorProfile(colorprofile.TrueColor))
	// A terminal in memory counts whole characters, and is asked nothing.
	frames.Update(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
	frames.stopClock = program.ReleaseTerminal
	stop := model.listen(program)
	s.Played(program.Send)
	_, err := program.Run()
	drawn.Close()
	stop()
	return errors.Join(frames.crash, ended(ctx, err), model.saveLast())
}
