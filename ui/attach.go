package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/gabriel-vasile/mimetype"

	"unibox/api"
	"unibox/state"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// mostPaths is how many completions of a path are offered.
const mostPaths = 500

type (
	pathsMsg struct {
		sheet *sheet
		line  string
		items []menu.Item
		note  string
	}
	attachedMsg struct {
		id   api.ConversationID
		file state.File
		err  error
	}
)

// pathItem is one entry of a folder.
type pathItem struct {
	path string
	dir  bool
}

func (m *Model) whyNoAttach() string {
	rules := m.rules()
	switch {
	case m.reply.first != nil:
		return "a first message is text only; attach once there is a conversation"
	case rules.MaxFiles == 0:
		return m.look.Mode.Line(rules.Title) + " takes no files"
	}
	return ""
}

func (m *Model) whyNoDetach() string {
	if len(m.reply.files) == 0 {
		return "nothing is attached"
	}
	return ""
}

func (m *Model) detach() tea.Cmd {
	r := &m.reply
	name := r.files[len(r.files)-1].Name
	r.files = slices.Clone(r.files[:len(r.files)-1])
	r.dirty = true
	return tea.Batch(m.edited(), m.say("removed "+name))
}

// openAttach picks a file: by typing its path, with completion, or by walking
// through folders.
func (m *Model) openAttach() tea.Cmd {
	start := m.reply.folder
	m.openSheet(sheet{
		menu:     menu.New("Attach a file", menu.Options{Input: true, Prompt: "path", Value: start, Wide: true, Empty: "Nothing here begins like that."}),
		typed:    m.listPaths,
		complete: m.completePath,
		choose:   m.choosePath,
	})
	return m.listPaths(start)
}

// listPaths reads the folder that a line is in.
func (m *Model) listPaths(line string) tea.Cmd {
	mode, opened := m.look.Mode, m.sheet
	return func() tea.Msg {
		dir, prefix := splitPath(line)
		entries, err := os.ReadDir(dir)
		if err != nil {
			return pathsMsg{sheet: opened, line: line, note: pathError(err)}
		}
		var items []menu.Item
		for _, e := range entries {
			if len(items) < mostPaths && matches(e.Name(), prefix) {
				items = append(items, entryItem(mode, dir, e))
			}
		}
		slices.SortStableFunc(items, func(a, b menu.Item) int { return order(a.Value.(pathItem).dir, b.Value.(pathItem).dir) })
		return pathsMsg{sheet: opened, line: line, items: items}
	}
}

func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// splitPath cuts a typed path into the folder to read and what its entries
// have to begin with. "~" is the home folder. A whole path behind another one,
// as pasting leaves it, counts alone.
func splitPath(line string) (dir, prefix string) {
	path := expand(line)
	dir, prefix = filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	return dir, prefix
}

func expand(line string) string {
	for _, anew := range []string{"//", "/~/"} {
		if i := strings.LastIndex(line, anew); i >= 0 {
			line = line[i+1:]
		}
	}
	if rest, ok := strings.CutPrefix(line, "~"); ok && (rest == "" || rest[0] == '/') {
		if home, err := os.UserHomeDir(); err == nil {
			return home + rest
		}
	}
	return line
}

func matches(name, prefix string) bool {
	if prefix == "" {
		return !strings.HasPrefix(name, ".")
	}
	return strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix))
}

func entryItem(mode text.Mode, dir string, e os.DirEntry) menu.Item {
	path := filepath.Join(dir, e.Name())
	info, err := os.Stat(path) // follows links
	it := menu.Item{Label: mode.Line(e.Name()), Value: pathItem{path: path, dir: err == nil && info.IsDir()}}
	switch {
	case err != nil:
		it.Why = pathError(err)
	case info.IsDir():
		it.Label += "/"
	default:
		it.Right = text.Size(info.Size())
	}
	return it
}

func pathError(err error) string {
	switch {
	case os.IsNotExist(err):
		return "there is no such file or folder"
	case os.IsPermission(err):
		return "this may not be read"
	}
	return "this cannot be read"
}

func (m *Model) gotPaths(msg pathsMsg) tea.Cmd {
	if m.sheet == nil || m.sheet != msg.sheet || m.sheet.menu.Value() != msg.line {
		return nil
	}
	m.sheet.menu.SetItems(msg.items)
	m.sheet.menu.SetNote(msg.note)
	return nil
}

// completePath puts the selected entry on the line.
func (m *Model) completePath() tea.Cmd {
	it, ok := m.sheet.menu.Selected()
	if !ok {
		return nil
	}
	entry := it.Value.(pathItem)
	line := entry.path
	if entry.dir {
		line += "/"
	}
	m.sheet.menu.SetValue(line)
	return m.listPaths(line)
}

// choosePath opens a folder, or attaches a file.
func (m *Model) choosePath(it menu.Item) tea.Cmd {
	entry := it.Value.(pathItem)
	if entry.dir {
		return m.completePath()
	}
	m.reply.folder = filepath.Dir(entry.path) + "/"
	m.closeSheet()
	id := m.reply.id
	return func() tea.Msg {
		file, err := describeFile(entry.path)
		return attachedMsg{id, file, err}
	}
}

// describeFile reads what has to be known of a file before it is sent.
func describeFile(path string) (state.File, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return state.File{}, fmt.Errorf("%s: %s", path, pathError(err))
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return state.File{}, fmt.Errorf("%s: %s", path, pathError(err))
	case !info.Mode().IsRegular():
		return state.File{}, fmt.Errorf("%s is not a file that can be sent", path)
	}
	kind, err := mimetype.DetectFile(abs)
	if err != nil {
		return state.File{}, fmt.Errorf("%s: %s", path, pathError(err))
	}
	return state.File{Path: abs, Name: filepath.Base(abs), MIME: kind.String(), Size: info.Size()}, nil
}

// attached adds a file to the reply, or says why it cannot go.
func (m *Model) attached(msg attachedMsg) tea.Cmd {
	if msg.err != nil {
		return m.warn(msg.err.Error())
	}
	if msg.id != m.reply.id || m.reply.editing.Remote != "" {
		return m.warn(msg.file.Name + " is not attached: you went on to something else")
	}
	if most := m.rules().MaxFile; most > 0 && msg.file.Size > most {
		return m.warn(fmt.Sprintf("%s is %s, and this channel takes files up to %s", msg.file.Name, text.Size(msg.file.Size), text.Size(most)))
	}
	m.reply.files = append(m.reply.files, msg.file)
	m.reply.dirty = true
	return m.edited()
}
