package dialog

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"unibox/ui/catalog"
	"unibox/ui/menu"
	"unibox/ui/text"
)

const (
	// mostNewest is how many files of the drop folder are offered.
	mostNewest = 3
	// mostDropped is how many entries of it are looked at.
	mostDropped = 20_000
	// writtenFor is how long a file has to stand still before it is whole: scp, sftp and cp
	// write a file under its own name.
	writtenFor = 2 * time.Second
	// stalledAfter is after what time nobody writes what is not whole any more.
	stalledAfter = time.Minute
)

// unfinished are the endings of files that are not whole yet, as browsers, rsync and
// transfer programs name them.
var unfinished = []string{".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload", ".tmp", ".temp", ".swp", "~"}

// newest offers the files of the drop folder that came last, the newest first. The note says
// what could not be read, or what is still being written.
func newest(say *catalog.Language, mode text.Mode, dir string, now time.Time) (items []menu.Item, note string) {
	files, busy, err := recent(dir, now)
	if err != nil {
		return nil, say.T("the drop folder %s: %s", mode.Line(text.ShortPath(dir)), PathError(say, err))
	}
	for i, f := range files {
		detail := say.T("just now")
		if age := now.Sub(f.ModTime()); age >= time.Minute {
			detail = say.T("%s ago", text.Age(say, age))
		}
		if i == 0 {
			detail += say.T(", the newest")
		}
		items = append(items, menu.Item{Label: mode.Line(f.Name()), Detail: say.T("%s in %s", detail, mode.Line(text.ShortPath(dir))), Right: text.Size(say, f.Size()),
			Value: pathItem{paths: []string{filepath.Join(dir, f.Name())}}})
	}
	if busy != "" {
		note = say.T("%s is still being written", mode.Cut(mode.Line(busy), 40))
	}
	return items, note
}

// recent are the whole files of a folder that came last, the newest first; busy is one that
// is newer and still being written.
func recent(dir string, now time.Time) (files []fs.FileInfo, busy string, err error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, "", err
	}
	defer folder.Close()
	entries, err := folder.ReadDir(mostDropped)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	var writing []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil, !info.Mode().IsRegular(), strings.HasPrefix(e.Name(), "."):
		case !whole(info, now):
			writing = append(writing, info)
		default:
			files = append(files, info)
		}
	}
	latest := func(a, b fs.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), cmp.Compare(a.Name(), b.Name()))
	}
	slices.SortFunc(files, latest)
	slices.SortFunc(writing, latest)
	if len(writing) > 0 && now.Sub(writing[0].ModTime()) < stalledAfter && (len(files) == 0 || writing[0].ModTime().After(files[0].ModTime())) {
		busy = writing[0].Name()
	}
	return files[:min(len(files), mostNewest)], busy, nil
}

// whole reports whether nobody seems to write a file any more. A time to come is that of a
// clock that is wrong.
func whole(f fs.FileInfo, now time.Time) bool {
	name := strings.ToLower(f.Name())
	if f.Size() == 0 || slices.ContainsFunc(unfinished, func(end string) bool { return strings.HasSuffix(name, end) }) {
		return false
	}
	still := now.Sub(f.ModTime())
	return still >= writtenFor || still < -writtenFor
}

// without leaves out what others offer already.
func without(items, others []menu.Item) []menu.Item {
	return slices.DeleteFunc(items, func(it menu.Item) bool {
		return slices.ContainsFunc(others, func(o menu.Item) bool { return slices.Equal(o.Value.(pathItem).paths, it.Value.(pathItem).paths) })
	})
}
