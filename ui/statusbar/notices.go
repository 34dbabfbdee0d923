package statusbar

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
)

// mostStart is how many notices are shown at the start, with room for what the accounts
// say; more would push each other off the screen before they are read.
const mostStart = 2

// Start takes what is wrong at the start, such as with the config, and shows the
// first of it. All of it stays in the accounts dialog.
func (b *Bar) Start(notices []string) tea.Cmd {
	b.start = notices
	shown := notices
	if len(notices) > mostStart {
		shown = notices[:mostStart-1]
	}
	var cmds []tea.Cmd
	for _, notice := range shown {
		cmds = append(cmds, b.env.Warn(notice))
	}
	if more := len(notices) - len(shown); more > 0 {
		cmds = append(cmds, b.env.Warn(b.env.T("and %d more: %s shows them all", more, b.accountsKey())))
	}
	return tea.Batch(cmds...)
}

// accountsKey opens the accounts dialog.
func (b *Bar) accountsKey() string { return b.env.AnyKey(b.env.Keys.Spec(keymap.Accounts)) }

// notices are all that was shown of the config and of the store since the start.
func (b *Bar) notices() []string { return slices.Concat(b.start, b.condition.News) }

// openNotices lists the notices in full.
func (b *Bar) openNotices(open func(dialog.Dialog) tea.Cmd) tea.Cmd {
	return open(dialog.NewNotices(b.env, b.env.T("What was found wrong"), b.marked(b.notices()), b.w-10))
}

func (b *Bar) marked(sentences []string) (all []dialog.Notice) {
	for _, s := range sentences {
		all = append(all, dialog.Notice{Lead: b.env.Look.Marks.Problem, Text: b.env.Sentence(s)})
	}
	return all
}

// OpenProblems lists all that is wrong now, with the store, with accounts, and what was
// found wrong with the config.
func (b *Bar) OpenProblems(open func(dialog.Dialog) tea.Cmd) tea.Cmd {
	all := b.marked(b.problems())
	if len(all) == 0 {
		return b.env.Say(b.env.T("nothing is wrong: the config, the accounts and the store are fine"))
	}
	return open(dialog.NewNotices(b.env, b.env.T("Problems (%d)", len(all)), all, b.w-10))
}

// problems are all that is wrong, what stops most first.
func (b *Bar) problems() (all []string) {
	if b.condition.Problem != "" {
		all = append(all, b.env.Sentence(b.condition.Problem))
	}
	for _, as := range []state.HealthState{state.HealthStopped, state.HealthRetrying, state.HealthLive} {
		for _, h := range b.health {
			if h.State == as && ill(h) {
				all = append(all, b.Label(h, 30)+": "+b.Sentence(h))
			}
		}
	}
	return append(all, b.notices()...)
}

// ill reports whether something is wrong with an account. One that is read for the first
// time is not.
func ill(h state.Health) bool {
	return h.State == state.HealthStopped || h.State == state.HealthRetrying || h.State == state.HealthLive && (h.Reason != "" || h.Unended != "")
}
