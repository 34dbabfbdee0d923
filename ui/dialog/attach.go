package dialog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// mostPaths is how many completions of a path are offered.
const mostPaths = 500

// Attach picks a file: by typing its path, with completion, or by walking
// through folders.
type Attach struct {
	Box
	env    *env.Env
	attach func(path string) tea.Cmd
}

// pathsMsg is what a folder holds that begins like a line.
type pathsMsg struct {
	of    *Attach
	line  string
	items []menu.Item
	note  string
}

// pathItem is one entry of a folder.
type pathItem struct {
	path string
	dir  bool
}

// NewAttach returns a dialog that begins in a folder and gives the chosen path
// to attach.
func NewAttach(e *env.Env, folder string, attach func(path string) tea.Cmd) *Attach {
	return &Attach{env: e, attach: attach, Box: Box{Menu: menu.New("Attach a file",
		menu.Options{Input: true, Prompt: "path", Value: folder, Wide: true, Empty: "Nothing here begins with this."})}}
}

// List reads the folder that the line is in. It is to be called once when the
// dialog opens.
func (d *Attach) List() tea.Cmd {
	mode, line := d.env.Look.Mode, d.Value()
	return func() tea.Msg {
		dir, prefix := splitPath(line)
		entries, err := os.ReadDir(dir)
		if err != nil {
			return pathsMsg{of: d, line: line, note: PathError(err)}
		}
		var items []menu.Item
		for _, e := range entries {
			if len(items) < mostPaths && matches(e.Name(), prefix) {
				items = append(items, entryItem(mode, dir, e))
			}
		}
		slices.SortStableFunc(items, func(a, b menu.Item) int { return order(a.Value.(pathItem).dir, b.Value.(pathItem).dir) })
		return pathsMsg{of: d, line: line, items: items}
	}
}

func (msg pathsMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if !s.has(d) || d.Value() != msg.line {
		return nil
	}
	d.SetItems(msg.items)
	d.SetNote(msg.note)
	return nil
}

// Typed implements typist.
func (d *Attach) Typed(string) tea.Cmd { return d.List() }

// Complete puts the selected entry on the line.
func (d *Attach) Complete() tea.Cmd {
	it, ok := d.Selected()
	if !ok {
		return nil
	}
	entry := it.Value.(pathItem)
	line := entry.path
	if entry.dir {
		line += "/"
	}
	d.SetValue(line)
	return d.List()
}

// Choose opens a folder, or attaches a file.
func (d *Attach) Choose(it menu.Item) tea.Cmd {
	entry := it.Value.(pathItem)
	if entry.dir {
		return d.Complete()
	}
	d.Close()
	return d.attach(entry.path)
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
		it.Why = PathError(err)
	case info.IsDir():
		it.Label += "/"
	default:
		it.Right = text.Size(info.Size())
	}
	return it
}

// PathError says in a few words why a path cannot be read.
func PathError(err error) string {
	switch {
	case os.IsNotExist(err):
		return "there is no such file or folder"
	case os.IsPermission(err):
		return "you have no permission to read this"
	}
	return "this cannot be read"
}
