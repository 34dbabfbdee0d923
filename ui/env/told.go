package env

import "unibox/state"

// Told is how an agent is told of customers who wrote while nobody looked: the pop-ups
// of the desktop through the terminal, its bell, its title. The zero value tells nothing
// but the title.
type Told struct {
	// Popup is "osc9", "osc777" or "osc99" for how the terminal is asked for a pop-up,
	// "auto" to go by the terminal, and "off" or "" for none.
	Popup string
	// Bell rings the terminal's bell, with a pop-up or without one.
	Bell bool
	// Text is what a pop-up shows: "all", "name" (no text of a message) or "none".
	Text string
	// Focused tells also while the terminal has the focus.
	Focused bool
	// Quiet are the hours in which nothing is told; without any there are none.
	Quiet state.Hours
	// Rules say otherwise for some conversations. The first that fits counts.
	Rules []ToldRule
	// PlainTitle leaves the count of who waits out of the terminal's title.
	PlainTitle bool
	// Status is "auto", "on" or "off" ("" too): whether the terminal is told who waits by
	// the Program Status Protocol (OSC 7501).
	Status string
	// CountFile holds how many wait, for tmux and status bars; "" for none.
	CountFile string
}

// ToldRule says how one is told of the conversations that a filter holds.
type ToldRule struct {
	Filter      string
	Popup, Bell bool
}
