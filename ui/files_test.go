package ui

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state"
)

// clerk says the same of every file, and brings and opens none.
type clerk struct {
	says state.Transfer
	err  error
}

func (c *clerk) Save(context.Context, state.FileID, api.Attachment) (state.Transfer, error) {
	return c.says, c.err
}
func (c *clerk) Cancel(state.FileID)                     {}
func (c *clerk) Transfer(state.FileID) state.Transfer    { return c.says }
func (c *clerk) Inspect(string) (state.LocalFile, error) { return state.LocalFile{}, c.err }
func (c *clerk) Peek(context.Context, state.FileID, api.Attachment, int64) ([]byte, error) {
	return nil, c.err
}
func (c *clerk) CanOpen() bool         { return c.err != nil }
func (c *clerk) OpenFile(string) error { return c.err }
func (c *clerk) OpenLink(string) error { return c.err }

// sent is a file that a customer sends: a name, and where it lies.
type sent struct{ name, where string }

// brings lets the customer of a conversation send text and files, opens it and
// selects what came.
func (a *app) brings(name, text string, files ...sent) {
	a.t.Helper()
	a.open(name)
	a.until("the thread of "+name, func(string) (read bool) {
		a.inspect(func(m *Model) {
			row, ok := m.thread.Row()
			read = ok && m.env.Name(row.Conversation) == name
		})
		return read
	})
	var id string
	a.inspect(func(m *Model) { id = m.thread.Conversation().Remote })
	list := []map[string]any{}
	for _, f := range files {
		list = append(list, map[string]any{"name": f.name, "mime": "image/jpeg", "size": 9000, "url": f.where})
	}
	a.control("inbound", map[string]any{"platform": "pact", "conversation": id, "text": text, "files": list}, nil)
	a.press("ctrl+r", "3", "G")
	a.until("the message "+text, func(string) (selected bool) {
		a.inspect(func(m *Model) {
			m.thread.Newest()
			it, ok := m.thread.Selected()
			selected = ok && it.Message.Body == text
		})
		return selected
	})
}

func (a *app) folder() string { return filepath.Join(a.opt.dir, "Downloads") }

// saved lists the folder of downloads.
func (a *app) saved() []string {
	a.t.Helper()
	paths, err := filepath.Glob(filepath.Join(a.folder(), "*"))
	if err != nil {
		a.t.Fatal(err)
	}
	var names []string
	for _, p := range paths {
		names = append(names, filepath.Base(p))
	}
	return names
}

// served is what the platform serves at a path.
func (a *app) served(path string) []byte {
	a.t.Helper()
	resp, err := http.Get(a.origin + path)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// T9: a file is downloaded by a key.
func TestDownload(t *testing.T) {
	t.Parallel()
	for _, size := range sizes {
		a := startApp(t, appOptions{w: size[0], h: size[1]})
		a.brings("Olivia Patel", "the box as it came", sent{"photo.jpg", "/files/sample/1/photo.jpg"})
		a.press("d")
		a.said("saved as ")
		a.settle()
		a.see("r reply")
		rows(t, a, size[0], size[1])
		path := filepath.Join(a.folder(), "photo.jpg")
		have, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(have, a.served("/files/sample/1/photo.jpg")) {
			t.Errorf("%d bytes, %v", len(have), err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
		a.inspect(func(m *Model) {
			if f := m.firstFile(); f.Status != state.TransferSaved || f.Path != path {
				t.Errorf("it is %+v", f)
			}
		})
		a.quit()
	}
}

func TestDownloadAgainAsksAndReplacesNothing(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.brings("Olivia Patel", "look", sent{"photo.jpg", "/files/sample/1/photo.jpg"})
	a.press("d")
	a.said("saved as ")
	a.press("d")
	a.see("Download again photo.jpg")
	a.press("enter")
	a.see("photo (2).jpg")
	if got := strings.Join(a.saved(), " "); got != "photo (2).jpg photo.jpg" {
		t.Errorf("saved %q", got)
	}
}

func TestDownloadOfSeveral(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.brings("Olivia Patel", "all of it", sent{"one.jpg", "/files/sample/1/one.jpg"}, sent{"two.jpg", "/files/sample/2/two.jpg"}, sent{"gone.jpg", "/files/trap/gone/x"})
	a.press("d")
	a.see("All 3 that are not saved")
	a.press("down", "down", "enter")
	a.see("two.jpg")
	a.until("the second", func(string) bool { return len(a.saved()) == 1 && a.saved()[0] == "two.jpg" })
	a.press("d")
	a.see("All 2 that are not saved")
	a.press("enter")
	a.see("not saved: its server answered 410 Gone")
	a.until("the first", func(string) bool { return len(a.saved()) == 2 })
}

// Every trap is reported in the file's line and in a sentence, and leaves nothing.
func TestTrapsOnTheScreen(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 160, h: 44})
	for where, why := range map[string]string{
		"/files/trap/endless/small.jpg": "it is larger than 1 MB; max in [files] of the config can be raised",
		"/files/trap/metadata/menu.pdf": "its address leads to this machine or into a private network",
		"/files/trap/disk/a.jpg":        "and only https is asked",
		"/files/trap/short/a.jpg":       "the connection broke after",
		"http://example.com/a.jpg":      "its address is not encrypted",
		"https://10.0.0.1/a.jpg":        "its address leads to this machine or into a private network",
	} {
		a.brings("Olivia Patel", "trap "+where, sent{"small.jpg", where})
		a.press("d")
		a.until(why, func(s string) (reported bool) {
			a.inspect(func(m *Model) { reported = m.firstFile().Status == state.TransferFailed })
			return reported && strings.Contains(s, "✕ not saved: ") && strings.Contains(strings.Join(strings.Fields(s), " "), why)
		})
		a.settle()
	}
	if got := a.saved(); len(got) > 0 {
		t.Errorf("left %q", got)
	}
}

func TestWhatIsNotWhatItSeemsIsReported(t *testing.T) {
	t.Parallel()
	opened := filepath.Join(t.TempDir(), "opened")
	a := startApp(t, appOptions{w: 120, h: 40, opens: []string{"touch", opened}})
	a.brings("Olivia Patel", "my holiday", sent{"holiday\u202egpj.jpg", "/files/trap/program/holiday.jpg"})
	a.press("d")
	a.see("named .jpg, is a program")
	a.press("o")
	a.see("it is a program, and programs are never opened from here")
	if _, err := os.Stat(opened); err == nil {
		t.Error("it was opened")
	}
}

func TestATransferGoesOnElsewhereAndCanBeCancelled(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 60}})
	a.brings("Olivia Patel", "the slow one", sent{"slow.jpg", "/files/trap/stall/slow.jpg"})
	a.press("d")
	a.see("1 %")
	a.open("Patrick Okafor")
	a.gone("slow.jpg")
	a.open("Olivia Patel")
	a.see("1 %")
	if got := a.saved(); len(got) != 1 || !strings.HasSuffix(got[0], ".part") {
		t.Errorf("while it comes there is %q", got)
	}
	a.press("3", "G", "d")
	a.see("Cancel slow.jpg")
	a.press("enter")
	a.see("slow.jpg: cancelled, nothing was saved")
	a.gone("1 %")
	if got := a.saved(); len(got) > 0 {
		t.Errorf("left %q", got)
	}
}

// ends waits for the program's own end.
func (a *app) ends() {
	a.t.Helper()
	select {
	case err := <-a.ended:
		a.ended <- err
		if err != nil {
			a.t.Error(err)
		}
	case <-time.After(patience):
		a.t.Fatal("the program does not end")
	}
}

func TestQuittingCancelsATransfer(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.brings("Olivia Patel", "the slow one", sent{"slow.jpg", "/files/trap/stall/slow.jpg"})
	a.press("d")
	a.see("1 %")
	a.press("q")
	a.ends()
	a.quit()
	if got := a.saved(); len(got) > 0 {
		t.Errorf("left %q", got)
	}
}

// noter is a program that notes what it is started with.
func noter(t *testing.T, ending string) (command []string, noted func() string) {
	t.Helper()
	dir := t.TempDir()
	script, notes := filepath.Join(dir, "show"), filepath.Join(dir, "notes")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nprintf '%s\\n' \"$@\" >"+notes+".new\nmv "+notes+".new "+notes+"\n"+ending+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{script, "--calm"}, func() string {
		b, _ := os.ReadFile(notes)
		return string(b)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	command, noted := noter(t, "exit 3")
	a := startApp(t, appOptions{w: 120, h: 40, opens: command})
	a.brings("Olivia Patel", "see https://example.com/a(b)?c=$(id)'. thanks", sent{"-photo.jpg", "/files/sample/1/photo.jpg"})
	a.press("d")
	a.said("saved as ")
	if noted() != "" {
		t.Errorf("opened without a key: %q", noted())
	}
	a.press("o")
	a.see("_photo.jpg")
	a.press("enter")
	a.see("show did not open it (exit status 3)")
	if want := "--calm\n" + filepath.Join(a.folder(), "_photo.jpg") + "\n"; noted() != want {
		t.Errorf("it was started with %q, want %q", noted(), want)
	}
	a.settle()
	a.press("o")
	a.see("▸ -photo.jpg")
	a.press("down", "enter")
	a.until("the link opened", func(string) bool { return noted() == "--calm\nhttps://example.com/a(b)?c=$(id)\n" })
	a.see("show did not open it")
	if copies := a.screen.gauge.taken(); len(copies) > 0 {
		t.Errorf("copied %q", copies)
	}
}

// A program that shows something for long holds nobody up, and outlives us.
func TestQuittingWhileSomethingIsOpen(t *testing.T) {
	t.Parallel()
	closed := t.TempDir() // the viewer ends when the test removes it
	command, noted := noter(t, "while [ -d "+closed+" ]; do sleep 0.05; done")
	a := startApp(t, appOptions{w: 120, h: 40, opens: command})
	a.brings("Olivia Patel", "see https://example.com/")
	a.press("o")
	a.until("the link opened", func(string) bool { return noted() != "" })
	a.press("q")
	a.ends()
}

func TestWithoutADisplayTheAddressIsCopied(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.brings("Olivia Patel", "look", sent{"photo.jpg", "/files/sample/1/photo.jpg"})
	for _, key := range []string{"o", "Y"} {
		a.press(key)
		a.said("sent to the terminal's clipboard: " + a.origin)
		a.settle()
		a.until("a copy", func(string) bool {
			copies := a.screen.gauge.taken()
			return len(copies) == 1 && copies[0] == a.origin+"/files/sample/1/photo.jpg"
		})
	}
	a.press("d")
	a.said("saved as ")
	a.settle()
	a.press("o")
	a.see("there is no display to open it on")
	a.until("the path's copy", func(string) bool {
		copies := a.screen.gauge.taken()
		return len(copies) == 1 && copies[0] == filepath.Join(a.folder(), "photo.jpg")
	})
}

func TestNothingToDownloadIsSaid(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.brings("Olivia Patel", "only words")
	for key, why := range map[string]string{"d": "this message has no files", "o": "this message has neither a file nor a link", "Y": "neither an attachment's address nor a link"} {
		a.press(key)
		a.see(why)
		a.settle()
	}
	a.press("space")
	a.see("this message has no files")
}

// firstFile is how the first file of the selected message is brought here.
func (m *Model) firstFile() state.Transfer {
	it, _ := m.thread.Selected()
	return m.env.Transfer(state.FileOf(it.Message, 0))
}

// T8: V shows the picture of the selected message as it comes from the platform, in cells like
// any text, and hides it; what is no picture says so. Nothing is saved.
func TestT8APictureInTheThread(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.brings("Olivia Patel", "look at this", sent{"cup.jpg", "/files/sample/1/photo.jpg"})
	a.press("V")
	a.until("the picture", func(s string) bool {
		return strings.Count(s, "▀▀▀▀▀▀▀▀") > 5 && strings.Contains(s, "look at this")
	})
	a.press("V")
	a.until("no picture", func(s string) bool { return !strings.Contains(s, "▀▀▀▀") && strings.Contains(s, "cup.jpg") })
	a.brings("Olivia Patel", "and this", sent{"page.jpg", "/files/trap/page/page.jpg"})
	a.press("V")
	a.see("it cannot be shown: it is no picture")
	if saved := a.saved(); len(saved) > 0 {
		t.Errorf("saved: %q", saved)
	}
}

// T8: kitty is given a picture once, before cells are drawn in its place, and loses it when it is
// hidden, and at the end.
func TestT8APictureInKitty(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Images: "kitty"}})
	a.screen.gauge.mu.Lock()
	a.screen.gauge.kitty = true
	a.screen.gauge.mu.Unlock()
	a.brings("Olivia Patel", "look at this", sent{"cup.jpg", "/files/sample/1/photo.jpg"})
	has := func(given, away int) func(string) bool {
		return func(s string) bool {
			g, l := a.screen.gauge.pictures()
			return g == given && l == away && strings.Contains(s, "\U0010eeee") == (given > away)
		}
	}
	a.press("V")
	a.until("the picture", has(1, 0))
	a.press("V")
	a.until("no picture", has(1, 1))
	a.press("V")
	a.until("the picture again", has(2, 1))
	for _, wrong := range a.screen.gauge.found() {
		t.Error(wrong)
	}
	a.quit()
	if given, away := a.screen.gauge.pictures(); given != 2 || away != 2 {
		t.Errorf("at the end %d were given, and %d taken away", given, away)
	}
}
