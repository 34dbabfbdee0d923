package thread

import (
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
)

var linked = regexp.MustCompile(`\x1b\]8;([^;]*);([^\x1b\x07]+)\x1b\\([^\x1b]*(?:\x1b\[[0-9;]*m[^\x1b]*)*)\x1b\]8;;\x1b\\`)

// links are the links of what a pane draws: id, target, and what is read there.
func links(p *Pane) [][3]string {
	var out [][3]string
	for _, m := range linked.FindAllStringSubmatch(strings.Join(p.View(), "\n"), -1) {
		out = append(out, [3]string{m[1], m[2], ansi.Strip(m[3])})
	}
	return out
}

func writes(p *Pane, body string) {
	p.Set(state.Row{}, state.Window{Items: history{{Pos: 1, Message: api.Message{ID: api.MessageID{Remote: "1"}, Body: body, At: noon}}}}, state.Fetching{})
}

// T7: an address in a message is a link to all of it in each row that holds a part of it; the
// text is what it was, and the hits in it are marked.
func TestT7AddressesAreLinks(t *testing.T) {
	p := newPane(40, 12)
	p.look.Links = true
	const address = "https://shop.example/orders/2026/11/20/4711?from=mail&lang=de"
	writes(p, "Look at "+address+", and www.other.example.")
	got := links(p)
	if len(got) < 3 || got[0][1] != address || got[1][1] != address || got[0][0] != "id=1" || got[1][0] != "id=1" {
		t.Fatalf("links: %q", got)
	}
	text, last := "", got[len(got)-1]
	for _, l := range got[:len(got)-1] {
		text += l[2]
	}
	if text != address || last != [3]string{"", "https://www.other.example", "www.other.example"} {
		t.Errorf("%q is linked, and %q", text, last)
	}
	with := ansi.Strip(strings.Join(p.View(), "\n"))
	p.look.Links = false
	p.SetLook(p.look)
	if got := links(p); len(got) > 0 || ansi.Strip(strings.Join(p.View(), "\n")) != with {
		t.Errorf("switched off: %q\n%s\n%s", got, with, strings.Join(p.View(), "\n"))
	}
	for _, row := range p.View() {
		if strings.Contains(row, "\x1b]8") {
			t.Errorf("switched off: %q", row)
		}
	}
}

// T7: nothing that a customer writes ends a link's sequence, makes a link that reads otherwise
// than it leads, or leads elsewhere than to the web.
func TestT7HostileAddresses(t *testing.T) {
	for body, want := range map[string]string{
		"https://a.example/\x1b\\\x1b]52;c;aGk=\x07":                           "https://a.example/",
		"https://a.example/\x07x\u009cy":                                       "https://a.example/",
		"\x1b]8;;https://evil.example\x1b\\https://good.example\x1b]8;;\x1b\\": "https://evil.example https://good.example",
		"https://good.example\u200b.evil.example/":                             "",
		"https://good.example/\u202egpj.exe":                                   "",
		"javascript:alert(1) file:///etc/passwd":                               "",
		"https://пример.рф/é":                                                  "https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84/%C3%A9",
	} {
		p := newPane(100, 8)
		p.look.Links = true
		writes(p, body)
		var targets []string
		for _, l := range links(p) {
			targets = append(targets, l[1])
		}
		if got := strings.Join(targets, " "); got != want {
			t.Errorf("%q leads to %q, want %q", body, got, want)
		}
		for _, row := range p.View() {
			if rest := linked.ReplaceAllString(row, ""); strings.ContainsAny(ansi.Strip(rest), "\x1b\x07") || strings.Contains(rest, "\x1b]") {
				t.Errorf("%q is drawn as %q", body, row)
			}
		}
	}
}

// T7: what is masked is no link, which would say it.
func TestT7MaskedTextIsNoLink(t *testing.T) {
	p := newPane(100, 8)
	p.look.Links, p.look.Mode.Private = true, true
	writes(p, "https://shop.example/?customer=+79251112233")
	if got := links(p); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// T7: the address in a private note is a link.
func TestT7NotesHaveLinks(t *testing.T) {
	p := newPane(100, 8)
	p.look.Links = true
	p.Set(state.Row{}, state.Window{Items: messages(1, 1)}, state.Fetching{}, note.Note{Key: "n", Made: noon, Body: "see https://wiki.example/a"})
	if got := links(p); len(got) != 1 || got[0][1] != "https://wiki.example/a" {
		t.Errorf("%q", got)
	}
}

// T7: an address of many rows costs the line no more than so much.
func TestT7ALongAddressCostsLittle(t *testing.T) {
	p := newPane(50, 40)
	p.look.Links = true
	address := "https://a.example/" + strings.Repeat("x", 500)
	writes(p, address)
	got := links(p)
	if len(got) != 3 || got[0][1] != address || !strings.HasPrefix(got[0][2], "https://a.example/") {
		t.Errorf("%d links: %.200q", len(got), got)
	}
}
