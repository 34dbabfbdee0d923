package thread

import (
	"testing"

	"unibox/api"
	"unibox/state"
)

// Opening and downloading say the same of a file that cannot be had.
func TestFileWithoutAnAddress(t *testing.T) {
	p := newPane(80, 24)
	p.transfer = func(state.FileID) state.Transfer { return state.Transfer{} }
	show := func(body string, files ...api.Attachment) {
		history{{Pos: 1, Message: api.Message{ID: api.MessageID{Remote: "1"}, Body: body, At: noon, Attachments: files}}}.show(p)
	}
	show("", api.Attachment{Name: "a.pdf"})
	if open, save := p.whyNoOpen(), p.whyNoDownload(); open != "there is no address to open it from" || save != "there is no address to download from" {
		t.Errorf("open: %q, download: %q", open, save)
	}
	show("", api.Attachment{Name: "a.pdf"}, api.Attachment{Name: "b.pdf", URL: "https://a.example/b.pdf"})
	if open, save := p.whyNoOpen(), p.whyNoDownload(); open != "" || save != "" {
		t.Errorf("open: %q, download: %q", open, save)
	}
	if got := p.targets(); len(got) != 2 || got[0].why != "it has no address" || got[1].why != "" {
		t.Errorf("%+v", got)
	}
	show("only words")
	if open := p.whyNoOpen(); open != "this message has neither a file nor a link" {
		t.Errorf("open: %q", open)
	}
}
