package statusbar

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/dialog"
)

// mostPast is how many notices are kept after they went.
const mostPast = 200

// past is a notice that was on screen, and when.
type past struct {
	at   time.Time
	text string
	warn bool
	// named: it was said while a masked customer was shown, and may name them.
	named bool
}

// remember keeps a notice for later.
func (b *Bar) remember(text string, warn bool) {
	b.past = append(b.past, past{b.env.Now(), text, warn, b.env.Privacy.Reveals(b.env.Now())})
	if len(b.past) > mostPast {
		b.past = slices.Delete(b.past, 0, len(b.past)-mostPast)
	}
}

// Said reports whether a notice with a text was on screen, whether it is there still or not;
// of those that say why a key did nothing, the last one counts.
func (b *Bar) Said(text string) bool {
	return strings.Contains(b.refused, text) || slices.ContainsFunc(b.past, func(p past) bool { return strings.Contains(p.text, text) })
}

// OpenPast lists the notices that were on screen, the newest first.
func (b *Bar) OpenPast(open func(dialog.Dialog) tea.Cmd) tea.Cmd {
	if len(b.past) == 0 {
		return b.env.Say(b.env.T("nothing was said yet"))
	}
	var all []dialog.Notice
	for _, p := range slices.Backward(b.past) {
		if p.at.Before(b.env.Privacy.Since()) {
			break // it may name somebody
		}
		if p.named && b.env.Privacy.On() {
			continue
		}
		mark := b.env.Look.Marks.Live
		if p.warn {
			mark = b.env.Look.Marks.Problem
		}
		all = append(all, dialog.Notice{Lead: p.at.Local().Format("15:04:05") + " " + mark, Text: p.text})
	}
	return open(dialog.NewNotices(b.env, b.env.T("What was said"), all, b.w-10))
}
