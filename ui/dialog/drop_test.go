package dialog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
)

// dropInto puts files into a folder, each so long before now.
func dropInto(t *testing.T, now time.Time, files map[string]time.Duration) string {
	t.Helper()
	dir := t.TempDir()
	for name, before := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, make([]byte, 84_000), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(-before)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// attaching opens the dialog with a drop folder.
func attaching(t *testing.T, drop string, now time.Time) *picking {
	p := &picking{dir: t.TempDir()}
	s, e, _ := newStack(nil)
	e.Now = func() time.Time { return now }
	if err := os.WriteFile(filepath.Join(p.dir, "a.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Stack = s
	p.d = NewAttach(e, AttachOptions{Folder: p.dir + "/", Drop: drop}, func(paths []string) tea.Cmd { p.chosen = paths; return nil })
	s.Open(p.d)
	p.ask(p.d.List())
	p.answer()
	return p
}

// T10: the newest file of the drop folder is offered first, with its age and size, and enter
// attaches it; hidden, half-written and other things are not offered.
func TestT10TheNewestDroppedFileIsOfferedFirst(t *testing.T) {
	now := time.Now()
	drop := dropInto(t, now, map[string]time.Duration{
		"old.pdf": 50 * time.Hour, "label.pdf": 12 * time.Minute, ".hidden.pdf": time.Minute, "video.mp4.part": time.Minute, "x.crdownload": time.Minute,
		"older.pdf": 100 * time.Hour, "oldest.pdf": 200 * time.Hour,
	})
	for name, make := range map[string]func(path string) error{
		"folder":   func(path string) error { return os.Mkdir(path, 0o700) },
		"link.pdf": func(path string) error { return os.Symlink("/etc/passwd", path) },
		"empty":    func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		if err := make(filepath.Join(drop, name)); err != nil {
			t.Fatal(err)
		}
	}
	p := attaching(t, drop, now)
	got := shown(p.Stack)
	for _, want := range []string{"label.pdf", "12m ago", "84 KB", "old.pdf", "2d ago", "a.txt", "older.pdf"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not shown:\n%s", want, got)
		}
	}
	for _, none := range []string{".hidden", "video.mp4.part  ", "crdownload", "folder/", "link.pdf", "oldest.pdf"} {
		if strings.Contains(got, none) {
			t.Errorf("%q is offered:\n%s", none, got)
		}
	}
	if it, _ := p.d.Selected(); it.Label != "label.pdf" {
		t.Errorf("%q is offered first", it.Label)
	}
	p.do(keymap.MenuChoose)
	if want := []string{filepath.Join(drop, "label.pdf")}; !slices.Equal(p.chosen, want) {
		t.Errorf("%q was attached, not %q", p.chosen, want)
	}
}

// T10: while the newest file is still coming, the one before it is not passed off as it: it is
// said.
func TestT10AHalfWrittenFileIsSaid(t *testing.T) {
	now := time.Now()
	for name, say := range map[string]string{"video.mp4": "video.mp4 is still being written", "b.zip.part": "b.zip.part is still being written"} {
		p := attaching(t, dropInto(t, now, map[string]time.Duration{"label.pdf": time.Hour, name: time.Second}), now)
		if got := shown(p.Stack); !strings.Contains(got, say) {
			t.Errorf("%q is not said:\n%s", say, got)
		}
		if it, _ := p.d.Selected(); it.Label != "label.pdf" {
			t.Errorf("%q is offered first", it.Label)
		}
	}
	p := attaching(t, dropInto(t, now, map[string]time.Duration{"label.pdf": 3 * time.Hour, "left.zip.part": time.Hour}), now)
	if got := shown(p.Stack); strings.Contains(got, "being written") {
		t.Errorf("what nobody writes any more:\n%s", got)
	}
}

// T10: what is typed counts alone, a folder that is not there is said, and one that is the
// folder that is open offers nothing twice.
func TestT10TheDropFolderIsInNobodysWay(t *testing.T) {
	now := time.Now()
	p := attaching(t, dropInto(t, now, map[string]time.Duration{"alpha.pdf": time.Hour}), now)
	p.write("a")
	p.answer()
	if it, _ := p.d.Selected(); it.Label != "a.txt" || strings.Contains(shown(p.Stack), "alpha.pdf") {
		t.Errorf("typed a:\n%s", shown(p.Stack))
	}
	p = attaching(t, filepath.Join(t.TempDir(), "gone"), now)
	if got := shown(p.Stack); !strings.Contains(got, "there is no such file or folder") || !strings.Contains(got, "a.txt") {
		t.Errorf("a folder that is gone:\n%s", got)
	}
	drop := dropInto(t, now, map[string]time.Duration{"label.pdf": time.Hour})
	p = attaching(t, drop, now)
	p.d.opt.Folder = drop + "/"
	p.d.SetValue(drop + "/")
	p.ask(p.d.List())
	p.answer()
	if got := shown(p.Stack); strings.Count(got, "label.pdf") != 1 {
		t.Errorf("the same folder:\n%s", got)
	}
}

// T10: a hostile name stays text.
func TestT10HostileNames(t *testing.T) {
	now := time.Now()
	p := attaching(t, dropInto(t, now, map[string]time.Duration{"\x1b]0;x\x07\u202egpj.exe": time.Hour}), now)
	if got := shown(p.Stack); strings.Contains(got, "\x1b]") || strings.Contains(got, "\u202e") || !strings.Contains(got, "the newest in") {
		t.Errorf("%q", got)
	}
}
