package reply

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// C10: a file that the channel does not take is not attached, and the reason says what would
// fit; one that a draft holds already says so on its line, and does not go out.
func TestAFileTheChannelDoesNotTake(t *testing.T) {
	f := newBox(t)
	f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", MaxFiles: 2, Files: []api.FileRule{{Name: "images", Forms: "PNG", Types: []string{"image/png"}, Max: 5 << 20}}}}
	var said []string
	f.env.Notify = func(s string, _ bool) tea.Cmd { said = append(said, s); return nil }
	pdf := state.File{Path: "/k/label.pdf", Name: "label.pdf", MIME: "application/pdf", Size: 12 << 20}
	f.disk.drafts[anna] = state.Draft{Body: "here", Files: []state.File{pdf}}
	f.run(f.Open(anna, nil))
	const why = "label.pdf is PDF: Chat takes images (PNG) up to 5 MB"
	if view := strings.Join(f.View(), "\n"); !strings.Contains(view, why) {
		t.Errorf("the line:\n%s", view)
	}
	if got := f.Why(keymap.Send); got != why {
		t.Errorf("enter: %q", got)
	}
	f.run(f.Do(keymap.Detach))
	f.disk.files.says = state.LocalFile{File: pdf}
	f.run(f.attach([]string{pdf.Path}))
	if len(f.files) != 0 || len(said) == 0 || said[len(said)-1] != why {
		t.Errorf("attached %v, said %q", f.files, said)
	}
}

// C10: near the limit the length of the text is counted, as the channel counts it.
func TestLengthIsCountedNearTheLimit(t *testing.T) {
	f := newBox(t)
	f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", MaxBody: 100, BodyBytes: true}}
	f.Resize(100, 24)
	f.run(f.Open(anna, nil))
	f.Paste(strings.Repeat("я", 40))
	if view := strings.Join(f.View(), "\n"); strings.Contains(view, "bytes") {
		t.Errorf("far from the limit:\n%s", view)
	}
	f.Paste("я")
	if view := strings.Join(f.View(), "\n"); !strings.Contains(view, "82 of 100 bytes") {
		t.Errorf("near the limit:\n%s", view)
	}
}

// C10: a limit that the platform does not state is no reason to refuse: what is over it is
// asked about, and goes out where the agent says so.
func TestAGuessedLimitIsAskedAbout(t *testing.T) {
	f := newBox(t)
	f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", MaxBody: 10, MaxFiles: 2, MaxFile: 1 << 20, Guessed: true}}
	f.run(f.Open(anna, nil))
	f.disk.files.says = state.LocalFile{File: state.File{Path: "/k/label.pdf", Name: "label.pdf", MIME: "application/pdf", Size: 12 << 20}}
	f.run(f.attach([]string{"/k/label.pdf"}))
	if len(f.files) != 0 || f.dialogs.Empty() {
		t.Fatalf("attached %v without a question", f.files)
	}
	if said := f.choose(1); !strings.Contains(said, "known: it may be refused") || len(f.files) != 1 {
		t.Errorf("asked:\n%s\nattached %v", said, f.files)
	}
	f.Paste("longer than that")
	if why := f.Why(keymap.Send); why != "" {
		t.Fatalf("refused: %s", why)
	}
	f.run(f.Do(keymap.Send))
	if len(f.disk.sent) != 0 || f.dialogs.Empty() {
		t.Fatalf("sent %+v without a question", f.disk.sent)
	}
	if said := f.choose(1); !strings.Contains(said, "Chat takes 10: it may be") || len(f.disk.sent) != 1 {
		t.Errorf("asked:\n%s\nsent %+v", said, f.disk.sent)
	}
}
