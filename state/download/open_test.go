package download

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// viewer is an opener that notes its arguments, one in a line, and whether it
// had a terminal.
func viewer(t *testing.T, code string) (Opener, func() string) {
	t.Helper()
	noted := filepath.Join(t.TempDir(), "noted")
	script := filepath.Join(t.TempDir(), "viewer")
	text := "#!/bin/sh\nprintf '%s\\n' \"$@\" > " + noted + "\n(: < /dev/tty) 2>/dev/null && echo terminal >> " + noted + "\nread line && echo input >> " + noted + "\necho noise\necho noise >&2\nexit " + code + "\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return Opener{Command: []string{script, "--new"}}, func() string {
		got, _ := os.ReadFile(noted)
		return string(got)
	}
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF\x00"

func TestAPictureIsOpenedByItsPathAlone(t *testing.T) {
	o, noted := viewer(t, "0")
	path := file(t, "_rf $(id) `id`;.JPG", jpeg)
	if err := o.OpenFile(path); err != nil {
		t.Fatal(err)
	}
	if want := "--new\n" + path + "\n"; noted() != want {
		t.Errorf("the viewer got %q, want %q", noted(), want)
	}
}

func TestProgramsAreNeverOpened(t *testing.T) {
	o, noted := viewer(t, "0")
	for name, content := range map[string]string{
		"photo.jpg": "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60), "setup.exe": "MZ" + strings.Repeat("\x00", 200), "run.sh": "#!/bin/sh\nid\n", "notes.txt": "#!/bin/sh\nid\n",
		"Photo.desktop": "[Desktop Entry]\nType=Application\nExec=id\n", "page.html": "<!DOCTYPE html><script>1</script>", "page.txt": "<!DOCTYPE html><script>1</script>",
		"page.jpg": "<html><script>1</script>", "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "noending": jpeg, "macro.docm": "PK\x03\x04",
		"link.url": "[InternetShortcut]\nURL=file:///etc/passwd\n", "x.lnk": "L\x00\x00\x00\x01\x14\x02\x00", "x.jar": "PK\x03\x04", "x.py": "import os", "x.terminal": "x",
	} {
		if err := o.OpenFile(file(t, name, content)); err == nil || !strings.Contains(err.Error(), "opened from here") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if noted() != "" {
		t.Errorf("the viewer was run: %q", noted())
	}
}

func TestAFileThatIsGoneOrALinkIsNotOpened(t *testing.T) {
	o, noted := viewer(t, "0")
	link := filepath.Join(t.TempDir(), "link.jpg")
	if err := os.Symlink(file(t, "real.jpg", jpeg), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "gone.jpg"), link, t.TempDir(), "-rf", "relative.jpg"} {
		if err := o.OpenFile(path); err == nil || !strings.Contains(err.Error(), "not there any more") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if noted() != "" {
		t.Errorf("the viewer was run: %q", noted())
	}
}

func TestOnlyLinksOfTheWebAreOpened(t *testing.T) {
	o, noted := viewer(t, "0")
	for _, address := range []string{"", "-rf", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "/etc/passwd", "https:", "vscode://x/y", "example.org", "\x00", "ht\ntp://x"} {
		if err := o.OpenLink(address); err == nil || noted() != "" {
			t.Errorf("%q was opened as %q", address, noted())
		}
	}
	if err := o.OpenLink("https://user:secret@example.org/a b?q=$(id)"); err != nil {
		t.Fatal(err)
	}
	if want := "--new\nhttps://example.org/a%20b?q=$(id)\n"; noted() != want {
		t.Errorf("the viewer got %q, want %q", noted(), want)
	}
}

func TestTheFailureOfTheViewerIsReported(t *testing.T) {
	o, _ := viewer(t, "4")
	if err := o.OpenLink("https://example.org"); err == nil || !strings.HasSuffix(err.Error(), "viewer did not open it (exit status 4)") {
		t.Errorf("%v", err)
	}
	o.Command = []string{"/no/such/program"}
	if err := o.OpenLink("https://example.org"); err == nil || err.Error() != "/no/such/program cannot be run: no such file or directory; open in [files] of the config names another program" {
		t.Errorf("%v", err)
	}
}

func TestWhereNobodyWouldSeeItThereIsNoViewer(t *testing.T) {
	for _, c := range []struct{ system, env, want string }{
		{"linux", "", ""}, {"linux", "SSH_CONNECTION", ""}, {"linux", "DISPLAY", "xdg-open"}, {"linux", "WAYLAND_DISPLAY", "xdg-open"},
		{"darwin", "", "open"}, {"darwin", "SSH_CONNECTION", ""},
	} {
		getenv := func(name string) string { return map[string]string{c.env: "x"}[name] }
		if got := strings.Join(Usual(c.system, getenv), " "); got != c.want {
			t.Errorf("%s with %s: %q, want %q", c.system, c.env, got, c.want)
		}
	}
	if (Opener{}).CanOpen() {
		t.Error("nothing can open")
	}
}
