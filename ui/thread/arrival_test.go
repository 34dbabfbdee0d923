package thread

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
)

// onScreen reports whether the selected message is on screen.
func onScreen(p *Pane) bool {
	first, last := p.scroll.visible(p, p.h)
	i := p.find(p.selected)
	return first <= i && i <= last
}

// What arrives moves neither the text nor the selection, whether the thread fills
// the screen or not, and what is copied is what is seen.
func TestArrivalsLeaveTheSelectionInPlace(t *testing.T) {
	for _, had := range []state.Pos{3, 9, 60} {
		p := newPane(60, 12)
		messages(1, had).show(p)
		p.move(-2)
		before, chosen := where(p), selected(t, p).Pos
		for more := had + 1; more < had+30; more++ {
			messages(1, more).show(p)
			if now := selected(t, p).Pos; now != chosen || !onScreen(p) {
				t.Fatalf("of %d, at %d more: selected %d, on screen %v, was %d", had, more-had, now, onScreen(p), chosen)
			}
			stays(t, before, where(p), 0, 11)
		}
		if p.Unseen() == 0 || !strings.Contains(ansi.Strip(p.View()[11]), "new ") {
			t.Errorf("of %d: nothing says that more came: %q", had, ansi.Strip(p.View()[11]))
		}
	}
}

// While a reply is written an older message that was selected stays so as long as it is on
// screen, where the thread is short as well; the newest one gives way to a newer one.
func TestArrivalsLeaveWhatIsAnsweredSelected(t *testing.T) {
	for back, want := range map[int]state.Pos{0: 5, 2: 1} {
		p := newPane(60, 24)
		messages(1, 3).show(p)
		p.move(-back)
		p.Focus(false)
		p.Activate(true)
		for more := state.Pos(3); more <= 5; more++ {
			messages(1, more).show(p)
		}
		if got := selected(t, p).Pos; got != want || !p.scroll.follow {
			t.Errorf("%d back: selected %d, want %d", back, got, want)
		}
		messages(1, 60).show(p)
		if got := selected(t, p).Pos; got != 60 {
			t.Errorf("%d back: what is off the screen stays selected: %d", back, got)
		}
	}
}

// Who is at the newest message goes on to what arrives, as far as the selection
// stays on screen; who replies, or stands in the list, goes on always.
func TestArrivalsAtTheNewestMessage(t *testing.T) {
	for _, focused := range []bool{true, false} {
		p := newPane(60, 12)
		p.Focus(focused)
		messages(1, 60).show(p)
		for more := state.Pos(61); more < 90; more++ {
			messages(1, more).show(p)
			if !onScreen(p) {
				t.Fatalf("focused %v, at %d: the selection is not on screen", focused, more)
			}
		}
		switch pos := selected(t, p).Pos; {
		case focused && (pos != 60 || p.scroll.follow):
			t.Errorf("with the keys selected is %d, follows %v", pos, p.scroll.follow)
		case !focused && (pos != 89 || p.Unseen() != 0):
			t.Errorf("without the keys selected is %d, unseen %d", pos, p.Unseen())
		}
	}
}

func TestTheSelectionStaysOnScreenWhereThePaneShrinks(t *testing.T) {
	p := newPane(60, 20)
	messages(1, 90).show(p)
	p.move(-4)
	p.Resize(60, 4)
	if !onScreen(p) {
		t.Error("it is not")
	}
}

func TestAThreadSaysWhereItBegins(t *testing.T) {
	for _, count := range []state.Pos{2, 90} {
		p := newPane(60, 12)
		messages(1, count).show(p)
		p.first()
		if row := ansi.Strip(p.View()[0]); !strings.Contains(row, "the conversation begins here") {
			t.Errorf("of %d the first row is %q", count, row)
		}
	}
}

// unread opens a conversation of which the messages after pos are new.
func unread(stored history, pos state.Pos, n int) *Pane {
	p := newPane(60, 12)
	row := state.Row{Unread: n, Flags: state.Flags{ReadUpTo: pos}}
	p.Set(row, stored.window(p.query()), state.Fetching{})
	return p
}

func TestNewMessagesAboveTheScreenAreCounted(t *testing.T) {
	stored := messages(1, 400)
	for i := range stored {
		stored[i].Message.Direction = api.Inbound
	}
	for _, n := range []int{20, 260} { // loaded, and beyond what is
		first := state.Pos(400 - n + 1)
		p := unread(stored, first-1, n)
		visible := len(where(p))
		row := ansi.Strip(p.View()[0])
		if want := n - visible; !strings.Contains(row, " new ") || p.newAbove() != want && p.newAbove() != want+1 {
			t.Errorf("of %d new, %d on screen: %d above, %q", n, visible, p.newAbove(), row)
		}
		p.firstNew()
		if p.goal != 0 {
			stored.read(p)
		}
		if pos := selected(t, p).Pos; pos != first {
			t.Errorf("of %d the first new one is %d, want %d", n, pos, first)
		}
		if p.Newest(); p.newest {
			stored.read(p)
		}
		if p.newAbove() != 0 {
			t.Errorf("it is still said after the first new one was seen")
		}
	}
	if p := unread(stored, 398, 2); p.newAbove() != 0 {
		t.Errorf("%d are said to be above while all are on screen", p.newAbove())
	}
	ours := slices.Clone(stored)
	ours[200].Message.Direction = api.Outbound
	if p := unread(ours, 200, 0); p.newAbove() != 0 {
		t.Error("nothing is new, and it says so")
	}
}
