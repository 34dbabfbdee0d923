package thread

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/picture"
)

// album gives the same file for every attachment.
type album struct {
	env.Files
	data  []byte
	err   error
	asked int
}

func (a *album) Peek(context.Context, state.FileID, api.Attachment, int64) ([]byte, error) {
	a.asked++
	return a.data, a.err
}

func red(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = map[int]uint8{0: 0xff, 3: 0xff}[i%4]
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// album's pane shows a message with a picture between others.
func newAlbum(t *testing.T, a *album) *Pane {
	t.Helper()
	p := newPane(80, 24)
	p.transfer = func(state.FileID) state.Transfer { return state.Transfer{} }
	p.env.Files, p.env.Ctx = a, t.Context()
	p.look.Picture = picture.For(picture.Wishes{Profile: colorprofile.TrueColor})
	p.SetLook(p.look)
	items := messages(1, 30)
	items[27].Message.Attachments = []api.Attachment{{Name: "cup.png", MIME: "image/png", URL: "https://a.example/cup.png", Size: 1000}}
	p.Set(state.Row{}, state.Window{Items: items, Newer: state.EdgeEnd}, state.Fetching{})
	for range 2 {
		p.move(-1)
	}
	return p
}

// run does what a key asks for, and takes the answer.
func run(p *Pane, cmd tea.Cmd) {
	for _, msg := range all(cmd) {
		p.Update(msg)
	}
}

func all(cmd tea.Cmd) (msgs []tea.Msg) {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if batch, is := msg.(tea.BatchMsg); is {
		for _, c := range batch {
			msgs = append(msgs, all(c)...)
		}
		return msgs
	}
	return append(msgs, msg)
}

func drawnRows(p *Pane) string { return ansi.Strip(strings.Join(p.View(), "\n")) }

// T8: a key shows the picture of the selected message under its name and hides it again; it is
// fetched by that key alone, and nothing is fetched or decoded before the command runs.
func TestT8AKeyShowsThePicture(t *testing.T) {
	a := &album{data: red(t, 240, 160)}
	p := newAlbum(t, a)
	if p.View(); a.asked != 0 {
		t.Fatal("it was fetched without a key")
	}
	cmd := p.Do(keymap.Preview)
	if a.asked != 0 || !strings.Contains(drawnRows(p), "reading the picture") {
		t.Errorf("while it is read:\n%s", drawnRows(p))
	}
	run(p, cmd)
	rows := p.View()
	blocks := 0
	for _, row := range rows {
		if strings.Contains(row, "▀▀▀") {
			blocks++
		}
		if w := p.look.Mode.Width(row); w != 80 {
			t.Errorf("a row is %d wide: %q", w, row)
		}
	}
	if blocks != 10 || a.asked != 1 || len(rows) != 24 {
		t.Errorf("%d rows of a picture, %d rows, fetched %d times:\n%s", blocks, len(rows), a.asked, drawnRows(p))
	}
	if it, _ := p.Selected(); it.Pos != 28 || !strings.Contains(drawnRows(p), "cup.png") || !strings.Contains(drawnRows(p), "message 28") {
		t.Errorf("message %d is selected:\n%s", it.Pos, drawnRows(p))
	}
	p.Resize(80, 8)
	if got := strings.Count(drawnRows(p), "▀▀▀"); got == 0 {
		t.Errorf("in a low pane:\n%s", drawnRows(p))
	}
	p.Resize(80, 24)
	p.Do(keymap.Preview)
	if strings.Contains(drawnRows(p), "▀") {
		t.Errorf("hidden:\n%s", drawnRows(p))
	}
}

// T8: what cannot be shown is a sentence in its place, and a late answer changes nothing.
func TestT8WhatCannotBeShownIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		album album
		say   string
	}{
		"a sign-in page": {album{data: []byte("<!DOCTYPE html>")}, "it cannot be shown: it is no picture of a kind"},
		"gone":           {album{err: errors.New("its server says that it is not there (404)")}, "it cannot be shown: its server says that it is not there"},
		"hostile words":  {album{err: errors.New("\x1b]0;x\x07\u202eno")}, "it cannot be shown: ␛]0;x␇no"},
	} {
		p := newAlbum(t, &c.album)
		run(p, p.Do(keymap.Preview))
		if got := strings.Join(strings.Fields(drawnRows(p)), " "); !strings.Contains(got, c.say) {
			t.Errorf("%s:\n%s", name, drawnRows(p))
		}
	}
	p := newAlbum(t, &album{data: red(t, 10, 10)})
	late := p.Do(keymap.Preview)
	p.Do(keymap.Preview)
	if run(p, late); strings.Contains(drawnRows(p), "▀") {
		t.Errorf("a late answer is shown:\n%s", drawnRows(p))
	}
	huge := &album{data: red(t, 10, 10)}
	p = newAlbum(t, huge)
	p.items[27].Message.Attachments[0].Size = 1 << 30
	run(p, p.Do(keymap.Preview))
	if huge.asked != 0 || !strings.Contains(drawnRows(p), "no more than") {
		t.Errorf("a huge file, fetched %d times:\n%s", huge.asked, drawnRows(p))
	}
}

// T8: the reason why there is no picture is known before the key, and what is masked is not
// shown, nor what was shown before.
func TestT8WhereNoPictureIsShown(t *testing.T) {
	p := newAlbum(t, &album{data: red(t, 10, 10)})
	run(p, p.Do(keymap.Preview))
	if why := p.Why(keymap.Preview); why != "" {
		t.Fatal(why)
	}
	p.look.Mode.Private = true
	p.redraw()
	if why := p.Why(keymap.Preview); !strings.Contains(why, "masked") || strings.Contains(drawnRows(p), "▀") || !strings.Contains(drawnRows(p), "hidden while customers are masked") {
		t.Errorf("masked: %q\n%s", why, drawnRows(p))
	}
	p.look.Mode.Private = false
	p.look.Clock = &look.Clock{Slow: true}
	if why := p.Why(keymap.Preview); !strings.Contains(why, "slow") {
		t.Errorf("slow: %q", why)
	}
	p.look.Clock = nil
	p.look.Picture = picture.For(picture.Wishes{ASCII: true, Profile: colorprofile.TrueColor})
	p.redraw()
	if why := p.Why(keymap.Preview); !strings.Contains(why, "ASCII") || strings.Contains(drawnRows(p), "▀") {
		t.Errorf("ASCII: %q\n%s", why, drawnRows(p))
	}
	p.move(1)
	if why := p.Why(keymap.Preview); why != "this message has no picture" {
		t.Errorf("%q", why)
	}
}

// T8: with show_images the pictures on screen are fetched, each once, where the thread has the
// keys and the line is not slow.
func TestT8PicturesByThemselves(t *testing.T) {
	a := &album{data: red(t, 60, 60)}
	p := newAlbum(t, a)
	p.env.Settings.ShowImages = true
	if run(p, p.Feed()); a.asked != 0 {
		t.Error("fetched while the thread is only looked at in passing")
	}
	p.Activate(true)
	p.look.Clock = &look.Clock{Slow: true}
	if run(p, p.Feed()); a.asked != 0 {
		t.Error("fetched over a slow line")
	}
	p.look.Clock = nil
	run(p, p.Feed())
	run(p, p.Feed())
	if !strings.Contains(drawnRows(p), "▀") || a.asked != 1 {
		t.Errorf("fetched %d times:\n%s", a.asked, drawnRows(p))
	}
	stays(t, where(p), where(p), 0, 24)
}

// T8: a message with more pictures than are kept is fetched once, and no more than are kept; what
// failed is not fetched again.
func TestT8ManyPicturesAreFetchedOnce(t *testing.T) {
	for name, a := range map[string]*album{"pictures": {data: red(t, 60, 60)}, "failures": {err: errors.New("gone")}} {
		p := newAlbum(t, a)
		for i := range 40 {
			p.items[27].Message.Attachments = append(p.items[27].Message.Attachments, api.Attachment{Name: fmt.Sprint(i, ".png"), MIME: "image/png", URL: "https://a.example/cup.png", Size: 1000})
		}
		p.redraw()
		p.env.Settings.ShowImages = true
		p.Activate(true)
		for todo := all(p.Feed()); len(todo) > 0 && a.asked < 100; todo = todo[1:] {
			_, cmd := p.Update(todo[0])
			todo = append(todo, all(cmd)...)
		}
		if run(p, p.Feed()); a.asked != 16 {
			t.Errorf("%s: fetched %d times", name, a.asked)
		}
		if asked := a.asked; name == "pictures" {
			run(p, p.Do(keymap.Preview))
			if run(p, p.Feed()); a.asked != asked || strings.Contains(drawnRows(p), "▀") {
				t.Errorf("what was hidden is fetched by itself: %d times", a.asked)
			}
		}
	}
}
