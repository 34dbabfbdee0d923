package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/tty"
)

// saveLimit bounds the last save of what was typed.
const saveLimit = 5 * time.Second

// Run shows the screen on the process's terminal until the agent quits or ctx
// ends. Whatever ends it, a panic included, the terminal is restored and what
// was typed is saved; the error says what went wrong.
func Run(ctx context.Context, opt Options) error {
	model := New(ctx, opt)
	// The library's own handler would block at a signal that ends ctx too.
	screen := &framed{inner: model}
	var program *tea.Program
	terminal := tty.New(os.Stdin, os.Stdout, func(msg tea.Msg) { program.Send(msg) })
	program = tea.NewProgram(screen, tea.WithContext(ctx), tea.WithoutSignalHandler(),
		tea.WithInput(terminal.Input()), tea.WithOutput(terminal.Output()))
	if err := terminal.Open(); err != nil {
		return fmt.Errorf("the terminal could not be set up: %w", err)
	}
	model.env.ExecTerminal = terminal.Exec
	stop := model.listen(program)
	listening, stopListening := context.WithCancel(ctx)
	defer stopListening()
	go model.listenSuspend(listening, program)
	_, err := program.Run()
	lost := terminal.Close()
	stop()
	return errors.Join(screen.crash, ended(ctx, err), lost, model.saveLast())
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
	m.reply.Note()
	ctx, cancel := context.WithTimeout(context.Background(), saveLimit)
	defer cancel()
	err := m.reply.Flush(ctx)
	if err == nil || m.reply.Unsaved() == 0 {
		return err
	}
	home, _ := os.UserHomeDir()
	if path, failed := m.reply.Rescue(home, os.TempDir()); failed == nil {
		return fmt.Errorf("a draft could not be saved, what you typed is in %s: %w", path, err)
	}
	return fmt.Errorf("a draft could not be saved: %w", err)
}
