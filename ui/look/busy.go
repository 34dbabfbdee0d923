package look

import (
	"time"

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
	if b == nil {
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
