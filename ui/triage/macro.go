package triage

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/canned"
	"unibox/state/macro"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/text"
	"unibox/ui/when"
)

// Box is the reply box as macros use it.
type Box struct {
	// Open opens the box of the current conversation. Ready reports whether its draft and
	// the conversation are read.
	Open  func() tea.Cmd
	Ready func() bool
	// Insert puts a saved reply into the box; empty asks that nothing is in it. The
	// sentence says why it is not there as it will go out. begun reports whether it will be
	// there nonetheless; then is called once the agent has filled in what it asks for.
	Insert func(r canned.Reply, empty bool, then func() tea.Cmd) (cmd tea.Cmd, why string, begun bool)
	// WhyNoReply is the reason for which nothing can be written, WhyNoSend that for which
	// it cannot be sent. Send sends it; doneNext goes on as that key does.
	WhyNoReply, WhyNoSend func() string
	Send                  func(doneNext bool) tea.Cmd
}

// MacroSpecs are the actions of macros. A key that is text holds in list and thread alone.
func MacroSpecs(say *catalog.Language, all []macro.Macro) (specs []keymap.Spec) {
	for _, m := range all {
		s := keymap.Spec{Action: macroAction(m), Title: say.T("Macro %s", m.Title()), Group: say.T("Yours"), Scopes: []keymap.Scope{keymap.List, keymap.Thread}}
		if m.Key != "" {
			s.Keys = []string{m.Key}
			if !keymap.Printable(m.Key) {
				s.Scopes = append(s.Scopes, keymap.Composer)
			}
		}
		specs = append(specs, s)
	}
	return specs
}

func macroAction(m macro.Macro) keymap.Action {
	return keymap.Action("macro." + m.Name)
}

// carried is a macro that is being carried out.
type carried struct {
	macro macro.Macro
	id    api.ConversationID
	// at is the step that comes next, did what was done so far.
	at  int
	did []string
	gathered
	// replies are the saved replies, opened whether the box was.
	replies []canned.Reply
	opened  bool
	// begun: it stopped at a reply that will be in the box nonetheless.
	begun bool
}

// rest is what follows the step that a macro stopped at, nil where nothing does. What is
// sent has to be looked at first.
func (r *carried) rest() *carried {
	if r.at+1 == len(r.macro.Steps) || r.macro.Has(macro.Send) {
		return nil
	}
	return &carried{macro: r.macro, id: r.id, at: r.at + 1, replies: r.replies, opened: true}
}

// macroMsg are the saved replies for a macro.
type macroMsg struct {
	run     *carried
	replies []canned.Reply
}

func (t *Triage) macroActions(into env.Actions) {
	for _, m := range t.env.Macros {
		into[macroAction(m)] = env.Action{Do: func() tea.Cmd { return t.startMacro(m) }, Why: t.whyNoMacro}
	}
}

func (t *Triage) whyNoMacro() string {
	if t.selected() > 0 {
		return t.env.T("a macro is about one conversation: end the selection first")
	}
	return t.WhyNoConversation()
}

// startMacro carries out a macro. What is on the disk is read first.
func (t *Triage) startMacro(m macro.Macro) tea.Cmd {
	r := &carried{macro: m, id: t.screen.Current().Conversation.ID}
	if !m.Has(macro.Canned) || t.env.SavedReplies == nil {
		return t.steps(r)
	}
	read := t.env.SavedReplies
	return t.env.Read(func(context.Context) tea.Msg {
		all, _ := read()
		return macroMsg{r, all}
	})
}

// Resume goes on with a macro that waits for the reply box. It is called after each message.
func (t *Triage) Resume() tea.Cmd {
	if r := t.waiting; r != nil && (t.screen.Box.Ready() || t.screen.Current().Conversation.ID != r.id) {
		t.waiting = nil
		return t.steps(r)
	}
	return nil
}

// steps does one step after the other, until one cannot be done or has to wait.
func (t *Triage) steps(r *carried) tea.Cmd {
	var cmds []tea.Cmd
	for ; r.at < len(r.macro.Steps); r.at++ {
		s, row := r.macro.Steps[r.at], t.screen.Current()
		if row.Conversation.ID != r.id {
			return tea.Batch(append(cmds, t.endMacro(r, s.String(), t.env.T("another conversation is open")))...)
		}
		if (s.Do == macro.Canned || s.Do == macro.Send) && !t.boxIsOpen(r, &cmds) {
			return tea.Batch(cmds...)
		}
		cmd, did, why := t.step(r, s, row)
		cmds = append(cmds, cmd)
		if why != "" {
			return tea.Batch(append(cmds, t.endMacro(r, s.String(), why))...)
		}
		r.did = append(r.did, did)
		if s.Do == macro.Send {
			break // the key that it is has what follows
		}
	}
	return tea.Batch(append(cmds, t.endMacro(r, "", ""))...)
}

// boxIsOpen opens the reply box, and reports whether it can be written in yet.
func (t *Triage) boxIsOpen(r *carried, cmds *[]tea.Cmd) bool {
	if t.screen.Box.WhyNoReply() != "" { // which the step says
		return true
	}
	if !r.opened {
		r.opened = true
		*cmds = append(*cmds, t.screen.Box.Open())
	}
	if !t.screen.Box.Ready() {
		t.waiting = r
		return false
	}
	return true
}

// endMacro writes what was gathered, and says what was done and at what it stopped.
func (t *Triage) endMacro(r *carried, stopped, why string) tea.Cmd {
	said := t.env.Line(r.macro.Name) + ": " + strings.Join(r.did, ", ")
	switch {
	case r.begun:
		said = t.begun(r, stopped, why)
	case why != "" && len(r.did) == 0:
		said = t.env.T("%s did nothing: “%s”: %s", t.env.Line(r.macro.Name), t.env.Line(stopped), why)
	case why != "":
		said += t.env.T("; stopped at “%s”: %s", t.env.Line(stopped), why)
	}
	if len(r.backs) == 0 {
		if why != "" && (!r.begun || r.macro.Has(macro.Send)) {
			return t.env.Warn(said)
		}
		return t.env.Say(said)
	}
	return t.Did(said, t.oneByOne(r.cmds), t.backAll(r.gathered))
}

// begun says that a macro stopped at a reply that the agent has to do something about first.
func (t *Triage) begun(r *carried, stopped, why string) string {
	words := append(r.did, t.env.T("stopped at “%s”: %s", t.env.Line(stopped), why))
	switch {
	case r.rest() != nil:
		words = append(words, t.env.T("what follows is done once it is answered"))
	case r.macro.Has(macro.Send):
		words = append(words, t.env.T("nothing is sent"))
	}
	return t.env.Line(r.macro.Name) + ": " + strings.Join(words, "; ")
}

// step does one step. did says what it did, why why it cannot be done.
func (t *Triage) step(r *carried, s macro.Step, row state.Row) (cmd tea.Cmd, did, why string) {
	switch s.Do {
	case macro.Canned:
		cmd, why, begun := t.insertCanned(r, s.Arg, row)
		r.begun = begun && why != ""
		return cmd, t.env.T("“%s” inserted", t.env.Line(s.Arg)), why
	case macro.Send:
		if why := t.screen.Box.WhyNoSend(); why != "" {
			return nil, "", why
		}
		return t.screen.Box.Send(len(r.macro.Steps) > r.at+1), t.env.T("sent"), ""
	case macro.Next:
		return t.screen.NextWaiting(), t.env.T("next"), ""
	}
	did, why = t.mark(r, s, row)
	return nil, did, why
}

// insertCanned puts a saved reply into the box.
func (t *Triage) insertCanned(r *carried, name string, row state.Row) (cmd tea.Cmd, why string, begun bool) {
	if why := t.screen.Box.WhyNoReply(); why != "" {
		return nil, why, false
	}
	for _, reply := range r.replies {
		if reply.For(row.Conversation.Kind) && reply.Called(name) {
			var then func() tea.Cmd
			if rest := r.rest(); rest != nil {
				then = func() tea.Cmd { return t.steps(rest) }
			}
			return t.screen.Box.Insert(reply, r.macro.Has(macro.Send), then)
		}
	}
	return nil, t.env.T("there is no such saved reply for this channel"), false
}

// mark does a step that is about the conversation as a whole.
func (t *Triage) mark(r *carried, s macro.Step, row state.Row) (did, why string) {
	var do func() tea.Cmd
	switch s.Do {
	case macro.Label, macro.Unlabel:
		label, err := state.CleanLabel(s.Arg)
		if err != nil {
			return "", t.env.Explain(err)
		}
		on := s.Do == macro.Label
		did, do = onOff(on, t.env.T("labelled #%s", t.env.Line(label)), t.env.T("no longer #%s", t.env.Line(label))), func() tea.Cmd {
			if hasLabel(row, label) == on {
				return nil
			}
			return t.SetLabel(row, label, on)
		}
	case macro.Snooze:
		at, err := when.Parse(t.env.Look.Language, s.Arg, t.env.Now())
		if err != nil {
			return "", t.env.Explain(err)
		}
		did, why, do = t.env.T("snoozed until %s", text.Full(t.env.Look.Language, t.env.Now(), at)), t.whyNotHidden(row), func() tea.Cmd { return t.snooze(row, at) }
	case macro.Done:
		did, why, do = t.env.T("done"), t.whyNotHidden(row), func() tea.Cmd {
			if isDone(row) {
				return nil
			}
			t.screen.Leaves()
			return t.SetDone(row, true)
		}
	case macro.Read:
		did, why, do = t.env.T("read"), t.env.WhyNotHere(row, api.CapRead), func() tea.Cmd {
			if row.Unread == 0 {
				return nil
			}
			return t.setRead(row, true)
		}
	default:
		to := toggles[map[string]keymap.Action{macro.Star: keymap.Star, macro.Pin: keymap.Pin, macro.Mute: keymap.Mute}[s.Do]]
		did, why, do = t.env.Of(to.manyOn), t.env.WhyNotHere(row, to.cap), func() tea.Cmd {
			if to.is(row) {
				return nil
			}
			return t.switchTo(row, to, true)
		}
		if s.Do == macro.Mute {
			did, why = t.env.T("muted"), t.hidden(row, why)
		}
	}
	if why != "" {
		return "", why
	}
	t.gather = &r.gathered
	if cmd := do(); cmd != nil {
		r.cmds = append(r.cmds, cmd)
	}
	t.gather = nil
	return did, ""
}
