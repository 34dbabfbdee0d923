package reply

import (
	"context"
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state/drafts"
	"unibox/ui/catalog"
)

type (
	editFileMsg struct {
		id      api.ConversationID
		began   string // the text that the editor begins with
		file    editFile
		program []string
		err     error
	}
	editedMsg struct {
		id          api.ConversationID
		began, text string
		err         error
	}
)

// openEditor puts the reply into a file in a new folder, for $EDITOR.
func (b *Box) openEditor() tea.Cmd {
	id, body, stateDir := b.id, b.text.Value(), b.env.StateDir
	return func() tea.Msg {
		program, err := EditorCommand(b.env.Look.Language, os.Getenv)
		if err != nil {
			return editFileMsg{err: err}
		}
		file, err := newEditFile(stateDir, id, body)
		return editFileMsg{id, body, file, program, err}
	}
}

// runEditor gives the terminal to the editor until it ends.
func (b *Box) runEditor(msg editFileMsg) tea.Cmd {
	if msg.err != nil {
		return b.env.Fail(catalog.Errorf("the editor was not started: %w", msg.err))
	}
	cmd := exec.Command(msg.program[0], append(msg.program[1:len(msg.program):len(msg.program)], msg.file.path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr // the terminal, not the program's reader of it
	return b.env.ExecProgram(cmd.Run, func(err error) tea.Msg { return b.readEdited(msg, msg.program[0], err) })
}

// readEdited takes the text from the editor's file. If something went wrong the
// file stays, a notice says where, and the next start takes it into the draft.
func (b *Box) readEdited(msg editFileMsg, editor string, err error) tea.Msg {
	defer msg.file.release()
	if err != nil {
		return editedMsg{err: catalog.Errorf("%s failed: the reply was not changed, what you wrote is in %s: %w", editor, msg.file.path, err)}
	}
	body, err := os.ReadFile(msg.file.path)
	if err != nil {
		return editedMsg{err: catalog.Errorf("the edited reply could not be read from %s: %w", msg.file.path, err)}
	}
	msg.file.remove()
	return editedMsg{msg.id, msg.began, trimEdited(body), nil}
}

// trimEdited is a text without what editors add to it, and with line ends of one kind:
// those of Windows write others.
func trimEdited(text []byte) string {
	body := strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n")
	return strings.TrimSuffix(body, "\n")
}

// editorDone takes what the editor made of the text. What came into the box before the editor had
// the terminal, such as what a colleague wrote in the draft, stays.
func (b *Box) editorDone(msg editedMsg) tea.Cmd {
	if msg.err != nil {
		return b.env.Fail(msg.err)
	}
	if msg.id != b.id {
		return b.env.Read(func(ctx context.Context) tea.Msg {
			return savedMsg{id: msg.id, err: b.drafts.Replace(ctx, msg.id, msg.text)}
		})
	}
	began, edited := b.Draft(), b.Draft()
	began.Body, edited.Body = msg.began, msg.text
	b.text.SetValue(drafts.Merge(began, edited, b.Draft()).Body)
	return b.edited()
}
