package ui

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite"
	"unibox/state/storetest"
	"unibox/ui/screen"
)

// line takes what a screen writes, frame by frame.
type line chan int

func (l line) Write(p []byte) (int, error) {
	l <- len(p)
	return len(p), nil
}

// costs draws the model after each key and returns how many bytes that took. Each
// of the keys has to change the screen.
func costs(m *Model, w, h int, keys ...string) []int { return costsOn(m, w, h, false, keys...) }

func costsOn(m *Model, w, h int, slow bool, keys ...string) []int {
	out := make(line)
	s := screen.New(out, []string{"TERM=xterm-256color"}, false)
	if slow {
		s.UseFewColours()
	}
	s.Update(tea.WindowSizeMsg{Width: w, Height: h})
	s.Update(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	s.Show(m.View())
	<-out
	bytes := make([]int, len(keys))
	for i, key := range keys {
		m.Update(keyPress(key))
		s.Show(m.View())
		bytes[i] = <-out
	}
	go s.Close()
	<-out
	return bytes
}

// What a key costs on the line, on a screen in which most rows hold wide characters.
func TestBytesOfAKey(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*Model)
		keys    []string
		most    int
	}{
		"a typed character": {func(m *Model) {
			inReply(m)
			m.Update(keyPress("a")) // the first one changes what the hints say
		}, []string{"b", "c", "d", "backspace"}, 16},
		"a cursor move": {inList, []string{"j", "j", "k", "j"}, 130},
	} {
		m := bare(60, 300, 120, 40)
		c.prepare(m)
		for i, n := range costs(m, 120, 40, c.keys...) {
			t.Logf("%s: %d bytes", name, n)
			if n > c.most {
				t.Errorf("%s, %q: %d bytes, and %d are enough", name, c.keys[i], n, c.most)
			}
		}
	}
}

// Sixty steps of a cursor, of a key that is held, turn some screens too.
func TestBytesOfAHeldKey(t *testing.T) {
	m, total := different(600), 0
	for _, n := range costs(m, 120, 40, slices.Repeat([]string{"j"}, 60)...) {
		total += n
	}
	t.Logf("%d bytes", total)
	if most := 9_500; total > most {
		t.Errorf("%d bytes, and %d are enough", total, most)
	}
}

// Sixty steps of a key that is held thirty times a second, in the list of all
// conversations of a sample: the first step shows its conversation, the last one its own
// when it has rested.
func TestBytesOfAHeldKeyOnASample(t *testing.T) {
	m := sampled(t)
	at, waits := storetest.SampleNow, []tea.Msg(nil)
	m.env.Now = func() time.Time { return at }
	m.env.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd { waits = append(waits, msg); return nil }
	press := func(key string, after time.Duration) {
		at = at.Add(after)
		m.handle(keyPress(key))
	}
	for _, key := range []string{"1", "home", "down", "down", "2"} {
		press(key, time.Second)
	}
	if got := m.inbox.Selection().View; got != state.ViewAll {
		t.Fatalf("the list is of %v", got)
	}
	line := newCounted(m)
	for range 60 {
		press("j", time.Second/30)
		line.show(m.View())
	}
	behind := m.behind()
	for _, msg := range waits {
		if rest, ok := msg.(peekMsg); ok {
			m.handle(rest)
		}
	}
	line.show(m.View())
	if none := (api.ConversationID{}); behind == none || m.behind() != none {
		t.Errorf("the thread is behind by %v while the key is held, and by %v after", behind, m.behind())
	}
	t.Logf("%d bytes", line.bytes)
	if most := 16_500; line.bytes > most {
		t.Errorf("%d bytes, and %d are enough", line.bytes, most)
	}
}

// sampled is a model on a small sample in a real store.
func sampled(t *testing.T) *Model {
	t.Helper()
	open := func(ctx context.Context, dir string) (storetest.Pages, error) {
		return sqlite.Open(ctx, dir, state.NewFeed())
	}
	dir := storetest.Sample{Conversations: 150, Messages: 1_500, Seed: 1}.Copy(t, t.TempDir(), open)
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return on(db)
}

// counted is a terminal that counts what it takes.
type counted struct {
	*screen.Screen
	bytes int
}

// newCounted is a terminal that shows a model already.
func newCounted(m *Model) *counted {
	c := &counted{}
	c.Screen = screen.New(c, []string{"TERM=xterm-256color"}, false)
	c.Update(tea.WindowSizeMsg{Width: m.size.w, Height: m.size.h})
	c.SetProfile(colorprofile.TrueColor)
	c.show(m.View())
	c.bytes = 0
	return c
}

func (c *counted) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}

// show draws a frame and waits until it is written.
func (c *counted) show(v tea.View) {
	drawn := make(chan struct{})
	c.Show(v)
	c.Then(func() { close(drawn) })
	<-drawn
}

// different is a list whose rows differ in all but their ends.
func different(n int) *Model {
	m := bare(n, 300, 120, 40)
	for i := range m.opt.Store.(*shelf).rows {
		row := &m.opt.Store.(*shelf).rows[i]
		row.Conversation.Kind = []api.ChannelKind{"whatsapp", "sms", "viber"}[i*i%7%3]
		row.Conversation.Contact.Name = fmt.Sprintf("%x Petrova", i*i*31+997)
		row.Preview = api.Known(state.Preview{Body: fmt.Sprintf("%x: the order %d is here", i*7919, i)})
	}
	m.Update(keyPress("j"))
	m.Update(m.inbox.Reload()()) // all rows that it comes to
	return m
}

// A screen full of changes on a slow line.
func TestBytesOfAPage(t *testing.T) {
	slow, fast := different(600), different(600)
	for _, m := range []*Model{slow, fast} {
		m.Update(keyPress("pgdown")) // the next one turns
	}
	few, usual := costsOn(slow, 120, 40, true, "pgdown")[0], costs(fast, 120, 40, "pgdown")[0]
	if t.Logf("%d bytes, %d in all colours", few, usual); few > 1500 || few >= usual {
		t.Errorf("%d bytes, %d in all colours", few, usual)
	}
}
