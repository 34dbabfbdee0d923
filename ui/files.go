package ui

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/menu"
	"unibox/ui/text"
)

type (
	// transferMsg tells what became of a download.
	transferMsg struct {
		name string
		file state.Transfer
		err  error
	}
	// shownMsg tells that the program which something was opened with ended.
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

func (m *Model) attachments() []attachment {
	it, ok := m.thread.Selected()
	if !ok {
		return nil
	}
	var out []attachment
	for i, a := range it.Message.Attachments {
		id := state.FileOf(it.Message, i)
		name := m.look.Mode.Line(a.Name)
		if name == "" {
			name = "file"
		}
		out = append(out, attachment{a, id, name, m.opt.Files.Transfer(id)})
	}
	return out
}

func (m *Model) whyNoDownload() string {
	files := m.attachments()
	switch {
	case m.whyNoMessage() != "":
		return m.whyNoMessage()
	case len(files) == 0:
		return "this message has no files"
	case !slices.ContainsFunc(files, func(a attachment) bool { return a.URL != "" }):
		return "there is no address to download from"
	}
	return ""
}

// download saves the message's file; with several, or one that was asked for
// before, it asks what to do.
func (m *Model) download() tea.Cmd {
	files := m.attachments()
	if s := files[0].file.Status; len(files) == 1 && (s == state.TransferNone || s == state.TransferFailed) {
		return m.save(files[0])
	}
	return m.openSheet(sheet{
		menu: menu.New("Download", menu.Options{Items: m.downloads(files), Wide: true}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return it.Value.(func() tea.Cmd)()
		},
	})
}

// downloads are the choices for each file, and for all that are not here yet.
func (m *Model) downloads(files []attachment) []menu.Item {
	var items []menu.Item
	var missing []attachment
	for _, a := range files {
		items = append(items, m.downloadItem(a))
		if s := a.file.Status; a.URL != "" && (s == state.TransferNone || s == state.TransferFailed) {
			missing = append(missing, a)
		}
	}
	if len(missing) < 2 {
		return items
	}
	all := menu.Item{Label: "All " + fmt.Sprint(len(missing)) + " that are not saved", Value: func() tea.Cmd { return m.save(missing...) }}
	return append([]menu.Item{all}, items...)
}

func (m *Model) downloadItem(a attachment) menu.Item {
	label := func(verb string) string { return verb + " " + m.look.Mode.Cut(a.name, 50) }
	fetch := func() tea.Cmd { return m.save(a) }
	switch {
	case a.URL == "":
		return menu.Item{Label: label("Download"), Why: "it has no address"}
	case a.file.UnderWay():
		return menu.Item{Label: label("Cancel"), Value: func() tea.Cmd {
			m.opt.Files.Cancel(a.id)
			return nil
		}}
	case a.file.Status == state.TransferSaved:
		return menu.Item{Label: label("Download again"), Detail: "saved as " + m.shortPath(a.file.Path), Value: fetch}
	}
	return menu.Item{Label: label("Download"), Right: text.Size(a.Size), Value: fetch}
}

// shortPath is a path as it is shown.
func (m *Model) shortPath(path string) string { return m.look.Mode.Line(text.ShortPath(path)) }

// save brings files to this machine, whatever is looked at meanwhile.
func (m *Model) save(files ...attachment) tea.Cmd {
	what := files[0].name
	if len(files) > 1 {
		what = fmt.Sprintf("%d files", len(files))
	}
	cmds := []tea.Cmd{m.say("downloading " + what)}
	for _, a := range files {
		cmds = append(cmds, func() tea.Msg {
			file, err := m.opt.Files.Save(m.ctx, a.id, a.Attachment)
			return transferMsg{a.name, file, err}
		})
	}
	return tea.Batch(cmds...)
}

func (m *Model) transferred(msg transferMsg) tea.Cmd {
	m.arrange() // the file's lines have become more or fewer
	name := m.look.Mode.Cut(msg.name, 40)
	switch {
	case errors.Is(msg.err, context.Canceled):
		return m.say(name + ": cancelled, nothing was saved")
	case msg.err != nil:
		return m.warn(name + " was not saved: " + msg.err.Error())
	case msg.file.Odd != "":
		return m.warn("saved as " + text.ShortPath(msg.file.Path) + "; look out: " + msg.file.Odd)
	}
	return m.say("saved as " + text.ShortPath(msg.file.Path))
}

// target is what can be opened: a file that was saved, or an address.
type target struct{ label, detail, path, address string }

// targets are the files and links of the selected message.
func (m *Model) targets() []target {
	it, ok := m.thread.Selected()
	if !ok {
		return nil
	}
	var out []target
	for _, a := range m.attachments() {
		switch {
		case a.file.Status == state.TransferSaved:
			out = append(out, target{a.name, "saved as " + m.shortPath(a.file.Path), a.file.Path, ""})
		case a.URL != "":
			out = append(out, target{a.name, m.look.Mode.Line(a.URL), "", text.Safe(a.URL)})
		}
	}
	return append(out, m.links(it.Message.Body)...)
}

var addresses = regexp.MustCompile(`https?://[^\s<>"\x00-\x1f\x7f-\x9f]+`)

// links are the addresses in a text, without the marks that end a sentence. A
// control character ends one: what comes after it is no part of what is seen.
func (m *Model) links(body string) []target {
	var out []target
	for _, address := range addresses.FindAllString(strings.ToValidUTF8(body, "\uFFFD"), -1) {
		if address = strings.TrimRight(text.Safe(address), ".,;:!?'»”"); !strings.Contains(address, "(") {
			address = strings.TrimRight(address, ")")
		}
		out = append(out, target{label: m.look.Mode.Line(address), address: address})
	}
	return out
}

func (m *Model) whyNoOpen() string {
	if len(m.targets()) == 0 {
		return "this message has neither a file nor a link"
	}
	return ""
}

// pick does something with the only target, or with the one that is chosen.
func (m *Model) pick(title string, targets []target, act func(target) tea.Cmd) tea.Cmd {
	if len(targets) == 1 {
		return act(targets[0])
	}
	var items []menu.Item
	for _, t := range targets {
		items = append(items, menu.Item{Label: m.look.Mode.Cut(t.label, 40), Detail: t.detail, Value: t})
	}
	return m.openSheet(sheet{
		menu: menu.New(title, menu.Options{Items: items, Wide: true}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return act(it.Value.(target))
		},
	})
}

func (m *Model) openTarget() tea.Cmd { return m.pick("Open", m.targets(), m.show) }

// show opens a file or an address with the agent's program; without one it
// goes to the clipboard.
func (m *Model) show(t target) tea.Cmd {
	if !m.opt.Files.CanOpen() {
		what := t.path + t.address
		return tea.Batch(tea.SetClipboard(what), m.say("there is no display to open it on; sent to the terminal's clipboard: "+what))
	}
	return tea.Batch(m.say("opening "+t.label), func() tea.Msg {
		if t.path != "" {
			return shownMsg{t.label, m.opt.Files.OpenFile(t.path)}
		}
		return shownMsg{t.label, m.opt.Files.OpenLink(t.address)}
	})
}

func (m *Model) shown(msg shownMsg) tea.Cmd {
	if msg.err == nil {
		return nil
	}
	return m.warn(m.look.Mode.Cut(msg.name, 60) + ": " + msg.err.Error())
}

// withAddress are the targets that have an address, those of saved files too.
func (m *Model) withAddress() []target {
	it, ok := m.thread.Selected()
	if !ok {
		return nil
	}
	var out []target
	for _, a := range m.attachments() {
		if a.URL != "" {
			out = append(out, target{label: a.name, detail: m.look.Mode.Line(a.URL), address: text.Safe(a.URL)})
		}
	}
	return append(out, m.links(it.Message.Body)...)
}

func (m *Model) whyNoLink() string {
	if len(m.withAddress()) == 0 {
		return "this message has neither an attachment's address nor a link"
	}
	return ""
}

func (m *Model) copyLink() tea.Cmd {
	return m.pick("Copy", m.withAddress(), func(t target) tea.Cmd {
		return tea.Batch(tea.SetClipboard(t.address), m.say("sent to the terminal's clipboard: "+t.address))
	})
}
