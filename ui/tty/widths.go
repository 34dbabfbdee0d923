package tty

import (
	"bytes"
	"fmt"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// WidthsMsg says how the terminal counts cells, which it was asked by drawing. Joined: a cluster is one
// character of two cells. New: it knows the emoji of the last years.
type WidthsMsg struct{ Joined, New bool }

// samples are characters that terminals count in different ways, each drawn in a row of its own from
// the second on: the answer says in which row the cursor is, and in the first it would be a key
// (shift+F3 and the like). All but the last are clusters.
var samples = [...]string{"\U0001f469\U0001f3fd\u200d\U0001f4bb", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f", "\U0001fae9"}

const firstSample = 2

// probe draws the samples on an empty screen, asks behind each where the cursor is, and clears it.
func probe() []byte {
	var out []byte
	for i, s := range samples {
		out = fmt.Appendf(out, "\x1b[%d;1H%s\x1b[6n", firstSample+i, s)
	}
	return append(out, ansi.CursorHomePosition+ansi.EraseEntireScreen...)
}

// enters is where a screen of our own is empty, and nothing is seen of it yet.
var enters = []byte(ansi.SetModeAltScreenSaveCursor + ansi.HideCursor)

// CountEmoji says how characters of several runes are counted: "joined", as one, or "split", each rune for
// itself. With anything else the terminal is asked at the first frame, if ask. It is for before
// the first frame.
func (t *Terminal) CountEmoji(setting string, ask bool) {
	t.reader.mu.Lock()
	defer t.reader.mu.Unlock()
	_, rows := t.Size()
	t.reader.clusters, t.reader.set = setting == "joined", setting == "joined" || setting == "split"
	t.probes = ask && !t.reader.set && !t.quiet && rows > firstSample+len(samples)
}

// probed puts the samples into what enters our own screen, once.
func (t *Terminal) probed(p []byte) []byte {
	if !t.probes || !bytes.Contains(p, enters) {
		return p
	}
	t.probes = false
	return bytes.Replace(p, enters, append(bytes.Clone(enters), probe()...), 1)
}

// sampled takes where the cursor is behind a sample; true with the last.
func (r *reader) sampled(at uv.CursorPositionEvent) (WidthsMsg, bool) {
	i := at.Y + 1 - firstSample
	if i < 0 || i >= len(samples) {
		return WidthsMsg{}, false
	}
	r.samples[i] = at.X
	if i < len(samples)-1 {
		return WidthsMsg{}, false
	}
	msg := WidthsMsg{Joined: true, New: r.samples[i] == 2}
	for _, cells := range r.samples[:i] {
		msg.Joined = msg.Joined && cells == 2
	}
	r.samples = [len(samples)]int{}
	r.clusters, r.knows = r.clusters || msg.Joined, msg.New
	return msg, true
}

// switchesOn takes the answer about mode 2027, and reports whether clusters count as one from then
// on. One that has no such mode may count them all the same, as was found, or as a person set it.
func (r *reader) switchesOn(v ansi.ModeSetting) bool {
	if r.set {
		return false
	}
	r.found = r.found || v == ansi.ModeSet
	can := v == ansi.ModeSet || v == ansi.ModeReset || v == ansi.ModePermanentlySet
	r.clusters = r.clusters || can
	return can
}
