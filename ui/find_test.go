package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/api/sandbox"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
)

// S1: words are found in the open conversation by keys: the newest first, counted, one after the
// other; and it says how far back it looked, and looks further at the platform.
func TestFindInTheThread(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 60, Messages: 1200}})
	a.open("Olivia Patel")
	a.press("f")
	a.see("type words, or from:me")
	a.until("the hint says what the keys do", func(s string) bool {
		return strings.Contains(s, "enter older hit") && strings.Contains(s, "newer hit") && !strings.Contains(s, "choose")
	})
	a.write("qqqxyz")
	a.until("nothing here, and more at the platform", func(s string) bool {
		return strings.Contains(s, "not found") && strings.Contains(s, "looked back to") && strings.Contains(s, "enter looks further")
	})
	a.until("the whole of it", func(s string) bool {
		if strings.Contains(s, "enter looks further") {
			a.press("enter")
		}
		return strings.Contains(s, "all of the conversation was looked at")
	})
	target := a.wordsOfOld()
	word := strings.Fields(target.Message.Body)[0]
	hits, err := a.db.SearchMessages(t.Context(), state.Search{Text: word, Conversation: target.Message.Conversation, Limit: 500})
	if err != nil || len(hits.Found) == 0 {
		t.Fatalf("%q is found %d times: %v", word, len(hits.Found), err)
	}
	a.press("ctrl+u")
	a.see("type words, or from:me")
	a.write(word)
	at := func(n int) {
		t.Helper()
		a.until(fmt.Sprint("hit ", n), func(s string) (there bool) {
			a.inspect(func(m *Model) {
				it, ok := m.thread.Selected()
				there = ok && it.Pos == hits.Found[n-1].Pos && strings.Contains(s, fmt.Sprintf("%d of %d ", n, len(hits.Found)))
			})
			return there
		})
	}
	at(1)
	if len(hits.Found) > 1 {
		a.press("enter")
		at(2)
		a.press("down")
		at(1)
	}
	a.press("ctrl+u")
	a.see("type words, or from:me")
	a.paste(target.Message.Body)
	a.until("the old message", func(string) (there bool) {
		a.inspect(func(m *Model) {
			it, ok := m.thread.Selected()
			there = ok && it.Pos == target.Pos
		})
		return there
	})
	a.press("esc")
	a.gone(" find: ")
	a.see(word)
}

// S1, S2, S4, N18: a long paste into a line of words is cut to what is looked for, and that is said.
func TestALongPasteIsCutToWhatIsLookedFor(t *testing.T) {
	t.Parallel()
	m := bare(3, 3, 120, 40)
	long := strings.Repeat("a line of the order that was pasted by mistake\n", 5000)
	for _, line := range []keymap.Action{keymap.Search, keymap.GoTo, keymap.Filter, keymap.Find} {
		if m.focus = layout.List; line == keymap.Find {
			m.focus = layout.Thread
		}
		m.bar.ClearToasts()
		m.do(line)
		m.paste(long)
		if got := ansi.Strip(strings.Join(m.bar.Toasts(false), "")); !strings.Contains(got, "16 words and 256 characters are looked for at the most") {
			t.Errorf("%s: %q", line, got)
		}
		if m.dialogs.Clear(); line == keymap.Filter {
			m.do(keymap.MenuClose)
		}
	}
}
