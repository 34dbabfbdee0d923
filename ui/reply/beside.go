package reply

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state/usercmd"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// mostAnswerRows is how many rows of an answer are shown beside the reply.
const mostAnswerRows = 6

// beside is what a command of the user's answered: it stands beside the reply and becomes a
// part of it by a key alone. The zero value is nothing.
type beside struct {
	// name is the command's; cancel is set while it runs, since when it does so.
	name   string
	cancel context.CancelFunc
	since  time.Time
	// text is its answer, made safe.
	text string
	// number numbers the runs, so that the answer to an earlier one is dropped.
	number int
}

func (s *beside) shown() bool { return s.name != "" }

// drop ends what runs and forgets its answer.
func (s *beside) drop() {
	if s.cancel != nil {
		s.cancel()
	}
	*s = beside{number: s.number}
}

// answeredMsg is what became of a command.
type answeredMsg struct {
	number int
	out    string
	err    error
}

// CommandSpecs are the actions of the user's commands. A key that is text holds in list and
// thread alone.
func CommandSpecs(say *catalog.Language, all []usercmd.Command) []keymap.Spec {
	var specs []keymap.Spec
	for _, c := range all {
		s := keymap.Spec{Action: commandAction(c), Title: say.T("Run your command %s", c.Name), Group: say.T("Yours"), Scopes: []keymap.Scope{keymap.List, keymap.Thread}}
		if c.Key != "" {
			s.Keys = []string{c.Key}
			if !keymap.Printable(c.Key) {
				s.Scopes = append(s.Scopes, keymap.Composer)
			}
		}
		specs = append(specs, s)
	}
	return specs
}

func commandAction(c usercmd.Command) keymap.Action {
	return keymap.Action("command." + c.Name)
}

// commandActions are what the user's commands do.
func (b *Box) commandActions(into env.Actions) {
	for _, c := range b.env.Commands {
		into[commandAction(c)] = env.Action{Do: func() tea.Cmd { return b.runCommand(c) }, Why: b.whyNoCommand}
	}
	choose := env.Action{Do: b.openCommands, Why: func() string {
		if len(b.env.Commands) == 0 {
			return b.env.T("you have none: write [[command]] in the config")
		}
		return b.whyNoCommand()
	}}
	into[keymap.RunCommand], into[keymap.CommandHere] = choose, choose
}

func (b *Box) whyNoCommand() string {
	switch _, read := b.thread.Row(); {
	case !read:
		return b.env.T("no conversation is open, or it is still being read")
	case b.editing.Remote != "":
		return b.env.T("not while a message is edited")
	case b.beside.cancel != nil:
		return b.env.T("%s still runs: %s in the reply stops it", b.env.Line(b.beside.name), b.leaveKey())
	}
	return ""
}

func (b *Box) leaveKey() string {
	return keymap.KeyName(b.env.Keys.Key(keymap.Leave, keymap.Composer))
}

// openCommands offers the user's commands.
func (b *Box) openCommands() tea.Cmd {
	items := make([]menu.Item, len(b.env.Commands))
	for i, c := range b.env.Commands {
		items[i] = menu.Item{Label: b.env.Line(c.Name), Detail: b.env.T("gets %s", b.env.Of(inputWords[c.Input])), Value: c}
		if c.Key != "" {
			items[i].Right = keymap.KeyName(c.Key)
		}
	}
	return b.screen.Dialogs.Open(dialog.NewChoice(b.env.T("Run a command of yours"), menu.Options{Filter: true, Items: items, Empty: b.env.T("No command matches.")},
		func(it menu.Item) tea.Cmd { return b.runCommand(it.Value.(usercmd.Command)) }))
}

var inputWords = map[usercmd.Input]catalog.Text{
	usercmd.Message: "the message", usercmd.Thread: "the conversation", usercmd.JSON: "message and conversation as JSON", usercmd.File: "the message's saved file",
}

// runCommand runs a command beside the reply, until it ends, its time is over, or the agent
// stops it or goes elsewhere.
func (b *Box) runCommand(c usercmd.Command) tea.Cmd {
	in := inputs{env: b.env, thread: b.thread, id: b.id, channel: b.rules().Title, draft: b.text.Value(), writing: b.composing}
	stdin, args, why := in.of(c)
	if why != "" {
		return b.env.Say(b.env.Line(c.Name) + ": " + b.env.Sentence(why))
	}
	b.beside.drop()
	ctx, cancel := context.WithCancel(b.env.Ctx)
	b.beside = beside{name: c.Name, cancel: cancel, since: b.env.Now(), number: b.beside.number + 1}
	b.screen.Compose()
	b.screen.Resized()
	number := b.beside.number
	return func() tea.Msg {
		defer cancel()
		out, err := c.Do(ctx, stdin, args...)
		return answeredMsg{number, out, err}
	}
}

func (b *Box) answered(msg answeredMsg) tea.Cmd {
	s := &b.beside
	if msg.number != s.number || !s.shown() {
		return nil
	}
	name := b.env.Line(s.name)
	s.cancel = nil
	s.text = text.Safe(msg.out)
	var said tea.Cmd
	switch {
	case errors.Is(msg.err, context.Canceled):
		s.drop()
	case msg.err != nil:
		s.drop()
		said = b.env.Warn(b.env.Line(b.env.Explain(msg.err)))
	case s.text == "":
		s.drop()
		said = b.env.Say(b.env.T("%s answered nothing", name))
	}
	b.screen.Resized()
	return said
}

// takeAnswer puts the answer at the cursor.
func (b *Box) takeAnswer() tea.Cmd {
	answer := b.beside.text
	b.beside.drop()
	return b.putApart("", answer)
}

func (b *Box) whyNoAnswer() string {
	if b.beside.text == "" {
		return b.env.T("no command of yours has answered")
	}
	return ""
}

// answerAsNote opens the box for a private note with the answer in it: a transcript, say. It
// leaves the reply as it is.
func (b *Box) answerAsNote() tea.Cmd {
	answer := b.beside.text
	b.dropAnswer()
	row, _ := b.thread.Row()
	return b.screen.TakeNote(row, answer)
}

// dropAnswer takes the answer away, or stops the command, and reports whether there was one.
func (b *Box) dropAnswer() bool {
	if !b.beside.shown() {
		return false
	}
	b.beside.drop()
	b.screen.Resized()
	return true
}

// besideRows are the rows of the answer, or that a command runs.
func (b *Box) besideRows() []string {
	s := &b.beside
	if !s.shown() {
		return nil
	}
	th, mode, dot := b.env.Look.Theme, b.env.Look.Mode, " "+b.env.Look.Marks.Dot+" "
	name := b.env.Line(s.name)
	if s.cancel != nil {
		return []string{th.Muted.Render(mode.Cut(b.env.T("%s runs since %s%s%s stops it", name, s.since.Local().Format("15:04:05"), dot, b.leaveKey()), b.w-4))}
	}
	take := keymap.KeyName(b.env.Keys.Key(keymap.Complete, keymap.Composer))
	private := keymap.KeyName(b.env.Keys.Key(keymap.AnswerNote, keymap.Composer))
	rows := []string{th.Note.Render(mode.Cut(b.env.T("%s%s%s inserts it%s%s drops it%s%s private note", name, dot, take, dot, b.leaveKey(), dot, private), b.w-4))}
	lines := mode.Wrap(mode.Clean(s.text), max(1, b.w-6))
	for _, line := range lines[:min(mostAnswerRows, len(lines))] {
		rows = append(rows, th.Note.Render(b.env.Look.Marks.Bar+" "+line))
	}
	if more := len(lines) - mostAnswerRows; more > 0 {
		rows = append(rows, th.Muted.Render(b.env.T("  and %s", b.env.Plural(more, "%d more line", "%d more lines"))))
	}
	return rows
}
