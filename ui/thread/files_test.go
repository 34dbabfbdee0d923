package thread

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
)

// rowWith returns the row of the pane that has words in it.
func rowWith(t *testing.T, p *Pane, words string) string {
	t.Helper()
	for _, row := range p.View() {
		if plain := ansi.Strip(row); strings.Contains(plain, words) {
			return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(plain), "▌"))
		}
	}
	t.Fatalf("no row says %q in:\n%s", words, strings.Join(p.View(), "\n"))
	return ""
}

func TestFileSaysHowFarItIs(t *testing.T) {
	p := newPane(60, 12)
	items := messages(1, 1)
	items[0].Message.Attachments = []api.Attachment{{Name: "label.pdf", Size: 84000}}
	for _, c := range []struct {
		transfer state.Transfer
		want     string
	}{
		{state.Transfer{}, "▣ label.pdf  document, 84 KB"},
		{state.Transfer{Status: state.TransferWaiting}, "▣ label.pdf  document, 84 KB  waits"},
		{state.Transfer{Status: state.TransferRunning, Got: 0, Total: 100}, "▣ label.pdf  document, 84 KB  ──────────── 0 %"},
		{state.Transfer{Status: state.TransferRunning, Got: 50, Total: 100}, "▣ label.pdf  document, 84 KB  ━━━━━━────── 50 %"},
		{state.Transfer{Status: state.TransferRunning, Got: 100, Total: 100}, "▣ label.pdf  document, 84 KB  ━━━━━━━━━━━━ 100 %"},
		{state.Transfer{Status: state.TransferRunning, Got: 2000}, "▣ label.pdf  document, 84 KB  2.0 KB so far"},
	} {
		p.transfer = func(state.FileID) state.Transfer { return c.transfer }
		items.show(p)
		if got := rowWith(t, p, "label.pdf"); got != c.want {
			t.Errorf("%+v: %q, want %q", c.transfer, got, c.want)
		}
		checkView(t, p, 60, 12)
	}
}

// Why a file was not saved, and what it really is, are said in the language of the screen.
func TestWhatBecameOfAFileIsSaidInTheLanguage(t *testing.T) {
	p := newPane(80, 12)
	p.env.Look.Language, _ = catalog.For("ru")
	items := messages(1, 1)
	items[0].Message.Attachments = []api.Attachment{{Name: "label.pdf", Size: 84000}}
	for want, transfer := range map[string]state.Transfer{
		"не сохранено: его сервер ответил 502 Bad Gateway; попробуйте позже": {Status: state.TransferFailed, Why: "its server answered 502 Bad Gateway; try again later"},
		"сохранено как label.pdf · назван .pdf, но это программа":            {Status: state.TransferSaved, Path: "label.pdf", Odd: "named .pdf, is a program"},
	} {
		p.transfer = func(state.FileID) state.Transfer { return transfer }
		items.show(p)
		rowWith(t, p, want)
	}
}

// The files of a message go up together: the last one says how far they are.
func TestUploadSaysHowFarItIs(t *testing.T) {
	p := newPane(60, 12)
	items := ours(7, 7)
	items[0].Sending.Status = state.Uploading
	items[0].Message.Attachments = []api.Attachment{{Name: "a.png"}, {Name: "b.png"}}
	part, busy := 0.25, true
	p.progress = func(id int64) (float64, bool) { return part, busy && id == 7 }
	items.show(p)
	if a, b := rowWith(t, p, "a.png"), rowWith(t, p, "b.png"); a != "▣ a.png  picture" || b != "▣ b.png  picture  ━━━───────── 25 %" {
		t.Errorf("%q and %q", a, b)
	}
	busy = false
	if b := rowWith(t, p, "b.png"); b != "▣ b.png  picture" {
		t.Errorf("after it: %q", b)
	}
}

// A bar gives way to nothing but the name, and never leaves the pane.
func TestFileRowFitsInAnyWidth(t *testing.T) {
	items := messages(1, 1)
	items[0].Message.Attachments = []api.Attachment{{Name: strings.Repeat("длинное 名前 ", 20) + ".pdf", Size: 84000}}
	for w := range 70 {
		p := newPane(w, 6)
		p.transfer = func(state.FileID) state.Transfer {
			return state.Transfer{Status: state.TransferRunning, Got: 50, Total: 100}
		}
		items.show(p)
		checkView(t, p, w, 6)
		if w >= 50 && !strings.Contains(rowWith(t, p, "▣"), "50 %") {
			t.Errorf("%d cells: %q", w, rowWith(t, p, "▣"))
		}
	}
}
