//go:build unix

package main

import (
	"regexp"
	"strings"
	"time"

	"unibox/screenshots/terminal"
)

const (
	patience = 20 * time.Second
	settled  = 400 * time.Millisecond
)

// regular is a customer in the world of the seed.
const regular = "Olivia Patel"

// patient is one who is written to by SMS.
const patient = "Tessa Park"

// scene is a picture: the size of the terminal, and what is done before.
type scene struct {
	name       string
	cols, rows int
	steps      []step
	// flags are more for the demo than all scenes have.
	flags []string
	// config, if set, stands behind the accounts in a config of one's own.
	config string
}

// own is what an agent may have in the config: targets, views, and a macro.
const own = `
[targets]
all = "30m"
whatsapp = "10m"

[[view]]
name = "VIP waiting"
filter = "is:waiting label:vip"

[[macro]]
name = "Refund"
key = "alt+1"
do = ["canned: refund", "label: refund", "snooze: tomorrow 9"]
`

// orders is a command of the agent's, and time to take a reply back.
const orders = `
[ui]
delay = "1m"

[[command]]
name = "Look the order up"
key = "%"
run = ["printf", "Order 34105, paid by card\\npacked this morning, DPD picks it up at 16:00"]
`

type step func(*terminal.Window) error

// press types keys.
func press(keys ...string) step {
	return func(w *terminal.Window) error { return w.Press(keys...) }
}

// see waits for a text.
func see(text string) step {
	return func(w *terminal.Window) error {
		return w.Until(patience, func(screen string) bool { return strings.Contains(screen, text) })
	}
}

// gone waits until a text is not there any more.
func gone(text string) step {
	return func(w *terminal.Window) error {
		return w.Until(patience, func(screen string) bool { return !strings.Contains(screen, text) })
	}
}

// listed is what the channel pane says, wide or narrow, once the whole world
// is listed: until then a customer may not be found.
var listed = regexp.MustCompile(`Al(l +| )119`)

// read is the strip, wide or narrow, once all accounts are read.
var read = regexp.MustCompile(`● 4 live|Bakery ● .*Corner Café ● .*Harbor Dental ● .*Studio chat ● `)

// visit finds a customer by name and opens the thread.
func visit(name string) step { return find(name, name) }

// find is visit for a name that is seen otherwise than it is typed.
func find(name, seen string) step {
	return func(w *terminal.Window) error {
		for _, whole := range []*regexp.Regexp{listed, read} {
			if err := w.Until(patience, whole.MatchString); err != nil {
				return err
			}
		}
		for _, step := range []step{press("ctrl+g", name), see("▸ " + seen), press("enter"), see("│ " + seen)} {
			if err := step(w); err != nil {
				return err
			}
		}
		return nil
	}
}

// write types text into a reply to the customer whose thread is open.
func write(text string) step {
	return func(w *terminal.Window) error {
		if err := w.Press("r"); err != nil {
			return err
		}
		if err := see("Reply to")(w); err != nil {
			return err
		}
		return w.Press(text)
	}
}

// all is what is pressed to answer each of a row of questions.
func all(steps ...step) step {
	return func(w *terminal.Window) error {
		for _, s := range steps {
			if err := s(w); err != nil {
				return err
			}
		}
		return nil
	}
}

// second waits for the demo's account on Pact's second API.
var second = all(see("● 5 live"), press("2"))

// late is a customer whose time for free text is over in the world of the seed.
const late = "鈴木 蓮"

var scenes = []scene{
	{"main", 120, 40, []step{visit(regular)}, nil, ""},
	{"small", 80, 24, []step{visit(regular)}, nil, ""},
	{"contrast", 80, 24, []step{visit(regular)}, nil, "\n[ui]\ncontrast = \"high\"\n"},
	{"rtl", 120, 40, []step{find("يوسف النجار", "راجنلا فسوي")}, nil, ""},
	{"reply", 120, 40, []step{visit(regular), write("Of course! We will send you a new one today.")}, nil, ""},
	{"commands", 120, 40, []step{visit(regular), press("ctrl+k"), see("Commands")}, nil, ""},
	{"failed", 120, 40, []step{visit(regular), write("It is on its way #fail"), press("enter"), see("✕ failed"), press("esc"), see("N new"), press("enter"), see("Discard")}, nil, ""},
	{"closing", 120, 40, []step{second, press("L"), see("left for free text")}, []string{"--p2"}, ""},
	{"template", 120, 40, []step{second, press("ctrl+g", late), see("▸ " + late), press("enter"), see("│ " + late), press("r"), see("Templates only"),
		press("enter"), see("Send a template"), press("enter"), see("1 of 3"), press("Ren", "enter"), see("2 of 3"), press("83592", "enter"), see("3 of 3"),
		press("20:00", "enter"), see("will read")}, []string{"--p2"}, ""},
	{"note", 120, 40, []step{visit(regular), press("#"), see("Label "), press("vip"), see("▸"), press("enter"), see("#vip"), press(";"), see("Private note, stays here"),
		press("She wants the cake without nuts, I asked the kitchen")}, nil, ""},
	{"handover", 120, 40, []step{visit(regular), press("b"), see("It comes back then"), press("tomorrow 9"), see("09:00"), press("enter"), see("undoes"), gone("undoes"), press("&"), see("Hand")}, nil, ""},
	{"why", 120, 40, []step{visit(regular), press("!"), see("Why is")}, nil, ""},
	{"qr", 120, 44, []step{second, press("C"), see("Channels"), press("connect WhatsApp Harbour"), see("▸ connect WhatsApp"), press("enter"), see("Phone number"),
		press("enter"), see("History to read in"), press("enter"), see("▀")}, []string{"--p2"}, ""},
	{"selection", 120, 40, []step{visit(regular), press("2"), press("x", "x", "x"), see("3 selected"), press("#"), see("Label 3"), press("refund"), see("new label")}, nil, ""},
	{"saved", 120, 40, []step{visit(regular), write(""), press("ctrl+t"), see("Insert a saved reply"), press("down"), see("▸ Order ready")}, nil, ""},
	{"sms", 120, 40, []step{visit(patient), write("Of course! Thursday at 15:15 is free. Please bring your insurance card, and come ten minutes before – see you")}, nil, ""},
	{"later", 120, 40, []step{visit(regular), write("Your cake is ready, see you!"), press("alt+t"), see("Send when?"), press("fri 14:30"), see("14:30")}, nil, ""},
	{"snooze", 120, 40, []step{visit(regular), press("b"), see("It comes back then"), press("tomorrow 9"), see("09:00")}, nil, ""},
	{"log", 120, 40, []step{visit(regular), press("s"), see("undoes"), write("We are on it"), press("enter"), see("We are on it"), press("esc", "e"), see("undoes"), gone("undoes"), press("g", "l"), see("What was")}, nil, ""},
	{"queue", 120, 40, []step{visit(regular), press("#"), see("Label "), press("vip"), see("▸"), press("enter"), see("#vip"), press("1"), see("VIP waiting     1"), press("g", "g"), see("WAITING"), press("2")}, nil, own},
	{"picture", 120, 40, []step{visit(regular), press("S"), see("Search all"), press("from:olivia photo.jpg"), see("▸ ▣ photo.jpg"), press("enter"), gone("Search all"), press("V"), see("▀▀▀▀")}, nil, ""},
	{"macro", 120, 40, []step{visit(regular), press("ctrl+k"), see("Commands"), press("Refund"), see("▸ Macro Refund")}, nil, own},
	{"assigned", 120, 40, []step{visit(patient), press("a"), see("Tom Okafor"), press("Tom"), see("▸ Tom"), press("enter"), see("⊙ Tom")}, nil, ""},
	{"goto", 120, 40, []step{visit(regular), press("ctrl+g"), see("Go to"), press("+44 77"), see("▸ "), gone("Waiting  view")}, nil, ""},
	{"guard", 120, 40, []step{visit(patient), visit(regular), write("Dear Tessa Park, your cake is ready"), press("enter"), see("Is this for")}, nil, ""},
	{"quote", 120, 40, []step{visit(regular), press("3", "R"), see("> Was I"), press("Only once: the second line is a hold, it goes in two days")}, nil, ""},
	{"paste", 120, 40, []step{visit(regular), write(""), press("\x1b[200~" + strings.Repeat("2026-11-30 08:14:02 oven 2: 218 degrees\n", 60) + "\x1b[201~"), see("08:14:02"), press("enter"), see("Send 6")}, nil, ""},
	{"emoji", 120, 40, []step{visit(regular), write("It is on its way :smil"), see("→ ")}, nil, ""},
	{"command", 120, 40, []step{visit(regular), write("Let me look "), press("alt+c"), see("Run a command"), press("enter"), see("DPD")}, nil, orders},
	{"undo", 120, 40, []step{visit(regular), write("Your cake is ready"), press("enter"), see("⋯ ")}, nil, orders},
	{"promise", 120, 40, []step{visit(regular), write("I will come back to you tomorrow"), press("enter"), see("alt+r")}, nil, ""},
}
