// Package screen draws the program's frames on its terminal: from rows of styled
// text to bytes. A row that is the same text as before costs nothing; one that is
// not is made into cells, and what differs from the cells on the terminal is
// written. The first frame, and one after the terminal has changed, is drawn whole by
// ultraviolet's renderer. Nothing runs while no frame comes.
//
// It does what Bubble Tea's renderer did, which draws at the next tick of a clock and
// writes rows with wide characters anew each time (README.md "Decisions"): so the
// program runs with tea.WithoutRenderer, and the alternate screen, keyboard, paste,
// mouse, title, cursor, synchronised output (mode 2026) and grapheme clusters (mode
// 2027) are set and given back here. Of a tea.View it knows Content, Cursor's
// position, WindowTitle, MouseMode, ReportFocus, DisableBracketedPasteMode and
// KeyboardEnhancements; every frame is on the alternate screen.
package screen

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/state"
)

// leaveWait is how long Leave waits for a terminal that takes nothing.
const leaveWait = 2 * time.Second

// Screen draws on one terminal. Its methods may be called from any goroutine; Enter,
// Leave and Close by one at a time. What is shown last is drawn: while a terminal
// takes nothing, the frames between are left out.
type Screen struct {
	out  io.Writer
	wake chan struct{}
	done chan struct{}
	// drawing holds a token: who takes it may use the painter and write.
	drawing chan struct{}
	painter painter
	// away: somebody else has the terminal.
	away atomic.Bool

	mu      sync.Mutex
	pending pending
	// failed is told of a panic, which ends the drawing.
	failed func(error)
}

// pending is what was asked for and is not drawn yet.
type pending struct {
	view    *tea.View
	changes []func(*painter)
	raw     []byte
	// drawn are called once all of it is written.
	drawn []func()
}

// New returns the screen of a terminal that out writes to. Env names the terminal
// (TERM); query asks it for synchronised output and grapheme clusters, see [Query].
// Nothing is written before the first frame.
func New(out io.Writer, env []string, query bool) *Screen {
	s := &Screen{out: out, wake: make(chan struct{}, 1), done: make(chan struct{}), drawing: make(chan struct{}, 1),
		painter: newPainter(env, query)}
	s.drawing <- struct{}{}
	go s.run()
	return s
}

// Show draws a frame. It does not wait for the terminal.
func (s *Screen) Show(v tea.View) {
	s.ask(func(p *pending) { p.view = &v })
	s.rouse()
}

// Then calls f once all that was asked for so far is written; never if the terminal
// takes nothing, or Close comes first. f must not block.
func (s *Screen) Then(f func()) {
	s.ask(func(p *pending) { p.drawn = append(p.drawn, f) })
	s.rouse()
}

// Update learns from a message what the terminal is like, which counts from the next
// frame on, and does what the commands of this package ask.
func (s *Screen) Update(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.change(func(p *painter) { p.resize(msg.Width, msg.Height) })
	case tea.ColorProfileMsg:
		s.change(func(p *painter) { p.setProfile(msg.Profile) })
	case tea.ModeReportMsg:
		s.report(msg)
	case clustersMsg:
		s.change((*painter).setClusters)
	case repaintMsg:
		s.change((*painter).reset)
	case copyMsg:
		s.send(ansi.SetSystemClipboard(string(msg)))
	case writeMsg:
		s.send(string(msg))
	case imageMsg:
		s.change(func(p *painter) { p.keep(msg) })
		s.rouse()
	case statusMsg:
		s.change(func(p *painter) { p.status = string(msg) })
	}
}

// report learns which of the modes that were asked for the terminal has.
func (s *Screen) report(msg tea.ModeReportMsg) {
	switch {
	case msg.Mode == ansi.ModeSynchronizedOutput && (msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet):
		s.change(func(p *painter) { p.synchronised = true })
	case msg.Mode == ansi.ModeUnicodeCore && Clusters(msg):
		s.change((*painter).setClusters)
	}
}

// Clusters reports whether a terminal's answer says that it counts grapheme clusters
// (mode 2027), or can: then the screen turns that on.
func Clusters(msg tea.ModeReportMsg) bool {
	return msg.Mode == ansi.ModeUnicodeCore &&
		(msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet)
}

// SetProfile says which colours the terminal has.
func (s *Screen) SetProfile(c colorprofile.Profile) { s.Update(tea.ColorProfileMsg{Profile: c}) }

// UseFewColours writes text in the sixteen colours of every terminal, whose sequences
// are a quarter as long, from the next whole frame on: for a slow line.
func (s *Screen) UseFewColours() {
	s.change(func(p *painter) {
		p.fewColours = true
		p.reset()
	})
}

// Ordered says that text comes in the order in which it is seen, whatever it is written in: a
// terminal that brings text from right to left into order by itself is asked not to (BDSM). It
// is for before the first frame.
func (s *Screen) Ordered() { s.change(func(p *painter) { p.ordered = true }) }

// CountAsSet does not ask the terminal whether it counts clusters: a person said so.
func (s *Screen) CountAsSet() { s.change(func(p *painter) { p.counted = true }) }

// Fails has f called with a panic of what draws: nothing is drawn after that, and Close gives the
// terminal back. It is for before the first frame; f may block.
func (s *Screen) Fails(f func(error)) { s.failed = f }

// Leave gives the terminal back as it was before the first frame. Frames are kept
// for Enter. A terminal that takes nothing is waited for, and not for long.
func (s *Screen) Leave() {
	s.away.Store(true)
	select {
	case <-s.drawing:
	case <-time.After(leaveWait):
		return
	}
	defer func() { s.drawing <- struct{}{} }()
	var left []byte
	if state.Guarded(func() error { left = s.painter.leave(); return nil }) != nil {
		left = []byte(Abandoned)
	}
	if len(left) > 0 {
		_, _ = s.out.Write(left)
	}
}

// Enter draws again after Leave: all of it, on a terminal in any state.
func (s *Screen) Enter() {
	s.change((*painter).reset)
	s.away.Store(false)
	s.rouse()
}

// Close gives the terminal back and draws no more.
func (s *Screen) Close() {
	close(s.done)
	s.Leave()
}

// send writes what is no part of a frame, behind the next one.
func (s *Screen) send(sequence string) {
	s.ask(func(p *pending) { p.raw = append(p.raw, sequence...) })
	s.rouse()
}

// change changes the painter before the next frame.
func (s *Screen) change(f func(*painter)) {
	s.ask(func(p *pending) { p.changes = append(p.changes, f) })
}

func (s *Screen) ask(f func(*pending)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.pending)
}

// rouse has what is pending drawn.
func (s *Screen) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run draws what is asked for until Close.
func (s *Screen) run() {
	for {
		select {
		case <-s.done:
			return
		case <-s.wake:
		}
		select {
		case <-s.done:
			return
		case <-s.drawing:
		}
		var err error
		if !s.away.Load() {
			err = state.Guarded(s.draw)
		}
		s.drawing <- struct{}{}
		if err != nil {
			tell(s.failed, err)
			return
		}
	}
}

// tell hands a panic of what draws to who asked for it.
func tell(failed func(error), err error) {
	if failed != nil {
		failed(err)
	}
}

// draw writes a frame, and what else was asked for, at once. It returns no error; see
// state.Guarded.
func (s *Screen) draw() error {
	s.mu.Lock()
	next := s.pending
	s.pending = pending{}
	s.mu.Unlock()
	for _, change := range next.changes {
		change(&s.painter)
	}
	if next.view != nil {
		s.painter.view = next.view
	}
	out := s.painter.frame()
	if rest := s.painter.restless(time.Now()); rest > 0 {
		time.AfterFunc(rest, s.rouse)
	}
	if out = append(out, next.raw...); len(out) > 0 {
		_, _ = s.out.Write(out)
	}
	for _, f := range next.drawn {
		f()
	}
	return nil
}
