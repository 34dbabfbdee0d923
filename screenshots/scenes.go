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

// scene is a picture: the size of the terminal, and what is done before.
type scene struct {
	name       string
	cols, rows int
	steps      []step
}

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

// listed is what the channel pane says, wide or narrow, once the whole world
// is listed: until then a customer may not be found.
var listed = regexp.MustCompile(`Al(l +| )119`)

// read is the strip, wide or narrow, once all accounts are read.
var read = regexp.MustCompile(`● 4 live|Studio chat ● `)

// visit finds a customer by name and opens the thread.
func visit(name string) step {
	return func(w *terminal.Window) error {
		for _, whole := range []*regexp.Regexp{listed, read} {
			if err := w.Until(patience, whole.MatchString); err != nil {
				return err
			}
		}
		for _, step := range []step{press("ctrl+g", name), see("▸ " + name), press("enter"), see("│ " + name)} {
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

var scenes = []scene{
	{"main", 120, 40, []step{visit(regular)}},
	{"small", 80, 24, []step{visit(regular)}},
	{"reply", 120, 40, []step{visit(regular), write("Of course! We will send you a new one today.")}},
	{"commands", 120, 40, []step{visit(regular), press("ctrl+k"), see("Commands")}},
	{"failed", 120, 40, []step{visit(regular), write("It is on its way #fail"), press("enter"), see("✕ failed"), press("esc"), see("N new"), press("enter"), see("Discard")}},
}
