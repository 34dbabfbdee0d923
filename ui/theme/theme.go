// Package theme holds how things look: styles by the role they play, and the
// glyphs that mark states. Roles are named for what they mean, so that one
// table decides how a failed message looks on a screen of 16 million colours,
// of 256, of 16 or of none. Colour only ever repeats what a mark, a word or a
// weight says too.
package theme

import (
	"hash/fnv"

	"github.com/charmbracelet/colorprofile"

	"unibox/ui/theme/notmux"
)

// Lip Gloss is initialized by now.
func init() { notmux.Restore() }

// Theme is one style per role. It is made once and only read afterwards.
type Theme struct {
	// Text is a message body, a name: the terminal's own colour.
	Text Style
	// Muted is what may be overlooked: times, previews, day lines.
	Muted Style
	// Disabled is an action that cannot run now, with its reason.
	Disabled Style
	// Accent marks where the agent is.
	Accent Style

	// Bar is the strip at the top.
	Bar Style
	// Title heads a pane; TitleFocused the one that has the keys.
	Title, TitleFocused Style
	// Rule separates panes; RuleFocused is beside the one that has the keys.
	Rule, RuleFocused Style
	// Selected lies under the row the keys act on, SelectedBlur under the
	// row they will act on when its pane is entered again. Both wrap a whole row.
	Selected, SelectedBlur Style
	// Match is the part of a name or body that a search found.
	Match Style

	// Unread is the name of a conversation with something new.
	Unread Style
	// Waiting is the age and count of who waits for an answer.
	Waiting Style
	// Star is the mark of a starred conversation.
	Star Style
	// Draft is the mark of a draft and the words about it.
	Draft Style
	// Badge is a count, or a code that names no channel; see Channel.
	Badge Style

	// Own is the agent's name over a message, Theirs the customer's.
	Own, Theirs Style
	// Day is the line between two days, NewLine the one above what is new.
	Day, NewLine Style
	// Link is an address that can be opened.
	Link Style
	// Private is a note for ourselves, and the frame in which one is written: amber.
	Private Style
	// Note is what the program says inside a thread: an event, a hole, a plan.
	Note Style

	// OK is what went well, a delivered message or a live account. Read is
	// the mark of a message that was read, the brightest of its kind.
	OK, Read Style
	// Warn is what needs attention soon, Failed what did not work.
	Warn, Failed Style

	// Key is a key in a hint, Hint the word that follows it.
	Key, Hint Style
	// QR is a code for a camera: dark on light, whatever the terminal's colours.
	QR Style

	channels [6]Style
}

// Wishes are what a user wants of a theme.
type Wishes struct {
	// Contrast: text has to stand out seven to one, and nothing is told by a soft colour.
	Contrast bool
	// Own are styles in place of the theme's.
	Own Own
}

// New returns the theme for a terminal: profile says how many colours it has,
// dark whether its background is dark.
func New(profile colorprofile.Profile, dark bool) Theme { return Wishes{}.New(profile, dark) }

// New returns the theme for a terminal, as it is wished for.
func (w Wishes) New(profile colorprofile.Profile, dark bool) Theme {
	p := painter{profile}
	t := paint(p, choose(profile, dark, w.Contrast), dark)
	t.wear(p, w.Own)
	return t
}

// Channel returns the style of a channel code such as "WA". Equal codes look
// equal; nothing else follows from the colour.
func (t *Theme) Channel(code string) Style {
	h := fnv.New32a()
	h.Write([]byte(code))
	return t.channels[h.Sum32()%uint32(len(t.channels))]
}
