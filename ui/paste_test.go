package ui

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/text"
)

// taker is an outbox that keeps what was submitted.
type taker struct {
	still
	drafts []state.Draft
}

func (o *taker) Submit(_ context.Context, d state.Draft, _ *state.First) ([]state.Outbound, error) {
	o.drafts = append(o.drafts, d)
	return nil, nil
}

// replying is a model whose reply box is open and empty, and where it submits to.
func replying(t *testing.T) (*Model, *taker) {
	t.Helper()
	m := bare(3, 3, 120, 40)
	out := &taker{}
	m.env.Outbox = out
	m.focusOn(layout.Thread)
	m.drafted()
	m.compose()
	return m, out
}

// What is pasted into a reply, by the terminal's paste or as a burst of keys,
// goes out as the agent sees it: no control, no escape, nothing that cannot be
// seen, and no end of a paste that would make commands of the rest.
func TestWhatIsPastedGoesOutAsItIsSeen(t *testing.T) {
	for _, s := range append(nasty, "before\x1b[201~\r:quit\rafter", "a\x1b[20\x1b[201~1~b", "\x1b\u200b[201~x", "tab\tand\nline") {
		m, out := replying(t)
		m.Update(tea.PasteMsg{Content: "say " + s})
		m.Update(tea.KeyPressMsg{Code: 'x', Text: "x\x1b[31m\u202e"})
		body := m.reply.Draft().Body
		if strings.ContainsFunc(body, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }) || text.Hidden(body) || !strings.HasSuffix(body, "x") {
			t.Errorf("%q is in the box as %q", s, body)
		}
		if clean := (text.Mode{Clusters: true}).Clean(body); strings.ContainsAny(clean, "␛␀␇␈") {
			t.Errorf("%q shows what does not go out: %q", s, clean)
		}
		if wrong := sound(m.View(), m); wrong != "" {
			t.Errorf("%q: %s", s, wrong)
		}
		send := m.do(keymap.Send)
		if !m.dialogs.Empty() { // it is large
			m.do(keymap.MenuDown)
			send = m.do(keymap.MenuChoose)
		}
		for _, msg := range results(send) {
			m.Update(msg)
		}
		if len(out.drafts) != 1 || out.drafts[0].Body != body {
			t.Errorf("%q went out as %+v, shown was %q", s, out.drafts, body)
		}
	}
}

// results runs a command and those in it that are not for later.
func results(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		var all []tea.Msg
		for _, c := range msg {
			all = append(all, results(c)...)
		}
		return all
	case nil:
		return nil
	default:
		return []tea.Msg{msg}
	}
}

// What is copied of a customer's message cannot end the paste that it becomes.
func TestWhatIsCopiedCannotEndAPaste(t *testing.T) {
	for _, s := range append(nasty, "rm -rf\x1b[201~\n", "\x1b\u200b[201~", "\x1b\x1b[0m[201~", "\u009b201~") {
		m := filledWith(s, 100, 30, true)
		m.focusOn(layout.Thread)
		m.do(keymap.PreviousMessage)
		var copied []string
		for _, it := range m.opt.Store.(*shelf).items {
			copied = append(copied, text.Safe(it.Message.Body))
		}
		copied = append(copied, m.copiedLinks()...)
		for _, c := range copied {
			if strings.ContainsFunc(c, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }) || text.Hidden(c) {
				t.Errorf("%q is copied as %q", s, c)
			}
		}
	}
}

// copiedLinks is what each choice of an address to copy puts on the clipboard.
func (m *Model) copiedLinks() (copied []string) {
	for n := range 20 {
		cmd := m.do(keymap.CopyLink)
		for range n {
			m.do(keymap.MenuDown)
		}
		if !m.dialogs.Empty() {
			cmd = m.do(keymap.MenuChoose)
		}
		for _, msg := range results(cmd) {
			if v := reflect.ValueOf(msg); v.Kind() == reflect.String {
				copied = append(copied, v.String())
			}
		}
	}
	return copied
}

// A megabyte in one line, pasted and typed on.
func BenchmarkPasteMegabyte(b *testing.B) {
	m := bare(3, 3, 120, 40)
	inReply(m)
	m.Update(tea.PasteMsg{Content: strings.Repeat("x", 1<<20)})
	for b.Loop() {
		m.Update(keyPress("a"))
		m.View()
	}
}
