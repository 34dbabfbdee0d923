package look

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/progress"
	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
)

// frameTime is how long each frame of the spinner stays: four in a second are
// enough to see that the program lives, and few enough for a slow line.
const frameTime = time.Second / 4

// Busy is the spinner after words such as "Reading the list…": Bubbles' own,
// which turns only while a frame shows it and after it was waited for. The root
// model asks Start once a second; panes draw View and know nothing else of it.
// It is used from one goroutine; a nil one draws nothing.
type Busy struct {
	spinner spinner.Model
	// drawn: a frame drew the spinner since it was last asked; waited: so it was
	// a second before.
	drawn, waited, turning bool
	// Silent: nothing is ever drawn.
	Silent bool
}

// NewBusy returns a spinner at rest.
func NewBusy(ascii bool) *Busy {
	frames := spinner.MiniDot.Frames
	if ascii {
		frames = spinner.Line.Frames
	}
	return &Busy{spinner: spinner.New(spinner.WithSpinner(spinner.Spinner{Frames: frames, FPS: frameTime}))}
}

// View returns the spinner with a space before it, and "" until it turns. A frame
// that calls it keeps it turning.
func (b *Busy) View() string {
	if b == nil || b.Silent {
		return ""
	}
	b.drawn = true
	if !b.turning {
		return ""
	}
	return " " + b.spinner.View()
}

// Start lets the spinner turn if it was wanted a second ago and still is. The
// command, if any, brings a spinner.TickMsg for Update.
func (b *Busy) Start() tea.Cmd {
	if b.turning {
		return nil
	}
	again := b.drawn && b.waited
	b.waited, b.drawn, b.turning = b.drawn, again, again
	if !again {
		return nil
	}
	return b.spinner.Tick
}

// Wanted reports whether the last frame, or the one a second before, drew it.
func (b *Busy) Wanted() bool { return b.drawn || b.waited || b.turning }

// Update draws the next frame, or stops the spinner if no frame drew it since.
func (b *Busy) Update(msg spinner.TickMsg) tea.Cmd {
	if !b.drawn {
		b.turning, b.waited = false, false
		return nil
	}
	var next tea.Cmd
	b.drawn = false
	b.spinner, next = b.spinner.Update(msg)
	return next
}

// barWidth is how many cells a progress bar has.
const barWidth = 12

// Progress draws how much of something is done, 0 to 1, as a bar and a number.
// It is Bubbles' bar at rest: a file's progress is known once a second, and an
// animation between two numbers would be drawn 60 times in it.
func (l Look) Progress(part float64) string {
	l.Clock.Note()
	return l.ProgressBar(part) + " " + l.Theme.Accent.Render(fmt.Sprintf("%d %%", int(part*100+1e-9)))
}

// ProgressBar is the bar alone.
func (l Look) ProgressBar(part float64) string {
	bar := progress.New(progress.WithWidth(barWidth), progress.WithoutPercentage(),
		progress.WithFillCharacters([]rune(l.Marks.Full)[0], []rune(l.Marks.Level)[0]),
		progress.WithColors(l.Theme.Accent.Lipgloss().GetForeground()))
	bar.EmptyColor = l.Theme.Muted.Lipgloss().GetForeground()
	return bar.ViewAs(part)
}
