package look

import (
	"fmt"

	"charm.land/bubbles/v2/progress"
)

// barWidth is how many cells a progress bar has.
const barWidth = 12

// Progress draws how much of something is done, 0 to 1, as a bar and a number.
// It is Bubbles' bar at rest: a file's progress is known once a second, and an
// animation between two numbers would be drawn 60 times in it.
func (l Look) Progress(part float64) string {
	bar := progress.New(progress.WithWidth(barWidth), progress.WithoutPercentage(),
		progress.WithFillCharacters([]rune(l.Marks.Full)[0], []rune(l.Marks.Level)[0]),
		progress.WithColors(l.Theme.Accent.Lipgloss().GetForeground()))
	bar.EmptyColor = l.Theme.Muted.Lipgloss().GetForeground()
	return bar.ViewAs(part) + " " + l.Theme.Accent.Render(fmt.Sprintf("%d %%", int(part*100+1e-9)))
}
