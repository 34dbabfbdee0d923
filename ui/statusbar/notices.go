package statusbar

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
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
		cmds = append(cmds, b.env.Warn(fmt.Sprintf("and %d more: %s shows them all", more, b.accountsKey())))
	}
	return tea.Batch(cmds...)
}

// accountsKey opens the accounts dialog.
func (b *Bar) accountsKey() string { return b.env.AnyKey(b.env.Keys.Spec(keymap.Accounts)) }

// notices are all that was shown of the config and of the store since the start.
func (b *Bar) notices() []string { return slices.Concat(b.start, b.condition.News) }

// openNotices lists the notices in full.
func (b *Bar) openNotices(open func(dialog.Dialog) tea.Cmd) tea.Cmd {
	return open(dialog.NewNotices(b.env, "What was found wrong", b.notices(), b.w-10))
}
