package screen

import (
	"io"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/state"
	"unibox/ui/text"
)

// Lines writes to a terminal as to a teletype, for who listens to it through a screen
// reader: what is said is appended as lines, and what is typed is echoed behind a prompt.
// It has no alternate screen, moves the cursor by backspaces alone, and of all modes sets
// that which marks pastes. Its methods may be called from any goroutine; Enter, Leave and
// Close by one at a time.
type Lines struct {
	out  io.Writer
	wake chan struct{}
	done chan struct{}
	// writing holds a token: who takes it may write.
	writing chan struct{}
	// entered: the terminal is ours.
	entered bool

	mu      sync.Mutex
	w       int
	prompt  Prompt // what the terminal shows of it
	shown   bool   // the cursor is behind a prompt
	away    bool
	pending strings.Builder
	drawn   []func()
	// failed is told of a panic, which ends the writing.
	failed func(error)
}

// Prompt is a line that is typed on: words, and what stands before the cursor and behind it,
// clean and without line ends. The zero value is none.
type Prompt struct {
	On                    bool
	Label, Before, Behind string
}

// NewLines returns what appends lines to out. Nothing is written before the first line or
// prompt.
func NewLines(out io.Writer) *Lines {
	l := &Lines{out: out, wake: make(chan struct{}, 1), done: make(chan struct{}), writing: make(chan struct{}, 1), w: 80}
	l.writing <- struct{}{}
	go l.run()
	return l
}

// Say appends lines, and shows the prompt as it is now. It does not wait for the terminal.
func (l *Lines) Say(lines []string, p Prompt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(lines) > 0 || p.On != l.prompt.On || p.Label != l.prompt.Label {
		l.endPrompt()
	}
	for _, line := range lines {
		l.pending.WriteString(inert(line) + "\r\n")
	}
	p.Label, p.Before, p.Behind = inert(p.Label), inert(p.Before), inert(p.Behind)
	if p = l.fit(p); p != l.prompt || !l.shown && p.On {
		l.echo(p)
	}
	l.rouse()
}

// inert is a line without anything that a terminal would obey.
func inert(line string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, ansi.Strip(line))
}

// endPrompt puts the cursor at the beginning of a new line.
func (l *Lines) endPrompt() {
	if l.shown {
		l.pending.WriteString("\r\n")
	}
	l.shown, l.prompt = false, Prompt{}
}

// fit leaves out what is behind the cursor where the line is too long for one row: one cannot
// go back over its end.
func (l *Lines) fit(p Prompt) Prompt {
	if cells(p.Label+p.Before+p.Behind) >= l.w {
		p.Behind = ""
	}
	return p
}

// echo echoes what was typed since the prompt was shown: by what comes behind it where the
// row has room, else on a new line.
func (l *Lines) echo(p Prompt) {
	was := l.prompt
	same := common(was.Before, p.Before)
	gone := was.Before[len(same):]
	appends := gone == "" && was.Behind == "" && p.Behind == ""
	room := cells(was.Label+was.Before+was.Behind) < l.w && cells(p.Label+p.Before+p.Behind) < l.w
	switch {
	case !p.On:
	case !l.shown || !appends && !room:
		l.endPrompt()
		l.pending.WriteString(p.Label + p.Before + p.Behind + back(cells(p.Behind)))
	default:
		over := max(0, cells(was.Before+was.Behind)-cells(p.Before+p.Behind))
		l.pending.WriteString(back(cells(gone)) + p.Before[len(same):])
		if p.Behind != was.Behind || gone != "" || len(same) < len(p.Before) {
			l.pending.WriteString(p.Behind + strings.Repeat(" ", over) + back(over+cells(p.Behind)))
		}
	}
	l.shown, l.prompt = p.On, p
}

// common is what two texts begin with, whole characters of both.
func common(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) {
		c, _ := ansi.FirstGraphemeCluster(a[n:], ansi.GraphemeWidth)
		d, _ := ansi.FirstGraphemeCluster(b[n:], ansi.GraphemeWidth)
		if c != d {
			break
		}
		n += len(c)
	}
	return a[:n]
}

func cells(s string) int { return text.Mode{}.Width(s) }

func back(n int) string { return strings.Repeat("\b", n) }

// Then calls f once all that was said so far is written. f must not block.
func (l *Lines) Then(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drawn = append(l.drawn, f)
	l.rouse()
}

// Update learns the width of the terminal, and does what the commands of this package ask that
// shows nothing.
func (l *Lines) Update(msg tea.Msg) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		l.w = max(msg.Width, 2)
	case copyMsg:
		l.pending.WriteString(ansi.SetSystemClipboard(string(msg)))
	case writeMsg:
		l.pending.WriteString(string(msg))
	}
	l.rouse()
}

// IsRepaint reports whether a message asks for the whole screen anew.
func IsRepaint(msg tea.Msg) bool {
	_, is := msg.(repaintMsg)
	return is
}

// Fails has f called with a panic of what writes; see [Screen.Fails].
func (l *Lines) Fails(f func(error)) { l.failed = f }

// Leave gives the terminal back. What is said meanwhile is kept for Enter.
func (l *Lines) Leave() {
	l.mu.Lock()
	l.endPrompt()
	l.away = true
	l.mu.Unlock()
	select {
	case <-l.writing:
	case <-time.After(leaveWait):
		return
	}
	defer func() { l.writing <- struct{}{} }()
	l.write(true)
	if l.entered {
		_, _ = io.WriteString(l.out, ansi.ResetModeBracketedPaste)
		l.entered = false
	}
}

// Enter goes on after Leave.
func (l *Lines) Enter() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = false
	l.rouse()
}

// Close gives the terminal back and says no more.
func (l *Lines) Close() {
	close(l.done)
	l.Leave()
}

func (l *Lines) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *Lines) run() {
	for {
		select {
		case <-l.done:
			return
		case <-l.wake:
		}
		select {
		case <-l.done:
			return
		case <-l.writing:
		}
		err := state.Guarded(func() error { l.write(false); return nil })
		l.writing <- struct{}{}
		if err != nil {
			tell(l.failed, err)
			return
		}
	}
}

// write writes what is pending; last: also where the terminal is to be given back.
func (l *Lines) write(last bool) {
	l.mu.Lock()
	if l.away && !last {
		l.mu.Unlock()
		return
	}
	out, drawn := l.pending.String(), l.drawn
	l.pending.Reset()
	l.drawn = nil
	l.mu.Unlock()
	if !l.entered && out != "" {
		l.entered, out = true, ansi.SetModeBracketedPaste+out
	}
	if out != "" {
		_, _ = io.WriteString(l.out, out)
	}
	for _, f := range drawn {
		f()
	}
}
