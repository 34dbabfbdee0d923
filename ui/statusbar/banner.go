package statusbar

// bannerRows is how many rows a lasting trouble may take.
const bannerRows = 2

// Banner says what is wrong with the store while it lasts, under the strip.
func (b *Bar) Banner() []string {
	if b.condition.Trouble == "" || b.h < 4*bannerRows {
		return nil
	}
	mark := " " + b.env.Look.Marks.Trouble + " "
	var rows []string
	for _, line := range b.env.Look.Mode.Wrap(b.env.Look.Mode.Line(b.condition.Trouble), max(1, b.w-4)) {
		rows = append(rows, b.env.Look.Theme.Bar.Render(b.env.Look.Mode.Fit(b.env.Look.Theme.Warn.Render(mark+line), b.w)))
		mark = "   "
	}
	return rows[:min(len(rows), bannerRows)]
}
