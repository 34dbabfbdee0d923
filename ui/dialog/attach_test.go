package dialog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
)

// picking is the dialog that attaches files, on a folder with files in it.
type picking struct {
	*Stack
	d      *Attach
	dir    string
	chosen []string
	asked  []tea.Cmd
}

func newPicking(t *testing.T, names ...string) *picking {
	t.Helper()
	p := &picking{dir: t.TempDir()}
	for _, name := range names {
		path := filepath.Join(p.dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil && !strings.HasSuffix(name, "/") {
			err = os.WriteFile(path, []byte("x"), 0o600)
		} else if err == nil {
			err = os.MkdirAll(path, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s, e, _ := newStack(nil)
	p.Stack = s
	p.d = NewAttach(e, AttachOptions{Folder: p.dir + "/"}, func(paths []string) tea.Cmd { p.chosen = paths; return nil })
	s.Open(p.d)
	p.ask(p.d.List())
	return p
}

// ask keeps what is asked of the disk until answer.
func (p *picking) ask(cmd tea.Cmd) {
	if cmd != nil {
		p.asked = append(p.asked, cmd)
	}
}

func (p *picking) answer() {
	for len(p.asked) > 0 {
		cmd := p.asked[0]
		p.asked = p.asked[1:]
		_, next := p.Update(cmd())
		p.ask(next)
	}
}

func (p *picking) do(action keymap.Action) {
	cmd, _ := p.Do(action)
	p.ask(cmd)
}

func (p *picking) write(text string) {
	for _, cmd := range write(p.Stack, text) {
		p.ask(cmd)
	}
}

func (p *picking) at(names ...string) []string {
	var paths []string
	for _, name := range names {
		paths = append(paths, filepath.Join(p.dir, name))
	}
	return paths
}

func TestDroppedFilesAreUnderstood(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"'DIR/a b.png'", []string{"a b.png"}},
		{"\"DIR/a b.png\"", []string{"a b.png"}},
		{`DIR/a\ b.png`, []string{"a b.png"}},
		{"DIR/a b.png ", []string{"a b.png"}},
		{"file://DIR/a%20b.png", []string{"a b.png"}},
		{"file://localhostDIR/a%20b.png\r\n", []string{"a b.png"}},
		{"FILE:DIR/a%20b.png", []string{"a b.png"}},
		{`DIR/it\'s.txt`, []string{"it's.txt"}},
		{`'DIR/it'\''s.txt'`, []string{"it's.txt"}},
		{"DIR/100%25.txt", []string{"100%25.txt"}},
		{"DIR/two  blanks.txt", []string{"two  blanks.txt"}},
		{"'DIR/a b.png' DIR/plain.txt", []string{"a b.png", "plain.txt"}},
		{"file://DIR/a%20b.png\nfile://DIR/plain.txt", []string{"a b.png", "plain.txt"}},
		{"file://DIR/it's.txt", []string{"it's.txt"}},
		{"file://DIR/r&d%20(1);.png", []string{"r&d (1);.png"}},
		{`DIR/r\&d\ \(1\)\;.png`, []string{"r&d (1);.png"}},
		{"'DIR/r&d (1);.png'", []string{"r&d (1);.png"}},
		{"DIR/r&d (1);.png", []string{"r&d (1);.png"}},
		{"file://elsewhere.exampleDIR/plain.txt", nil},
		{"'DIR/plain.txt", nil},
		{"file://DIR/%zz", nil},
	} {
		for _, typed := range []bool{false, true} {
			p := newPicking(t, "a b.png", "plain.txt", "it's.txt", "100%25.txt", "two  blanks.txt", "r&d (1);.png")
			p.answer()
			text := strings.ReplaceAll(tt.text, "DIR", p.dir)
			if typed {
				p.write(strings.NewReplacer("\r\n", "", "\n", " ").Replace(text))
			} else {
				p.ask(p.Paste(text))
			}
			p.do(keymap.MenuChoose)
			p.answer()
			if want := p.at(tt.want...); !slices.Equal(p.chosen, want) {
				t.Errorf("%q, typed %v: %q, want %q; on the line %q", tt.text, typed, p.chosen, want, p.d.Value())
			}
		}
	}
}

// Keys that are faster than the disk act on the choices of the line as it is.
func TestFastKeysActOnTheLineAsItIs(t *testing.T) {
	p := newPicking(t, "apple/seed.txt", "apple/core.txt", "bill.pdf")
	p.answer()
	p.write("bill")
	p.do(keymap.MenuChoose) // the choices are still those of the folder
	if len(p.chosen) != 0 {
		t.Fatalf("%q was chosen from an older listing", p.chosen)
	}
	p.answer()
	if !slices.Equal(p.chosen, p.at("bill.pdf")) {
		t.Errorf("%q", p.chosen)
	}

	p = newPicking(t, "apple/seed.txt", "apple/core.txt", "bill.pdf")
	p.write("app")
	p.do(keymap.MenuComplete)
	p.answer()
	p.write("se")
	p.do(keymap.MenuChoose)
	p.write("e")
	p.answer()
	if len(p.chosen) != 0 || !strings.HasSuffix(p.d.Value(), "apple/see") {
		t.Errorf("enter before more was typed chose %q; on the line %q", p.chosen, p.d.Value())
	}
	p.do(keymap.MenuChoose)
	if !slices.Equal(p.chosen, p.at("apple/seed.txt")) {
		t.Errorf("%q", p.chosen)
	}
}

// A whole name is that file, whatever else begins like it.
func TestExactNameComesFirst(t *testing.T) {
	p := newPicking(t, "bill/", "Bill.pdf", "bill.pdf", "bill.pdf.parts/")
	p.answer()
	p.write("bill.pdf")
	p.do(keymap.MenuChoose)
	p.answer()
	if !slices.Equal(p.chosen, p.at("bill.pdf")) {
		t.Errorf("%q", p.chosen)
	}
}

func FuzzDropped(f *testing.F) {
	for _, s := range []string{"'/a b'", `/a\ b`, "file:///a%20b", "\"/a", "/x \\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, path := range dropped(s) {
			if !filepath.IsAbs(path) && !strings.HasPrefix(path, "~/") {
				t.Errorf("%q gives %q", s, path)
			}
		}
		behind(s)
	})
}

// An address that is pasted or typed is offered as it is, also behind the folder that
// was on the line, and nothing else that only looks like one.
func TestAttachByAddress(t *testing.T) {
	const address = "https://x.org/files/label.pdf?v=2"
	for name, give := range map[string]func(p *picking){
		"pasted": func(p *picking) { p.ask(p.Paste(address)) },
		"typed":  func(p *picking) { p.write(address) },
	} {
		p := newPicking(t, "a.txt")
		give(p)
		p.answer()
		if got := shown(p.Stack); !strings.Contains(got, "label.pdf") || !strings.Contains(got, "the platform fetches it from https://x.org/files/label") {
			t.Errorf("%s:\n%s", name, got)
		}
		p.do(keymap.MenuChoose)
		if !slices.Equal(p.chosen, []string{address}) {
			t.Errorf("%s: chosen %q", name, p.chosen)
		}
	}
	for _, line := range []string{"ftp://x.org/a.png", "https://", "http://x.org/a b.png", "see https://x.org/a.png"} {
		if got := addressIn(line); got != "" {
			t.Errorf("%q is the address %q", line, got)
		}
	}
}

// Where the platform fetches nothing, that is said.
func TestAttachByAddressWhereNothingIsFetched(t *testing.T) {
	p := newPicking(t)
	p.d.opt.NoAddress = "TextUs fetches no files: save it here first"
	p.ask(p.Paste("https://x.org/a.png"))
	p.answer()
	p.do(keymap.MenuChoose)
	if p.chosen != nil || !strings.Contains(shown(p.Stack), "TextUs fetches no files") {
		t.Errorf("chosen %q:\n%s", p.chosen, shown(p.Stack))
	}
}

// C10: the field says what the channel takes, and which of the files here it does not.
func TestAttachSaysWhatFits(t *testing.T) {
	p := newPicking(t, "big.txt", "small.txt", "sub/")
	if err := os.Truncate(filepath.Join(p.dir, "big.txt"), 3<<20); err != nil {
		t.Fatal(err)
	}
	p.d.opt.Rules = api.ChannelRules{Title: "Chat", MaxFiles: 1, MaxFile: 2 << 20}
	p.ask(p.d.List())
	p.answer()
	view := strings.Join(p.View(), "\n")
	if !strings.Contains(view, "Chat takes files up to 2 MB") {
		t.Errorf("the line of big.txt:\n%s", view)
	}
	p.write("big")
	p.answer()
	p.do(keymap.MenuChoose)
	p.answer()
	if p.chosen != nil {
		t.Errorf("chosen: %v", p.chosen)
	}
}

// Whole paths of each system are found in what its terminals write when files are dropped.
func TestDroppedInEachSyntax(t *testing.T) {
	for _, c := range []struct {
		s    syntax
		line string
		want []string
	}{
		{windows, `C:\Users\maya\a.jpg`, []string{`C:\Users\maya\a.jpg`}},
		{windows, "\"C:\\a b.jpg\" d:/c.jpg\r\n\"\\\\srv\\x\\d e.pdf\"", []string{`C:\a b.jpg`, `d:/c.jpg`, `\\srv\x\d e.pdf`}},
		{windows, `~\a.jpg`, []string{`~\a.jpg`}},
		{windows, "file:///C:/Users/maya/a%20b.jpg", []string{`C:\Users\maya\a b.jpg`}},
		{windows, "file:///etc/passwd", nil},
		{windows, "file:///~/a", nil},
		{windows, `C:\a b.jpg`, nil}, {windows, `"C:\a`, nil}, {windows, "/etc/passwd", nil}, {windows, "C:a.jpg", nil},
		{unix, `'/a b' /c\ d ~/e`, []string{"/a b", "/c d", "~/e"}}, {unix, `C:\a.jpg`, nil}, {unix, "file:///a%20b", []string{"/a b"}},
	} {
		if got := c.s.dropped(c.line); !slices.Equal(got, c.want) {
			t.Errorf("windows %v: %q is %q, want %q", c.s, c.line, got, c.want)
		}
	}
}

// What is dropped behind a folder that was on the line takes its place.
func TestTheLastWholePathCounts(t *testing.T) {
	for line, want := range map[string]string{
		`C:\Users\maya\D:\a.jpg`: `D:\a.jpg`, `C:\Users\maya\"D:\a b.jpg"`: `"D:\a b.jpg"`, `C:\Users\~\a`: `~\a`, `C:\Users\\\srv\x\a`: `\\srv\x\a`,
		`\\srv\x\a`: `\\srv\x\a`, `C:\a`: `C:\a`, `C:\\a\\b`: `C:\\a\\b`, `C:/x/D:/a`: `D:/a`, `~\a`: `~\a`, "": "",
	} {
		if got := windows.last(line, starts); got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
	for line, want := range map[string]string{"/home//etc/a": "/etc/a", "/home/~/a": "~/a", "/home/'/a b'": "'/a b'", `C:\a`: `C:\a`} {
		if got := unix.last(line, starts); got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
}
