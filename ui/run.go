package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/ui/catalog"
	"unibox/ui/screen"
	"unibox/ui/text"
	"unibox/ui/tty"
)

// saveLimit bounds the last save of what was typed.
const saveLimit = 5 * time.Second

// Run shows the screen on the terminal of the options until the agent quits or ctx
// ends. Whatever ends it, a panic included, the terminal is restored and what
// was typed is saved; the error says what went wrong.
func Run(ctx context.Context, opt Options) error {
	model := New(ctx, opt)
	var program *tea.Program
	terminal := opt.terminal(func(msg tea.Msg) { program.Send(msg) })
	if !opt.Settings.ScreenReader {
		terminal.CountEmoji(opt.Settings.Emoji, screen.Query(opt.Settings.Query, opt.Environ))
	}
	drawn := model.display(terminal.Output(), opt.Environ)
	frames := &framed{inner: model, screen: drawn}
	program = tea.NewProgram(frames, append(opt.program(ctx, terminal), tea.WithOutput(terminal.Output()))...)
	frames.stopClock = program.ReleaseTerminal
	drawn.Fails(func(err error) { program.Send(crashMsg{err}) })
	if err := terminal.Open(); err != nil {
		return catalog.Errorf("the terminal could not be set up: %w", err)
	}
	model.env.ExecTerminal = func(run func() error) error {
		drawn.Leave()
		defer drawn.Enter()
		defer func() { go program.Send(clockMsg{}) }() // it is taken in when the library goes on
		return terminal.Exec(run)
	}
	stop := model.listen(program)
	listening, stopListening := context.WithCancel(ctx)
	defer stopListening()
	go model.listenSuspend(listening, program)
	_, err := program.Run()
	drawn.Close()
	lost := terminal.Close()
	stop()
	return errors.Join(frames.crash, ended(ctx, err), lost, model.saveLast(), model.notify.End())
}

// display is what the model is shown on.
func (m *Model) display(out io.Writer, environ []string) display {
	if m.opt.Settings.ScreenReader {
		return &speaker{Lines: screen.NewLines(out), model: m}
	}
	drawn := screen.New(out, environ, screen.Query(m.opt.Settings.Query, environ))
	if text.Ordering(m.opt.Settings.RTL, environ) {
		drawn.Ordered()
	}
	if emoji := m.opt.Settings.Emoji; emoji == "joined" || emoji == "split" {
		drawn.CountAsSet()
	}
	if m.opt.Settings.Line == "slow" {
		drawn.UseFewColours()
	}
	return drawn
}

// terminal is where the screen is shown.
func (o Options) terminal(send func(tea.Msg)) *tty.Terminal {
	if o.Connection != nil {
		return tty.Connected(*o.Connection, send)
	}
	return tty.New(os.Stdin, os.Stdout, o.Environ, send)
}

// program are the options of the library's program. They leave the terminal to ui/tty and ui/screen. The library's handler of
// signals would block at one that ends ctx too. Its input is empty and not nil: each
// time that it gives the terminal back, it would wait half a second for the end of a
// nil one.
func (o Options) program(ctx context.Context, terminal *tty.Terminal) []tea.ProgramOption {
	columns, rows := terminal.Size()
	return []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithoutRenderer(), tea.WithColorProfile(o.profile()),
		tea.WithInput(strings.NewReader("")), tea.WithWindowSize(columns, rows), tea.WithEnvironment(o.Environ)}
}

// profile is how many colours the terminal has, as far as its environment says.
func (o Options) profile() colorprofile.Profile {
	if len(o.Environ) == 0 {
		return colorprofile.ANSI256
	}
	return colorprofile.Env(o.Environ)
}

// detectColours is a command that looks whether the terminal has more colours than that: the
// library would ask tmux for it, and wait, before there is a screen. Of one at the other end of
// a connection nothing here knows.
func (o Options) detectColours() tea.Cmd {
	if o.Connection != nil || len(o.Environ) == 0 || o.profile() == colorprofile.TrueColor {
		return nil
	}
	return func() tea.Msg {
		if more := colorprofile.Detect(os.Stdout, o.Environ); more > o.profile() {
			return tea.ColorProfileMsg{Profile: more}
		}
		return nil
	}
}

// ended leaves out what is no error: the end that was asked for, also where the
// terminal is gone already.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(err, tea.ErrProgramPanic) {
		return nil
	}
	return err
}

// listen hands the feed's marks to the program until stop is called.
func (m *Model) listen(program *tea.Program) (stop func()) {
	ctx, cancel := context.WithCancel(m.env.Ctx)
	sub := m.opt.Feed.Subscribe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer sub.Close()
		for {
			topics, err := sub.Next(ctx)
			if err != nil {
				return
			}
			program.Send(staleMsg(topics))
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// saveLast saves what was typed and not saved, with a new context: the
// program's may be over. What cannot be saved is written to a file elsewhere.
func (m *Model) saveLast() error {
	m.place.Leave()
	m.reply.Note()
	ctx, cancel := context.WithTimeout(context.Background(), saveLimit)
	defer cancel()
	err := errors.Join(m.notes.Flush(ctx), m.reply.End(ctx))
	if err == nil || m.reply.Unsaved() == 0 {
		return err
	}
	home, _ := os.UserHomeDir()
	if path, failed := m.reply.Rescue(home, os.TempDir()); failed == nil {
		return catalog.Errorf("a draft could not be saved, what you typed is in %s: %w", path, err)
	}
	return catalog.Errorf("a draft could not be saved: %w", err)
}
