package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
)

// frame is the shortest time between two frames of what a person does, and between two of
// all else. One comes at once if none did for so long, so a key does not wait, whatever was
// drawn just before it, nor does what it leads to; of a burst the last one comes when it has
// passed.
const frame = 8 * time.Millisecond

const (
	// calmFrame is how long a frame waits for more while nobody does anything: what was
	// fetched comes in pieces, each read again by itself.
	calmFrame = 50 * time.Millisecond
	// attended is how long after a key its effects are drawn at once. A letter of a reply
	// has none but itself: what is saved and read because of it waits as in calm.
	attended = time.Second
)

type frameMsg struct{}

// display is what frames are shown on: a screen, or lines for a screen reader.
type display interface {
	Show(tea.View)
	// Then calls a function once what was shown so far is written.
	Then(func())
	// Update learns of the terminal, and does what the commands of ui/screen ask.
	Update(tea.Msg)
	// Fails has a function called with a panic of what draws.
	Fails(func(error))
	// Leave gives the terminal back for a while, Enter takes it, Close ends.
	Leave()
	Enter()
	Close()
}

// clockMsg says that the library's clock may run again.
type clockMsg struct{}

// framed composes the screen at most once per frame, however many messages
// come in: a view is made after each message otherwise.
type framed struct {
	inner *Model
	// screen is what frames are drawn on.
	screen display
	view   tea.View
	// last is when a frame was drawn of what came by itself, pressed when one was of what a
	// person did.
	last, pressed time.Time
	// due is when a frameMsg comes; zero: none is to come.
	due time.Time
	// changed: a message came since the last frame, byPerson one of a person, byItself another.
	// person is when one of a person came that may lead to more.
	changed, byPerson, byItself bool
	person                      time.Time
	// whole: a frame that shows all of the start was drawn.
	whole bool
	// stopClock stops the library's clock, which runs from before Init, and again after
	// a program had the terminal. It only writes what the library was asked to write,
	// and that is nothing. Nil where it may run.
	stopClock func() error
	// crash is the panic that ended the program.
	crash error
}

func (f *framed) Init() tea.Cmd {
	f.rest()
	return caught(f.inner.Init())
}

// rest stops the library's clock.
func (f *framed) rest() {
	if f.stopClock != nil {
		_ = f.stopClock() // it has no terminal of its own to give back
	}
}

// Update ends the program at a panic of the screen or of a command. The library
// would print its value, which may be anything, and would keep it from the log.
func (f *framed) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	crash, _ := msg.(crashMsg)
	if crash.err == nil {
		crash.err = state.Guarded(func() error {
			cmd = f.update(msg)
			return nil
		})
	}
	if crash.err != nil {
		f.crash = crash.err
		return f, tea.Quit
	}
	return f, caught(cmd)
}

func (f *framed) update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg.(type) {
	case clockMsg:
		f.rest()
		return nil
	case frameMsg:
		f.due = time.Time{}
		if !f.changed {
			return nil
		}
		return f.draw()
	}
	f.screen.Update(msg)
	_, cmd = f.inner.Update(msg)
	if f.inner.columns.reads() {
		return cmd // the answers are drawn
	}
	now := time.Now()
	f.changed = true
	wait := f.wait(now)
	if fromPerson(msg) {
		f.person, f.byPerson = now, true
		if f.inner.columns.letter() {
			f.person = time.Time{}
		}
		wait = frame - now.Sub(f.pressed)
	} else {
		f.byItself = true
	}
	if wait <= 0 {
		return tea.Batch(cmd, f.draw())
	}
	if due := now.Add(wait); f.due.IsZero() || due.Before(f.due) {
		f.due = due
		cmd = tea.Batch(cmd, tea.Tick(wait, func(time.Time) tea.Msg { return frameMsg{} }))
	}
	return cmd
}

// wait is how long what changed by itself now waits for its frame. At the start the frame
// that shows all waits for nothing, and is not held up by the drawing of one that shows less,
// but for the first: whoever looks sees that something comes.
func (f *framed) wait(now time.Time) time.Duration {
	switch {
	case !f.whole && f.inner.hasRead():
		return 0
	case !f.whole:
		return calmFrame - now.Sub(f.last)
	case now.Sub(f.person) > attended:
		return calmFrame
	}
	return frame - now.Sub(f.last)
}

// draw composes a frame and shows it. The command follows it up.
func (f *framed) draw() tea.Cmd {
	f.view, f.changed = f.inner.View(), false
	now := time.Now()
	if f.byPerson {
		f.pressed = now
	}
	if f.byItself {
		f.last = now
	}
	f.byPerson, f.byItself = false, false
	f.screen.Show(f.view)
	if !f.whole && f.inner.hasRead() {
		f.whole = true
		if shown := f.inner.opt.Shown; shown != nil {
			f.screen.Then(shown)
		}
	}
	return f.inner.watch()
}

func (f *framed) View() tea.View { return f.view }

// crashMsg is the panic of a command, or of what draws.
type crashMsg struct{ err error }

// caught is a command whose panic is a message, also where it is several at
// once. The commands of a tea.Sequence have to be caught one by one.
func caught(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		if err := state.Guarded(func() error { msg = cmd(); return nil }); err != nil {
			return crashMsg{err}
		}
		if all, ok := msg.(tea.BatchMsg); ok {
			for i := range all {
				all[i] = caught(all[i])
			}
		}
		return msg
	}
}
