package reply

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/gabriel-vasile/mimetype"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/text"
)

// attachedMsg is a file that was chosen for the reply to a conversation.
type attachedMsg struct {
	id   api.ConversationID
	file state.File
	err  error
}

func (b *Box) whyNoAttach() string {
	rules := b.rules()
	switch {
	case b.first != nil:
		return "a first message is text only; attach once there is a conversation"
	case rules.MaxFiles == 0:
		return b.env.Line(rules.Title) + " takes no files"
	}
	return ""
}

func (b *Box) openAttach() tea.Cmd {
	d := dialog.NewAttach(b.env, b.folder, b.attach)
	b.screen.Dialogs.Open(d)
	return d.List()
}

func (b *Box) attach(path string) tea.Cmd {
	b.folder = filepath.Dir(path) + "/"
	id := b.id
	return func() tea.Msg {
		file, err := describeFile(path)
		return attachedMsg{id, file, err}
	}
}

// describeFile reads what has to be known of a file before it is sent.
func describeFile(path string) (state.File, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return state.File{}, fmt.Errorf("%s: %s", path, dialog.PathError(err))
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return state.File{}, fmt.Errorf("%s: %s", path, dialog.PathError(err))
	case !info.Mode().IsRegular():
		return state.File{}, fmt.Errorf("%s is not a file that can be sent", path)
	}
	kind, err := mimetype.DetectFile(abs)
	if err != nil {
		return state.File{}, fmt.Errorf("%s: %s", path, dialog.PathError(err))
	}
	return state.File{Path: abs, Name: filepath.Base(abs), MIME: kind.String(), Size: info.Size()}, nil
}

// attached adds a file to the reply, or says why it cannot go.
func (b *Box) attached(msg attachedMsg) tea.Cmd {
	if msg.err != nil {
		return b.env.Warn(msg.err.Error())
	}
	if msg.id != b.id || b.editing.Remote != "" {
		return b.env.Warn(msg.file.Name + " is not attached: you went on to something else")
	}
	if most := b.rules().MaxFile; most > 0 && msg.file.Size > most {
		return b.env.Warn(fmt.Sprintf("%s is %s, and this channel takes files up to %s", msg.file.Name, text.Size(msg.file.Size), text.Size(most)))
	}
	b.files = append(b.files, msg.file)
	b.dirty = true
	return b.edited()
}

func (b *Box) whyNoDetach() string {
	if len(b.files) == 0 {
		return "nothing is attached"
	}
	return ""
}

func (b *Box) detach() tea.Cmd {
	name := b.files[len(b.files)-1].Name
	b.files = slices.Clone(b.files[:len(b.files)-1])
	b.dirty = true
	return tea.Batch(b.edited(), b.env.Say("removed "+name))
}
