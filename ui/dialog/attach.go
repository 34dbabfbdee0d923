package dialog

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/gabriel-vasile/mimetype"

	"unibox/api"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// mostPaths is how many completions of a path are offered.
const mostPaths = 500

// Attach picks files: by typing a path, with completion, by walking through
// folders, or by dropping them on the terminal; or one file by its address.
type Attach struct {
	Box
	env    *env.Env
	attach func(paths []string) tea.Cmd
	opt    AttachOptions
	pending
}

// AttachOptions are where a dialog begins and what it says.
type AttachOptions struct {
	Folder string
	// Drop is the folder whose newest files are offered before anything is typed, "" for none.
	Drop string
	// Only is the one folder whose files are listed, by their names in it; "" for all there are.
	Only string
	// NoAddress is why no file can be sent by its address, "" if one can.
	NoAddress string
	// Rules are those of the channel that the files are for.
	Rules api.ChannelRules
}

// pathsMsg is what a folder holds that begins like a line.
type pathsMsg struct {
	of    *Attach
	line  string
	items []menu.Item
	note  string
}

// pathItem is one entry of a folder, or several files that were dropped.
type pathItem struct {
	paths []string
	dir   bool
}

// NewAttach returns a dialog that gives the chosen paths, or the address, to attach.
func NewAttach(e *env.Env, opt AttachOptions, attach func(paths []string) tea.Cmd) *Attach {
	prompt := e.T("path or address")
	if opt.NoAddress != "" {
		prompt = e.T("path")
	}
	menuOptions := menu.Options{Input: true, Prompt: prompt, Value: opt.Folder, Wide: true, Empty: e.T("Nothing here begins with this.")}
	if takes := opt.Rules.TakesFiles(); takes != "" && opt.Rules.MaxFiles > 0 {
		menuOptions.Text = []string{e.Line(e.T("%s takes %s.", opt.Rules.Title, e.Sentence(takes)))}
	}
	return &Attach{env: e, attach: attach, opt: opt, Box: Box{Menu: menu.New(e.T("Attach a file"), menuOptions)}}
}

// List reads the folder that the line is in. It is to be called once when the
// dialog opens.
func (d *Attach) List() tea.Cmd {
	mode, line, opt, now := d.env.Look.Mode, d.Value(), d.opt, d.env.Now()
	return func() tea.Msg {
		msg := pathsMsg{of: d, line: line}
		if address := addressIn(line); address != "" {
			msg.items = []menu.Item{addressItem(d.env.Look.Language, mode, address, opt.NoAddress)}
			return msg
		}
		var err error
		if opt.Only != "" {
			msg.items, err = listInside(d.env.Look.Language, mode, opt.Only, line)
		} else {
			msg.items, err = read(d.env.Look.Language, mode, line)
		}
		if err != nil {
			msg.note = PathError(d.env.Look.Language, err)
		}
		if opt.Drop != "" && (line == opt.Folder || line == "") {
			first, note := newest(d.env.Look.Language, mode, opt.Drop, now)
			msg.items = append(first, without(msg.items, first)...)
			msg.note = cmp.Or(msg.note, note)
		}
		refuse(d.env.Look.Language, msg.items, opt.Rules)
		return msg
	}
}

// mostDetected is of how many entries it is looked at what they are: more than a screen shows.
const mostDetected = 60

// refuse says of the files among entries that a channel does not take, why.
func refuse(say *catalog.Language, items []menu.Item, rules api.ChannelRules) {
	if rules.MaxFiles == 0 {
		return
	}
	for i := range items[:min(len(items), mostDetected)] {
		entry, ok := items[i].Value.(pathItem)
		if !ok || entry.dir || len(entry.paths) != 1 || items[i].Why != "" || IsAddress(entry.paths[0]) {
			continue
		}
		info, err := os.Stat(entry.paths[0])
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if kind, err := mimetype.DetectFile(entry.paths[0]); err == nil {
			why := say.Sentence(rules.RefusesFile(kind.String(), info.Size()))
			if items[i].Why = why; why != "" && rules.Guessed {
				items[i].Why, items[i].Detail = "", say.T("perhaps not: %s", why)
			}
		}
	}
}

// read lists what a line may mean: a path as it stands, or else one that was
// dropped. A file URL is always the latter.
func read(say *catalog.Language, mode text.Mode, line string) (items []menu.Item, err error) {
	if !fileURL().MatchString(line) {
		if items, err = list(say, mode, expand(line)); len(items) > 0 {
			return items, nil
		}
	}
	if paths := dropped(behind(line)); len(paths) > 0 {
		return listDropped(say, mode, paths)
	}
	if trimmed := strings.TrimSpace(line); trimmed != line {
		return list(say, mode, expand(trimmed))
	}
	return items, err
}

// list reads the entries that a path is the beginning of: the one of exactly that
// name first, then folders.
func list(say *catalog.Language, mode text.Mode, path string) ([]menu.Item, error) {
	dir, prefix := splitPath(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var items []menu.Item
	for _, e := range entries {
		if e.Name() == prefix {
			items = append([]menu.Item{entryItem(say, mode, dir, e)}, items...)
		} else if len(items) < mostPaths && matches(e.Name(), prefix) {
			items = append(items, entryItem(say, mode, dir, e))
		}
	}
	rest := items
	if len(items) > 0 && filepath.Base(items[0].Value.(pathItem).paths[0]) == prefix {
		rest = items[1:]
	}
	slices.SortStableFunc(rest, func(a, b menu.Item) int { return order(a.Value.(pathItem).dir, b.Value.(pathItem).dir) })
	return items, nil
}

// listInside is list of one folder, out of which no link and no path leads. Whole paths
// of files in it are taken as well.
func listInside(say *catalog.Language, mode text.Mode, folder, line string) ([]menu.Item, error) {
	inside := strings.TrimPrefix(strings.TrimSpace(line), folder+string(filepath.Separator))
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	dir, prefix := splitPath(inside)
	within, err := root.Open(filepath.Clean(dir))
	if err != nil {
		return nil, errOutside
	}
	defer within.Close()
	entries, err := within.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	var items []menu.Item
	for _, e := range entries {
		if len(items) < mostPaths && matches(e.Name(), prefix) {
			items = append(items, insideItem(say, mode, root, dir, e.Name()))
		}
	}
	slices.SortStableFunc(items, func(a, b menu.Item) int {
		return cmp.Or(order(a.Value.(pathItem).dir, b.Value.(pathItem).dir), cmp.Compare(a.Label, b.Label))
	})
	return items, nil
}

// errOutside is the error of a path that leads out of the one folder.
const errOutside = catalog.Error("only what is in your own folder can be attached")

func insideItem(say *catalog.Language, mode text.Mode, root *os.Root, dir, name string) menu.Item {
	info, err := root.Stat(filepath.Join(dir, name))
	it := menu.Item{Label: mode.Line(name), Value: pathItem{paths: []string{filepath.Join(root.Name(), dir, name)}, dir: err == nil && info.IsDir()}}
	switch {
	case err != nil:
		it.Why = say.T("leads out of your own folder")
	case info.IsDir():
		it.Label += "/"
	default:
		it.Right = text.Size(say, info.Size())
	}
	return it
}

// listDropped offers several files as one choice, and one as if it had been typed.
func listDropped(say *catalog.Language, mode text.Mode, paths []string) ([]menu.Item, error) {
	for i, path := range paths {
		paths[i] = expand(path)
	}
	if len(paths) == 1 {
		return list(say, mode, paths[0])
	}
	var names []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, nil
		}
		names = append(names, mode.Line(filepath.Base(path)))
	}
	return []menu.Item{{Label: say.Plural(len(paths), "%d file", "%d files"), Detail: strings.Join(names, ", "), Value: pathItem{paths: paths}}}, nil
}

func (msg pathsMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if !s.has(d) || d.Value() != msg.line {
		return nil
	}
	d.SetItems(msg.items)
	d.SetNote(msg.note)
	return d.arrived(msg.line)
}

// Typed implements typist.
func (d *Attach) Typed(string) tea.Cmd {
	d.typed()
	return d.List()
}

// Pasted implements paster: whole paths take the place of the line, as they were
// dropped.
func (d *Attach) Pasted(s string) bool {
	s = strings.TrimSpace(s)
	switch paths := dropped(s); {
	case IsAddress(s):
		d.SetValue(s)
	case len(paths) > 1:
		d.SetValue(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " "))
	case len(paths) == 1:
		d.SetValue(paths[0])
	case !strings.ContainsAny(s, "\r\n") && native.whole(s):
		d.SetValue(s)
	default:
		return d.Paste(s)
	}
	return true
}

// Complete puts the selected entry on the line.
func (d *Attach) Complete() tea.Cmd {
	if !d.ready(d.Value(), d.Complete) {
		return nil
	}
	it, ok := d.Selected()
	if !ok {
		return nil
	}
	entry := it.Value.(pathItem)
	if len(entry.paths) > 1 {
		return nil
	}
	line := entry.paths[0]
	if IsAddress(line) {
		return nil
	}
	if entry.dir {
		line += string(filepath.Separator)
	}
	d.SetValue(line)
	return d.List()
}

// Enter implements enterer.
func (d *Attach) Enter(line string) tea.Cmd {
	if !d.ready(line, func() tea.Cmd { return d.Enter(line) }) {
		return nil
	}
	if it, ok := d.Selected(); ok && strings.HasPrefix(it.Why, "is ") { // which follows the name
		return d.env.Say(it.Label + " " + it.Why)
	}
	return chooseSelected(d.env, d)
}

// Choose opens a folder, or attaches files.
func (d *Attach) Choose(it menu.Item) tea.Cmd {
	entry := it.Value.(pathItem)
	if entry.dir {
		return d.Complete()
	}
	d.Close()
	return d.attach(entry.paths)
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

// splitPath cuts a path into the folder to read and what its entries have to
// begin with.
func splitPath(path string) (dir, prefix string) {
	dir, prefix = filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	return dir, prefix
}

// expand returns the path that a typed line means. "~" is the home folder. A
// whole path behind another one, as pasting leaves it, counts alone.
func expand(line string) string {
	return text.LongPath(native.last(line, anew))
}

func matches(name, prefix string) bool {
	if prefix == "" {
		return !strings.HasPrefix(name, ".")
	}
	return strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix))
}

func entryItem(say *catalog.Language, mode text.Mode, dir string, e os.DirEntry) menu.Item {
	path := filepath.Join(dir, e.Name())
	info, err := os.Stat(path) // follows links
	it := menu.Item{Label: mode.Line(e.Name()), Value: pathItem{paths: []string{path}, dir: err == nil && info.IsDir()}}
	switch {
	case err != nil:
		it.Why = PathError(say, err)
	case info.IsDir():
		it.Label += "/"
	default:
		it.Right = text.Size(say, info.Size())
	}
	return it
}

// PathError says in a few words why a path cannot be read.
func PathError(say *catalog.Language, err error) string {
	switch {
	case errors.Is(err, errOutside):
		return say.Error(errOutside)
	case os.IsNotExist(err):
		return say.T("there is no such file or folder")
	case os.IsPermission(err):
		return say.T("you have no permission to read this")
	}
	return say.T("this cannot be read")
}
