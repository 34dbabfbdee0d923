package theme

import (
	"strconv"

	"unibox/state"
	"unibox/ui/catalog"
)

// Marks are the glyphs for states. Each has the same width in every terminal: one
// cell, or what its comment says.
type Marks struct {
	// What became of a message. Queued has two cells in ASCII, Delivered two
	// everywhere, Read two or, in ASCII, three.
	Queued, Sending, Accepted, Sent, Delivered, Read, Retry, Failed, Unknown, Held string

	// What is special about a conversation.
	Draft, Mine, Star, Snoozed, Pinned, Muted, Closing, Note, Mention, CameFrom string
	// An account: live, with a problem, not asked yet or switched off.
	Live, Problem, Idle string

	// Bar is at the left of the selected row, Here before the selected entry of a
	// menu, Prompt before the line that is typed on.
	Bar, Here, Prompt string
	// Chosen is before what is selected, to do something to all of it.
	Chosen string
	// Full is the filled part of a progress bar; Level is the rest of it.
	Full string
	// Clip is before a file, Arrow between a thing and what becomes of it.
	Clip, Arrow string
	// Up and Down say that there is more that way.
	Up, Down string
	// Dot is between words of one line, Dash is the piece of a day line.
	Dot, Dash string
	// Ellipsis is the end of what was cut.
	Ellipsis string

	// Rule is the line between panes, RuleFocused the one beside the pane that
	// has the keys; the others are level lines and where they meet.
	Rule, RuleFocused, Level, TeeRight, TeeLeft, TeeDown, TeeUp, Cross string
	// CornerTL and the others are the corners of a box: top left, top right …
	CornerTL, CornerTR, CornerBL, CornerBR string

	ascii bool
}

// NewMarks returns the marks, of plain ASCII if asked.
func NewMarks(ascii bool) Marks {
	if ascii {
		return asciiMarks()
	}
	return Marks{
		Queued: "⋯", Sending: "↑", Accepted: "◌", Sent: "✓", Delivered: "✓✓", Read: "✓✓", Retry: "↻", Failed: "✕", Unknown: "?", Held: "‖",
		// The pause sign would be natural for Snoozed, but it is an emoji, and
		// some terminals draw it two cells wide.
		Draft: "»", Mine: "⊙", Star: "★", Snoozed: "◷", Pinned: "⌂", Muted: "∅", Closing: "⇥", Note: "¶", Mention: "@", CameFrom: "~",
		Live: "●", Problem: "▲", Idle: "○",
		Bar: "▌", Here: "▸", Prompt: ">", Chosen: "▪", Full: "━",
		Clip: "▣", Arrow: "→", Up: "↑", Down: "↓", Dot: "·", Dash: "─", Ellipsis: "…",
		Rule: "│", RuleFocused: "┃", Level: "─", TeeRight: "├", TeeLeft: "┤", TeeDown: "┬", TeeUp: "┴", Cross: "┼",
		CornerTL: "╭", CornerTR: "╮", CornerBL: "╰", CornerBR: "╯",
	}
}

// SpokenMarks are marks for who listens to the lines of ui/spoken: words and pauses where a
// glyph would be read by its name, nothing where a word says the same.
func SpokenMarks(say *catalog.Language) Marks {
	m := asciiMarks()
	m.ascii = false
	m.Queued, m.Sending, m.Accepted, m.Sent, m.Delivered, m.Read, m.Retry, m.Failed, m.Unknown, m.Held = "", "", "", "", "", "", "", "", "", ""
	m.Snoozed, m.Pinned, m.Problem, m.Mine = "", "", say.In("spoken", "problem"), say.In("spoken", "assigned to")
	m.Clip, m.Arrow, m.Dot, m.Ellipsis, m.Rule = say.In("spoken", "file"), say.In("spoken", "to"), ",", "…", say.In("spoken", "quoted")
	return m
}

func asciiMarks() Marks {
	return Marks{
		Queued: "..", Sending: "^", Accepted: "o", Sent: "v", Delivered: "vv", Read: "vvR", Retry: "~", Failed: "x", Unknown: "?", Held: "=",
		Draft: ">", Mine: "&", Star: "*", Snoozed: "z", Pinned: "!", Muted: "0", Closing: "|", Note: "n", Mention: "@", CameFrom: "~",
		Live: "+", Problem: "!", Idle: "-",
		Bar: ">", Here: ">", Prompt: ">", Chosen: "+", Full: "#",
		Clip: "@", Arrow: ">", Up: "^", Down: "v", Dot: "-", Dash: "-", Ellipsis: "~",
		Rule: "|", RuleFocused: "#", Level: "-", TeeRight: "+", TeeLeft: "+", TeeDown: "+", TeeUp: "+", Cross: "+",
		CornerTL: "+", CornerTR: "+", CornerBL: "+", CornerBR: "+",
		ascii: true,
	}
}

// Late is the mark of a wait against its target, at most two cells; "" where that is far
// away.
func (m Marks) Late(late state.Lateness) string {
	switch late {
	case state.NearTarget:
		if m.ascii {
			return "."
		}
		return m.Dot
	case state.Late:
		return "!"
	case state.VeryLate:
		return "!!"
	}
	return ""
}

// Count returns a count of unread messages as a mark: one cell up to 20, where
// Unicode has a character for it, at most five beyond. Zero gives "".
func (m Marks) Count(n int) string {
	switch {
	case n <= 0:
		return ""
	case n > 99:
		return "(99+)"
	case n > 20 || m.ascii:
		return "(" + strconv.Itoa(n) + ")"
	}
	return string(rune('①' + n - 1))
}
