package thread

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/menu"
	"unibox/ui/screen"
	"unibox/ui/text"
)

type (
	// transferMsg is the outcome of a download.
	transferMsg struct {
		name string
		file state.Transfer
		err  error
	}
	// shownMsg comes when the program that showed a file or link has ended.
	shownMsg struct {
		name string
		err  error
	}
)

// attachment is a file of the selected message.
type attachment struct {
	api.Attachment
	id   state.FileID
	name string
	file state.Transfer
}

func (p *Pane) attachments() []attachment {
	it, ok := p.Selected()
	if !ok {
		return nil
	}
	var out []attachment
	for i, a := range it.Message.Attachments {
		id := state.FileOf(it.Message, i)
		name := p.fileName(a.Name)
		if name == "" {
			name = p.env.T("file")
		}
		out = append(out, attachment{a, id, name, p.transfer(id)})
	}
	return out
}

func (p *Pane) whyNoDownload() string {
	files := p.attachments()
	switch {
	case p.whyNoMessage() != "":
		return p.whyNoMessage()
	case len(files) == 0:
		return p.env.T("this message has no files")
	case !slices.ContainsFunc(files, func(a attachment) bool { return a.URL != "" }):
		return p.env.T("there is no address to download from")
	}
	return ""
}

// download saves the message's file; with several, or one that was asked for
// before, it asks what to do.
func (p *Pane) download() tea.Cmd {
	files := p.attachments()
	if s := files[0].file.Status; len(files) == 1 && (s == state.TransferNone || s == state.TransferFailed) {
		return p.save(files[0])
	}
	return p.screen.Dialogs.Open(dialog.NewChoice(p.env.T("Download"), menu.Options{Items: p.downloads(files), Wide: true},
		func(it menu.Item) tea.Cmd { return it.Value.(func() tea.Cmd)() }))
}

// downloads are the choices for each file, and for all that are not here yet.
func (p *Pane) downloads(files []attachment) []menu.Item {
	var items []menu.Item
	var missing []attachment
	for _, a := range files {
		items = append(items, p.downloadItem(a))
		if s := a.file.Status; a.URL != "" && (s == state.TransferNone || s == state.TransferFailed) {
			missing = append(missing, a)
		}
	}
	if len(missing) < 2 {
		return items
	}
	all := menu.Item{Label: p.env.T("All %s that are not saved", fmt.Sprint(len(missing))), Value: func() tea.Cmd { return p.save(missing...) }}
	return append([]menu.Item{all}, items...)
}

func (p *Pane) downloadItem(a attachment) menu.Item {
	label := func(verb string) string { return verb + " " + p.look.Mode.Cut(a.name, 50) }
	fetch := func() tea.Cmd { return p.save(a) }
	switch {
	case a.URL == "":
		return menu.Item{Label: label(p.env.T("Download")), Why: p.env.T("it has no address")}
	case a.file.UnderWay():
		return menu.Item{Label: label(p.env.T("Cancel")), Value: func() tea.Cmd {
			p.env.Files.Cancel(a.id)
			return nil
		}}
	case a.file.Status == state.TransferSaved:
		return menu.Item{Label: label(p.env.T("Download again")), Detail: p.env.T("saved as %s", p.path(a.file.Path)), Value: fetch}
	}
	return menu.Item{Label: label(p.env.T("Download")), Right: text.Size(p.env.Look.Language, a.Size), Value: fetch}
}

// save brings files to this machine, whatever is looked at meanwhile.
func (p *Pane) save(files ...attachment) tea.Cmd {
	what := files[0].name
	if len(files) > 1 {
		what = p.env.T("%d files", len(files))
	}
	cmds := []tea.Cmd{p.env.Say(p.env.T("downloading %s", what))}
	for _, a := range files {
		cmds = append(cmds, func() tea.Msg {
			file, err := p.env.Files.Save(p.env.Ctx, a.id, a.Attachment)
			return transferMsg{a.name, file, err}
		})
	}
	return tea.Batch(cmds...)
}

func (p *Pane) transferred(msg transferMsg) tea.Cmd {
	p.settle() // the file's lines have become more or fewer
	if p.focused {
		p.showSelected()
	}
	name := p.look.Mode.Cut(msg.name, 40)
	switch {
	case errors.Is(msg.err, context.Canceled):
		return p.env.Say(p.env.T("%s: cancelled, nothing was saved", name))
	case msg.err != nil:
		return p.env.Warn(p.env.T("%s was not saved: %s", name, p.env.Explain(msg.err)))
	case msg.file.Odd != "":
		return p.env.Warn(p.env.T("saved as %s; careful: %s", p.path(msg.file.Path), p.env.Sentence(msg.file.Odd)))
	}
	return p.env.Say(p.env.T("saved as %s", p.path(msg.file.Path)))
}

// target is what can be opened: a file that was saved, or an address. why says
// why this one cannot.
type target struct{ label, detail, path, address, why string }

// targets are the files and links of the selected message.
func (p *Pane) targets() []target {
	it, ok := p.Selected()
	if !ok {
		return nil
	}
	var out []target
	for _, a := range p.attachments() {
		switch {
		case a.file.Status == state.TransferSaved:
			out = append(out, target{label: a.name, detail: p.env.T("saved as %s", p.path(a.file.Path)), path: a.file.Path})
		case a.URL != "":
			out = append(out, target{label: a.name, detail: p.unnamed(p.look.Mode.Line(a.URL)), address: text.Safe(a.URL)})
		default:
			out = append(out, target{label: a.name, why: p.env.T("it has no address")})
		}
	}
	return append(out, p.links(it.Message.Body)...)
}

// links are the addresses in a text.
func (p *Pane) links(body string) []target {
	var out []target
	for _, address := range text.Links(body) {
		out = append(out, target{label: p.unnamed(p.look.Mode.Line(address)), address: address})
	}
	return out
}

func (p *Pane) whyNoOpen() string {
	switch targets := p.targets(); {
	case p.whyNoMessage() != "":
		return p.whyNoMessage()
	case len(targets) == 0:
		return p.env.T("this message has neither a file nor a link")
	case !slices.ContainsFunc(targets, func(t target) bool { return t.why == "" }):
		return p.env.T("there is no address to open it from")
	}
	return ""
}

// pick does something with the only target, or with the one that is chosen.
func (p *Pane) pick(title string, targets []target, act func(target) tea.Cmd) tea.Cmd {
	if len(targets) == 1 {
		return act(targets[0])
	}
	var items []menu.Item
	for _, t := range targets {
		items = append(items, menu.Item{Label: p.look.Mode.Cut(t.label, 40), Detail: t.detail, Why: t.why, Value: t})
	}
	return p.screen.Dialogs.Open(dialog.NewChoice(title, menu.Options{Items: items, Wide: true},
		func(it menu.Item) tea.Cmd { return act(it.Value.(target)) }))
}

func (p *Pane) open() tea.Cmd { return p.pick(p.env.T("Open"), p.targets(), p.show) }

// show opens a file or an address with the agent's program; without one it
// goes to the clipboard.
func (p *Pane) show(t target) tea.Cmd {
	if !p.env.Files.CanOpen() {
		what := t.path + t.address
		return tea.Batch(screen.Copy(what), p.env.Say(p.env.T("there is no display to open it on; sent to the terminal's clipboard: %s", p.unnamed(what))))
	}
	return tea.Batch(p.env.Say(p.env.T("opening %s", t.label)), func() tea.Msg {
		if t.path != "" {
			return shownMsg{t.label, p.env.Files.OpenFile(t.path)}
		}
		return shownMsg{t.label, p.env.Files.OpenLink(t.address)}
	})
}

func (p *Pane) shown(msg shownMsg) tea.Cmd {
	if msg.err == nil {
		return nil
	}
	return p.env.Warn(p.look.Mode.Cut(msg.name, 60) + ": " + p.env.Explain(msg.err))
}

// withAddress are the targets that have an address, those of saved files too.
func (p *Pane) withAddress() []target {
	it, ok := p.Selected()
	if !ok {
		return nil
	}
	var out []target
	for _, a := range p.attachments() {
		if a.URL != "" {
			out = append(out, target{label: a.name, detail: p.unnamed(p.look.Mode.Line(a.URL)), address: text.Safe(a.URL)})
		}
	}
	return append(out, p.links(it.Message.Body)...)
}

func (p *Pane) whyNoLink() string {
	if len(p.withAddress()) == 0 {
		return p.env.T("this message has neither an attachment's address nor a link")
	}
	return ""
}

func (p *Pane) copyLink() tea.Cmd {
	return p.pick(p.env.T("Copy"), p.withAddress(), func(t target) tea.Cmd {
		return p.copied(p.toCopy(t.address))
	})
}
