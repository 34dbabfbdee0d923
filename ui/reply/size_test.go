package reply

import (
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
)

// C7: what is larger than people write is asked about, with its size, however it is
// sent, and stays in the box until the answer is yes.
func TestALargeTextAsksFirst(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		send       keymap.Action
		says       string
	}{
		{"lines", strings.Repeat("log\n", 60) + "end", keymap.Send, "61 lines, 243 characters"},
		{"characters", strings.Repeat("слово ", 700) + "end", keymap.SendDoneNext, "1 line, 4203 characters"},
		{"both", strings.Repeat(strings.Repeat("x", 59)+"\n", 5000) + "end", keymap.Send, "5001 lines, 300 KB"},
	} {
		f := newBox(t)
		f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", MaxFiles: 2}}
		f.run(f.Open(anna, nil))
		f.Paste(tt.text)
		f.run(f.Do(tt.send))
		if said := f.choose(0); !strings.Contains(said, "Send "+tt.says+"?") || !strings.Contains(said, "to Anna over Chat") {
			t.Errorf("%s: asked:\n%s", tt.name, said)
		}
		if len(f.disk.sent) != 0 || f.Draft().Body != tt.text || !f.Composing() {
			t.Fatalf("%s: sent %d, in the box %d bytes", tt.name, len(f.disk.sent), len(f.Draft().Body))
		}
		f.run(f.Do(tt.send))
		f.choose(1)
		if len(f.disk.sent) != 1 || f.disk.sent[0].Body != tt.text {
			t.Errorf("%s: after yes %d were sent", tt.name, len(f.disk.sent))
		}
	}
}

func TestWhatIsOverTheLimitStaysInTheBox(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.Paste(strings.Repeat("x", 1001))
	if why := f.Why(keymap.Send); why != "the text is 1001 characters, Chat takes 1000: shorten it" {
		t.Errorf("%q", why)
	}
	if got := len(f.Draft().Body); got != 1001 {
		t.Errorf("%d characters are left", got)
	}
}

// C7: of a paste of many lines few are enough, and of what is typed more than a screen holds; a
// saved reply is no paste.
func TestAPasteOfManyLinesAsksFirst(t *testing.T) {
	twenty := strings.TrimSpace(strings.Repeat("log\n", 20))
	for _, tt := range []struct {
		name string
		put  func(f *fixture)
		rows int
		asks bool
	}{
		{"pasted", func(f *fixture) { f.Paste(twenty) }, 60, true},
		{"a short paste", func(f *fixture) { f.Paste("one\ntwo\nthree") }, 60, false},
		{"typed, on a large screen", func(f *fixture) { f.put(twenty) }, 60, false},
		{"typed, on a small one", func(f *fixture) { f.put(twenty) }, 16, true},
	} {
		f := newBox(t)
		f.Resize(60, tt.rows)
		f.run(f.Open(anna, nil))
		tt.put(f)
		f.run(f.Do(keymap.Send))
		if asks := !f.dialogs.Empty(); asks != tt.asks || len(f.disk.sent) == 1 == tt.asks {
			t.Errorf("%s: asks %v, sent %d", tt.name, asks, len(f.disk.sent))
		}
	}
}
