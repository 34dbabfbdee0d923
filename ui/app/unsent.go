package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"unibox/state"
	"unibox/state/sqlite"
	"unibox/ui/catalog"
)

// unsentTimeout bounds the last read of the outbox.
const unsentTimeout = 2 * time.Second

// printUnsent says what is still unsent. It is called after the terminal was given
// back.
func (s Session) printUnsent(to io.Writer, db *sqlite.DB) {
	ctx, cancel := context.WithTimeout(context.Background(), unsentTimeout) // the program's own may be over
	defer cancel()
	list, err := db.Queue(ctx)
	if err != nil || s.Temporary {
		return
	}
	sessions, err := db.Sessions(ctx)
	others := err == nil && slices.ContainsFunc(sessions, func(s state.Session) bool { return !s.Self && !s.Looks })
	if words := unsentLine(s.language(), list, others); words != "" {
		fmt.Fprintln(to, words)
	}
}

// unsentLine is one line about what is unsent, empty if nothing is.
func unsentLine(say *catalog.Language, list []state.Unsent, others bool) string {
	timed, moving, decide := 0, 0, 0
	for _, u := range list {
		switch {
		case u.Decides():
			decide++
		case u.Message != nil && u.Message.Timed():
			timed++
		case u.Moves():
			moving++
		}
	}
	var parts []string
	if moving > 0 {
		parts = append(parts, say.Plural(moving, "%d not out yet", "%d not out yet"))
	}
	if timed > 0 {
		parts = append(parts, say.Plural(timed, "%d for a later time", "%d for a later time"))
	}
	if decide > 0 {
		parts = append(parts, say.Plural(decide, "%d for you to decide", "%d for you to decide"))
	}
	if len(parts) == 0 {
		return ""
	}
	then := catalog.Text("kept on this disk: Q in unibox shows them")
	switch {
	case moving+timed > 0 && others:
		then = catalog.Text("kept on this disk, and another session goes on sending")
	case moving > 0 || timed > 0:
		then = catalog.Text("kept on this disk: start unibox again to send, Q shows them")
	}
	return say.T("unibox: unsent: %s; %s", strings.Join(parts, ", "), say.Of(then))
}
