package reply

import (
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/text"
)

// largeFile is the size in bytes from which it is asked first, where a channel's
// limit is not known.
const largeFile = 10_000_000

type (
	// attachedMsg is what is known of the files that were chosen for the reply to a
	// conversation.
	attachedMsg struct {
		id    api.ConversationID
		files []inspected
	}
	inspected struct {
		state.LocalFile
		err error
	}
)

func (b *Box) whyNoAttach() string {
	rules := b.rules()
	switch {
	case b.first != nil:
		return b.env.T("a first message is text only; attach once there is a conversation")
	case rules.MaxFiles == 0:
		return b.env.T("%s takes no files", b.env.Line(rules.Title))
	}
	return ""
}

func (b *Box) openAttach() tea.Cmd {
	opt := dialog.AttachOptions{Folder: b.folder, Drop: b.env.Settings.Drop, NoAddress: b.whyNoAddress(), Rules: b.rules()}
	if b.env.Settings.Restricted {
		opt.Folder, opt.Only = "", opt.Drop
	}
	d := dialog.NewAttach(b.env, opt, b.attach)
	b.screen.Dialogs.Open(d)
	return d.List()
}

// whyNoAddress is why no file can be sent by its address, "" if one can.
func (b *Box) whyNoAddress() string {
	if b.env.Account(b.id.Account).Traits.FetchesFiles {
		return ""
	}
	return b.env.T("%s fetches no files: save it here first", b.env.Label(b.id.Account))
}

// attach attaches files: paths, or one address.
func (b *Box) attach(paths []string) tea.Cmd {
	id, files := b.id, b.env.Files
	if !dialog.IsAddress(paths[0]) {
		b.folder = filepath.Dir(paths[0]) + string(filepath.Separator)
	}
	return func() tea.Msg {
		msg := attachedMsg{id: id}
		for _, path := range paths {
			if file, ok := state.FileAt(path); ok {
				msg.files = append(msg.files, inspected{state.LocalFile{File: file}, nil})
				continue
			}
			file, err := files.Inspect(path)
			msg.files = append(msg.files, inspected{file, err})
		}
		return msg
	}
}

// attached adds files to the reply, asks first where one may do harm, or says why
// it cannot go.
func (b *Box) attached(msg attachedMsg) tea.Cmd {
	var cmds []tea.Cmd
	for _, f := range msg.files {
		switch {
		case f.err != nil:
			cmds = append(cmds, b.env.Warn(b.env.Explain(f.err)))
		case msg.id != b.id || b.editing.Remote != "":
			cmds = append(cmds, b.wentOn(f.LocalFile))
		default:
			cmds = append(cmds, b.consider(f.LocalFile))
		}
	}
	return tea.Batch(cmds...)
}

func (b *Box) wentOn(f state.LocalFile) tea.Cmd {
	return b.env.Warn(b.env.T("%s is not attached: you went on to something else", b.env.Line(f.Name)))
}

// consider adds a file, or asks first.
func (b *Box) consider(f state.LocalFile) tea.Cmd {
	rules, name, why := b.rules(), b.env.Line(f.Name), f.Dangers
	refused := b.env.Sentence(rules.RefusesFile(f.MIME, f.Size))
	switch {
	case refused != "" && rules.Guessed:
		why = append(why, b.env.T("It %s. That is as far as is known: it may be refused after it was uploaded.", b.env.Line(refused)))
	case refused != "":
		return b.env.Warn(name + " " + b.env.Line(refused))
	case rules.TakesFiles() == "" && f.Size >= largeFile:
		why = append(why, b.env.T("It is %s. How large a file %s takes is not known; it may refuse this one after it was uploaded.", text.Size(b.env.Look.Language, f.Size), b.env.Line(rules.Title)))
	}
	if len(why) == 0 {
		return b.add(f)
	}
	if f.Link != "" {
		why = append([]string{b.env.T("%s is a link to %s.", b.env.Line(f.Link), b.env.Path(f.Path))}, why...)
	}
	visit := b.visit
	return b.screen.Dialogs.Open(dialog.NewQuestion(b.env.Look.Language, b.env.T("Attach %s?", name), why, b.env.T("Attach %s", name), func() tea.Cmd {
		if visit != b.visit {
			return b.wentOn(f)
		}
		return b.add(f)
	}))
}

func (b *Box) add(f state.LocalFile) tea.Cmd {
	b.files = append(b.files, f.File)
	b.dirty = true
	if f.Link == "" {
		return b.edited()
	}
	return tea.Batch(b.edited(), b.env.Say(b.env.T("%s is a link: %s is attached", b.env.Line(f.Link), b.env.Line(f.Name))))
}

func (b *Box) whyNoDetach() string {
	if len(b.files) == 0 {
		return b.env.T("nothing is attached")
	}
	return ""
}

func (b *Box) detach() tea.Cmd {
	name := b.files[len(b.files)-1].Name
	b.files = slices.Clone(b.files[:len(b.files)-1])
	b.dirty = true
	return tea.Batch(b.edited(), b.env.Say(b.env.T("removed %s", name)))
}
